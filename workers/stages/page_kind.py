"""Pages that are no article: lists of headlines, and pages that hold a form, a notice or a player instead of a text.

Points for and against, added up. They were set by hand, by what each trait means, and then measured (docs/not-an-article.md): no weight
was fitted, as the only pages known to be lists have no licence that lets us train on them.
"""

from collections.abc import Sequence

from schemas.reasons import FilterReason
from workers.model.blocks import TAG_NUMBER, Blocks
from workers.pipeline.draft import Draft, Filtered
from workers.rules.fold import fold
from workers.rules.pages import CONSENT_WORDS, ERROR_PHRASES, LOGIN_PHRASES, PARKED_PHRASES, SCRIPT_PHRASES
from workers.stages.page_traits import Said, Shape, UrlKind, has_video_address, longest_run, said_of, shape_of, url_kind
from workers.stages.structured import page_of
from workers.stages.text import weighted_length

LIST_POINTS = 2.5  # from here on a page is a list
MIN_LIST_LINES = 5
MISSED_RUN_CHARS = 800  # of running text that the body lacks: the extractor has missed an article
LITTLE_TEXT_CHARS = 500  # of running text in the body: a page of one of the kinds below holds less
NOTICE_MAX_CHARS = 3_000  # of all text on a page that is nothing but a notice
STUB_MAX_CHARS = 350  # of text beside a video
SHELL_MAX_CHARS = 250
_HEADINGS = frozenset(TAG_NUMBER[f"h{level}"] for level in range(1, 7))

# The URL. `index.html` names a home page and nothing else; a bare host is often only what a crawler kept of an article's URL.
_URL_POINTS: dict[UrlKind, float] = {
    "none": -3,  # nothing is known: the text alone must tell
    "root": 1,
    "index": 6,
    "search": 2.5,
    "tag": 1.5,
    "list": 1.5,
    "short": 0.5,
    "query": 0,
    "name": -3,
}


def drop_not_an_article(draft: Draft) -> Draft:
    """Raise Filtered for a page of HTML that is no article."""
    if draft.tree is None or draft.blocks is None:
        return draft
    lines = draft.own_lines or draft.parts["paragraphs"]
    if sum(map(weighted_length, lines)) < draft.limits.min_text_chars:  # no body to judge: then all that the page shows
        lines = draft.blocks.texts
    said = said_of(page_of(draft).read)
    shape = shape_of(_with_heads(lines, draft.blocks) if said.is_list else lines, draft.blocks)
    reason = _notice(draft, said, shape)
    if reason is not None:
        raise Filtered(reason)
    kind = url_kind(draft.url)
    points = list_points(kind, said, shape)
    is_list = points >= LIST_POINTS and (shape.lines >= MIN_LIST_LINES or kind == "index")
    if is_list and (kind == "index" or longest_run(draft.blocks) < max(MISSED_RUN_CHARS, 3 * shape.longest_run)):
        raise Filtered(_list_reason(kind, said), f"{points:g} points for a list of stories, {LIST_POINTS:g} make one")
    return draft


def _with_heads(lines: Sequence[str], blocks: Blocks) -> list[str]:
    """The lines and the headings right before them: of a page that calls itself a list, teasers without theirs would look like a text."""
    body, texts = set(lines), blocks.texts
    is_body = [text in body for text in texts]
    is_head = [blocks.nodes[node].tag in _HEADINGS for node in blocks.node]
    return [
        text for text, kept, head, after in zip(texts, is_body, is_head, [*is_body[1:], False], strict=True) if kept or (head and after)
    ]


def list_points(kind: UrlKind, said: Said, shape: Shape) -> float:
    """How far a page looks like a list of stories and not like a story."""
    points = _URL_POINTS[kind] - 1.5 * said.is_article
    points += 2.0 * (said.is_list or said.is_search) + 1.0 * (said.is_site and kind == "root")
    if kind in ("root", "list", "tag", "search") and shape.articles >= 5:
        points += 1.5
    is_linked = shape.linked_teasers >= 4 and shape.linked_teasers >= 0.5 * shape.texts
    if shape.texts >= 3 and shape.teasers >= max(0.6 * shape.texts, 0.15 * shape.lines):
        # A long text under each head, or few heads, is a list inside an article.
        points += 2 if is_linked or (shape.mean_text < 350 and shape.heads >= 12) else 0.5
    else:
        points += _run_points(shape)
    if is_linked:
        points += 2.5 if shape.linked_teasers >= max(8, 0.9 * shape.texts) else 1.5
    if shape.heads >= 8 and shape.heads >= 0.4 * shape.lines:
        points += 1
    if shape.cut_short >= 3 and shape.cut_short >= 0.25 * shape.lines:
        points += 2.5 if shape.cut_short >= 0.8 * shape.texts else 1.5
    if shape.linked_share >= 0.12:
        points += 2 if shape.linked_share >= 0.4 else 1
    return points


