"""What is known of a page's site: read from the store before the page's second half, learned from the page after it.

**What the store does with `blocks`.** Per site (the host of the page's normalised URL, without `www.`) it counts on how many different
pages each hash stood, once the page's outcome is committed, and only for pages that were `published`:

- A hash counts for a page only when neither the page's normalised URL nor `page` was counted for that hash before: a re-crawl, a revision
  and one article under many URLs (session ids, print views) count once.
- A page counts the same way among the site's pages.
- `furniture` is empty until the site has MIN_PAGES pages; then it holds the hashes with at least MIN_BLOCK_PAGES pages.
- Bounded: at most MAX_HASHES hashes a site (those not seen for longest go first) and MIN_BLOCK_PAGES pages a hash, as more change nothing.
- Decaying: a hash not seen on any page for FORGET_S is forgotten, its count with it; so is a site.
- Deterministic: the set a page was given is kept with its claim, and a redelivery is given the same one (a hash of a block that was cut
  with rule `learned` is in `blocks` too, so furniture stays furniture).

A hash is 48 bits: whole in a Lua or JSON number. With 10,000 hashes a site the chance that one of a page's 100 blocks meets a stranger's is
100 * 10,000 / 2**48, one in 280 million.
"""

import msgspec

MIN_PAGES = 30  # of a site, before anything of it is cut
MIN_BLOCK_PAGES = 10  # of a site, on which a block stood
MAX_HASHES = 10_000
FORGET_S = 30 * 24 * 3600


class SiteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier pages of the site have taught. Empty: nothing yet, or no store."""

    furniture: frozenset[int] = frozenset()  # hashes of blocks that recur on many of its pages
    names: tuple[str, ...] = ()  # how its titles end, or begin, beside the headline


class SiteSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What this page adds to the site's facts, once its outcome is committed."""

    blocks: tuple[int, ...] = ()  # hashes of the blocks that may be furniture, each once
    page: int = 0  # a hash of what the page's article is called: the same under another URL. 0: it has no headline
    names: tuple[str, ...] = ()  # the parts of its title that are not the headline
