"""Makes a sample's value: encodings, compressions, the forms crawlers store, and the broken ones that no file should hold."""

import base64
import gzip
import json
from collections.abc import Callable

import brotli
import zstandard

BOMB_BYTES = 32 * 1024 * 1024  # decoded; above the default RAWI_MAX_PAGE_BYTES of 10 MiB, and 32 KB as stored
NESTING = 10_000  # above the default RAWI_MAX_NESTING


def encode(text: str, charset: str, spoiled_bytes: int) -> bytes:
    """Return the page in `charset`, with some bytes inside its body broken as a careless proxy would."""
    page = bytearray(text.encode(charset))
    for n in range(spoiled_bytes):
        at = page.index(b"</p>", len(page) * (n + 1) // (spoiled_bytes + 2))
        page[at:at] = b"\xc3"
    return bytes(page)


def compress(value: bytes, coding: str) -> bytes:
    """Return `value` in a content-encoding: gzip, br or zstd. The same bytes every time."""
    coders: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda v: gzip.compress(v, mtime=0),
        "br": brotli.compress,
        "zstd": zstandard.ZstdCompressor().compress,
    }
    return coders[coding](value)


def http_response(page: bytes) -> bytes:
    """Return the page as the HTTP response that carried it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
    return head.encode() + page


def warc_record(page: bytes, url: str, fetched_at: str) -> bytes:
    """Return the page as a WARC/1.1 response record."""
    block = http_response(page)
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:6f1c9a52-7d34-4c0e-9a55-2f6f5d1f7a10>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {fetched_at}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def envelope(page: bytes, url: str, fetched_at: str) -> bytes:
    """Return the page in a JSON envelope."""
    return json.dumps({"url": url, "html_base64": base64.b64encode(page).decode(), "fetched_at": fetched_at, "status": 200}).encode()


def _gzip_cut_short() -> bytes:
    page = gzip.compress("".join(f"<p>Paragraph {n} of a page that was cut.</p>" for n in range(400)).encode(), mtime=0)
    return page[: len(page) // 2]


def _deep_nesting() -> bytes:
    return b"<html><body>" + b"<div>" * NESTING + b"How deep the rabbit hole goes." + b"</div>" * NESTING + b"</body></html>"


def _warc_cut_short() -> bytes:
    record = warc_record(
        b"<html><body>" + b"<p>A record that was cut in the middle.</p>" * 50, "https://warc.example.com/", "2025-11-01T00:00:00Z"
    )
    return record[: len(record) // 2]


MAKERS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + b"\x00\x9c\xed" * 200,
    "json_page": lambda: json.dumps({"stories": [{"id": n, "title": f"Story number {n}"} for n in range(40)]}).encode(),
    "gzip_bomb": lambda: gzip.compress(b" " * BOMB_BYTES, mtime=0),
    "gzip_cut_short": _gzip_cut_short,
    "deep_nesting": _deep_nesting,
    "bad_envelope": lambda: json.dumps({"url": ["not", "a", "string"], "html": 7}).encode(),
    "warc_cut_short": _warc_cut_short,
}
