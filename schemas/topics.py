"""The topics by role: `input`, `output`, `dlq`, `outcomes`, `stories`. Read from topics.yaml, which ships with the package."""

from importlib import resources
from typing import Annotated

import msgspec
import yaml
from msgspec import Meta

ROLES = ("input", "output", "dlq", "outcomes", "stories")
INTERNAL_ROLES = ("stories_index", "stories_journal")  # not part of the contract; always one partition


class TopicSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic. `config` holds Kafka's topic settings as the broker takes them: names and text; `why` has a reason for each."""

    name: str  # the default; the name in force is a setting
    owner: str
    description: str
    key: str
    schema: str  # of the value, a name in schemas/json; of a dead letter's stub, as the rest are the originals
    headers: str | None  # schema of the headers
    version: int
    partitions: Annotated[int, Meta(ge=1)]  # a default for creation
    config: dict[str, str]
    why: dict[str, str]


def load_topics() -> dict[str, TopicSpec]:
    """Return the topics by role, in the order of ROLES; raises msgspec.ValidationError, which a test rules out."""
    topics = _load()
    return {role: topics[role] for role in ROLES}


def load_internal_topics() -> dict[str, TopicSpec]:
    """Return the topics that only Rawi reads, in the order of INTERNAL_ROLES."""
    topics = _load()
    return {role: topics[role] for role in INTERNAL_ROLES}


def _load() -> dict[str, TopicSpec]:
    text = resources.files("schemas").joinpath("topics.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, TopicSpec])
