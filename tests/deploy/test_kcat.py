"""kcat (librdkafka) as a crawler's producer and a reader of articles: its own flags, and README.md's lines as they stand there."""

import gzip
import json
import os
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.broker.bench_worker import Bench, page, url
from tests.contract.validation import errors
from tests.deploy.conftest import MakeBench

pytestmark = pytest.mark.broker
README = Path(__file__).parents[2] / "README.md"
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
EVERY_BYTE = bytes(range(256)) + b"line one\nline two\r\n\n\n\t\x00end without a newline"


def kcat(*arguments: str, cwd: Path | None = None) -> bytes:
    done = subprocess.run(["kcat", *arguments], capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60, cwd=cwd)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def produce(bench: Bench, file: Path, *arguments: str) -> None:
    """A file named on the command line, without -l, is one record, byte for byte; standard input would be cut at each newline."""
    kcat("-P", "-b", bench.bootstrap, "-t", bench.input, *arguments, str(file))


def consume(bench: Bench, topic: str) -> list[dict[str, Any]]:
    """Every committed record of a topic in kcat's JSON envelope; its list of header names and values as a dict."""
    out = kcat("-C", "-b", bench.bootstrap, "-t", topic, "-X", "isolation.level=read_committed", "-o", "beginning", "-e", "-q", "-J")
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        names_and_values = record.get("headers", [])
        record["headers"] = dict(zip(names_and_values[::2], names_and_values[1::2], strict=True))
    return records


def await_outcomes(bench: Bench, count: int) -> None:
    worker = bench.workers[0] if bench.workers else bench.start("a")
    bench.outcomes_until(count, alive=worker)


def test_a_page_from_kcat_comes_back_to_kcat_as_an_article(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    (tmp_path / "page.html").write_bytes(page(1))
    address = "https://ferries.test/report/1?day=1&port=alder"
    headers = {
        "url": address,
        "content-type": "text/html; charset=utf-8",
        "fetched-at": "2026-03-01T12:00:00Z",
        "traceparent": TRACEPARENT,
    }
    produce(bench, tmp_path / "page.html", "-k", address, *(f"-H{name}={value}" for name, value in headers.items()))
    await_outcomes(bench, 1)

    [article] = consume(bench, bench.articles)
    value = json.loads(article["payload"])
    assert errors("article.v1", value, strict=True) == []
    assert (value["headline"], value["url"], value["dateDownloaded"]) == ("Ferry report 1", address, "2026-03-01T12:00:00Z")
    assert article["key"] == value["id"]
    out = article["headers"]
    assert set(out) == {"schema-version", "source-topic", "source-partition", "source-offset", "processed-at", "traceparent"}
    assert (out["source-topic"], out["source-partition"], out["source-offset"]) == (bench.input, "0", "0")
    assert datetime.fromisoformat(out["processed-at"]).tzinfo is not None
    assert out["traceparent"].split("-")[1] == TRACE

    [outcome] = consume(bench, bench.outcomes)
    assert errors("outcome.v1", json.loads(outcome["payload"]), strict=True) == []
    assert json.loads(outcome["payload"])["articleIds"] == [value["id"]]
    assert outcome["key"] == address
    assert outcome["headers"]["traceparent"].split("-")[1] == TRACE


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_a_file_with_newlines_and_every_byte_arrives_as_it_is(make_bench: MakeBench, tmp_path: Path, codec: str) -> None:
    bench = make_bench(partitions=1)
    (tmp_path / "bytes").write_bytes(EVERY_BYTE)
    produce(bench, tmp_path / "bytes", "-X", f"compression.codec={codec}", "-H", "url=https://ferries.test/bytes")
    [record] = bench.read(bench.input)
    assert record.value == EVERY_BYTE  # type: ignore[attr-defined]
    assert record.headers == [("url", b"https://ferries.test/bytes")]  # type: ignore[attr-defined]


def test_every_compression_of_librdkafka_is_read(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    for n, codec in enumerate(codecs):
        (tmp_path / "page.html").write_bytes(page(n))
        produce(bench, tmp_path / "page.html", "-X", f"compression.codec={codec}", "-H", f"url={url(n)}")
    await_outcomes(bench, len(codecs))
    assert [outcome.outcome for outcome in bench.assert_exactly_once()] == ["published"] * len(codecs)


def test_a_gzipped_page_says_so_in_content_encoding(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(page(1)))
    produce(bench, tmp_path / "page.html.gz", "-H", f"url={url(1)}", "-H", "content-encoding=gzip")
    await_outcomes(bench, 1)
    [article] = consume(bench, bench.articles)
    assert json.loads(article["payload"])["headline"] == "Ferry report 1"


def test_a_dead_letter_keeps_what_came_and_says_why(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    (tmp_path / "page.html").write_bytes(page(1))
    produce(bench, tmp_path / "page.html", "-k", "a key", "-H", "x-crawler=7", "-H", f"traceparent={TRACEPARENT}")
    await_outcomes(bench, 1)
    [letter] = consume(bench, bench.dlq)
    assert (letter["key"], letter["payload"]) == ("a key", page(1).decode())
    headers = letter["headers"]
    assert (headers["x-crawler"], headers["traceparent"]) == ("7", TRACEPARENT)
    assert (headers["dlq-reason"], headers["dlq-source-topic"], headers["dlq-source-offset"]) == ("missing_url", bench.input, "0")
    [outcome] = consume(bench, bench.outcomes)
    assert outcome["headers"]["traceparent"].split("-")[1] == TRACE


def readme_line(begin: str) -> str:
    """The command in README.md that begins so, with the lines it goes on in."""
    found = re.search(rf"^{re.escape(begin)}(?:.*\\\n)*.*$", README.read_text("utf-8"), re.MULTILINE)
    assert found, f"README.md has no line that begins with {begin!r}"
    return found.group()


def test_the_lines_of_the_readme_work_as_they_stand(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    (tmp_path / "page.html").write_bytes(page(1) + b"<!--" + b"x" * 9_000_000 + b"-->")  # near RAWI_MAX_PAGE_BYTES
    into = readme_line("kcat -P").replace("raw.pages", bench.input)
    out = readme_line("kcat -C").replace("-t articles", f"-t {bench.articles}")
    environ = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": bench.bootstrap}

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(into)
    await_outcomes(bench, 1)
    assert run(out) == '"Ferry report 1"\n'
    [outcome] = bench.assert_exactly_once()
    assert outcome.url == "https://news.example.com/a"
