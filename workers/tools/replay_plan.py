"""Which dead letters a replay would send, which not and why, and what is known of earlier replays. Writes nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kafka import KafkaAdminClient, TopicPartition

from workers.tools.clients import of_group, open_admin
from workers.tools.dead_letters import Choice, DeadLetter, read_letter
from workers.tools.errors import Config
from workers.tools.reader import Offsets, Record, TopicReader, open_reader
from workers.tools.replay_memory import Replayed, decode

MAX_ATTEMPTS = 3
_EXAMPLES = 20


class Skip(StrEnum):
    """Why a dead letter that was meant is not replayed."""

    REPLAYED = "replayed before"
    STUB = "its value was too large to keep; fetch the page again"
    GIVEN_UP = "replayed too often already (--max-attempts)"
    NO_SOURCE = "it does not say which topic it came from (--topic)"
    EMPTY = "it has neither key nor value"


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    """Who replays what: the dead-letter topic, the group that remembers, and where to."""

    dlq_topic: str
    group_id: str  # the worker's; the memory is in `<group_id>.dlq-replay`
    to_topic: str | None = None  # default: each letter's own source topic
    max_attempts: int = MAX_ATTEMPTS
    transactions: bool = True  # False: for brokers without; then a crash at the wrong moment repeats up to one batch

    @property
    def memory_group(self) -> str:
        """The group whose offsets remember, and the transactional id: of two runs at once the older one ends."""
        return f"{self.group_id}.dlq-replay"


@dataclass(slots=True)
class Plan:
    """What a replay will do."""

    chosen: dict[int, set[int]] = field(default_factory=dict)  # offsets by partition
    count: int = 0
    bytes: int = 0
    targets: Counter[str] = field(default_factory=Counter)  # letters by topic
    reasons: Counter[str] = field(default_factory=Counter)  # letters by their reason
    skipped: Counter[Skip] = field(default_factory=Counter)
    examples: list[DeadLetter] = field(default_factory=list)  # the first few chosen
    starts: Offsets = field(default_factory=dict)  # what was looked at
    ends: Offsets = field(default_factory=dict)
    seen: dict[int, list[int]] = field(default_factory=dict)  # offsets of all letters there


def plan_replay(
    config: Config, settings: ReplaySettings, choice: Choice, *, limit: int | None = None, on_read: Callable[[int], None] | None = None
) -> Plan:
    """Look at the dead letters and return what a replay would do; writes nothing. Raises ToolError."""
    plan = Plan()
    with open_admin(config) as admin, open_reader(config, settings.dlq_topic) as reader:
        memory = recall(admin, settings, reader)
        plan.starts, plan.ends = choice.bounds(reader)
        for count, record in enumerate(reader.read(plan.starts, plan.ends), 1):
            if on_read:
                on_read(count)
            plan.seen.setdefault(record.partition, []).append(record.offset)
            letter = read_letter(record)
            if choice.wants(letter) and (limit is None or plan.count < limit):
                _decide(plan, letter, record, memory[record.partition], settings)
    return plan


def _decide(plan: Plan, letter: DeadLetter, record: Record, memory: Replayed, settings: ReplaySettings) -> None:
    why = _skip(letter, record, memory, settings)
    if why:
        plan.skipped[why] += 1
        return
    plan.chosen.setdefault(letter.partition, set()).add(letter.offset)
    plan.count += 1
    plan.bytes += letter.size_bytes or 0
    plan.targets[settings.to_topic or letter.source_topic] += 1
    plan.reasons[letter.reason] += 1
    if len(plan.examples) < _EXAMPLES:
        plan.examples.append(letter)


def _skip(letter: DeadLetter, record: Record, memory: Replayed, settings: ReplaySettings) -> Skip | None:
    checks = (
        (letter.offset in memory, Skip.REPLAYED),
        (letter.is_stub, Skip.STUB),
        (letter.replays >= settings.max_attempts, Skip.GIVEN_UP),
        (not (settings.to_topic or letter.source_topic), Skip.NO_SOURCE),
        (record.key is None and record.value is None, Skip.EMPTY),
    )
    return next((why for holds, why in checks if holds), None)


def recall(admin: KafkaAdminClient, settings: ReplaySettings, reader: TopicReader) -> dict[int, Replayed]:
    """Return what was replayed of each partition, as committed."""
    group = settings.memory_group
    tps = {p: TopicPartition(settings.dlq_topic, p) for p in reader.partitions}
    committed = of_group(lambda: admin.list_group_offsets({group: list(tps.values())}))[group]
    begins, ends = reader.begins(), reader.ends()
    return {p: _known(committed.get(tp), begins[p], ends[p]) for p, tp in tps.items()}


def _known(committed: Any, begin: int, end: int) -> Replayed:
    if committed is None or not 0 <= committed.offset <= end:  # beyond the end: of an earlier topic of this name
        return Replayed(begin)
    memory = decode(committed.offset, committed.metadata)
    until = max(memory.until, begin)  # what retention has removed needs no memory
    return Replayed(until, frozenset(o for o in memory.offsets if o >= until))
