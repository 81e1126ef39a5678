"""Invented news pages for `rawi demo` and the tests: several languages, page families and input forms, and some broken ones."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

import msgspec
import yaml

from schemas.reasons import OutcomeKind
from workers.samples import make

FETCHED_AT = "2025-12-05T06:00:00Z"  # later than every sample's date; fixed, so that the articles' bytes are too


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a sample must become. No outcome: whatever becomes of it is right. `articles`: how many; `phrase`: text that one must hold."""

    outcome: OutcomeKind | None = None
    reason: str | None = None
    articles: int | None = None
    phrase: str | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A record to feed. Those of round 2 are fed when every page of round 1 has its outcome."""

    name: str
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]
    expected: Expected
    round: int = 1


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of samples.yaml; the file itself explains the fields."""

    name: str
    expected: Expected
    file: str | None = None
    make: str | None = None
    same_as: str | None = None
    url: str | None = None
    charset: str = "utf-8"
    spoil: int = 0
    form: Literal["html", "text", "envelope", "http", "warc"] = "html"
    compress: str | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    round: int = 1


_FORM_TYPES = {
    "text": "text/plain; charset=utf-8",
    "envelope": "application/json",
    "http": "application/http;msgtype=response",
    "warc": "application/warc",
}


def load_samples() -> Iterator[Sample]:
    """Yield the samples in the order of samples.yaml. The same bytes every time."""
    manifest = files(__name__).joinpath("samples.yaml").read_text("utf-8")
    seen: dict[str, Sample] = {}
    for entry in msgspec.convert(yaml.safe_load(manifest), list[_Entry]):
        if entry.same_as is not None:
            sample = msgspec.structs.replace(seen[entry.same_as], name=entry.name, expected=entry.expected, round=entry.round)
        else:
            sample = _sample(entry)
        seen[entry.name] = sample
        yield sample


def _sample(entry: _Entry) -> Sample:
    key = entry.url.encode() if entry.url else None
    return Sample(name=entry.name, key=key, value=_value(entry), headers=_headers(entry), expected=entry.expected, round=entry.round)


def _value(entry: _Entry) -> bytes:
    if entry.make is not None:
        return make.MAKERS[entry.make]()
    assert entry.file is not None, f"{entry.name}: file, make or same_as"
    page = make.encode(files(__name__).joinpath("pages", entry.file).read_text("utf-8"), entry.charset, entry.spoil)
    if entry.form == "http":
        page = make.http_response(page)
    elif entry.form == "warc":
        page = make.warc_record(page, entry.url or "", FETCHED_AT)
    elif entry.form == "envelope":
        page = make.envelope(page, entry.url or "", FETCHED_AT)
    return make.compress(page, entry.compress) if entry.compress else page


def _headers(entry: _Entry) -> list[tuple[str, bytes]]:
    said = {
        "url": None if entry.form in ("envelope", "warc") else entry.url,  # these two carry it inside
        "fetched-at": FETCHED_AT,
        "content-type": entry.content_type or _FORM_TYPES.get(entry.form),
        "content-encoding": entry.content_encoding or entry.compress,
        "http-status": str(entry.status) if entry.status else None,
        **entry.headers,
    }
    return [(name, value.encode()) for name, value in said.items() if value is not None]
