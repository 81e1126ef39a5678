"""Structured data inside the page, made safe for its readers: what nests too deeply is taken out."""

from workers.pipeline.draft import Draft, replace
from workers.stages.quality import QualityReason
from workers.structured.depth import nests_deeper
from workers.structured.page import Page


def prepare_structured_data(draft: Draft) -> Draft:
    """Drop JSON-LD scripts deeper than `max_json_depth` from `tree`, protect the joiners that others write as escapes, and fill `page`."""
    if draft.tree is None or draft.html is None:
        return draft
    page = Page.of(draft.tree, draft.url, draft.html, draft.joiners)
    kept = []
    for script in page.scripts:
        text = script.text or ""
        if nests_deeper(text, draft.limits.max_json_depth):
            script.drop_tree()
            continue
        if "\\u200" in text:
            script.text = page.joiners.protect_json(text)
        kept.append(script)
    notes = (*draft.notes, QualityReason.STRUCTURED_DATA_DROPPED) if len(kept) < len(page.scripts) else draft.notes
    if len(kept) < len(page.scripts):
        page = Page.of(draft.tree, draft.url, draft.html, draft.joiners)
    return replace(draft, notes=notes, page=page)


def page_of(draft: Draft) -> Page:
    """What the page says of itself; read here where the stage has not run. Only for a draft with a tree."""
    page: Page = draft.page if draft.page is not None else Page.of(draft.tree, draft.url, draft.html or "", draft.joiners)
    return page
