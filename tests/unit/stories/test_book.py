"""The book of stories: what becomes of articles, whatever order they come in, and what of a crash in the middle of writing it down."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from schemas import codec
from schemas.records import Story
from tests.unit.stories.articles import Reader, article, settings, update
from workers.stories.book import MAX_STORY_BYTES, SWEEP_EVERY, Book, Update, Verdict
from workers.stories.features import Features
from workers.stories.record import story_id

TEXT = " ".join(f"word{n}" for n in range(60))
QUAKE = "quake rathen seven dead rescue"
VOTE = "vote belmar parliament budget premier"


def stories(reader: Reader) -> list[Story]:
    return [codec.decode_story(value) for value in reader.stories.values()]


def after(*updates: Update, book: Book | None = None) -> Reader:
    reader = Reader(book or Book(settings()))
    for each in updates:
        reader.book.apply(each)
        reader.take()
    return reader


def told(reader: Reader) -> set[frozenset[tuple[str, str, str]]]:
    """Stories by their ids and members, without what depends on the way there."""
    return {frozenset((s.story_id, m.article_id, m.kind) for m in s.members) for s in stories(reader)}


def test_articles_on_one_event_make_a_story_and_others_none() -> None:
    first, second, other = article("a", QUAKE), article("b", QUAKE + " clinic", hours=2), article("c", VOTE, hours=1)
    reader = after(update(first, 0), update(second, 1), update(other, 2))
    (story,) = stories(reader)
    assert story.story_id == story_id(first.id)
    assert [(m.publisher, m.kind) for m in story.members] == [("a", "independent"), ("b", "independent")]
    assert (story.independent_count, story.reprint_count, story.headline) == (2, 0, "Headline of a")
    assert (story.first_seen, story.last_seen) == ("2026-05-28T20:26:40Z", "2026-05-28T22:26:40Z")


def test_a_text_that_an_earlier_member_has_is_a_reprint_and_so_is_what_says_it_is_a_duplicate() -> None:
    first = article("a", QUAKE, text=TEXT)
    reprint = article("b", QUAKE, hours=1, text=TEXT + " another last word")
    independent = article("c", QUAKE, hours=2, text=" ".join(reversed(TEXT.split())))
    declared = article("d", VOTE, hours=3, duplicate_of=first.id)
    reader = after(*(update(each, n) for n, each in enumerate((first, reprint, independent, declared))))
    (story,) = stories(reader)
    assert [m.kind for m in story.members] == ["independent", "reprint", "independent", "reprint"]
    assert (story.independent_count, story.reprint_count) == (2, 2)


def test_a_story_is_bounded_by_the_window_from_its_first_article() -> None:
    days = [article(f"day {n}", QUAKE, hours=40 * n) for n in range(5)]
    reader = after(*(update(each, n) for n, each in enumerate(days)))
    assert sorted([m.publisher for m in story.members] for story in stories(reader)) == [["day 0", "day 1"], ["day 2", "day 3"]]


def test_a_redelivered_record_changes_nothing_and_publishes_nothing() -> None:
    first, second = article("a", QUAKE), article("b", QUAKE, hours=1)
    reader = after(update(first, 0), update(second, 1))
    published = reader.published
    for each in (update(first, 0), update(second, 1), update(first, 7), update(second, 2, partition=3)):
        assert reader.book.apply(each) is Verdict.REPEATED
        reader.take()
    assert reader.published == published


def test_a_revision_changes_its_membership_and_is_not_a_second_member() -> None:
    first, second, other = article("a", QUAKE), article("b", QUAKE, hours=1), article("c", VOTE)
    reader = after(update(first, 0), update(second, 1), update(other, 2))
    assert reader.book.apply(update(article("b", VOTE, hours=5), 3)) is Verdict.REVISED
    reader.take()
    (story,) = stories(reader)
    assert {m.publisher for m in story.members} == {"b", "c"}
    late = article("b", VOTE, hours=9, headline="Another headline")
    reader.book.apply(update(late, 4))
    reader.take()
    (story,) = stories(reader)
    assert story.last_seen == "2026-05-28T21:26:40Z", "an article keeps the time it was first downloaded"


def test_a_tombstone_removes_a_member_and_a_story_of_one_is_withdrawn() -> None:
    a, b, c = article("a", QUAKE), article("b", QUAKE, hours=1), article("c", QUAKE, hours=2)
    reader = after(update(a, 0), update(b, 1), update(c, 2))
    assert reader.book.apply(update(a, 3, gone=True)) is Verdict.REMOVED
    reader.take()
    (story,) = stories(reader)
    assert [m.publisher for m in story.members] == ["b", "c"]
    assert story.former_story_ids == [story_id(a.id)], "the story goes on under the id of its first article that is left"
    reader.book.apply(update(c, 4, gone=True))
    reader.take()
    assert reader.stories == {}
    assert reader.book.apply(update(c, 4, gone=True)) is Verdict.REPEATED


def test_an_earlier_article_that_comes_late_joins_two_stories_and_names_the_ids_it_replaces() -> None:
    left = [article(f"left {n}", "quake rathen seven dead rescue one", hours=5 + n) for n in range(2)]
    right = [article(f"right {n}", "clinic harbour mayor fund storm two", hours=8 + n) for n in range(2)]
    reader = after(*(update(each, n) for n, each in enumerate(left + right)))
    assert len(stories(reader)) == 2
    bridge = article("bridge", "quake rathen seven dead rescue clinic harbour mayor fund storm", hours=0)
    reader.book.apply(update(bridge, 9))
    reader.take()
    (story,) = stories(reader)
    assert story.story_id == story_id(bridge.id)
    assert sorted(story.former_story_ids) == sorted(story_id(each.id) for each in (left[0], right[0]))
    assert len(story.members) == 5


names = st.sampled_from([f"p{n}" for n in range(7)])
vocabulary = st.lists(st.sampled_from([f"w{n}" for n in range(9)]), min_size=2, max_size=6, unique=True).map(" ".join)
texts = st.sampled_from(["", TEXT, TEXT + " and more of it", " ".join(reversed(TEXT.split()))])
records = st.lists(st.tuples(names, vocabulary, st.integers(0, 120), texts, st.booleans()), min_size=2, max_size=14)


def the_log(drawn: list[tuple[Any, ...]]) -> list[Update]:
    """Records as `articles` holds them: an article is always in one partition, its later records have higher offsets."""
    log = []
    for offset, (name, words, hours, text, gone) in enumerate(drawn):
        features = article(
            name, words, hours=hours, text=text, event_s=1_780_000_000 + hours * 3600, downloaded_s=1_780_000_000 + int(name[1:])
        )
        log.append(update(features, offset, partition=int(name[1:]) % 3, gone=gone and offset > 4, timestamp_ms=offset))
    return log


@trying(deadline=None)  # no test depends on the machine's speed
@given(records, st.randoms(use_true_random=False))
def test_stories_are_the_same_whatever_order_the_partitions_come_in_and_however_often(drawn: list[tuple[Any, ...]], chance: Any) -> None:
    log = the_log(drawn)
    straight = after(*log)
    partitions = [[each for each in log if each.partition == n] for n in range(3)]
    mixed: list[Update] = []
    while any(partitions):
        partition = chance.choice([each for each in partitions if each])
        mixed.append(partition.pop(0))
        if chance.random() < 0.3:  # what is read again begins at a committed offset and comes in order
            again = [each for each in mixed if each.partition == mixed[-1].partition]
            mixed += again[chance.randrange(len(again)) :]
    assert told(after(*mixed)) == told(straight)
    expected = {frozenset((s, a) for s, a, _ in story) for story in told(straight)}
    assert {frozenset((s, a) for s, a, _ in story) for story in told(all_at_once(log))} == expected


def all_at_once(log: list[Update]) -> Reader:
    """What the last records of each article alone come to, in one batch."""
    reader = Reader(Book(settings()))
    for each in {each.id: each for each in log}.values():
        reader.book.apply(each)
    reader.take()
    return reader


@trying(deadline=None)
@given(records, st.integers(0, 60), st.integers(1, 5))
def test_a_crash_anywhere_in_the_writing_of_a_batch_loses_and_doubles_nothing(drawn: list[tuple[Any, ...]], cut: int, batch: int) -> None:
    log = the_log(drawn)
    whole = after(*log)
    reader, committed = Reader(Book(settings())), 0
    for at in range(0, len(log), batch):
        for each in log[at : at + batch]:
            reader.book.apply(each)
        changes = reader.book.take_changes()
        crashed = cut < len(changes.records) + len(changes.journal)
        for key, value in changes.records[:cut] if crashed else changes.records:
            put(reader.stories, key, value)
        for key, value in changes.journal[: max(0, cut - len(changes.records))] if crashed else changes.journal:
            put(reader.journal, key, value)
        if crashed:
            break
        cut -= len(changes.records) + len(changes.journal)
        committed = at + batch
    reader.book = Book(settings(), reader.journal.items())
    for each in log[committed:]:
        reader.book.apply(each)
        reader.take()
    assert told(reader) == told(whole)
    assert told(reader) == told(replayed(reader))


def put(state: dict[bytes, bytes], key: bytes, value: bytes | None) -> None:
    if value is None:
        state.pop(key, None)
    else:
        state[key] = value


def replayed(reader: Reader) -> Reader:
    """The stories that a book made from the journal would tell."""
    book = Book(settings(), reader.journal.items())
    again = Reader(book)
    again.stories = {
        story_id(root).encode(): codec.encode(book.story(root)) for root, members in book.forest.members.items() if len(members) > 1
    }
    return again


def test_stories_without_news_are_over_and_their_articles_are_not_taken_for_new_ones() -> None:
    first, second = article("a", QUAKE), article("b", QUAKE, hours=1)
    reader = after(update(first, 0), update(second, 1))
    told_then = dict(reader.stories)
    later_ms = (second.downloaded_s + 8 * 86_400) * 1000
    fillers = [article(f"f{n}", f"only{n}") for n in range(1000)]
    for n, each in enumerate(fillers):
        reader.book.apply(update(each, n + 2, timestamp_ms=later_ms))
    reader.take()
    assert first.id not in reader.book.forest.nodes
    assert reader.stories == told_then, "what was told stays told"
    restarted = Reader(Book(settings(), reader.journal.items()))
    restarted.stories = reader.stories
    for again in (update(first, 5000), update(article("b", QUAKE + " more", hours=1), 5001)):
        assert restarted.book.apply(again) is Verdict.CLOSED
    restarted.take()
    assert restarted.stories == told_then
    assert restarted.book.apply(update(second, 5002, gone=True)) is Verdict.REMOVED
    restarted.take()
    assert restarted.stories == {}, "a story that is over and loses a member is withdrawn: nobody knows the rest of it any more"


def test_the_number_of_articles_is_bounded_and_the_longest_silent_stories_go_first() -> None:
    book = Book(settings(max_articles=1000))
    for n in range(3000):
        book.apply(update(article(f"f{n}", f"only{n}"), n, timestamp_ms=n))
    assert 1000 <= len(book.forest.nodes) < 1000 + SWEEP_EVERY
    assert article("f2999", "x").id in book.forest.nodes
    assert article("f0", "x").id not in book.forest.nodes


@pytest.mark.parametrize("bound", [2, 3])
def test_a_record_lists_the_earliest_members_and_counts_all(bound: int) -> None:
    reader = after(*(update(article(f"m{n}", QUAKE, hours=n), n) for n in range(6)), book=Book(settings(max_members=bound)))
    (story,) = stories(reader)
    assert [m.publisher for m in story.members] == [f"m{n}" for n in range(bound)]
    assert story.independent_count == 6


def test_a_record_that_would_be_too_large_lists_fewer_members() -> None:
    long = "https://paper.example/" + "x" * 4_000
    many = [update(article(f"m{n}", QUAKE, url=long, hours=n / 100), n) for n in range(1200)]
    reader = Reader(Book(settings(max_members=5000)))
    for each in many:
        reader.book.apply(each)
    reader.take()
    (value,) = reader.stories.values()
    assert len(value) <= MAX_STORY_BYTES
    story = codec.decode_story(value)
    assert (len(story.members), story.independent_count) == (600, 1200)


def test_keywords_are_those_most_members_have_in_their_most_frequent_spelling() -> None:
    keywords = [("Rathen", "quake"), ("rathen", "Quake"), ("quake", "rescue")]
    reader = after(*(update(article(f"m{n}", QUAKE, hours=n, keywords=found), n) for n, found in enumerate(keywords)))
    (story,) = stories(reader)
    assert story.keywords == ["quake", "Rathen", "rescue"]


def test_an_article_in_the_journal_is_about_a_kilobyte() -> None:
    features: Features = article("a", " ".join(f"w{n}" for n in range(48)), text=TEXT)
    assert len(msgspec.msgpack.encode(features)) < 1000
