"""A page's articles taken back, as a legal request wants it: tombstones on the articles topic, and nothing left in the store."""

from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.identity import article_id, normalise_url
from schemas.records import SCHEMA_VERSION
from workers.store.protocol import Store, StoreUnavailable
from workers.tools.clients import open_admin, open_producer, require_topic
from workers.tools.errors import Config, Exit, ToolError
from workers.tools.outcomes import history

_ACK_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Erased:
    """What was taken back: the normalised URL, the articles' ids, the main one first, and whether the store knew the URL."""

    url: str
    ids: list[str]
    store_knew: bool


def erase(config: Config, url: str, *, articles_topic: str, outcomes_topic: str, store: Store) -> Erased:
    """Write a tombstone for every article that the URL is known to have had, then make the store forget it.

    Known are the main article, whose id follows from the URL, what the store remembers, and what the outcomes topic still tells.
    Raises ToolError: no URL, the broker or the store is away, a topic is missing.
    """
    try:
        page = normalise_url(url)
    except ValueError as e:
        raise ToolError(f"{url!r} is not a page's URL: {e}", Exit.USAGE) from None
    told = history(config, outcomes_topic, url).seen if outcomes_topic else []
    known = [article_id(page), *(id_ for seen in told for id_ in seen.outcome.article_ids)]
    with open_admin(config) as admin:
        require_topic(admin, articles_topic, config)
    try:
        past = store.forget(page, [bytes.fromhex(id_) for id_ in dict.fromkeys(known)])
    except StoreUnavailable as e:
        raise ToolError(f"the store does not answer ({e}): nothing was erased", Exit.UNAVAILABLE) from e
    ids = list(dict.fromkeys([*known, *(id_.hex() for id_ in (past.standing if past else []))]))
    _write_tombstones(config, articles_topic, ids)
    return Erased(page, ids, past is not None)


def _write_tombstones(config: Config, topic: str, ids: list[str]) -> None:
    headers = [("schema-version", SCHEMA_VERSION.encode()), ("processed-at", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}".encode())]
    with open_producer(config) as producer:
        for future in [producer.send(topic, None, key=id_.encode(), headers=headers) for id_ in ids]:
            future.get(timeout=_ACK_TIMEOUT_S)
