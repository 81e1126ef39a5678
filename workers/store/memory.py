"""The in-process store, for one-process use without Redis: it forgets at exit, and workers do not share it. Bounded by number."""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from schemas.records import Source
from workers.pipeline.site import SiteFacts
from workers.sameness.fingerprint import VALUES, Fingerprint
from workers.sameness.rule import MAX_CANDIDATES, repeats
from workers.store.packing import BUCKET_SLOTS, INDEXED, index_keys
from workers.store.protocol import (
    CLAIM_TTL_S,
    MAX_VERSIONS,
    Closing,
    DuplicateKind,
    Look,
    Past,
    Seen,
    SeenAs,
    Text,
    Verdict,
)
from workers.store.site_pages import RENEW_PAGES, RING_PAGES, SitePage, facts_from, site_page

K = TypeVar("K")
V = TypeVar("V")
MAX_SITES = 1_000


class _Entry(msgspec.Struct):
    look: Look
    facts: SiteFacts
    claimed_s: float | None  # None: confirmed
    past: Past | None = None

    def is_of(self, look: Look) -> bool:
        return self.look.source == look.source and self.look.page_sha256 == look.page_sha256


class _Article(msgspec.Struct):
    text: Text
    source: Source
    time_s: float
    verdict: Verdict


class MemoryStore:
    """Remembers the latest `items` URLs, articles and texts (about 7 KB each, together), and MAX_SITES sites."""

    def __init__(self, *, items: int = 20_000, horizon_s: float = 7 * 86400, wall_clock_s: Callable[[], float] = time.time) -> None:
        self._items = items
        self._horizon_s = horizon_s
        self._wall_clock_s = wall_clock_s
        self._pages: OrderedDict[str, list[_Entry]] = OrderedDict()
        self._articles: OrderedDict[bytes, _Article] = OrderedDict()
        self._index: OrderedDict[bytes, tuple[bytes, ...]] = OrderedDict()  # from a band to articles, newest first
        self._sites: OrderedDict[str, tuple[deque[SitePage], SiteFacts]] = OrderedDict()

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """As Store.look."""
        return [self._claim(look) for look in looks]

    def _claim(self, look: Look) -> Seen:
        entries = self._pages.get(look.url, [])
        mine = next((entry for entry in entries if entry.is_of(look)), None)
        if mine is not None:
            return Seen(seen_as=SeenAs.AGAIN, past=mine.past, site=mine.facts)
        now_s = self._wall_clock_s()
        entries = [entry for entry in entries if entry.claimed_s is None or entry.claimed_s + CLAIM_TTL_S >= now_s]
        earlier = [entry for entry in entries if not _is_later(entry.look.source, look.source)]
        past = next((entry.past for entry in earlier if entry.claimed_s is None), None)
        if earlier and not look.reprocess:
            before = earlier[0].look
            if (before.page_sha256, before.rules_version) == (look.page_sha256, look.rules_version):
                return Seen(seen_as=SeenAs.UNCHANGED, past=past)
        facts = self._sites[look.site][1] if look.site in self._sites else SiteFacts()
        place = entries.index(earlier[0]) if earlier else len(entries)
        entries.insert(place, _Entry(look, facts, now_s))
        _put(self._pages, look.url, entries[:MAX_VERSIONS], self._items)
        return Seen(seen_as=SeenAs.NEW, past=past, site=facts)

    def settle(self, pages: Sequence[tuple[Source, Sequence[Text]]]) -> list[list[Verdict]]:
        """As Store.settle."""
        return [[self._settle(source, text) for text in texts] for source, texts in pages]

    def close_pages(self, closings: Sequence[Closing]) -> None:
        """As Store.close_pages."""
        for closing in closings:
            self._close(closing)
            if closing.learned is not None:
                self._learn(closing.look.site, site_page(closing.look.url, closing.learned))

    def forget(self, url: str, ids: Sequence[bytes]) -> Past | None:
        """As Store.forget."""
        pasts = [entry.past for entry in self._pages.pop(url, []) if entry.past is not None]
        for id_ in {id_ for past in pasts for id_ in past.standing} | set(ids):
            self._articles.pop(id_, None)
        return pasts[0] if pasts else None

    def close(self) -> None:
        """Nothing to let go of."""

    def _close(self, closing: Closing) -> None:
        look, past = closing.look, closing.past
        entries = self._pages.get(look.url, [])
        place = next((n for n, entry in enumerate(entries) if entry.is_of(look)), 0)
        kept = [entry for entry in entries if not entry.is_of(look)]
        if past is not None:
            following = kept[place].past if place < len(kept) else None
            if past.unchanged and following and following.unchanged:
                del kept[place]
            kept.insert(place, _Entry(look, closing.seen.site, None, past))
        _put(self._pages, look.url, kept[:MAX_VERSIONS], self._items)
        if not kept:
            del self._pages[look.url]

    def _settle(self, source: Source, text: Text) -> Verdict:
        known = self._articles.get(text.id)
        if known and (known.text.content_hash, known.text.headline) == (text.content_hash, text.headline):
            return known.verdict
        keys = [b"%d:%b" % (number, tag) for number, (_, tag) in enumerate(index_keys(text, 1))]
        if known is None:
            verdict = self._first(text, keys)
        elif known.source == source:  # the same page read otherwise, under other rules: no revision
            verdict = known.verdict
        else:
            verdict = self._revision(text, known)
        if not verdict.duplicate_of:
            for key in keys:
                slots = self._index.get(key, ())
                if text.id not in slots:
                    _put(self._index, key, (text.id, *slots)[:BUCKET_SLOTS], self._items * INDEXED)
        first_s = known.time_s if known else self._wall_clock_s()
        _put(self._articles, text.id, _Article(text, source, first_s, verdict), self._items)
        return verdict

    def _first(self, text: Text, keys: Sequence[bytes]) -> Verdict:
        votes = Counter(id_ for key in keys for id_ in self._index.get(key, ()) if id_ != text.id)
        best: tuple[int, float] | None = None
        verdict = Verdict(id=text.id)
        for id_ in sorted(votes, key=lambda id_: (-votes[id_], id_))[:MAX_CANDIDATES]:
            other = self._articles.get(id_)
            if other is None or other.verdict.duplicate_of or other.time_s + self._horizon_s < self._wall_clock_s():
                continue
            kind, score = _compare(text, other.text)
            if kind and (best is None or (score, -other.time_s) > best):
                best = (score, -other.time_s)
                verdict = Verdict(id=text.id, duplicate_of=id_, kind=kind, score=score / VALUES)
        return verdict

    def _revision(self, text: Text, known: _Article) -> Verdict:
        same_body = text.content_hash == known.text.content_hash
        verdict = Verdict(
            id=text.id,
            revision=known.verdict.revision + 1,
            revision_of=known.text.content_hash,
            headline_changed=text.headline != known.text.headline,
            body_share=0.0 if same_body else max(1, VALUES - _equal(text, known.text)) / VALUES,
        )
        original = self._articles.get(known.verdict.duplicate_of)
        kind, score = _compare(text, original.text) if original else (None, 0)
        if original and kind:
            return msgspec.structs.replace(verdict, duplicate_of=original.text.id, kind=kind, score=score / VALUES)
        return verdict

    def _learn(self, site: str, page: SitePage) -> None:
        ring, facts = self._sites.get(site, (deque(maxlen=RING_PAGES), SiteFacts()))
        ring.appendleft(page)
        if len(ring) % RENEW_PAGES == 0 or len(ring) == RING_PAGES:
            facts = facts_from(ring)
        _put(self._sites, site, (ring, facts), MAX_SITES)


def _put(table: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    table[key] = value
    table.move_to_end(key)
    while len(table) > most:
        table.popitem(last=False)


def _is_later(source: Source, than: Source) -> bool:
    return (source.topic, source.partition) == (than.topic, than.partition) and source.offset > than.offset


def _equal(a: Text, b: Text) -> int:
    return round(Fingerprint(a.fingerprint).likeness(Fingerprint(b.fingerprint)) * VALUES) if a.fingerprint and b.fingerprint else 0


def _compare(text: Text, other: Text) -> tuple[DuplicateKind | None, int]:
    """Whether two texts are the same story, and how alike, in parts of VALUES."""
    if text.content_hash == other.content_hash:
        return "exact", VALUES
    equal = _equal(text, other)
    if not equal or not repeats(equal / VALUES, Fingerprint(text.fingerprint).containment(Fingerprint(other.fingerprint))):
        return None, equal
    named = {agency for agency in (text.agency, other.agency) if agency}
    return ("syndicated" if text.house != other.house and len(named) == 1 else "near"), equal
