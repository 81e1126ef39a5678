"""What the page says of its article: structured data first, then the tree. Precedence, provenance and conflicts: `workers/metadata`."""

from collections.abc import Callable, Sequence
from typing import Any

from schemas.records import FieldSource
from workers.dates.relative import phrases
from workers.dates.words import words
from workers.metadata.authors import choose_authors, find_authors
from workers.metadata.candidate import Candidate, settled
from workers.metadata.canonical import canonical
from workers.metadata.dates import Dates, find_dates, known_now
from workers.metadata.headline import find_headline
from workers.metadata.media import find_images, find_is_free, find_license, find_main_image, find_videos
from workers.metadata.publisher import find_publishers
from workers.metadata.site_names import SiteNames, squashed
from workers.metadata.topics import find_breadcrumbs, find_description, find_keywords, find_section
from workers.metadata.words import words as metadata_words
from workers.pipeline.draft import Draft, replace
from workers.pipeline.site import SiteSeen
from workers.rules.fold import fold
from workers.stages.fields import WIRE_NAMES
from workers.structured.page import Page

words()  # the files are read once, before the pool's processes are forked
phrases()
metadata_words()


class Found:
    """Fields with their sources, as they are found."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.sources: dict[str, FieldSource] = {}

    def add(self, name: str, found: Candidate[Any] | None, source: FieldSource | None = None) -> None:
        """Take a field, unless there is nothing."""
        if found is not None and found.value:
            self.parts[name] = found.value
            self.sources[WIRE_NAMES[name]] = source or found.source

    def settle(self, name: str, candidates: Sequence[Candidate[Any]], show: Callable[[Any], str]) -> None:
        """Take the first candidate, and note what the others say otherwise."""
        if candidates:
            source = settled(candidates[0], candidates, lambda one, other: squashed(show(one)) != squashed(show(other)), show)
            self.add(name, candidates[0], source)


def read_metadata(draft: Draft) -> Draft:
    """Fill what the page says of its article in `parts`, from `tree`; and the site's names as its title has them in `site_seen`."""
    if draft.tree is None:
        return draft
    page = Page.of(draft.tree, draft.url, draft.html or "")
    site = SiteNames.of(page, draft.site.names)
    found = Found()
    headlines = find_headline(page, site)
    site.learn(headlines.site_names)
    found.settle("headline", headlines.others, str)
    found.add("alternative_headline", headlines.alternative)
    dates = find_dates(page, known_now(draft.now), _languages(page))
    _add_dates(found, dates)
    _add_authors(found, page, site)
    found.settle("publisher", list(find_publishers(page)), lambda publisher: publisher.name)
    _add_rest(found, page, site)
    return replace(
        draft,
        parts={**draft.parts, **found.parts},
        sources={**draft.sources, **found.sources},
        notes=(*draft.notes, *dates.notes),
        site_seen=SiteSeen(names=headlines.site_names),
    )


def _add_authors(found: Found, page: Page, site: SiteNames) -> None:
    authors = find_authors(page, site)
    if (chosen := choose_authors(authors)) is not None:
        found.add("authors", chosen, settled(chosen, authors, _name_others, lambda persons: "; ".join(person.name for person in persons)))


def _add_rest(found: Found, page: Page, site: SiteNames) -> None:
    crumbs = find_breadcrumbs(page, site, found.parts.get("headline", ""))
    found.add("description", find_description(page))
    found.add("breadcrumbs", crumbs)
    found.add("article_section", find_section(page, site, crumbs.value if crumbs else []))
    found.add("keywords", find_keywords(page, site))
    found.add("main_image", find_main_image(page))
    found.add("images", find_images(page))
    found.add("videos", find_videos(page))
    found.add("license", find_license(page))
    found.add("canonical_url", canonical(page))
    free = find_is_free(page)
    if free is not None:  # False says something too
        found.parts["is_accessible_for_free"] = free.value
        found.sources[WIRE_NAMES["is_accessible_for_free"]] = free.source


def _add_dates(found: Found, dates: Dates) -> None:
    for name, one, source in (
        ("date_published", dates.published, dates.published_source),
        ("date_modified", dates.modified, dates.modified_source),
    ):
        if one is not None:
            found.parts[name] = one.value.value
            found.parts[f"{name}_precision"] = one.value.precision
            found.parts[f"{name}_raw"] = one.value.raw
            found.sources[WIRE_NAMES[name]] = source or one.source


def _languages(page: Page) -> tuple[str, ...]:
    """The languages that the page's markup names: a hint for names of months, never the language of the text."""
    stated = (page.tree.get("lang"), page.meta("og:locale", "content-language", "language"))
    return tuple(dict.fromkeys(value.lower().replace("_", "-").partition("-")[0] for value in stated if value))


def _name_others(one: list[Any], other: list[Any]) -> bool:
    return not {fold(person.name) for person in other} & {fold(person.name) for person in one}
