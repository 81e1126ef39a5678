"""The Redis (or Valkey) store, shared by all workers. Every key is a hash under the prefix and expires; scripts make each call atomic.

`<prefix>u` pages of a URL, `<prefix>a` state of an article, `<prefix>n` index of texts, `<prefix>r` last pages of a site, `<prefix>p` its
facts' version, `<prefix>f` those facts. Byte layouts stand in the scripts (workers/store/lua).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any, TypeVar, cast

import msgspec
import redis

from schemas.records import Source
from workers.pipeline.site import FORGET_S, SiteFacts
from workers.sameness.fingerprint import VALUES
from workers.sameness.rule import MAX_CANDIDATES, MIN_CONTAINED_LIKENESS, MIN_CONTAINMENT, MIN_LIKENESS
from workers.store.packing import BUCKET_SLOTS, NO_FACTS, SLOT_BYTES, bucket_count, digest, index_keys, pack_entry, unpack_past
from workers.store.protocol import (
    CLAIM_TTL_S,
    MAX_VERSIONS,
    Closing,
    DuplicateKind,
    Look,
    Past,
    Seen,
    SeenAs,
    StoreUnavailable,
    Text,
    Verdict,
)
from workers.store.round_trip import Command, RoundTrip, Script
from workers.store.site_pages import RENEW_PAGES, RING_PAGES, SitePage, facts_from, site_page

T = TypeVar("T")
_KINDS: dict[bytes, DuplicateKind] = {b"e": "exact", b"n": "near", b"s": "syndicated", b"": "exact"}
_RULE = (MIN_LIKENESS, MIN_CONTAINMENT, MIN_CONTAINED_LIKENESS, MAX_CANDIDATES)
_NO_SITE = (NO_FACTS, SiteFacts())
_MAX_SITES = 2_000  # whose facts this process keeps at hand
_pack = msgspec.msgpack.Encoder().encode
_read_facts = msgspec.msgpack.Decoder(SiteFacts)
_read_site_page = msgspec.msgpack.Decoder(SitePage)


def _script(*names: str) -> Script:
    folder = files("workers.store.lua")
    return Script("\n".join(folder.joinpath(f"{name}.lua").read_text("utf-8") for name in names))


class RedisStore:
    """A Store on a redis-py client, whose socket time-outs bound every call.

    `items` and `horizon_s`: how many original articles the index of texts holds, and for how long.
    """

    def __init__(
        self,
        client: redis.Redis,
        *,
        prefix: str,
        ttl_s: int,
        items: int,
        horizon_s: int,
        wall_clock_s: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._prefix = prefix.encode()
        self._ttl_s = ttl_s
        self._buckets = bucket_count(items)
        self._horizon_s = horizon_s
        self._wall_clock_s = wall_clock_s
        self._facts_prefix = self._prefix + b"f"
        self._look = _script("entries", "look")
        self._settle = _script("settle")
        self._close = _script("entries", "close")
        self._redis = RoundTrip(client, self._look, self._settle, self._close)
        self._facts: OrderedDict[str, tuple[bytes, SiteFacts]] = OrderedDict()  # by site: the version last given, and what it says
        self._learned: dict[str, int] = {}  # pages since the facts of a site were made anew

    def look(self, looks: Sequence[Look]) -> list[Seen]:
        """As Store.look."""
        now_s = self._wall_clock_s()
        held = [self._facts.get(look.site, _NO_SITE) for look in looks]
        answers = self._ask([self._claiming(look, have, now_s) for look, (have, _) in zip(looks, held, strict=True)])
        return [self._seen(look, known, answer) for look, known, answer in zip(looks, held, answers, strict=True)]

    def _claiming(self, look: Look, have: bytes, now_s: float) -> Command:
        claim = pack_entry(look, facts=NO_FACTS, status=b"p", now_s=now_s)
        keys = (self._url(look.url), self._key(b"p", look.site))
        return self._look.call(keys, (claim, int(look.reprocess), int(now_s), CLAIM_TTL_S * 1000, MAX_VERSIONS, have, self._facts_prefix))

    def _seen(self, look: Look, known: tuple[bytes, SiteFacts], answer: Any) -> Seen:
        (have, facts), (found, blob, version, new_facts) = known, answer
        seen_as = SeenAs(found.decode())
        if seen_as is SeenAs.UNCHANGED:
            return Seen(seen_as=seen_as, past=unpack_past(blob))
        if version != have or version == NO_FACTS:
            facts = _read(_read_facts, new_facts) or SiteFacts()
            self._keep(look.site, version, facts)
        return Seen(seen_as=seen_as, past=unpack_past(blob), site=facts, site_version=version)

    def settle(self, pages: Sequence[tuple[Source, Sequence[Text]]]) -> list[list[Verdict]]:
        """As Store.settle."""
        now_s = int(self._wall_clock_s())
        answers = self._ask([self._settling(source, texts, now_s) for source, texts in pages])
        return [
            [_verdict(text.id, answer) for text, answer in zip(texts, found, strict=True)]
            for (_, texts), found in zip(pages, answers, strict=True)
        ]

    def close_pages(self, closings: Sequence[Closing]) -> None:
        """As Store.close_pages."""
        now_s = self._wall_clock_s()
        sites: set[str] = set()
        commands: list[Command] = []
        for closing in closings:
            past = closing.past
            status = b"s" if past and past.unchanged else b"c"
            entry = pack_entry(closing.look, facts=closing.seen.site_version, status=status, now_s=now_s, past=past)
            keys = [self._url(closing.look.url), *(self._article(verdict.id) for verdict in (past.verdicts if past else []))]
            arguments: list[Any] = [entry, "c" if past else "g", self._ttl_s * 1000, MAX_VERSIONS]
            if closing.learned is not None:
                keys.append(self._key(b"r", closing.look.site))
                arguments += [_pack(site_page(closing.look.url, closing.learned)), RING_PAGES, FORGET_S]
                if self._is_due(closing.look.site):
                    sites.add(closing.look.site)
            commands.append(self._close.call(keys, arguments))
        self._ask(commands)
        for site in sites:
            self._renew(site)

    def forget(self, url: str, ids: Sequence[bytes]) -> Past | None:
        """As Store.forget; two round trips."""
        value = _available(lambda: self._client.get(self._url(url)))
        pasts = list(_pasts(value)) if isinstance(value, bytes) else []
        known = {id_ for past in pasts for id_ in past.standing} | set(ids)
        _available(lambda: self._client.delete(self._url(url), *(self._article(id_) for id_ in known)))
        return pasts[0] if pasts else None

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
        self._client.close()

    def _settling(self, source: Source, texts: Sequence[Text], now_s: int) -> Command:
        keys: list[bytes] = []
        arguments: list[Any] = [digest(str(source), 8), now_s, CLAIM_TTL_S * 1000, self._horizon_s]
        arguments += [BUCKET_SLOTS * SLOT_BYTES, self._prefix + b"a", *_RULE]
        for text in texts:
            places = index_keys(text, self._buckets)
            keys += [self._article(text.id), *(b"%sn%x:%x" % (self._prefix, self._buckets, bucket) for bucket, _ in places)]
            arguments += [len(places), text.id, text.content_hash, text.fingerprint]
            arguments += [part.ljust(4, b"\0") for part in (text.headline, text.house, text.agency)]
            arguments += [tag for _, tag in places]
        return self._settle.call(keys, arguments)

    def _ask(self, commands: Sequence[Command]) -> list[Any]:
        return cast("list[Any]", _available(lambda: self._redis.ask(commands)))

    def _is_due(self, site: str) -> bool:
        count = self._learned.get(site, 0) + 1
        if len(self._learned) > _MAX_SITES:
            self._learned.clear()
        self._learned[site] = count % RENEW_PAGES
        return count >= RENEW_PAGES

    def _renew(self, site: str) -> None:
        ring = _available(lambda: self._client.lrange(self._key(b"r", site), 0, -1))
        facts = facts_from(page for raw in ring if (page := _read(_read_site_page, raw)) is not None)
        if not facts.furniture and not facts.names:
            return
        packed = _pack(SiteFacts(furniture=frozenset(facts.furniture), names=facts.names))
        version = digest(f"{sorted(facts.furniture)}{facts.names}", 8)
        with self._client.pipeline(transaction=False) as pipe:
            # A claim names the facts it was given: they live as long as it does, and longer than the pointer.
            pipe.set(self._prefix + b"f" + version, packed, ex=self._ttl_s + FORGET_S)
            pipe.set(self._key(b"p", site), version, ex=FORGET_S)
            _available(pipe.execute)

    def _keep(self, site: str, version: bytes, facts: SiteFacts) -> None:
        self._facts[site] = (version, facts)
        self._facts.move_to_end(site)
        if len(self._facts) > _MAX_SITES:
            self._facts.popitem(last=False)

    def _url(self, url: str) -> bytes:
        return self._key(b"u", url)

    def _key(self, kind: bytes, text: str) -> bytes:
        return self._prefix + kind + digest(text, 12)

    def _article(self, id_: bytes) -> bytes:
        return self._prefix + b"a" + id_[:10]


def _available(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except redis.RedisError as e:
        raise StoreUnavailable(type(e).__name__) from e


def _read(decoder: msgspec.msgpack.Decoder[T], value: bytes) -> T | None:
    """What another version wrote counts as nothing."""
    try:
        return decoder.decode(value) if value else None
    except msgspec.MsgspecError:
        return None


def _pasts(value: bytes) -> Any:
    at = 0
    while at + 47 <= len(value):
        end = at + 47 + int.from_bytes(value[at + 45 : at + 47], "big")
        if (past := unpack_past(value[at + 47 : end])) is not None:
            yield past
        at = end


def _verdict(id_: bytes, answer: list[Any]) -> Verdict:
    revision, before, headline_changed, share, original, kind, score = answer
    return Verdict(
        id=id_,
        revision=revision,
        revision_of=before,
        headline_changed=bool(headline_changed),
        body_share=share / VALUES,
        duplicate_of=original,
        kind=_KINDS[kind],
        score=score / VALUES,
    )
