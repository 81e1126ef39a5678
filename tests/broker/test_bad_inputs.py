"""Each bad input of issue 3's list, through a real worker on a real broker: it ends as DESIGN.md's table says, and the worker lives."""

import gzip
import json
import random
import zlib
from collections.abc import Iterator

import brotli
import pytest

from tests.broker.bench_worker import Bench, page, url

pytestmark = pytest.mark.broker
Headers = list[tuple[str, bytes]]
URL: Headers = [("url", b"https://ferries.test/bad")]
TEXT = "The harbour of Alder Bay reported quiet water all week, and every ferry left its berth at the usual hour, said the port. " * 6
ARABIC = "أعلنت هيئة الموانئ في المدينة أن حركة العبارات كانت هادئة طوال الأسبوع وأن جميع الرحلات غادرت في مواعيدها المعتادة. " * 6


def article(body: str, head: str = "") -> str:
    return f"<html><head><title>Ferries</title>{head}</head><body><article><h1>Ferries</h1>{body}</article></body></html>"


def gzip_bomb() -> bytes:
    """2 GB of zeros in 1.9 MB: one fully flushed deflate block, over and over (the trailer is never reached)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + block * 2_000


def cut_warc() -> bytes:
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + article(f"<p>{TEXT}</p>").encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://ferries.test/warc\r\nContent-Length: {len(payload)}\r\n"
    head += "WARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Record-ID: <urn:uuid:7c2f0a52-5d0b-4a6e-9f0e-0d8a3c1f2b10>\r\n"
    return f"{head}Content-Type: application/http;msgtype=response\r\n\r\n".encode() + payload[: len(payload) // 2]


PLAIN = article(f"<p>{TEXT}</p>")
CASES: dict[str, tuple[bytes | None, Headers, str, str | None]] = {
    "null value": (None, URL, "filtered", "empty_page"),
    "empty value": (b"", URL, "filtered", "empty_page"),
    "missing url": (PLAIN.encode(), [], "dead_lettered", "missing_url"),
    "20 MB page": (PLAIN.encode() + b"<!-- " + random.Random(1).randbytes(20_000_000), URL, "dead_lettered", "too_large"),
    "gzip bomb": (gzip_bomb(), [*URL, ("content-encoding", b"gzip")], "dead_lettered", "decompression_bomb"),
    "brotli bomb": (
        brotli.compress(bytes(200_000_000), quality=1),
        [*URL, ("content-encoding", b"br")],
        "dead_lettered",
        "decompression_bomb",
    ),
    "PDF": (b"%PDF-1.7\n" + random.Random(2).randbytes(5_000), URL, "filtered", "not_html"),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(3).randbytes(5_000), URL, "filtered", "not_html"),
    "random bytes": (random.Random(4).randbytes(20_000), URL, "filtered", "not_html"),
    "UTF-16": (PLAIN.encode("utf-16"), URL, "published", None),
    "windows-1256 undeclared": (article(f"<p>{ARABIC}</p>").encode("cp1256"), URL, "published", None),
    "EBCDIC undeclared": (PLAIN.encode("cp037"), URL, "filtered", "not_html"),
    "EBCDIC declared": (PLAIN.encode("cp037"), [*URL, ("content-type", b"text/html; charset=cp037")], "published", None),
    "cut UTF-8": (article(f"<p>{ARABIC}</p>").encode()[:-40] + "ع".encode()[:1], URL, "published", None),
    "NULs": (PLAIN.replace(" ", " \x00").encode(), URL, "published", None),
    "lone surrogate": (PLAIN.replace("quiet", "qu\ud800iet").encode(errors="surrogatepass"), URL, "published", None),
    "200,000 tiny paragraphs": (article("<p>ab</p>" * 200_000).encode(), URL, "dead_lettered", "too_complex"),
    "50,000 attributes": (
        article(f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>{TEXT}</p>").encode(),
        URL,
        "dead_lettered",
        "too_complex",
    ),
    "nesting of 10,000": (article("<div>" * 10_000 + TEXT + "</div>" * 10_000).encode(), URL, "dead_lettered", "too_complex"),
    "deep JSON-LD": (
        article(f"<p>{TEXT}</p>", f'<script type="application/ld+json">{"[" * 100_000}{"]" * 100_000}</script>').encode(),
        URL,
        "published",
        None,
    ),
    "XXE": (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + article(f"<p>{TEXT}&x;</p>").encode(),
        URL,
        "published",
        None,
    ),
    "entity bomb": (
        b'<!DOCTYPE html [<!ENTITY a "ha">'
        + b"".join(f'<!ENTITY {b} "{f"&{a};" * 10}">'.encode() for a, b in zip("abcdefghi", "bcdefghij", strict=True))
        + b"]>"
        + article(f"<p>{TEXT}&j;</p>").encode(),
        URL,
        "published",
        None,
    ),
    "header of 1 MB": (PLAIN.encode(), [*URL, ("x-note", b"n" * 1_000_000)], "dead_lettered", "too_complex"),
    "envelope of a wrong type": (
        json.dumps({"url": 7, "html": ["no"]}).encode(),
        [("content-type", b"application/json")],
        "dead_lettered",
        "bad_envelope",
    ),
    "WARC record cut in the middle": (cut_warc(), [("content-type", b"application/warc")], "dead_lettered", "bad_warc"),
    "truncated gzip": (gzip.compress(PLAIN.encode())[:-20], [*URL, ("content-encoding", b"gzip")], "dead_lettered", "undecodable"),
}


@pytest.fixture(scope="module")
def fed(kafka: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One worker that gets every bad input and a good page after them."""
    import uuid

    from kafka import KafkaAdminClient
    from kafka.admin import NewTopic

    made: list[str] = []
    admin = KafkaAdminClient(bootstrap_servers=str(kafka))

    def make_topic(partitions: int = 1, **_config: object) -> str:
        made.append(f"rawi-test-{uuid.uuid4().hex[:12]}")
        admin.create_topics([NewTopic(made[-1], partitions, 1, topic_configs={"max.message.bytes": "27262976"})])
        admin.wait_for_topics([made[-1]])
        return made[-1]

    bench = Bench(str(kafka), make_topic, f"rawi-test-group-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("bad"), partitions=1)
    for value, headers, _, _ in CASES.values():
        bench.send(value, headers)
    bench.send(page(1), [("url", url(1).encode())])
    yield bench
    bench.stop()
    admin.delete_topics(made)
    admin.close()


@pytest.fixture(scope="module")
def results(fed: Bench) -> dict[int, tuple[str, str | None]]:
    worker = fed.start("a", RAWI_SLOTS="2")
    outcomes = fed.outcomes_until(len(CASES) + 1, alive=worker)
    fed.assert_exactly_once()
    return {o.source.offset: (o.outcome, o.reason) for o in outcomes}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_input_ends_as_the_table_says(name: str, results: dict[int, tuple[str, str | None]]) -> None:
    _, _, outcome, reason = CASES[name]
    assert results[list(CASES).index(name)] == (outcome, reason)


def test_the_worker_lives_and_publishes_the_page_after_them(results: dict[int, tuple[str, str | None]], fed: Bench) -> None:
    assert results[len(CASES)] == ("published", None)
    assert fed.workers[0].process.poll() is None


def test_every_dead_letter_keeps_its_original(results: dict[int, tuple[str, str | None]], fed: Bench) -> None:
    originals = {n: (value, headers) for n, (value, headers, outcome, _) in enumerate(CASES.values()) if outcome == "dead_lettered"}
    letters = fed.read(fed.dlq)
    assert len(letters) == len(originals)
    for letter in letters:
        value, headers = originals[int(dict(letter.headers)["dlq-source-offset"])]  # type: ignore[attr-defined]
        assert letter.value == value  # type: ignore[attr-defined]
        assert letter.headers[: len(headers)] == headers  # type: ignore[attr-defined]


def test_an_external_entity_is_inert(results: dict[int, tuple[str, str | None]], fed: Bench) -> None:
    assert not any(b"root:" in (record.value or b"") for record in fed.read(fed.articles))  # type: ignore[attr-defined]
