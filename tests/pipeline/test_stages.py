"""The whole line, from a record to its outcome, on pages as they come."""

import json
import subprocess
import sys
from typing import Any

import pytest

from schemas.codec import decode_article
from schemas.reasons import OutcomeKind
from tests.unit.stages.pages import SENTENCE, page, paragraphs
from workers.pipeline.draft import Limits
from workers.pipeline.line import Line, default_line, draft_of
from workers.pool.messages import Job, PageResult

TIMESTAMP_MS = 1_772_366_400_000  # 2026-03-01T12:00:00Z
HEADERS = [("url", b"https://news.example.com/2026/harbour"), ("content-type", b"text/html; charset=utf-8")]
HEAD = '<title>Harbour</title><meta name="keywords" content="c, a, b"><meta name="author" content="Mary Ashdown; John Cole">'
ARTICLE = page(f"<article><h1>Harbour bridge to stay closed</h1>{paragraphs()}</article>", HEAD)


@pytest.fixture(scope="module")
def line() -> Line:
    return default_line()


def run(line: Line, value: bytes, headers: list[tuple[str, bytes]] = HEADERS, **job: Any) -> PageResult:
    made = Job(**{"headers": headers, "timestamp_ms": TIMESTAMP_MS, "has_value": True, **job})
    walked = line.run_decode(draft_of(made, value, Limits()))
    return walked if isinstance(walked, PageResult) else line.run_rest(walked)


def test_a_page_becomes_a_record_that_fits_its_schema(line: Line) -> None:
    result = run(line, ARTICLE.encode())
    assert result.outcome is OutcomeKind.PUBLISHED, result.error
    article = decode_article(result.articles[0].value)
    assert article.id == result.articles[0].id
    assert article.headline == "Harbour bridge to stay closed"
    assert article.article_body == "\n\n".join(article.paragraphs)
    assert article.date_downloaded == "2026-03-01T12:00:00Z"
    assert (article.in_language, article.text_direction) == ("en", "ltr")
    assert [author.name for author in article.authors] == ["Mary Ashdown", "John Cole"]
    assert article.keywords == ["c", "a", "b"]


def test_a_text_becomes_a_record_as_it_is(line: Line) -> None:
    text = f"{SENTENCE}\n\n{SENTENCE} Now <b>this</b>."
    result = run(line, text.encode(), [HEADERS[0], ("content-type", b"text/plain; charset=utf-8")])
    article = decode_article(result.articles[0].value)
    assert article.paragraphs == [SENTENCE.strip(), f"{SENTENCE} Now <b>this</b>.".replace("  ", " ")]
    assert article.provenance.extractor == "none"


HOSTILE = {
    "nothing": (b"", "filtered", "empty_page"),
    "only markup": (page("<div></div>").encode(), "filtered", "empty_page"),
    "a script's shell": (page("<div></div><script>x()</script>").encode(), "filtered", "script_shell"),
    "a short text": (page("<p>Short.</p>").encode(), "filtered", "too_short"),
    "200,000 paragraphs": (page("<p>ab</p>" * 200_000).encode(), "dead_lettered", "too_complex"),
    "nesting of 10,000": (page("<div>" * 10_000 + "x").encode(), "dead_lettered", "too_complex"),
    "50,000 attributes": (page(f"<p {' '.join(f'a{i}=1' for i in range(50_000))}>x</p>").encode(), "dead_lettered", "too_complex"),
    "nesting of 300": (page("<div>" * 300 + paragraphs()).encode(), "published", None),
    "JSON-LD 100,000 deep": (
        page(paragraphs(), f'<script type="application/ld+json">{"[" * 100_000}{"]" * 100_000}</script>').encode(),
        "published",
        None,
    ),
    "XXE and an entity bomb": (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "bomb"><!ENTITY b "&a;&a;">]>'
        + ARTICLE.partition(">")[2].replace("<h1>", "<h1>&x;&b;").encode(),
        "published",
        None,
    ),
    "NULs": (ARTICLE.replace("bridge", "bri\x00dge").encode(), "published", None),
    "a lone surrogate": (ARTICLE.encode().replace(b"council", b"coun\xed\xa0\xbdcil"), "published", None),
    "bidi overrides": (ARTICLE.replace("council", "\u202ecouncil").encode(), "published", None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_as_the_contract_says(line: Line, name: str) -> None:
    value, outcome, reason = HOSTILE[name]
    result = run(line, value)
    assert (result.outcome, result.reason) == (outcome, reason), result.error
    for article in result.articles:
        body = decode_article(article.value).article_body
        assert "root:" not in body
        assert "bombbomb" not in body
        assert not any(character in body for character in "\x00\u202e\ufeff")


SCRIPT = """
import json, sys
from tests.pipeline.test_stages import ARTICLE, run
from workers.pipeline.line import default_line
line = default_line()
print(json.dumps([run(line, ARTICLE.encode()).articles[0].value.decode() for _ in range(2)]))
"""


def test_the_same_page_gives_the_same_bytes_in_any_process(line: Line) -> None:
    here = run(line, ARTICLE.encode()).articles[0].value.decode()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."}, capture_output=True, check=True, timeout=120
        )
        assert json.loads(done.stdout) == [here, here]
