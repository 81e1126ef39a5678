"""The languages that the page's markup names: a hint for names of months, never the language of the text."""

import re
from collections.abc import Iterator

from workers.metadata.candidate import Candidate, candidate
from workers.structured.jsonld import text_of, values_of
from workers.structured.page import Page

_METAS = ("og:locale", "content-language", "language", "dc.language", "dcterms.language")
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][\w-]*)?\s*\Z")


def find_languages(page: Page) -> Iterator[Candidate[str]]:
    """The tags as written, by precedence: `lang` of the page, metas, JSON-LD."""
    stated = [("dom", "html.lang", page.tree.get("lang") or "")]
    stated += [("meta", f"meta.{name}", page.meta(name)) for name in _METAS]
    stated += [("jsonld", "jsonld.inLanguage", text_of(value)) for value in values_of(page.article or {}, "inLanguage")[:1]]
    for source, rule, tag in stated:
        if _TAG.match(tag):
            yield candidate(tag.strip(), source, rule)


def primary(tag: str) -> str:
    """The language of a tag, in lower case and without its region."""
    match = _TAG.match(tag)
    return match[1].lower() if match else ""
