"""What every store promises: the same tests on the in-process store and on a real Valkey."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import redis

from schemas.records import Source
from tests.conftest import Unique, ValkeyServer
from tests.unit.store.stores import Clock, body, came_of, id_of, page, source, text
from workers.local.valkey import LocalValkey
from workers.pipeline.site import MIN_PAGES, SiteSeen
from workers.store.memory import MemoryStore
from workers.store.protocol import CLAIM_TTL_S, MAX_VERSIONS, Closing, Look, Past, SeenAs, Store, StoreUnavailable, Text, Verdict
from workers.store.redis import RedisStore

HORIZON_S = 1_000
MakeStore = Callable[[], Store]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "valkey"])
def store(request: pytest.FixtureRequest, clock: Clock, unique: Unique) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore(items=10_000, horizon_s=HORIZON_S, wall_clock_s=clock)
        return
    server: ValkeyServer = request.getfixturevalue("valkey")
    client = redis.Redis.from_url(server.url)
    yield RedisStore(client, prefix=unique("store"), ttl_s=86_400, items=10_000, horizon_s=HORIZON_S, wall_clock_s=clock)
    client.close()


def settle(store: Store, source: Source, texts: list[Text]) -> list[Verdict]:
    [verdicts] = store.settle([(source, texts)])
    return verdicts


def confirm(store: Store, *looks: Look) -> None:
    for look in looks:
        store.close_pages([came_of(look, store.look([look])[0])])


# seen before


def test_a_page_is_new_then_unchanged_and_its_redelivery_goes_through(store: Store) -> None:
    first = page(5)
    assert store.look([first])[0].seen_as is SeenAs.NEW
    assert store.look([first])[0].seen_as is SeenAs.AGAIN  # redelivered before it was confirmed
    confirm(store, first)
    assert store.look([page(6)])[0].seen_as is SeenAs.UNCHANGED
    assert store.look([page(1, partition=1)])[0].seen_as is SeenAs.UNCHANGED
    again = store.look([first])[0]
    assert again.seen_as is SeenAs.AGAIN
    assert again.past == Past(standing=[id_of(first.url)], verdicts=[Verdict(id=id_of(first.url))])


def test_a_page_in_work_makes_the_same_page_from_another_record_unchanged_until_its_claim_expires(store: Store, clock: Clock) -> None:
    store.look([page(5)])
    assert store.look([page(9, partition=1)])[0].seen_as is SeenAs.UNCHANGED
    clock.now_s += CLAIM_TTL_S + 1
    assert store.look([page(9, partition=1)])[0].seen_as is SeenAs.NEW


def test_pages_that_are_looked_up_together_are_seen_in_their_order(store: Store) -> None:
    elsewhere = "https://a.test/elsewhere"
    pages = [page(5), page(6), page(7, "B"), page(8, url=elsewhere), page(5)]
    seen = [SeenAs.NEW, SeenAs.UNCHANGED, SeenAs.NEW, SeenAs.NEW, SeenAs.AGAIN]
    assert [found.seen_as for found in store.look(pages)] == seen
    assert store.look([page(9, url=elsewhere)])[0].seen_as is SeenAs.UNCHANGED
    assert store.look([]) == []


@pytest.mark.parametrize(
    "other",
    [page(6, "B"), page(6, rules="2"), page(6, again=True), page(6, url="https://a.test/2")],
    ids=["text", "rules", "wanted", "url"],
)
def test_another_page_is_new(store: Store, other: Look) -> None:
    confirm(store, page(5))
    assert store.look([other])[0].seen_as is SeenAs.NEW


def test_a_claim_that_came_to_nothing_is_given_up(store: Store) -> None:
    seen = store.look([page(5)])[0]
    store.close_pages([Closing(look=page(5), seen=seen, past=None)])
    assert store.look([page(6)])[0].seen_as is SeenAs.NEW


def test_a_replay_from_the_start_is_judged_as_the_first_time(store: Store) -> None:
    looks = [page(n, content) for n, content in enumerate("AABBAC")]
    first = []
    for look in looks:
        seen = store.look([look])[0]
        first.append(seen.seen_as is SeenAs.UNCHANGED)
        if seen.seen_as is SeenAs.NEW:
            store.close_pages(
                [came_of(look, seen, Past(standing=[id_of(look.url)], verdicts=[Verdict(id=id_of("x"), revision=look.source.offset + 1)]))]
            )
    assert first == [False, True, False, True, False, False]
    for look, unchanged in zip(looks, first, strict=True):
        seen = store.look([look])[0]
        assert seen.seen_as is (SeenAs.UNCHANGED if unchanged else SeenAs.AGAIN)
        if not unchanged:
            assert seen.past is not None
            assert seen.past.verdicts[0].revision == look.source.offset + 1


def test_the_past_of_a_new_page_is_that_of_the_page_before(store: Store) -> None:
    confirm(store, page(5))
    seen = store.look([page(6, "B")])[0]
    assert seen.past is not None
    assert seen.past.standing == [id_of(page(5).url)]
    assert store.look([page(7, "C")])[0].past == seen.past  # what is only claimed has no past yet


def test_a_url_keeps_a_bounded_number_of_pages(store: Store) -> None:
    for offset in range(MAX_VERSIONS + 5):
        confirm(store, page(offset, str(offset)))
    assert store.look([page(0, "0")])[0].seen_as is SeenAs.NEW
    assert store.look([page(MAX_VERSIONS + 4, str(MAX_VERSIONS + 4))])[0].seen_as is SeenAs.AGAIN


def test_pages_that_brought_the_same_articles_take_one_place(store: Store) -> None:
    confirm(store, page(0, "0"))
    for offset in range(1, MAX_VERSIONS + 5):
        look = page(offset, str(offset))
        store.close_pages([came_of(look, store.look([look])[0], Past(standing=[id_of(look.url)], unchanged=True))])
    assert store.look([page(0, "0")])[0].seen_as is SeenAs.AGAIN
    assert store.look([page(100, str(MAX_VERSIONS + 4))])[0].seen_as is SeenAs.UNCHANGED


def test_what_was_confirmed_after_the_store_was_flushed_is_remembered(store: Store) -> None:
    look = page(5)
    store.close_pages([came_of(look, store.look([page(1, url="https://other.test/")])[0])])
    assert store.look([page(6)])[0].seen_as is SeenAs.UNCHANGED


# the same article


def test_pages_settled_together_are_settled_one_after_the_other(store: Store) -> None:
    [[first], nothing, [second, third]] = store.settle(
        [
            (source(1), [text("a", body(1))]),
            (source(2), []),
            (source(3), [text("b", body(1)), text("a", body(1) + " more")]),
        ]
    )
    assert nothing == []
    assert not first.duplicate_of
    assert second.duplicate_of == id_of("a")
    assert (third.revision, third.revision_of) == (2, text("a", body(1)).content_hash)


def test_the_same_text_at_another_url_is_an_exact_duplicate_of_the_first(store: Store) -> None:
    [first] = settle(store, source(1), [text("a", body(1))])
    [second] = settle(store, source(2), [text("b", body(1).upper() + "  ")])
    assert first == Verdict(id=id_of("a"))
    assert second == Verdict(id=id_of("b"), duplicate_of=id_of("a"), kind="exact", score=1.0)


def test_a_short_text_has_exact_duplicates_too(store: Store) -> None:
    settle(store, source(1), [text("a", "a flash of five words")])
    [second] = settle(store, source(2), [text("b", "a flash of five words")])
    assert second.duplicate_of == id_of("a")


def test_a_redelivery_is_no_duplicate_of_itself_and_has_the_same_verdict(store: Store) -> None:
    texts = [text("a", body(1)), text("b", body(1))]
    assert settle(store, source(1), texts) == settle(store, source(1), texts)


def test_a_text_of_its_own_is_no_duplicate(store: Store) -> None:
    for n in range(20):
        [verdict] = settle(store, source(n), [text(str(n), body(n))])
        assert verdict == Verdict(id=id_of(str(n)))


def test_an_edited_reprint_is_near_or_with_an_agency_at_another_house_syndicated(store: Store) -> None:
    story = body(1)
    edited = "agency line gone " + story.partition(" ")[2] + " " + body(2, 20)
    settle(store, source(1), [text("a", story, house="a", agency="anadolu")])
    [same_house] = settle(store, source(2), [text("b", edited, house="a", agency="anadolu")])
    [other_house] = settle(store, source(3), [text("c", edited, house="c")])
    [other_agency] = settle(store, source(4), [text("d", edited, house="c", agency="reuters")])
    assert [v.kind for v in (same_house, other_house, other_agency)] == ["near", "syndicated", "near"]
    assert {v.duplicate_of for v in (same_house, other_house, other_agency)} == {id_of("a")}
    assert 0.7 < same_house.score < 1


def test_a_text_cut_short_is_near_and_half_a_text_in_another_is_not(store: Store) -> None:
    story = body(1, 600)
    settle(store, source(1), [text("a", story)])
    [cut] = settle(store, source(2), [text("b", " ".join(story.split()[:250]))])
    [mixed] = settle(store, source(3), [text("c", " ".join(story.split()[:200]) + " " + body(2, 500))])
    assert cut.duplicate_of == id_of("a")
    assert not mixed.duplicate_of


def test_what_repeats_a_reprint_is_linked_to_the_original(store: Store) -> None:
    settle(store, source(1), [text("a", body(1))])
    settle(store, source(2), [text("b", body(1) + " " + body(2, 10))])
    [third] = settle(store, source(3), [text("c", body(1) + " " + body(2, 10))])
    assert third.duplicate_of == id_of("a")


def test_past_the_horizon_nothing_is_repeated(store: Store, clock: Clock) -> None:
    settle(store, source(1), [text("a", body(1))])
    clock.now_s += HORIZON_S + 1
    [late] = settle(store, source(2), [text("b", body(1))])
    assert not late.duplicate_of


# versions


def test_changed_text_is_a_revision_and_never_a_duplicate_of_itself(store: Store) -> None:
    old, new = text("a", body(1), headline="x"), text("a", body(1) + " " + body(2, 30), headline="y")
    settle(store, source(1), [old])
    [second] = settle(store, source(2), [new])
    assert (second.revision, second.revision_of, second.headline_changed) == (2, old.content_hash, True)
    assert 0 < second.body_share < 0.4
    assert not second.duplicate_of
    assert settle(store, source(2), [new]) == [second]  # redelivered
    assert settle(store, source(3), [new]) == [second]  # the same text again
    [third] = settle(store, source(4), [old])
    assert (third.revision, third.revision_of) == (3, new.content_hash)


def test_a_changed_headline_alone_is_a_revision_of_the_same_body(store: Store) -> None:
    settle(store, source(1), [text("a", body(1), headline="x")])
    [verdict] = settle(store, source(2), [text("a", body(1), headline="y")])
    assert (verdict.revision, verdict.headline_changed, verdict.body_share) == (2, True, 0.0)


def test_a_small_edit_is_a_change_of_the_body(store: Store) -> None:
    words = body(1, 5_000)
    settle(store, source(1), [text("a", words)])
    [verdict] = settle(store, source(2), [text("a", words + " more")])
    assert verdict.body_share > 0


def test_an_edited_reprint_stays_linked_while_it_is_alike(store: Store) -> None:
    settle(store, source(1), [text("a", body(1))])
    settle(store, source(2), [text("b", body(1))])
    [edited] = settle(store, source(3), [text("b", body(1) + " " + body(2, 30))])
    assert (edited.revision, edited.duplicate_of, edited.kind) == (2, id_of("a"), "near")
    [rewritten] = settle(store, source(4), [text("b", body(9))])
    assert (rewritten.revision, rewritten.duplicate_of) == (3, b"")


# forgetting


def test_what_is_forgotten_is_new_and_no_original_any_more(store: Store) -> None:
    look = page(1)
    seen = store.look([look])[0]
    settle(store, look.source, [text(look.url, body(1))])
    store.close_pages([came_of(look, seen)])
    past = store.forget(look.url, [])
    assert past is not None
    assert past.standing == [id_of(look.url)]
    assert store.forget(look.url, []) is None
    assert store.look([page(2)])[0].seen_as is SeenAs.NEW
    [verdict] = settle(store, source(3), [text("b", body(1))])
    assert not verdict.duplicate_of


# sites


def learn(store: Store, number: int, *, article: int | None = None) -> None:
    look = page(number, url=f"https://a.test/{number}")
    seen = store.look([look])[0]
    learned = SiteSeen(
        blocks=(7, 2**47 + 1, 1_000 + number), page=number + 1 if article is None else article, names=("A Paper", f"Story {number}")
    )
    store.close_pages([Closing(look=look, seen=seen, past=Past(standing=[id_of(look.url)]), learned=learned)])


def test_a_site_is_known_once_enough_of_its_pages_were_seen(store: Store) -> None:
    for number in range(MIN_PAGES - 1):
        learn(store, number)
        assert store.look([page(1_000 + number, url=f"https://a.test/x{number}")])[0].site.furniture == frozenset()
    for number in range(MIN_PAGES, MIN_PAGES + 10):
        learn(store, number)
    seen = store.look([page(5_000, url="https://a.test/new")])[0]
    assert seen.site.furniture == {7, 2**47 + 1}
    assert seen.site.names == ("A Paper",)
    together = store.look([page(5_001 + number, url=f"https://a.test/new{number}") for number in range(2)])
    assert [found.site.furniture for found in together] == [seen.site.furniture] * 2


def test_one_article_at_many_urls_teaches_nothing(store: Store) -> None:
    for number in range(60):
        learn(store, number, article=5)
    assert store.look([page(5_000, url="https://a.test/new")])[0].site.furniture == frozenset()


def test_a_redelivery_is_given_the_facts_of_the_first_time(store: Store) -> None:
    early = page(9_000, url="https://a.test/early")
    assert store.look([early])[0].site.furniture == frozenset()
    for number in range(50):
        learn(store, number)
    late = page(9_001, url="https://a.test/late")
    assert store.look([late])[0].site.furniture == {7, 2**47 + 1}
    assert store.look([early])[0].site.furniture == frozenset()
    assert store.look([late])[0].site.furniture == {7, 2**47 + 1}


def test_of_two_workers_with_the_same_article_at_the_same_moment_exactly_one_has_the_original(valkey: ValkeyServer, unique: Unique) -> None:
    prefix, rounds = unique("race"), 60
    together = Barrier(2)

    def settle_all(worker: int) -> list[Verdict]:
        with redis.Redis.from_url(valkey.url) as client:
            store = RedisStore(client, prefix=prefix, ttl_s=60, items=1_000, horizon_s=HORIZON_S)
            found = []
            for number in range(rounds):
                copy = text(f"{worker} {number}", body(number) + (" " + body(-1, 8) if worker else ""))
                together.wait()
                found += settle(store, source(number, partition=worker), [copy])
            return found

    with ThreadPoolExecutor(2) as pool:
        ours, theirs = pool.map(settle_all, range(2))
    assert [bool(a.duplicate_of) + bool(b.duplicate_of) for a, b in zip(ours, theirs, strict=True)] == [1] * rounds


DOCS = Path(__file__).parents[3] / "docs"


def test_the_rights_that_the_docs_give_a_user_of_redis_are_enough(own_valkey: Callable[..., LocalValkey], clock: Clock) -> None:
    found = re.search(r"^ACL SETUSER (rawi) on >(\w+) (.*)$", (DOCS / "security-kafka-redis.md").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    server = own_valkey()
    with redis.Redis.from_url(server.url) as admin:
        admin.acl_setuser(found[1], enabled=True, reset=True, passwords=[f"+{found[2]}"], keys=["rawi:*"])
        admin.execute_command("ACL", "SETUSER", found[1], *found[3].split())
    with redis.Redis.from_url(server.url, username=found[1], password=found[2]) as client:
        store = RedisStore(client, prefix="rawi:", ttl_s=3600, items=1_000, horizon_s=HORIZON_S, wall_clock_s=clock)
        for number in range(MIN_PAGES + 10):
            learn(store, number)
        assert store.look([page(5_000, url="https://a.test/new")])[0].site.furniture
        settle(store, source(1), [text("a", body(1))])
        assert settle(store, source(2), [text("b", body(1))])[0].duplicate_of
        assert store.forget("https://a.test/1", []) is not None


def test_a_store_that_is_full_is_unavailable_and_answers_again_when_there_is_room(
    own_valkey: Callable[..., LocalValkey], clock: Clock
) -> None:
    server = own_valkey()
    with redis.Redis.from_url(server.url) as client:
        store = RedisStore(client, prefix="rawi:", ttl_s=3600, items=1_000, horizon_s=HORIZON_S, wall_clock_s=clock)
        store.look([page(1)])
        client.config_set("maxmemory", "1mb")
        with pytest.raises(StoreUnavailable):
            store.look([page(2, "B")])
        with pytest.raises(StoreUnavailable):
            settle(store, source(1), [text("a", body(1))])
        client.config_set("maxmemory", "0")
        assert store.look([page(2, "B")])[0].seen_as is SeenAs.NEW
