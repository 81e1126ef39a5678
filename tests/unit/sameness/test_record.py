"""A record in pieces and the same record encoded whole are the same bytes."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from schemas.codec import decode_article, encode
from schemas.records import Article, DuplicateOf, RevisionChanges
from workers.sameness.record import cut, house_of, records_hash, text_of, whole
from workers.store.protocol import Verdict

EXAMPLES = sorted((Path(__file__).parents[3] / "schemas" / "examples" / "article.v1").glob("*.json"))
UNKNOWN = {"dedupe": "unknown", "duplicate_of": None, "revision": None, "revision_of": None, "revision_changes": None}


def examples() -> list[Article]:
    found = [decode_article(path.read_bytes()) for path in EXAMPLES]
    assert found
    return [replace(article, **UNKNOWN) for article in found]


@pytest.mark.parametrize("article", examples(), ids=lambda article: article.id[:8])
@pytest.mark.parametrize("with_all", [True, False])
def test_the_pieces_with_a_verdict_are_the_canonical_record(article: Article, with_all: bool) -> None:
    article = replace(article, description='says "dedupe":"unknown", and more', article_body='"revision":1,' * 3)
    if not with_all:
        article = replace(article, description=None, domain=None, headline=None, fingerprint=None)
    pieces = cut(article)
    assert whole(pieces, None) == encode(article)
    first = Verdict(id=b"i" * 32)
    assert whole(pieces, first) == encode(replace(article, dedupe="known", revision=1))
    later = Verdict(
        id=b"i" * 32,
        revision=3,
        revision_of=b"r" * 32,
        headline_changed=True,
        body_share=0.25,
        duplicate_of=b"o" * 32,
        kind="syndicated",
        score=0.75,
    )
    assert whole(pieces, later) == encode(
        replace(
            article,
            dedupe="known",
            revision=3,
            revision_of=(b"r" * 32).hex(),
            revision_changes=RevisionChanges(headline=True, body_share=0.25),
            duplicate_of=DuplicateOf(id=(b"o" * 32).hex(), kind="syndicated", score=0.75),
        )
    )


def test_what_names_the_fetch_does_not_count_among_what_the_records_say() -> None:
    [article, *_] = examples()
    other_fetch = replace(article, date_downloaded="2020-01-01T00:00:00Z", provenance=replace(article.provenance, page_sha256="f" * 64))
    assert records_hash((article,)) == records_hash((other_fetch,))
    assert records_hash((article,)) != records_hash((replace(article, headline="Another"),))
    assert records_hash((article,)) != records_hash((article, article))


def test_agencies_are_compared_by_id_and_other_organisations_are_none() -> None:
    [article, *_] = examples()
    org = {"kind": "agency", "raw": "x"}
    from schemas.records import SourceOrganization as Org

    one = text_of(replace(article, source_organization=[Org(name="الأناضول", id="anadolu", **org)]))  # type: ignore[arg-type]
    two = text_of(replace(article, source_organization=[Org(name="Anadolu", id="anadolu", **org)]))  # type: ignore[arg-type]
    outlet = text_of(replace(article, source_organization=[Org(name="Herald", kind="outlet", raw="x")]))
    assert one.agency == two.agency != b""
    assert outlet.agency == b""


@pytest.mark.parametrize(
    ("url", "house"),
    [
        ("https://www.a.test/x", "a.test"),
        ("https://m.a.test/", "a.test"),
        ("https://amp.a.test/", "a.test"),
        ("no url", ""),
        ("http://[", ""),
    ],
)
def test_hosts_of_one_house(url: str, house: str) -> None:
    assert house_of(url) == house
