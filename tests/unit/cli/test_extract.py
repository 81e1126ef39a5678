"""`rawi extract` and `rawi version`, run as the user runs them."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.stages.pages import SENTENCE, page, paragraphs
from workers import __version__

URL = "https://news.example.com/2026/harbour"
ARTICLE = page(f"<article><h1>Harbour bridge to stay closed</h1>{paragraphs()}</article>")
RAWI = [sys.executable, "-c", "from workers.cli import main; main()"]


def rawi(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*RAWI, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False)


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def http_response(html: str) -> bytes:
    body = html.encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def warc_record(url: str, html: str) -> bytes:
    block = http_response(html)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-01T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_text(ARTICLE)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(ARTICLE.encode()))
    (tmp_path / "c.txt").write_text(SENTENCE * 3)
    (tmp_path / "d.json").write_text(json.dumps({"url": URL, "html": ARTICLE, "fetched_at": "2026-03-01T12:00:00Z"}))
    (tmp_path / "notes.md").write_text("not a page")
    return tmp_path


def test_forms_are_told_by_suffix_and_articles_come_in_the_order_of_the_pages(folder: Path) -> None:
    (folder / "e.warc").write_bytes(warc_record(URL + "/1", ARTICLE) + warc_record(URL + "/2", ARTICLE))
    done = rawi("extract", folder, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    articles = lines(done)
    assert [article.get("url") for article in articles] == [None, None, None, URL, URL + "/1", URL + "/2"]
    assert articles[0] == articles[1]
    assert articles[2]["provenance"]["extractor"] == "none"
    assert [article.get("dateDownloaded") for article in articles[2:]] == [None, "2026-03-01T12:00:00Z", *["2026-03-01T10:00:00Z"] * 2]


def test_options_say_what_the_file_does_not(folder: Path) -> None:
    done = rawi("extract", folder / "notes.md", "--url", URL, "--content-type", "text/plain", "--fetched-at", "2026-03-01T12:00:00Z")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"notes.md: filtered (too_short)" in done.stderr
    (article,) = lines(rawi("extract", folder / "a.html", "--url", URL, "--fetched-at", "2026-03-01T12:00:00Z"))
    assert (article["url"], article["dateDownloaded"], article["dedupe"]) == (URL, "2026-03-01T12:00:00Z", "unknown")


def test_a_page_comes_from_standard_input() -> None:
    (article,) = lines(rawi("extract", "-", stdin=ARTICLE.encode()))
    assert SENTENCE.strip() in article["articleBody"]


def test_the_same_page_gives_the_same_bytes(folder: Path) -> None:
    first, second = rawi("extract", folder / "a.html"), rawi("extract", folder / "a.html")
    assert first.stdout == second.stdout != b""


def test_a_manifest_gives_a_line_a_page_in_its_order(folder: Path) -> None:
    (folder / "short.html").write_text(page("<p>too short</p>"))
    (folder / "deep.html").write_text("<div>" * 10_000 + "x")
    entries = [
        {"id": "deep", "path": "deep.html"},
        {"id": "gz", "path": "b.html.gz", "url": URL},
        {"id": "short", "path": str(folder / "short.html")},
        {"id": "text", "path": "notes.md", "content_type": "text/plain"},
    ]
    (folder / "m.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    done = rawi("extract", "--manifest", folder / "m.jsonl", "--jobs", "3")
    assert done.returncode == 0, done.stderr
    rows = lines(done)
    assert [(row["id"], row["outcome"], row["reason"]) for row in rows] == [
        ("deep", "dead_lettered", "too_complex"),
        ("gz", "published", None),
        ("short", "filtered", "too_short"),
        ("text", "filtered", "too_short"),
    ]
    assert rows[1]["articles"][0]["url"] == URL
    assert all(row["seconds"] >= 0 for row in rows)
    assert [len(row["articles"]) for row in rows] == [0, 1, 0, 0]


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_done(folder: Path) -> None:
    (folder / "cut.html.gz").write_bytes(gzip.compress(ARTICLE.encode())[:-20])
    (folder / "m.jsonl").write_text('{"id": "cut", "path": "cut.html.gz"}\n{"id": "a", "path": "a.html"}\n')
    done = rawi("extract", "--manifest", folder / "m.jsonl")
    assert done.returncode == 1
    assert b"cut: cannot be read" in done.stderr
    assert [(row["id"], row["outcome"]) for row in lines(done)] == [("cut", None), ("a", "published")]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["no-such.html"], 66, "no file or folder"),
        ([], 2, "give pages"),
        (["a.html", "--manifest", "m.jsonl"], 2, "one of the two"),
        (["a.html", "c.txt", "--url", URL], 2, "--url names one page"),
        (["a.html", "--url", "news"], 2, "not an absolute http or https URL"),
        (["a.html", "--fetched-at", "yesterday"], 2, "not a time as in RFC 3339"),
        (["--manifest", "no-such.jsonl"], 66, "No such file"),
        (["--manifest", "bad.jsonl"], 65, "bad.jsonl:2: not a line of a manifest"),
        (["--manifest", "missing.jsonl"], 66, "missing.jsonl:1: no file"),
        (["empty"], 66, "no page in"),
    ],
)
def test_a_mistake_is_one_clear_line(folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    (folder / "empty").mkdir()
    (folder / "bad.jsonl").write_text('{"id": "a", "path": "a.html"}\n{"id": 1}\n')
    (folder / "missing.jsonl").write_text('{"id": "a", "path": "gone.html"}\n')
    done = rawi("extract", *arguments)
    assert done.returncode == code
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    command = " ".join(f"'{part}'" for part in [*RAWI, "extract", str(folder / "a.html"), str(folder / "a.html")])
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command} | true"], capture_output=True, timeout=120, check=False)
    assert done.stderr == b""


def test_version_says_what_decides_the_output() -> None:
    printed = rawi("version").stdout.decode()
    assert __version__ in printed
    assert "trafilatura 2." in printed


def test_help_lists_every_command_and_imports_no_library_of_theirs() -> None:
    listed = rawi("--help").stdout.decode()
    for name in ("run", "stories", "demo", "extract", "feed", "tail", "topics", "outcomes", "dlq", "lag", "check-config", "version"):
        assert f"│ {name} " in listed, name
    heavy = ("kafka", "faust", "trafilatura", "lxml", "redis", "pydantic")
    check = f"import sys; from workers.cli import make_app; make_app(); print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, check=True).stdout == b"[]\n"


def test_extract_imports_no_kafka_client(folder: Path) -> None:
    check = (
        "import sys\nfrom workers.cli import make_app\n"
        f"try: make_app()(['extract', {str(folder / 'a.html')!r}])\n"
        "except SystemExit: print([m for m in ('kafka', 'trafilatura') if m in sys.modules], file=sys.stderr)"
    )
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, check=True).stderr == b"[]\n"
