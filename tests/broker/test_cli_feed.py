"""`rawi feed` and `rawi tail` on a real broker."""

import gzip
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.broker.cli_runner import Rawi, make_rawi
from tests.conftest import Broker, MakeTopic, Unique
from workers.tools.clients import open_producer

PAGE = "<html><body><h1>فيضان</h1><p>\u200cنص قصير \U0001f600</p></body></html>\r\n".encode()
ODD_BYTES = b"\xff\xfe\x00<html>\x1b[31m\x80</html>"


@pytest.fixture
def rawi(kafka: Broker, unique: Unique) -> Rawi:
    return make_rawi(kafka, unique)


@pytest.fixture
def pages(rawi: Rawi, make_topic: MakeTopic) -> str:
    """The input topic, made, with 3 partitions, whose old records the broker leaves alone."""
    rawi.env["RAWI_INPUT_TOPIC"] = make_topic(partitions=3, retention_ms=-1)
    return rawi.env["RAWI_INPUT_TOPIC"]


def test_a_page_comes_back_byte_for_byte(rawi: Rawi, pages: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAGE)
    fed = rawi("feed", tmp_path / "page.html", "--url", "https://news.example/a", "--json")
    assert (fed.code, fed.json) == (0, {"topic": pages, "pages": 1, "bytes": len(PAGE), "errors": 0})

    (record,) = rawi.records(pages)
    assert record.value == PAGE
    assert record.key == b"https://news.example/a"
    assert record.headers == [("url", b"https://news.example/a"), ("content-type", b"text/html")]
    (shown,) = rawi("tail", "raw", "--json").json_lines
    assert shown["value"].encode() == PAGE
    assert shown["headers"] == [["url", "https://news.example/a"], ["content-type", "text/html"]]


def test_a_manifest_names_urls_and_types_and_bad_lines_do_not_stop_it(rawi: Rawi, pages: str, tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html.gz").write_bytes(gzip.compress(PAGE))
    (tmp_path / "html" / "odd.bin").write_bytes(ODD_BYTES)
    lines = [
        {"id": "a", "path": "html/a.html.gz", "url": "https://news.example/a"},
        {"id": "odd", "path": "html/odd.bin", "url": "https://news.example/odd", "content_type": "text/html; charset=utf-16"},
        {"id": "gone", "path": "html/gone.html", "url": "https://news.example/gone"},
        {"url": "https://news.example/e", "html": "<p>x</p>"},
        {"neither": 1},
    ]
    (tmp_path / "manifest.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\nnot json\n")
    fed = rawi("feed", tmp_path, "--json")
    assert fed.code == 1
    assert (fed.json["pages"], fed.json["errors"]) == (3, 3)
    assert "manifest.jsonl:5" in fed.err
    assert "gone.html" in fed.err

    found = {dict(r.headers)["url"]: r for r in rawi.records(pages)}
    assert found[b"https://news.example/a"].value == PAGE
    assert found[b"https://news.example/odd"].value == ODD_BYTES
    assert dict(found[b"https://news.example/odd"].headers)["content-type"] == b"text/html; charset=utf-16"
    assert dict(found[b"https://news.example/e"].headers)["content-type"] == b"application/json"


def warc_record(kind: str, number: int, content_type: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://news.example/{number}\r\nWARC-Date: 2026-03-01T12:00:00Z\r\n"
    return head.encode() + f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def test_a_warc_gives_one_record_a_response(rawi: Rawi, pages: str, tmp_path: Path) -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    records = [("response", n, "application/http; msgtype=response", response) for n in (1, 2)] + [("metadata", 1, "text/plain", b"x: y")]
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(gzip.compress(warc_record(*record)) for record in records))

    assert rawi("feed", tmp_path / "crawl.warc.gz").code == 0
    found = rawi.records(pages)
    assert sorted(dict(r.headers)["url"] for r in found) == [b"https://news.example/1", b"https://news.example/2"]
    for record in found:
        assert record.value == response
        assert dict(record.headers)["content-type"] == b"application/http;msgtype=response"
        assert dict(record.headers)["fetched-at"] == b"2026-03-01T12:00:00Z"


def test_a_page_larger_than_the_topic_takes_is_reported_and_the_others_go_on(
    rawi: Rawi,
    make_topic: MakeTopic,
    tmp_path: Path,
) -> None:
    rawi.env["RAWI_INPUT_TOPIC"] = make_topic(max_message_bytes=100_000)
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "b-large.html").write_bytes(random.Random(1).randbytes(300_000))
    (tmp_path / "c-larger.html").write_bytes(b"x" * 28_000_000)
    (tmp_path / "d.html").write_bytes(PAGE)
    fed = rawi("feed", tmp_path, "--url-prefix", "https://news.example/", "--json")
    assert fed.code == 1
    assert (fed.json["pages"], fed.json["errors"]) == (2, 2)
    assert "b-large.html: too large for the topic (300,000 bytes)" in fed.err
    assert {dict(r.headers)["url"] for r in rawi.records(rawi.env["RAWI_INPUT_TOPIC"])} == {
        b"https://news.example/a.html",
        b"https://news.example/d.html",
    }


