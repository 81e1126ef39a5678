"""What files become: pages with their URLs and types, or a problem that names the file."""

import gzip
import json
from pathlib import Path

import pytest

from workers.tools import page_files
from workers.tools.errors import Exit, ToolError
from workers.tools.page_files import PageRecord, Problem, iter_pages

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>\xd9\x86</p>"


def read(*paths: Path, **options: str) -> tuple[list[PageRecord], list[Problem]]:
    problems: list[Problem] = []
    pages = list(
        iter_pages(
            paths,
            url=options.get("url"),
            url_prefix=options.get("url_prefix"),
            content_type=options.get("content_type"),
            on_problem=problems.append,
        )
    )
    return pages, problems


def warc(
    kind: str, block: bytes, content_type: str = "application/http; msgtype=response", more: str = "", length: int | None = None
) -> bytes:
    size = len(block) if length is None else length
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <https://x.example/ن>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n{more}"
    return head.encode() + f"Content-Type: {content_type}\r\nContent-Length: {size}\r\n\r\n".encode() + block + b"\r\n\r\n"


def test_a_files_name_says_its_form_and_gzip_is_looked_through(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"a")
    (tmp_path / "b.TXT.gz").write_bytes(gzip.compress(b"b"))
    (tmp_path / "c.xhtml").write_bytes(b"")
    (tmp_path / "d.json").write_bytes(b"not checked here")
    (tmp_path / "picture.png").write_bytes(b"passed over")
    (tmp_path / ".hidden.html").write_bytes(b"passed over")
    pages, problems = read(tmp_path, url_prefix="https://x.example/")
    assert [(p.value, p.content_type, p.url) for p in pages] == [
        (b"a", "text/html", "https://x.example/a.html"),
        (b"b", "text/plain", "https://x.example/b.TXT"),
        (b"", "application/xhtml+xml", "https://x.example/c.xhtml"),
        (b"not checked here", "application/json", None),
    ]
    assert problems == []


def test_folders_are_read_with_their_subfolders_and_a_prefix_makes_their_urls(tmp_path: Path) -> None:
    (tmp_path / "news" / "خبر").mkdir(parents=True)
    (tmp_path / "news" / "خبر" / "a b.html").write_bytes(b"a")
    pages, _ = read(tmp_path, url_prefix="https://x.example/")
    assert [p.url for p in pages] == ["https://x.example/news/%D8%AE%D8%A8%D8%B1/a%20b.html"]


