"""Every hostile input ends as expected, within its time, and hurts no other; what comes out of them is harmless."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from schemas.records import Article
from tests.hostile import CORPUS
from tests.hostile.runner import Ran, run
from workers.pool.pool import RestartCause

DEFAULT_TIMEOUT_S = 15.0
# C0 but the line feed of a paragraph, DEL, C1, lone surrogates: what a terminal, a log or a JSON reader trips over.
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LINKS = {"url", "canonicalUrl", "mainImage"}
LINKS_OR_NAMES = {"license"}


@pytest.fixture(scope="module")
def ran() -> Ran:
    """All of them in two processes, those that run into their time in processes of their own."""
    endless = {name: case for name, case in CORPUS.items() if case.timeout_s != DEFAULT_TIMEOUT_S}
    ordinary = {name: case for name, case in CORPUS.items() if name not in endless}
    first, second = run(ordinary, timeout_s=DEFAULT_TIMEOUT_S), run(endless, timeout_s=1.0, slots=1)
    assert first.restarts == [RestartCause.RECYCLED] * len(first.restarts)  # none was killed, none crashed
    assert second.restarts == [RestartCause.TIMEOUT] * len(endless)
    return Ran(first.results | second.results, [])


def test_there_are_at_least_eighty_kinds() -> None:
    assert len(CORPUS) >= 80


@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_input_ends_as_expected_within_its_time_and_a_second(ran: Ran, name: str) -> None:
    case, result = CORPUS[name], ran.results[name]
    assert (result.outcome.value, result.reason and result.reason.value) == case.outcome, result.error
    assert result.total_ms <= (case.timeout_s + 1) * 1000
    assert result.attempts == 1
    assert "Traceback" not in result.error
    assert not UNPRINTABLE.search(result.error)
    assert "harbour" not in result.error.lower()  # no page text


def test_links_in_records_are_http_or_https(ran: Ran) -> None:
    seen = 0
    for name, article in ran.articles():
        for field, value in strings(msgspec.to_builtins(article)):
            if field in LINKS or (field in LINKS_OR_NAMES and urlsplit(value).scheme):
                seen += 1
                assert urlsplit(value).scheme in ("http", "https"), f"{name}: {field} is {value[:80]}"
    assert seen > len(CORPUS) // 2


def test_fields_hold_no_character_that_harms_a_terminal_or_a_log(ran: Ran) -> None:
    for name, article in ran.articles():
        for field, value in strings(msgspec.to_builtins(article)):
            found = UNPRINTABLE.search(value)
            assert found is None, f"{name}: {field} holds {found[0]!r}"


def test_no_script_and_no_file_of_this_machine_is_in_a_record(ran: Ran) -> None:
    for name, article in ran.articles():
        text = " ".join(value for _, value in strings(msgspec.to_builtins(article)))
        assert "root:x:0" not in text, name
        assert "document.write" not in text, name


def test_an_entity_bomb_stays_small(ran: Ran) -> None:
    bomb = next(article for name, article in ran.articles() if name == "an entity bomb")
    assert len(bomb.article_body) < 5_000


def test_text_that_looks_like_markup_stays_text(ran: Ran) -> None:
    article = next(article for name, article in ran.articles() if name == "markup inside text")
    assert "<script>alert(1)</script>" in article.article_body


def strings(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a record, with the name of its field."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, field)


def test_the_walk_over_a_record_sees_what_is_nested() -> None:
    assert dict(strings({"a": [{"url": "x"}], "b": "y"})) == {"url": "x", "b": "y"}
    assert "related_links" in {field.name for field in msgspec.structs.fields(Article)}
