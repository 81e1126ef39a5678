"""Dead letters back to where they came from: the original record, once each, in a transaction with the memory of having sent it."""

import contextlib
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.errors import InvalidRecordError, KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from kafka.structs import OffsetAndMetadata

from schemas.headers import parse_instant, read_page_headers
from schemas.out_headers import without_dead_letter_headers
from workers.tools.clients import of_group, open_admin, open_producer, require_topic
from workers.tools.dead_letters import REPLAYS_HEADER, DeadLetter, read_letter, replays_of
from workers.tools.errors import Config, ToolError
from workers.tools.pace import Pace
from workers.tools.reader import Record, TopicReader, open_reader
from workers.tools.records import text_field
from workers.tools.replay_memory import Replayed
from workers.tools.replay_plan import Plan, ReplaySettings, recall
from workers.tools.when import format_ms

REPROCESS_HEADER = "rawi-reprocess"
FETCHED_AT_HEADER = "fetched-at"
# A transaction holds at most this much, and not for long: an interrupted run repeats nothing, and loses no more than one batch's work.
BATCH_LETTERS = 100
BATCH_BYTES = 16 * 1024 * 1024
BATCH_S = 5.0
_ACK_TIMEOUT_S = 60.0
_WARC_DATE = re.compile(rb"(?im)^WARC-Date:[ \t]*(\S+)")
_WARC_HEAD_BYTES = 64 * 1024
_REFUSED = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)


@dataclass(slots=True)
class ReplayReport:
    """What a replay did. `run` is in the records' `rawi-reprocess` header."""

    run: str
    replayed: int = 0


