"""Every setting, read once at start and passed on. Names, defaults, why: `variables*.py`; in force: `rawi check-config`."""

from workers.settings.clients import kafka_client_config, redis_client_kwargs
from workers.settings.instance import InstanceClaim, claim_instance_id
from workers.settings.model import (
    Address,
    DlqSettings,
    EngineSettings,
    KafkaSettings,
    PageSettings,
    RedisSettings,
    Secret,
    Settings,
    StorySettings,
    TopicSettings,
)
from workers.settings.read import ConfigError, InForce, Reading, load_settings, read_settings

__all__ = [
    "Address",
    "ConfigError",
    "DlqSettings",
    "EngineSettings",
    "InForce",
    "InstanceClaim",
    "KafkaSettings",
    "PageSettings",
    "Reading",
    "RedisSettings",
    "Secret",
    "Settings",
    "StorySettings",
    "TopicSettings",
    "claim_instance_id",
    "kafka_client_config",
    "load_settings",
    "read_settings",
    "redis_client_kwargs",
]
