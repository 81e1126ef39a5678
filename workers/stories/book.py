"""The book of stories: takes updates of articles one by one, and says what is to be published and written into the journal.

The journal holds an entry an article and an entry a published story; from it the book is made again. Its order matters: whatever part
of it was written before a crash, the updates that follow (each is delivered again until it is committed) bring the book to the same state.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from schemas import codec
from schemas.records import Story
from workers.settings import StorySettings
from workers.stories.features import Features
from workers.stories.forest import Forest, Node
from workers.stories.index import Index
from workers.stories.record import story_id, story_of

MIN_MEMBERS = 2  # one article is no story yet
CLOSED_HORIZONS = 4  # an article of a story that is over is known for so many horizons
MAX_STORY_BYTES = 4_000_000  # under max.message.bytes of `stories`
SWEEP_EVERY = 1000  # updates between two looks for what is over

_STORY_KEY = b"s"


class Update(msgspec.Struct, frozen=True, array_like=True):
    """An article as it stands now, or its withdrawal (`article` None), and the record on `articles` that says so."""

    id: bytes
    article: Features | None
    partition: int
    offset: int
    timestamp_ms: int


class Verdict(StrEnum):
    """What became of an update."""

    ADDED = "added"
    REVISED = "revised"
    REMOVED = "removed"
    REPEATED = "repeated"  # known already: changes nothing
    CLOSED = "closed"  # its story is over: changes nothing


class Closed(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """What stays of an article whose story is over: so that it is not taken for a new one when it comes again."""

    root: bytes
    closed_ms: int


class Published(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """What was last published of a story."""

    revision: int
    former: tuple[str, ...]
    digest: bytes


class Kept(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """An article in the journal."""

    node: Node


class Changes(NamedTuple):
    """What is to be done, in this order: records for `stories`, entries for the journal. A value of None: a tombstone, a removal."""

    records: list[tuple[bytes, bytes | None]]
    journal: list[tuple[bytes, bytes | None]]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept | Closed | Published).decode


class Book:
    """Every article of the horizon, and the stories they tell.

    Args:
        settings: window, horizon and bounds.
        journal: the entries to begin from.
    """

    def __init__(self, settings: StorySettings, journal: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._settings = settings
        index = Index(min_likeness=settings.min_likeness, window_s=settings.window_s)
        self.forest = Forest(index, settings.window_s)
        self.now_ms = 0  # the latest timestamp seen: the book's clock
        self._published: dict[bytes, Published] = {}
        self._closed: OrderedDict[bytes, Closed] = OrderedDict()
        self._ended: dict[bytes, None] = {}  # roots of stories that are over, not yet out of the journal
        self._withdrawn: dict[bytes, None] = {}  # roots of stories that are over and lost a member
        self._reopened: dict[bytes, None] = {}  # closed articles whose entry goes
        self._updates = 0
        self._restore(journal)

    @property
    def story_count(self) -> int:
        """Stories that are open and published."""
        return len(self._published)

    def apply(self, update: Update) -> Verdict:
        """Take in an update."""
        self.now_ms = max(self.now_ms, update.timestamp_ms)
        self._updates += 1
        if self._updates % SWEEP_EVERY == 0:
            self._sweep()
        if update.id in self._closed:
            return self._apply_closed(update)
        known = self.forest.nodes.get(update.id)
        if known is None:
            if update.article is None:
                return Verdict.REPEATED
            self.forest.add(_node(update, update.article, update.article.downloaded_s))
            return Verdict.ADDED
        if known.source[0] == update.partition and update.offset <= known.source[1]:
            return Verdict.REPEATED
        if update.article is None:
            self.forest.remove(update.id)
            return Verdict.REMOVED
        first_s = min(known.first_s, update.article.downloaded_s)
        if first_s == known.first_s and _same(known.article, update.article):
            return Verdict.REPEATED
        self.forest.remove(update.id)
        self.forest.add(_node(update, update.article, first_s))
        return Verdict.REVISED

    def take_changes(self) -> Changes:
        """Return what the updates since the last call come to."""
        touched, dirty = self.forest.take_changes()
        ended = [root for root in touched if len(self.forest.members.get(root, ())) < MIN_MEMBERS and root in self._published]
        heirs = self._heirs(ended, touched)
        records: list[tuple[bytes, bytes | None]] = []
        journal: list[tuple[bytes, bytes | None]] = []
        for root in touched:
            if len(self.forest.members.get(root, ())) >= MIN_MEMBERS and (value := self._publish(root, heirs.get(root, ()))):
                records.append((story_id(root).encode(), value))
                journal.append((_STORY_KEY + root, _encode(self._published[root])))
        for root in ended:
            del self._published[root]
        records += [(story_id(root).encode(), None) for root in (*ended, *self._withdrawn)]
        journal += [(_STORY_KEY + root, None) for root in (*ended, *self._ended)]
        journal += [(article_id, self._entry(article_id)) for article_id in (*dirty, *self._reopened)]
        self._ended, self._withdrawn, self._reopened = {}, {}, {}
        return Changes(records, journal)

    def story(self, root: bytes) -> Story:
        """The record of an open story as it stands; `revision` and former ids as last published."""
        published = self._published.get(root) or Published(1, (), b"")
        return self._record(root, published.revision, published.former)

    def _publish(self, root: bytes, heritage: Iterable[str]) -> bytes | None:
        """Return the record of a tree; None when it says what the last one said."""
        last = self._published.get(root) or Published(0, (), b"")
        former = tuple(dict.fromkeys((*last.former, *heritage)))
        story = self._record(root, last.revision + 1, former)
        while len(value := codec.encode(story)) > MAX_STORY_BYTES:  # thousands of members with very long URLs
            story = msgspec.structs.replace(story, members=story.members[: len(story.members) // 2])
        digest = hashlib.sha256(codec.encode(msgspec.structs.replace(story, revision=1))).digest()[:8]
        if digest == last.digest:
            return None
        self._published[root] = Published(story.revision, former, digest)
        return value

    def _record(self, root: bytes, revision: int, former: tuple[str, ...]) -> Story:
        members = sorted((self.forest.nodes[article_id] for article_id in self.forest.members[root]), key=lambda node: node.order)
        return story_of(root, members, revision=revision, former=former, max_members=self._settings.max_members)

    def _heirs(self, ended: list[bytes], touched: dict[bytes, set[bytes]]) -> dict[bytes, list[str]]:
        """Root of an open story to the ids of the stories that ended in it."""
        heirs: dict[bytes, list[str]] = {}
        for root in ended:
            former = (*self._published[root].former, story_id(root))
            seen, waiting = {root}, list(touched[root])
            while waiting:
                at = waiting.pop()
                if at not in seen:
                    seen.add(at)
                    if at in self.forest.members:
                        heirs.setdefault(at, []).extend(former)
                    else:
                        waiting += touched.get(at, ())
        return heirs

    def _apply_closed(self, update: Update) -> Verdict:
        """A story that is over stays as it was published; but when one of its articles is withdrawn, so is the story."""
        if update.article is not None:
            return Verdict.CLOSED
        closed = self._closed.pop(update.id)
        self._reopened[update.id] = None
        self._withdrawn[closed.root] = None
        return Verdict.REMOVED

    def _sweep(self) -> None:
        """Let go of stories without a new record within the horizon, then, while there are too many articles, of the longest silent."""
        limit = self._settings.max_articles
        over_ms = self.now_ms - self._settings.horizon_s * 1000
        nodes = self.forest.nodes
        last_ms = {root: max(nodes[article_id].seen_ms for article_id in members) for root, members in self.forest.members.items()}
        too_many = len(nodes) - limit
        for root in sorted(last_ms, key=lambda root: (last_ms[root], root)):
            if last_ms[root] >= over_ms and too_many <= 0:
                break
            for article_id in self.forest.forget_story(root):
                self._closed[article_id] = Closed(root, self.now_ms)
                too_many -= 1
            if self._published.pop(root, None):
                self._ended[root] = None
        forgotten_ms = self.now_ms - CLOSED_HORIZONS * self._settings.horizon_s * 1000
        while self._closed:
            article_id, closed = next(iter(self._closed.items()))
            if closed.closed_ms >= forgotten_ms and len(self._closed) <= CLOSED_HORIZONS * limit:
                break
            del self._closed[article_id]
            self._reopened[article_id] = None

    def _entry(self, article_id: bytes) -> bytes | None:
        if article_id in self.forest.nodes:
            return _encode(Kept(self.forest.nodes[article_id]))
        return _encode(self._closed[article_id]) if article_id in self._closed else None

    def _restore(self, journal: Iterable[tuple[bytes, bytes]]) -> None:
        nodes: list[Node] = []
        closed: list[tuple[bytes, Closed]] = []
        for key, value in journal:
            entry = _decode(value)
            if isinstance(entry, Kept):
                nodes.append(entry.node)
            elif isinstance(entry, Closed):
                closed.append((key, entry))
            else:
                self._published[key[len(_STORY_KEY) :]] = entry
        self.forest.restore(nodes)
        self._closed.update(sorted(closed, key=lambda item: (item[1].closed_ms, item[0])))
        self.now_ms = max((node.seen_ms for node in nodes), default=0)


def _node(update: Update, article: Features, first_s: int) -> Node:
    return Node(article=article, first_s=first_s, seen_ms=update.timestamp_ms, source=(update.partition, update.offset))


def _same(known: Features, new: Features) -> bool:
    """Whether two versions of an article say the same; when they were downloaded does not count."""
    return msgspec.structs.replace(known, downloaded_s=0) == msgspec.structs.replace(new, downloaded_s=0)