def replay(
    config: Config,
    settings: ReplaySettings,
    plan: Plan,
    *,
    rate: float | None = None,
    on_sent: Callable[[ReplayReport], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> ReplayReport:
    """Send what was planned, unless another run has done so since; return when all of it is committed.

    Raises ToolError: broker away, topic missing, a record refused, or another run has taken over. What was committed before stays,
    and the next run goes on from there.
    """
    report = ReplayReport(_new_run())
    if not plan.count:
        return report
    with contextlib.ExitStack() as stack:
        admin = stack.enter_context(open_admin(config))
        for topic in plan.targets:
            require_topic(admin, topic, config)
        transactional_id = settings.memory_group if settings.transactions else None
        producer = stack.enter_context(open_producer(config, transactional_id=transactional_id))
        if settings.transactions:
            producer.init_transactions()  # ends another run; only after it is the memory sure to be whole
        reader = stack.enter_context(open_reader(config, settings.dlq_topic))
        pace = Pace(rate, clock, sleep)
        batch = _Batch(admin, producer, settings, plan, recall(admin, settings, reader), clock, pace.gap_s)
        for record in _chosen(reader, plan):
            if batch.remembers(record):  # another run has sent it since the plan was made
                continue
            pace.wait()
            batch.send(record, report.run)
            report.replayed += 1
            if on_sent:
                on_sent(report)
        batch.commit()
    return report


def _chosen(reader: TopicReader, plan: Plan) -> Iterator[Record]:
    starts = {p: min(offsets) for p, offsets in plan.chosen.items()}
    ends = {p: max(offsets) + 1 for p, offsets in plan.chosen.items()}
    return (record for record in reader.read(starts, ends) if record.offset in plan.chosen[record.partition])


class _Batch:
    """Letters sent and not yet committed, and the memory to be committed with them."""

    def __init__(
        self,
        admin: KafkaAdminClient,
        producer: KafkaProducer,
        settings: ReplaySettings,
        plan: Plan,
        memory: dict[int, Replayed],
        clock: Callable[[], float],
        gap_s: float,  # from one letter to the next
    ) -> None:
        self._admin = admin
        self._producer = producer
        self._settings = settings
        self._plan = plan
        self._memory = memory
        self._clock = clock
        self._gap_s = gap_s
        self._sent: list[tuple[Record, Any]] = []
        self._bytes = 0
        self._begun_s = 0.0

    def remembers(self, record: Record) -> bool:
        """Whether the letter's original was sent before."""
        return record.offset in self._memory[record.partition]

    def send(self, record: Record, run: str) -> None:
        """Send one letter's original; commit when the batch is full, or would be too old with the next letter."""
        if not self._sent:
            self._begin()
        letter = read_letter(record)
        topic = self._settings.to_topic or letter.source_topic
        partition = letter.source_partition if topic == letter.source_topic else None
        try:
            known = self._producer.partitions_for(topic)
            future = self._producer.send(
                topic,
                value=record.value,
                key=record.key,
                headers=original_headers(record, letter, run),
                partition=partition if partition in known else None,
            )
        except _REFUSED as e:
            raise _refused(record, e) from e
        self._sent.append((record, future))
        self._bytes += len(record.value or b"")
        next_s = self._clock() + self._gap_s
        if len(self._sent) >= BATCH_LETTERS or self._bytes >= BATCH_BYTES or next_s - self._begun_s >= BATCH_S:
            self.commit()

    def commit(self) -> None:
        """Wait for the broker's word on each letter, then commit the letters and the memory of them together."""
        if not self._sent:
            return
        for record, future in self._sent:
            try:
                future.get(timeout=_ACK_TIMEOUT_S)
            except _REFUSED as e:
                raise _refused(record, e) from e
        offsets = self._remember()
        if self._settings.transactions:
            self._producer.send_offsets_to_transaction(offsets, self._settings.memory_group)
            self._producer.commit_transaction()
        else:
            of_group(lambda: self._admin.alter_group_offsets(self._settings.memory_group, offsets))
        self._sent.clear()
        self._bytes = 0

    def _begin(self) -> None:
        self._begun_s = self._clock()
        if self._settings.transactions:
            self._producer.begin_transaction()

    def _remember(self) -> dict[TopicPartition, OffsetAndMetadata]:
        plan, offsets = self._plan, {}
        for partition in {record.partition for record, _ in self._sent}:
            sent = frozenset(record.offset for record, _ in self._sent if record.partition == partition)
            memory = self._memory[partition].adding(sent)
            memory = memory.settled(plan.seen[partition], plan.starts[partition], plan.ends[partition])
            self._memory[partition] = memory
            offsets[TopicPartition(self._settings.dlq_topic, partition)] = OffsetAndMetadata(memory.until, memory.encode(), -1)
        return offsets


def original_headers(record: Record, letter: DeadLetter, run: str) -> list[tuple[str, bytes]]:
    """Return the headers of the replayed record: the original's, without what a dead letter adds, and what a replay says."""
    ours = (REPROCESS_HEADER, REPLAYS_HEADER)
    # A header's value may be null in Kafka, not in this client.
    headers = [(name, value or b"") for name, value in without_dead_letter_headers(record.headers) if name.lower() not in ours]
    if letter.source_timestamp_ms >= 0 and not says_when_fetched(record):
        headers.append((FETCHED_AT_HEADER, format_ms(letter.source_timestamp_ms).encode()))
    return [*headers, (REPLAYS_HEADER, str(replays_of(record) + 1).encode()), (REPROCESS_HEADER, run.encode())]


def says_when_fetched(record: Record) -> bool:
    """Whether the page itself says what "now" was; then the record's timestamp never counted, and a header would overrule it."""
    headers = read_page_headers(record.headers)
    said = None
    if headers.content_type == "application/json":
        said = text_field(record.value, "fetched_at")
    elif headers.content_type == "application/warc":
        found = _WARC_DATE.search(record.value or b"", 0, _WARC_HEAD_BYTES)
        said = found[1].decode("ascii", "replace") if found else None
    return headers.fetched_at is not None or parse_instant(said or "") is not None


def _new_run() -> str:
    return f"dlq-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def _refused(record: Record, error: KafkaError) -> ToolError:
    return ToolError(
        f"dead letter {record.partition}:{record.offset} ({len(record.value or b''):,} bytes) was refused as {type(error).__name__}; "
        "nothing of its batch was written. Is max.message.bytes of the topic as `rawi topics describe` wants it?"
    )