def test_a_folder_with_a_manifest_is_read_by_it_alone(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.html").write_bytes(b"a")
    (folder / "b.html").write_bytes(b"b")
    line = {
        "id": "a",
        "path": "a.html",
        "url": "https://x.example/a",
        "fetched_at": "2026-01-02T03:04:05Z",
        "content_type": "text/html; charset=utf-8",
    }
    (folder / "manifest.jsonl").write_text(json.dumps(line))
    for path in (folder, tmp_path, folder / "manifest.jsonl"):
        pages, problems = read(path)
        assert problems == []
        assert [p.headers for p in pages] == [
            [("url", b"https://x.example/a"), ("content-type", b"text/html; charset=utf-8"), ("fetched-at", b"2026-01-02T03:04:05Z")]
        ]


def test_a_manifest_may_name_absolute_paths_and_warcs_but_no_other_manifest(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.html").write_bytes(b"a")
    (elsewhere / "c.warc").write_bytes(warc("response", RESPONSE))
    (elsewhere / "m.jsonl").write_text(json.dumps({"path": "m.jsonl", "url": "https://x.example/"}))
    lines = [{"path": str(elsewhere / name), "url": "https://x.example/"} for name in ("a.html", "c.warc", "m.jsonl")]
    (tmp_path / "list.jsonl").write_text("\n\n".join(json.dumps(line) for line in lines))
    pages, problems = read(tmp_path / "list.jsonl")
    assert [p.value for p in pages] == [b"a", RESPONSE]
    assert [p.origin for p in problems] == [f"{tmp_path / 'list.jsonl'}:5"]


def test_an_html_page_of_a_manifest_without_a_url_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"a")
    (tmp_path / "manifest.jsonl").write_text('{"path": "a.html"}\n[]\n{"path": 1}\n"text"\n' + "[" * 100_000)
    pages, problems = read(tmp_path)
    assert pages == []
    assert len(problems) == 5
    assert "no URL" in problems[0].message


@pytest.mark.parametrize("name", ["a.html", "a.html.gz", "a.txt"])
def test_a_page_without_a_url_is_refused_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a")
    with pytest.raises(ToolError, match="no URL for") as e:
        iter_pages([tmp_path])
    assert e.value.code is Exit.USAGE


def test_one_url_is_for_one_file(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(b"a")
    assert [p.url for p in read(tmp_path / "a.html", url="https://x.example/")[0]] == ["https://x.example/"]
    for paths in ([tmp_path], [tmp_path / "a.html", tmp_path / "b.html"]):
        with pytest.raises(ToolError, match="--url names one page"):
            iter_pages(paths, url="https://x.example/")


def test_a_file_of_unknown_form_needs_a_content_type(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(b"%PDF")
    assert "--content-type" in read(tmp_path / "page.pdf", url="https://x.example/")[1][0].message
    pages, _ = read(tmp_path / "page.pdf", url="https://x.example/", content_type="application/pdf")
    assert [p.content_type for p in pages] == ["application/pdf"]


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no file or folder") as e:
        iter_pages([tmp_path / "none"])
    assert e.value.code is Exit.NO_INPUT


def test_without_a_listener_the_first_problem_raises(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("x")
    with pytest.raises(ToolError, match=r"a\.jsonl:1: neither"):
        list(iter_pages([tmp_path]))


def test_too_large_and_broken_files_are_problems_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_files, "MAX_PAGE_BYTES", 1000)
    (tmp_path / "a.html").write_bytes(b"x" * 1001)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(b"x" * 5_000_000))
    (tmp_path / "c.html.gz").write_bytes(gzip.compress(b"short")[:-6])
    (tmp_path / "d.html.gz").write_bytes(b"no gzip")
    (tmp_path / "e.html").write_bytes(b"x" * 1000)
    (tmp_path / "f.jsonl").write_bytes(b'{"html": "' + b"x" * 2000 + b'"}\n')
    pages, problems = read(tmp_path, url_prefix="https://x.example/")
    assert [p.url for p in pages] == ["https://x.example/e.html"]
    assert [Path(p.origin).name for p in problems] == ["a.html", "b.html.gz", "c.html.gz", "d.html.gz", "f.jsonl"]


def test_a_warcs_responses_and_resources_are_its_pages(tmp_path: Path) -> None:
    parts = [
        warc("warcinfo", b"software: x", "application/warc-fields"),
        warc("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        warc("response", RESPONSE),
        warc("response", b"1.2.3.4", "text/dns"),
        warc("resource", b"<p>r</p>", "text/html; charset=utf-8"),
        warc("response", RESPONSE, more="WARC-Truncated: length\r\n"),
    ]
    (tmp_path / "plain.warc").write_bytes(b"".join(parts))
    (tmp_path / "zipped.warc.gz").write_bytes(b"".join(gzip.compress(part) for part in parts))
    for name in ("plain.warc", "zipped.warc.gz"):
        pages, problems = read(tmp_path / name)
        assert problems == []
        assert [(p.content_type, p.value) for p in pages] == [
            ("application/http;msgtype=response", RESPONSE),
            ("text/html; charset=utf-8", b"<p>r</p>"),
            ("application/warc", parts[5].replace(b"<https://x.example/\xd9\x86>", b"https://x.example/\xd9\x86")),
        ]
        assert {(p.url, p.fetched_at) for p in pages} == {("https://x.example/ن", "2026-01-02T03:04:05Z")}


@pytest.mark.parametrize(
    "content",
    [
        warc("response", RESPONSE, length=len(RESPONSE) + 100)[:-4],
        gzip.compress(warc("response", RESPONSE) * 2),  # one gzip member for all
        gzip.compress(warc("response", RESPONSE))[:-20],
        b"no warc at all",
        b"",
        warc("response", RESPONSE).replace(b"Content-Length: ", b"Content-Length: x"),
    ],
    ids=["cut short", "one member", "cut gzip", "other", "empty", "no length"],
)
def test_a_broken_warc_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(content)
    _, problems = read(tmp_path / "a.warc.gz")
    assert len(problems) == 1
    assert problems[0].origin.startswith(str(tmp_path / "a.warc.gz"))
