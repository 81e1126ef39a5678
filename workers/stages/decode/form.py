"""Which form a record has, and what its headers alone decide."""

import re
from urllib.parse import quote

from schemas.headers import PageHeaders
from schemas.identity import normalise_url
from schemas.reasons import DeadLetterReason, FilterReason
from workers.pipeline.draft import Draft, Filtered, Form, Invalid, replace

_FORMS: dict[str, Form] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "envelope",
    "application/http": "http",
    "application/warc": "warc",
    "text/plain": "text",
}
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAMED_BY_HEADERS = ("html", "text", "http")  # the other forms say their URL themselves


def from_headers(draft: Draft) -> Draft:
    """Fill `url`, `status`, `media_type` and `charset` with what the headers say. Raises nothing, so that whatever follows has the URL."""
    headers = draft.headers
    return replace(
        draft,
        url=usable_url(headers.url),
        status=headers.http_status,
        media_type=headers.content_type,
        charset=headers.charset,
    )


def choose(draft: Draft) -> Draft:
    """Fill `form`. Raises too_complex, not_html, gone, error_page, empty_page, missing_url and too_large, in this order.

    A 404 or 410 mostly has no body, so the status comes before empty_page. What a wrapped page's own status and URL are is not yet
    known: only an empty one is judged by its headers.
    """
    if draft.headers.size_bytes > draft.limits.max_header_bytes:
        raise Invalid(DeadLetterReason.TOO_COMPLEX, f"headers of {draft.headers.size_bytes} bytes, limit {draft.limits.max_header_bytes}")
    form = _form(draft.headers)
    if draft.url is not None and (form in ("html", "text") or not draft.value):
        check_status(draft.status)
    if not draft.value:
        raise Filtered(FilterReason.EMPTY_PAGE, "no value")
    if form in _NAMED_BY_HEADERS:
        check_url(draft)
    if len(draft.value) > draft.limits.max_page_bytes:
        raise Invalid(DeadLetterReason.TOO_LARGE, f"{len(draft.value)} bytes stored, limit {draft.limits.max_page_bytes}")
    return replace(draft, form=form)


def check_response(draft: Draft) -> Draft:
    """Fill nothing. Raises gone and error_page by the status that the envelope, the HTTP response or the headers gave."""
    check_status(draft.status)
    return draft


def check_status(status: int | None) -> None:
    """Raise gone for 404 and 410, error_page for every other status that is not 2xx; None and what is no status pass."""
    if status in (404, 410):
        raise Filtered(FilterReason.GONE, f"status {status}")
    if status is not None and status >= 100 and not 200 <= status < 300:
        raise Filtered(FilterReason.ERROR_PAGE, f"status {status}")


def check_url(draft: Draft) -> None:
    """Raise missing_url when the page needs a URL and has none."""
    if draft.url_required and draft.url is None:
        raise Invalid(DeadLetterReason.MISSING_URL, "no absolute http or https URL")


def usable_url(url: str | None) -> str | None:
    """Return the URL as it may stand in a record, or None when no id can be made of it (`schemas.identity.normalise_url`).

    Surrounding space, tabs and line breaks are dropped, control characters escaped, as browsers do; its id stays the same.
    """
    if url is None:
        return None
    try:
        normalise_url(url)
    except ValueError:
        return None
    return _CONTROLS.sub(_escaped, url.strip())


def _escaped(match: re.Match[str]) -> str:
    return "" if match[0] in "\t\r\n" else quote(match[0])


def _form(headers: PageHeaders) -> Form:
    essence = headers.content_type
    form = "html" if essence is None else _FORMS.get(essence)
    if form is None or (form == "http" and headers.msgtype not in (None, "response")):
        raise Filtered(FilterReason.NOT_HTML, "content-type outside the table of forms")
    return form