def _run_points(shape: Shape) -> float:
    """For a text that runs on, against one that does not."""
    if shape.longest_run >= 2_000 or (shape.longest_run >= 0.6 * shape.chars and shape.chars >= 300):
        return -3
    if shape.longest_run >= 0.4 * shape.chars:
        return -1.5
    is_wrapped = shape.inner_stops >= 0.5 and shape.linked_share < 0.1 and 50 * shape.lines <= shape.chars < 80 * shape.lines
    if is_wrapped:  # by hand: its sentences end inside the lines
        return -2
    if shape.longest_run < 400 and shape.text_share < 0.35 and shape.inner_stops < 5:
        return 3 if shape.lines >= 15 else 2
    return 0


def _list_reason(kind: UrlKind, said: Said) -> FilterReason:
    if kind == "search" or said.is_search:
        return FilterReason.SEARCH_PAGE
    if kind in ("root", "index"):
        return FilterReason.HOME_PAGE
    return FilterReason.TAG_LIST if kind == "tag" else FilterReason.SECTION_PAGE


def _notice(draft: Draft, said: Said, shape: Shape) -> FilterReason | None:
    """What a page without an article's text is, by its words and forms. None for a page with a text, or of no such kind."""
    text_chars = shape.chars * shape.text_share
    if (said.is_article > 1 and not said.is_video) or text_chars >= LITTLE_TEXT_CHARS:
        return None
    page_lines = [fold(text) for text in draft.blocks.texts] if sum(map(len, draft.blocks.texts)) <= NOTICE_MAX_CHARS else []
    heads = [fold(head) for element in draft.tree.iter("title", "h1") if (head := "".join(element.itertext()).strip())]
    if (page_lines and _says(heads, ERROR_PHRASES)) or _is_status(heads):
        return FilterReason.ERROR_PAGE
    if page_lines and _says([*heads, *page_lines], PARKED_PHRASES):
        return FilterReason.PARKED_DOMAIN
    if page_lines and 2 * sum(_says([line], CONSENT_WORDS) for line in page_lines if len(line) >= 40) > len(page_lines) / 2:
        return FilterReason.CONSENT_WALL
    asks = text_chars < LITTLE_TEXT_CHARS / 2 and draft.tree.find('.//input[@type="password"]') is not None
    if asks and (_says(heads, LOGIN_PHRASES) or sum(map(len, page_lines)) in range(1, NOTICE_MAX_CHARS // 3)):
        return FilterReason.LOGIN_WALL
    if _is_shell(draft, shape):
        return FilterReason.SCRIPT_SHELL
    if shape.chars < STUB_MAX_CHARS and (said.is_video or (has_video_address(draft.url) and _has_player(draft))):
        return FilterReason.VIDEO_STUB
    return None


def _says(lines: Sequence[str], phrases: tuple[str, ...]) -> bool:
    return any(phrase in line for line in lines for phrase in phrases)


def _is_status(heads: list[str]) -> bool:
    """Whether a head is the number of an HTTP error and little else."""
    return any(head.split()[:2] and {"403", "404", "410", "500", "502", "503"} & set(head.split()[:3]) and len(head) < 60 for head in heads)


def _is_shell(draft: Draft, shape: Shape) -> bool:
    if sum(map(len, draft.blocks.texts)) > SHELL_MAX_CHARS or draft.tree.find(".//script") is None:
        return False
    notes = ["".join(element.itertext()) for element in draft.tree.iter("noscript")]
    return _says([fold(text) for text in [*notes, *draft.blocks.texts]], SCRIPT_PHRASES)


def _has_player(draft: Draft) -> bool:
    return next(draft.tree.iter("video", "iframe"), None) is not None
