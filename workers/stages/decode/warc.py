"""One WARC record with a page in it (ISO 28500): a response or a resource, alone or after the records that belong to it."""

import msgspec
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders

from schemas.headers import parse_instant
from schemas.mediatypes import parse_media_type
from schemas.reasons import DeadLetterReason
from workers.pipeline.draft import Draft, Invalid, replace
from workers.stages.decode.form import usable_url
from workers.stages.decode.http import read_head, response

MAX_RECORDS = 50  # before the page's: warcinfo, request, metadata
_VERSIONS = tuple(ArcWarcRecordLoader.WARC_TYPES)


def unwrap(draft: Draft) -> Draft:
    """Fill `url`, `now` from the record and the rest from its response. Raises bad_warc, bad_http, too_complex."""
    head, block = _page_record(draft)
    instant = parse_instant(head.get_header("WARC-Date") or "")
    if instant is not None:  # its own date wins over the header, so that a replay, which adds the header, changes nothing
        draft = replace(draft, now=instant, headers=msgspec.structs.replace(draft.headers, fetched_at=instant))
    target = (head.get_header("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")  # wget writes the brackets
    draft = replace(draft, url=usable_url(target) or draft.url)
    if _kind(head) == "response":
        return response(draft, block, may_be_cut=head.get_header("WARC-Truncated") is not None)
    media_type = parse_media_type(head.get_header("Content-Type") or "")
    return replace(
        draft,
        media_type=media_type.essence if media_type else None,
        charset=media_type.parameters.get("charset") if media_type else None,
        body=block,
    )


def _page_record(draft: Draft) -> tuple[StatusAndHeaders, bytes]:
    """The headers and the block of the first response or resource."""
    rest = draft.body
    for _ in range(MAX_RECORDS):
        rest = rest.lstrip(b"\r\n")
        if not rest:
            break
        head, rest = read_head(rest, _VERSIONS, draft.limits.max_header_bytes, DeadLetterReason.BAD_WARC)
        length = (head.get_header("Content-Length") or "").strip()
        if not length.isdecimal() or len(length) > 19:
            raise Invalid(DeadLetterReason.BAD_WARC, "a record without a Content-Length")
        if len(rest) < int(length):
            raise Invalid(DeadLetterReason.BAD_WARC, f"cut short: {len(rest)} of {length} bytes")
        block, rest = rest[: int(length)], rest[int(length) :]
        if _kind(head) in ("response", "resource"):
            return head, block
    raise Invalid(DeadLetterReason.BAD_WARC, "no response or resource record")


def _kind(head: StatusAndHeaders) -> str:
    return (head.get_header("WARC-Type") or "").strip().lower()