def test_html_without_a_url_is_refused_before_anything_is_sent(rawi: Rawi, pages: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"url": "https://news.example/a", "html": "x"}')
    (tmp_path / "b.html").write_bytes(PAGE)
    fed = rawi("feed", tmp_path)
    assert fed.code == 2
    assert fed.err.count("\n") == 1
    assert "--url-prefix" in fed.err
    assert rawi.records(pages) == []


def test_limit_and_key_are_kept(rawi: Rawi, pages: str, tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.html").write_bytes(PAGE)
    assert rawi("feed", tmp_path, "--url-prefix", "https://News.example/", "--limit", 2, "--key", "host").code == 0
    records = rawi.records(pages)
    assert [r.key for r in records] == [b"news.example"] * 2
    assert {r.partition for r in records} == {records[0].partition}


def test_tail_shows_the_newest_and_filters_by_key_url_offset_and_time(rawi: Rawi, pages: str) -> None:
    records = [
        {
            "value": b"x",
            "key": f"k{n}".encode(),
            "headers": [("url", f"https://news.example/{n}".encode())],
            "partition": n % 3,
            "timestamp_ms": 1_700_000_000_000 + n * 1000,
        }
        for n in range(30)
    ]
    rawi.produce(pages, records)

    def keys(*arguments: object) -> list[str]:
        ran = rawi("tail", "raw", "--json", *arguments)
        assert ran.code == 0, ran.err
        return sorted((line["key"] for line in ran.json_lines), key=lambda key: int(key[1:]))

    assert keys() == [f"k{n}" for n in range(20, 30)]
    assert keys("-n", 2) == ["k28", "k29"]
    assert keys("--key", "k3") == ["k3"]
    assert keys("--url", "example/1", "--from", "earliest") == ["k1", *(f"k{n}" for n in range(10, 20))]
    assert keys("--from", 9) == ["k27", "k28", "k29"]
    assert keys("--from", 100) == []
    assert keys("--from", "2023-11-14T22:13:48Z") == ["k28", "k29"]
    assert keys("--from", "latest") == []
    assert keys("--partition", 1, "--from", "earliest", "--limit", 2) == ["k1", "k4"]
    assert rawi("tail", "raw", "--partition", 3).code == 66


def test_tail_shows_committed_records_only_and_ends_behind_an_aborted_transaction(rawi: Rawi, pages: str) -> None:
    with open_producer(rawi.config, transactional_id=f"{pages}-tx") as producer:
        producer.init_transactions()
        for number, end in ((1, producer.commit_transaction), (2, producer.abort_transaction)):
            producer.begin_transaction()
            producer.send(pages, value=b"x", key=str(number).encode(), partition=0)
            producer.flush()
            end()
    assert [line["key"] for line in rawi("tail", "raw", "--json", "--from", "earliest").json_lines] == ["1"]


def test_control_characters_of_a_page_never_reach_the_terminal(rawi: Rawi, pages: str) -> None:
    rawi.produce(pages, [{"value": ODD_BYTES, "key": b"\x1b]0;title\x07", "headers": [("url", "https://x.example/\x9b31m".encode())]}])
    for arguments in (("tail", "raw"), ("tail", "raw", "--json"), ("tail", "raw", "--short")):
        shown = rawi(*arguments).out
        assert shown
        assert not {"\x1b", "\x07", "\x9b", "\x00"} & set(shown)


def test_articles_are_shown_as_one_reads_them_and_tombstones_as_withdrawn(rawi: Rawi, make_topic: MakeTopic) -> None:
    topic = rawi.env["RAWI_OUTPUT_TOPIC"] = make_topic()
    example = Path("schemas/examples/article.v1/english.json")
    article = json.loads(example.read_bytes()) | {"headline": "[red]Flood\x1b[2J in the valley"}
    rawi.produce(
        topic, [{"key": b"a" * 64, "value": json.dumps(article).encode()}, {"key": b"b" * 64, "value": None}, {"key": b"c", "value": b"no"}]
    )
    shown = rawi("tail", "articles")
    assert "[red]Flood\\u001b[2J in the valley" in shown.out
    assert article["paragraphs"][-1] in shown.out
    assert "withdrawn: " + "b" * 64 in shown.out
    assert "not readable as its schema says" in shown.out
    assert len(rawi("tail", topic, "--short").out.splitlines()) == 3
    assert rawi("tail", "articles", "--json").json_lines[1]["value"] is None


def test_a_reader_who_has_seen_enough_and_a_ctrl_c_are_no_failures(rawi: Rawi, pages: str) -> None:
    rawi.produce(pages, [{"value": b"x" * 50_000, "partition": 0}] * 20)
    command = [sys.executable, "-c", "from workers.cli import main; main()", "tail", "raw", "--from", "earliest"]
    for form in ([], ["--json"]):
        with subprocess.Popen([*command, *form], env=os.environ | rawi.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader:
            assert reader.stdout is not None
            assert reader.stderr is not None
            assert reader.stdout.read(10)
            reader.stdout.close()
            assert (reader.wait(30), reader.stderr.read()) == (0, b"")
    with subprocess.Popen([*command, "--follow", "--short"], env=os.environ | rawi.env, stdout=subprocess.PIPE) as follower:
        assert follower.stdout is not None
        for _ in range(20):
            assert follower.stdout.readline()
        rawi.produce(pages, [{"value": b"new", "partition": 2}])
        assert b"3 bytes" in follower.stdout.readline()
        follower.send_signal(signal.SIGINT)
        assert follower.wait(30) == 130
