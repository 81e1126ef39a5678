"""Batches the client library may be unable to read, or to hold: header names that are not UTF-8, compressions, what they unpack to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaProducer
from kafka.record.default_records import DefaultRecordBatchBuilder

from schemas import codec
from tests.broker.bench_worker import Bench, page, url

BAD_NAME, SAME_LENGTH = b"\xff\xfeX-Served-By", "PLACEHOLDER-X"  # each 13 bytes
assert len(BAD_NAME) == len(SAME_LENGTH)


@pytest.fixture
def latin_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client of this test writes SAME_LENGTH as BAD_NAME, before the batch's checksum is taken: what librdkafka sends."""
    build = DefaultRecordBatchBuilder.build

    def build_bad(self: DefaultRecordBatchBuilder) -> bytearray:
        at = self._buffer.find(SAME_LENGTH.encode())
        while at >= 0:
            self._buffer[at : at + len(BAD_NAME)] = BAD_NAME
            at = self._buffer.find(SAME_LENGTH.encode(), at)
        return build(self)  # type: ignore[no-any-return]

    monkeypatch.setattr(DefaultRecordBatchBuilder, "build", build_bad)


def send_poisoned(bench: Bench, compression: str | None, poisoned: set[int], count: int) -> None:
    """One batch of numbered pages; those in `poisoned` have a header name that is not UTF-8."""
    producer = KafkaProducer(bootstrap_servers=bench.bootstrap, compression_type=compression, linger_ms=5_000, batch_size=1_000_000)
    try:
        for n in range(count):
            extra = [(SAME_LENGTH, b"1")] if n in poisoned else []
            producer.send(bench.input, page(n), headers=[("url", url(n).encode()), *extra], partition=0)
        producer.flush()
    finally:
        producer.close()


@pytest.mark.parametrize("compression", [None, "zstd"])
def test_a_header_name_that_is_not_utf_8_harms_neither_its_page_nor_its_neighbours(
    kafka: object,
    make_topic: Callable[..., str],
    unique: Callable[[str], str],
    tmp_path: Path,
    latin_names: None,
    compression: str | None,
) -> None:
    bench = Bench(str(kafka), make_topic, unique("group"), tmp_path, partitions=1)
    send_poisoned(bench, compression, {0, 3, 4, 9}, 10)
    try:
        worker = bench.start("a")
        outcomes = bench.outcomes_until(10, alive=worker)
        assert worker.terminate() == 0
    finally:
        bench.stop()
    assert [(o.source.offset, o.outcome, o.url) for o in outcomes] == [(n, "published", url(n)) for n in range(10)]
    assert len({codec.decode_article(record.value).id for record in bench.read(bench.articles)}) == 10  # type: ignore[attr-defined]


def test_whatever_compression_a_producer_chooses_is_read(
    kafka: object, make_topic: Callable[..., str], unique: Callable[[str], str], tmp_path: Path
) -> None:
    bench = Bench(str(kafka), make_topic, unique("group"), tmp_path, partitions=1)
    compressions = [None, "gzip", "snappy", "lz4", "zstd"]
    for n, compression in enumerate(compressions):
        with KafkaProducer(bootstrap_servers=bench.bootstrap, compression_type=compression) as producer:
            producer.send(bench.input, page(n), headers=[("url", url(n).encode())], partition=0)
    try:
        bench.outcomes_until(len(compressions), alive=bench.start("a"))
    finally:
        bench.stop()
    assert [outcome.outcome for outcome in bench.assert_exactly_once()] == ["published"] * len(compressions)


def test_a_small_batch_that_unpacks_to_much_more_takes_no_memory_and_its_pages_are_published(
    kafka: object, make_topic: Callable[..., str], unique: Callable[[str], str], tmp_path: Path
) -> None:
    bench = Bench(str(kafka), make_topic, unique("group"), tmp_path, partitions=1, env={"RAWI_MAX_OPEN_BYTES": "16MiB"})
    padding = b"<!--" + b" " * 9_000_000 + b"-->"
    with KafkaProducer(
        bootstrap_servers=bench.bootstrap,
        compression_type="zstd",
        linger_ms=60_000,
        batch_size=1 << 30,
        max_request_size=1 << 30,
    ) as producer:
        for n in range(40):
            value = bytes(300_000_000) if n == 20 else page(n) + padding
            producer.send(bench.input, value, headers=[("url", url(n).encode())], partition=0)
        producer.flush()
    try:
        worker = bench.start("a")
        outcomes = bench.outcomes_until(40, alive=worker)
        peak_mb = worker.peak_rss() / 1e6
        assert worker.terminate() == 0
    finally:
        bench.stop()
    assert [o.outcome for o in outcomes] == ["published"] * 20 + ["dead_lettered"] + ["published"] * 19
    assert peak_mb < 400, f"{peak_mb:.0f} MB"
    assert (outcomes[20].reason, outcomes[20].source.offset) == ("unpublishable", 20)  # 300 MB: no dead letter could hold it
    (letter,) = bench.read(bench.dlq)
    assert ("dlq-stub", b"true") in letter.headers  # type: ignore[attr-defined]
