"""What is kept of an article: its words by weight, its time, its text's fingerprint."""

import numpy as np
import pytest

from schemas.records import Article, Provenance, Publisher, Quality
from workers.stories.features import HASH, MAX_TERMS, WEIGHT, WEIGHT_ONE, Features, features_of
from workers.stories.words import hash_of, rarity, terms

MAY_28 = 1_779_926_400


def article(text: str = "", headline: str | None = None, **fields: object) -> Article:
    base: dict[str, object] = {
        "id": "ab" * 32,
        "schema_version": "1",
        "article_body": text,
        "paragraphs": [text] if text else [],
        "headline": headline,
        "word_count": len(text.split()),
        "content_hash": "0" * 64,
        "dedupe": "known",
        "provenance": Provenance(extractor="t", extractor_version="1", rules_version="1", page_sha256="0" * 64),
        "quality": Quality(score=1.0),
    }
    return Article(**base | fields)  # type: ignore[arg-type]


def likeness(one: Features, other: Features) -> float:
    def vector(of: Features) -> dict[int, int]:
        return dict(zip(np.frombuffer(of.hashes, dtype=HASH).tolist(), np.frombuffer(of.weights, dtype=WEIGHT).tolist(), strict=True))

    ours, theirs = vector(one), vector(other)
    return sum(weight * theirs.get(term, 0) for term, weight in ours.items()) / WEIGHT_ONE**2


@pytest.mark.parametrize(
    ("language", "common", "rare"),
    [("en", "which", "Rathenow"), ("de", "nicht", "Rathenow"), ("ar", "الذي", "راثنو"), ("fa", "برای", "راثنو"), ("el", "και", "Ράθενοου")],
)
def test_frequent_words_of_a_language_say_nothing_and_names_say_most(language: str, common: str, rare: str) -> None:
    assert terms(common, language) == []
    assert [weight for _, weight in terms(rare, language)] == [1.0]


def test_what_is_frequent_in_one_language_may_be_a_word_of_another() -> None:
    assert rarity("sin", "es") == 0
    assert rarity("sin", "en") > 0
    assert rarity("sin", None) == 0, "of an unknown language any frequent word counts as frequent"


def test_one_name_has_one_stem_in_languages_of_one_script_and_under_arabic_prefixes() -> None:
    assert {term for term, _ in terms("Rathenow Rathenower Ráthenow", "de")} == {hash_of("rathen")}
    assert len({term for term, _ in terms("القاطرجي والقاطرجي بالقاطرجي للقاطرجي قاطرجي", "ar")}) == 1


def test_scripts_without_spaces_are_read_in_pairs_of_characters() -> None:
    assert [term for term, _ in terms("柯达公", None)] == [hash_of("柯达"), hash_of("达公")]


def test_a_vector_is_of_unit_length_and_bounded() -> None:
    features = features_of(article(" ".join(f"name{n}" for n in range(300))), MAY_28)
    weights = np.frombuffer(features.weights, dtype=WEIGHT).astype(int)
    assert len(weights) == MAX_TERMS
    assert likeness(features, features) == pytest.approx(1, abs=0.01)
    assert features_of(article(), MAY_28).hashes == b"", "an article without words is like none"


def test_a_headline_tells_the_event_more_than_the_body() -> None:
    told = features_of(article("Rathenow Belmar", "Quagmire in Zelenograd"), 0)
    by_headline = likeness(told, features_of(article("", "Quagmire in Zelenograd"), 0))
    assert by_headline > likeness(told, features_of(article("Rathenow Belmar"), 0))


@pytest.mark.parametrize(
    ("published", "downloaded", "event_s"),
    [
        ("2026-05-28", "2026-05-28T10:00:00Z", MAY_28),
        ("2026-05-28T02:00:00+02:00", "2026-05-28T10:00:00Z", MAY_28),
        ("2026-05-28T00:00", "2026-05-28T10:00:00Z", MAY_28),
        ("2026-05", "2026-05-28T00:00:00Z", MAY_28),  # a month says nothing of an event
        (None, "2026-05-28T00:00:00Z", MAY_28),
        ("2026-12-28", "2026-05-28T00:00:00Z", MAY_28),  # published long after it was downloaded: a wrong date
        ("2026-02-30", "2026-05-28T00:00:00Z", MAY_28),
        (None, None, 42),  # the record's own time
    ],
)
def test_an_event_is_when_it_was_published_else_when_it_was_fetched(published: str | None, downloaded: str | None, event_s: int) -> None:
    assert features_of(article("x", date_published=published, date_downloaded=downloaded), 42).event_s == event_s


def test_a_publisher_without_a_name_is_its_domain() -> None:
    assert features_of(article("x", domain="a.example"), 0).publisher == "a.example"
    assert features_of(article("x", domain="a.example", publisher=Publisher(name="The A")), 0).publisher == "The A"
