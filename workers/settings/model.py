"""The shape of the settings: frozen, read once at start and passed on. What each one means stands in `variables*.py`."""

from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from workers.pipeline.draft import Limits


class Secret(str):
    """A text that never shows in a repr, so that printed or logged settings give nothing away."""

    def __repr__(self) -> str:
        return "'***'"


class Address(NamedTuple):
    """Where to listen. Port 0: any free one."""

    host: str
    port: int


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach the brokers."""

    bootstrap_servers: str  # host:port, comma-separated
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
    sasl_mechanism: str | None
    sasl_username: str | None
    sasl_password: Secret | None
    ssl_cafile: Path | None
    ssl_certfile: Path | None
    ssl_keyfile: Path | None
    ssl_key_password: Secret | None
    ssl_check_hostname: bool


class RedisSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach Redis or Valkey, and what is kept there."""

    url: Secret | None  # None: an in-process store
    timeout_s: float
    prefix: str
    ttl_s: int
    near_items: int
    near_horizon_s: int
    ca_file: Path | None
    cert_file: Path | None
    key_file: Path | None


class TopicSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Names of topics."""

    input: str
    output: str
    dlq: str
    outcomes: str  # empty: not written
    stories: str


class PageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What one page may cost, and the process it runs in."""

    timeout_s: float
    max_memory_bytes: int
    pages_per_process: int
    max_result_bytes: int
    rules_dir: Path | None
    limits: Limits


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Times and bounds of the loop."""

    commit_interval_s: float
    commit_pages: int
    max_open_pages: int
    max_open_bytes: int
    session_timeout_s: float
    stall_timeout_s: float
    silent_partition_s: float
    shutdown_timeout_s: float


class DlqSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When dead letters stop the worker. 0 turns a limit off."""

    max_consecutive: int
    max_share: float


class StorySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a story, and how much the story worker holds."""

    min_likeness: float
    window_s: int
    horizon_s: int
    max_articles: int
    max_members: int
    http_addr: Address


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting. `warnings`: one line for each thing the operator should know, for the log."""

    kafka: KafkaSettings
    redis: RedisSettings
    topics: TopicSettings
    page: PageSettings
    engine: EngineSettings
    dlq: DlqSettings
    stories: StorySettings
    group_id: str
    stories_group_id: str
    delivery: Literal["exactly-once", "at-least-once"]
    slots: int
    instance_id: str | None  # None: claim_instance_id() finds one
    http_addr: Address
    log_format: Literal["auto", "json", "console"]
    log_level: str
    traces: Literal["off", "otlp"]
    duplicates: Literal["tag", "drop"]
    top_sites: int
    warnings: tuple[str, ...] = ()


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "kafka": KafkaSettings,
    "redis": RedisSettings,
    "topics": TopicSettings,
    "page.limits": Limits,
    "page": PageSettings,
    "engine": EngineSettings,
    "dlq": DlqSettings,
    "stories": StorySettings,
}
