"""What is known of a page's site: read from the store before the page's second half, learned from the page after it."""

import msgspec


class SiteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier pages of the site have taught. Empty: nothing yet, or no store."""

    furniture: frozenset[int] = frozenset()  # hashes of blocks that recur on many of its pages
    names: tuple[str, ...] = ()  # how its titles end, or begin, beside the headline


class SiteSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What this page adds to the site's facts, once its outcome is committed."""

    blocks: tuple[int, ...] = ()  # hashes of the blocks that may be furniture
    names: tuple[str, ...] = ()  # the parts of its title that are not the headline
