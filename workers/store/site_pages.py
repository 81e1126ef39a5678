"""From a site's last pages to what is known of it. Pure; both stores use it. The bounds are described in workers/pipeline/site.py."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from workers.pipeline.site import MIN_BLOCK_PAGES, MIN_PAGES, SiteFacts, SiteSeen
from workers.store.packing import digest

RING_PAGES = 100  # of a site; the oldest makes room for the newest, and so what is no longer seen is forgotten
MAX_BLOCKS = 150  # of a page
RENEW_PAGES = 8  # the facts are made anew after so many pages
_HASH_BYTES = 6


class SitePage(msgspec.Struct, frozen=True, array_like=True):
    """One page of the ring."""

    url: bytes
    page: int
    blocks: bytes  # _HASH_BYTES each
    names: list[str]


def site_page(url: str, seen: SiteSeen) -> SitePage:
    """The page as the ring keeps it."""
    blocks = b"".join((block % 2**48).to_bytes(_HASH_BYTES, "big") for block in seen.blocks[:MAX_BLOCKS])
    return SitePage(digest(url, 6), seen.page, blocks, list(seen.names))


def facts_from(ring: Iterable[SitePage]) -> SiteFacts:
    """What recurs on enough of the pages; nothing before there are MIN_PAGES. A URL, and an article under several URLs, count once."""
    urls: set[bytes] = set()
    articles: set[int] = set()
    blocks: Counter[bytes] = Counter()
    names: Counter[str] = Counter()
    pages = 0
    for page in ring:
        if page.url in urls or (page.page and page.page in articles):
            continue
        urls.add(page.url)
        articles.add(page.page)
        pages += 1
        blocks.update({page.blocks[at : at + _HASH_BYTES] for at in range(0, len(page.blocks), _HASH_BYTES)})
        names.update(set(page.names))
    if pages < MIN_PAGES:
        return SiteFacts()
    return SiteFacts(
        furniture=frozenset(int.from_bytes(block, "big") for block, count in blocks.items() if count >= MIN_BLOCK_PAGES),
        names=tuple(sorted(name for name, count in names.items() if count >= MIN_BLOCK_PAGES)),
    )
