"""What the demo prints and how it judges, without servers."""

from pathlib import Path

import pytest
from rich.console import Console

from schemas.reasons import OutcomeKind
from schemas.records import Article, Outcome, Person, Provenance, Quality, Sizes, Source, Timings
from workers.demo import show
from workers.demo.feeding import SAMPLE_HEADER, sample_editions, sample_page
from workers.demo.place import open_place
from workers.demo.verify import find_mismatches
from workers.samples import Expected, Sample, load_samples
from workers.settings import ConfigError
from workers.telemetry.sites import site_of

ID = "a" * 64


def article(**changes: object) -> Article:
    fields: dict[str, object] = {
        "id": ID,
        "schema_version": "1",
        "headline": "ميناء الرملة",
        "domain": "almarsad.example.com",
        "article_body": "رست صباح السبت أول سفينة.",
        "paragraphs": ["رست صباح السبت أول سفينة."],
        "word_count": 5,
        "in_language": "ar",
        "authors": [Person(name="سلمى الحريري")],
        "content_hash": "b" * 64,
        "dedupe": "known",
        "provenance": Provenance(extractor="trafilatura", extractor_version="2", rules_version="1", page_sha256="c" * 64),
        "quality": Quality(score=1.0),
    }
    return Article(**(fields | changes))  # type: ignore[arg-type]


def outcome(kind: str, reason: str | None = None, ids: tuple[str, ...] = ()) -> Outcome:
    return Outcome(
        url="https://a.example.com/",
        source=Source(topic="t", partition=0, offset=0),
        outcome=kind,  # type: ignore[arg-type]
        reason=reason,
        article_ids=list(ids),
        sizes=Sizes(raw_bytes=1, article_bytes=1),
        timings=Timings(total_ms=1.0, stages={}),
    )


def sample(expected: Expected) -> Sample:
    return Sample(name="a-sample", key=None, value=b"", headers=[], expected=expected)


def printed(console: Console) -> str:
    with console.capture() as captured:
        show.show_articles(console, [article(), article(headline=None, authors=[])], 1)
    return captured.get()


def test_right_to_left_text_stands_on_lines_of_its_own() -> None:
    lines = printed(Console(width=100)).splitlines()
    assert "ميناء الرملة" in lines
    assert "رست صباح السبت أول سفينة." in lines
    assert "almarsad.example.com · (no date) · ar · 5 words in 1 paragraph" in lines


def test_more_articles_than_asked_for_are_counted() -> None:
    assert "… and 1 more (--show 2 shows them all)" in printed(Console(width=100))


def test_a_page_cannot_move_the_cursor() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        show.show_articles(console, [article(headline="\x1b[2Jgone")], 1)
    assert "\x1b[2J" not in captured.get()


def test_outcomes_are_counted_by_reason() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        show.show_outcomes(console, [outcome("published"), outcome("filtered", "not_html"), outcome("filtered", "not_html")])
    rows = [line.split("│") for line in captured.get().splitlines() if "│" in line]
    assert ["filtered", "not_html", "2"] in [[cell.strip() for cell in row[1:-1]] for row in rows]


@pytest.mark.parametrize(
    ("expected", "found", "right"),
    [
        (Expected(), outcome("filtered", "too_short"), True),
        (Expected(outcome=OutcomeKind.PUBLISHED), outcome("published", None, (ID,)), True),
        (Expected(outcome=OutcomeKind.PUBLISHED, phrase="صباح السبت"), outcome("published", None, (ID,)), True),
        (Expected(outcome=OutcomeKind.PUBLISHED, articles=1), outcome("published", None, (ID,)), True),
        (Expected(outcome=OutcomeKind.PUBLISHED, articles=2), outcome("published", None, (ID,)), False),
        (Expected(outcome=OutcomeKind.PUBLISHED, phrase="another text"), outcome("published", None, (ID,)), False),
        (Expected(outcome=OutcomeKind.PUBLISHED), outcome("published", None, ("f" * 64,)), False),
        (Expected(outcome=OutcomeKind.FILTERED, reason="not_html"), outcome("filtered", "empty_page"), False),
    ],
)
def test_a_sample_is_right_when_outcome_reason_and_text_are(expected: Expected, found: Outcome, right: bool) -> None:
    assert (find_mismatches([(sample(expected), found)], {ID: article()}) == []) is right


def test_a_sample_is_fed_with_its_own_headers_and_its_name() -> None:
    fed = next(sample_page(s) for s in load_samples() if s.name == "french-amp-gzip")
    assert (SAMPLE_HEADER, b"french-amp-gzip") in fed.headers
    assert ("content-encoding", b"gzip") in fed.headers


def test_a_wrong_setting_is_told_before_anything_is_made(tmp_path: Path) -> None:
    environ = {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "REDIS_URL": "redis://127.0.0.1:1/0", "RAWI_SLOTS": "many"}
    with pytest.raises(ConfigError, match="RAWI_SLOTS"), open_place(lambda text: None, environ):
        pass


def test_later_editions_of_the_samples_are_other_pages_of_the_same_sites() -> None:
    samples = list(load_samples())
    pages = list(sample_editions(3))
    assert len(pages) == 3 * len(samples)
    first, last = pages[: len(samples)], pages[-len(samples) :]
    assert [page.headers for page in first] == [sample_page(sample).headers for sample in samples]
    for before, after in zip(first, last, strict=True):
        assert before.value == after.value
        urls = [dict(page.headers).get("url", b"").decode() for page in (before, after)]
        assert site_of(urls[0]) == site_of(urls[1])
        assert urls[1] == (f"{urls[0]}{'&' if '?' in urls[0] else '?'}edition=2" if urls[0] else "")
