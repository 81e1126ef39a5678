"""What the page's site is called, as far as the page and earlier ones tell: to take it out of headlines and bylines."""

import re
from collections.abc import Iterable
from typing import Self

from workers.metadata.candidate import plain
from workers.rules.fold import fold
from workers.stages.remembered import remembered
from workers.structured.jsonld import text_of, types_of, values_of
from workers.structured.page import Page

SITE_METAS = (
    "og:site_name",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "application-name",
    "apple-mobile-web-app-title",
    "al:android:app_name",
)
SITE_TYPES = frozenset(("WebSite", "Organization", "NewsMediaOrganization", "Corporation", "Periodical", "Newspaper"))
MIN_LETTERS = 2
MAX_CHARS = 80
MIN_LABEL_LETTERS = 4  # of a host's own part
_LETTERS = re.compile(r"[\W_]+")


@remembered(1_000)  # a headline, a site's name, a section are compared a dozen times a page
def squashed(text: str) -> str:
    """The letters and digits of a text, folded: how names are compared."""
    return _LETTERS.sub("", fold(text))


class SiteNames:
    """The names of a site, and questions about them."""

    def __init__(self, names: Iterable[str] = (), host: str = "") -> None:
        self._keys: set[str] = set()
        if host:
            self._keys |= {squashed(host), *(label for label in host.split(".")[:-1] if len(label) >= MIN_LABEL_LETTERS)}
            self._keys |= {squashed(host.rpartition(".")[0])}
        self.learn(names)

    @classmethod
    def of(cls, page: Page, learned: Iterable[str] = ()) -> Self:
        """The names that a page tells, and those that earlier pages have."""
        names = [plain(content) for meta in (*SITE_METAS, "copyright") for content in page.metas.get(meta, ())[:1]]
        for node in (page.article, page.article_item):
            names += [plain(text_of(value)) for value in values_of(node or {}, "publisher")[:1]]
        writers = {text_of(value) for value in values_of(page.article or {}, "author")}
        sites = (text_of(one.node.get("name")) for one in page.json_nodes if SITE_TYPES.intersection(types_of(one.node)))
        names += [plain(name) for name in sites if name not in writers]
        return cls([*names, *learned], page.host)

    def has(self, text: str) -> bool:
        """Whether a text is one of the names, or one with its domain, or its host."""
        key = squashed(text)
        if not key:
            return True
        return key in self._keys or any(key in (f"the{name}", f"{name}com") or f"the{key}" == name for name in self._keys if len(name) > 2)

    def names_in(self, text: str) -> bool:
        """Whether a short text holds one of the longer names, or is held by one."""
        key = squashed(text)
        return bool(key) and any(len(name) >= 5 and (name in key or (len(key) >= 5 and key in name)) for name in self._keys)

    def shares_word(self, text: str) -> bool:
        """Whether a word of some length in a text is in one of the names, or in the host."""
        return any(len(word) >= 4 and any(word in name for name in self._keys) for word in (squashed(word) for word in text.split()))

    def learn(self, names: Iterable[str]) -> None:
        """Add names."""
        self._keys |= {key for name in names if len(name) <= MAX_CHARS and len(key := squashed(name)) >= MIN_LETTERS}
