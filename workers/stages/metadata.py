"""What the page says of its article: structured data first, then the tree. Precedence, provenance and conflicts: `workers/metadata`."""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from schemas.records import FieldSource
from workers.dates.relative import phrases
from workers.dates.words import words
from workers.metadata.authors import choose_authors, find_authors, shown_names
from workers.metadata.candidate import Candidate, settled
from workers.metadata.canonical import find_canonicals
from workers.metadata.conflicts import images_differ, lists_differ, names_differ, persons_differ, texts_differ, urls_differ, videos_differ
from workers.metadata.dates import Dates, find_dates, known_now
from workers.metadata.headline import find_headline
from workers.metadata.languages import find_languages, primary
from workers.metadata.media import find_images, find_is_free, find_licenses, find_main_images, find_videos
from workers.metadata.publisher import find_publishers
from workers.metadata.site_names import SiteNames
from workers.metadata.topics import find_breadcrumbs, find_descriptions, find_keywords, find_sections
from workers.metadata.words import words as metadata_words
from workers.pipeline.draft import Draft, replace
from workers.pipeline.site import SiteSeen
from workers.stages.fields import WIRE_NAMES
from workers.stages.structured import page_of
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
        """Take a field, unless there is nothing. False says something, too."""
        if found is not None and (found.value or found.value is False):
            self.parts[name] = found.value
            self.sources[WIRE_NAMES[name]] = source or found.source

    def settle(
        self, name: str, candidates: Iterable[Candidate[Any]], differs: Callable[[Any, Any], bool], show: Callable[[Any], str] = str
    ) -> Any:
        """Take the first candidate, note what the others say otherwise, and return the value; None without any."""
        listed = list(candidates)
        if not listed:
            return None
        self.add(name, listed[0], settled(listed[0], listed, differs, show))
        return listed[0].value


def read_metadata(draft: Draft) -> Draft:
    """Fill what the page says of its article in `parts`, from `tree`; and the site's names as its title has them in `site_seen`."""
    if draft.tree is None:
        return draft
    page = page_of(draft)
    site = SiteNames.of(page, draft.site.names)
    found = Found()
    headlines = find_headline(page, site)
    site.learn(headlines.site_names)
    found.settle("headline", headlines.others, names_differ)
    found.add("alternative_headline", headlines.alternative)
    dates = find_dates(page, known_now(draft.now), tuple(dict.fromkeys(primary(one.value) for one in find_languages(page))))
    _add_dates(found, dates)
    _add_authors(found, page, site)
    found.settle("publisher", find_publishers(page), lambda one, other: texts_differ(one.name, other.name), lambda one: one.name)
    _add_rest(found, page, site, [one.value for one in headlines.others])
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
        found.add("authors", chosen, settled(chosen, authors, persons_differ, shown_names))


def _add_rest(found: Found, page: Page, site: SiteNames, titles: list[str]) -> None:
    crumbs = found.settle("breadcrumbs", find_breadcrumbs(page, site, titles), lists_differ, " > ".join)
    found.settle("description", find_descriptions(page), texts_differ)
    found.settle("article_section", find_sections(page, site, crumbs or []), texts_differ)
    found.settle("keywords", find_keywords(page, site), lists_differ, ", ".join)
    found.settle("main_image", find_main_images(page), images_differ)
    found.add("images", find_images(page))
    found.settle("videos", find_videos(page), videos_differ, lambda videos: ", ".join(video.url or video.name or "" for video in videos))
    found.settle("license", find_licenses(page), urls_differ)
    found.settle("canonical_url", find_canonicals(page), urls_differ)
    found.settle("is_accessible_for_free", find_is_free(page), operator.ne, lambda is_free: str(is_free).lower())


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
