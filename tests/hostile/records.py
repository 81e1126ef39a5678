"""Hostile records: wrappings, codings, charsets and headers that lie, break or explode."""

import base64
import bz2
import gzip
import json
import random
import zlib

import brotli
import zstandard

from tests.hostile.cases import NOT_HTML, PUBLISHED, TEXT, TOO_COMPLEX, URL, Case, article, page, with_headers

JSON = ("content-type", b"application/json")
HTTP = ("content-type", b"application/http;msgtype=response")
WARC = ("content-type", b"application/warc")
BOMB = ("dead_lettered", "decompression_bomb")
UNDECODABLE = ("dead_lettered", "undecodable")
BAD_ENVELOPE = ("dead_lettered", "bad_envelope")
BAD_HTTP = ("dead_lettered", "bad_http")
BAD_WARC = ("dead_lettered", "bad_warc")


def coded(name: str) -> list[tuple[str, bytes]]:
    return with_headers(("content-encoding", name.encode()))


def endless_deflate(megabytes: int) -> bytes:
    """Megabytes of zeros as one flushed block over and over; the stream has no end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)) * megabytes


def envelope(**fields: object) -> bytes:
    return json.dumps({"url": URL, "html": article().decode()} | fields).encode()


def http(head: str = "Content-Type: text/html", body: bytes | None = None, status: str = "HTTP/1.1 200 OK") -> bytes:
    return f"{status}\r\n{head}\r\n\r\n".encode("latin-1") + (article() if body is None else body)


def warc(payload: bytes, length: int | None = None, extra: str = "") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {URL}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n{extra}"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(payload) if length is None else length}\r\n\r\n"
    )
    return head.encode() + payload


def noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


CODINGS: dict[str, Case] = {
    "gzip bomb": Case(lambda: b"\x1f\x8b\x08" + bytes(6) + b"\xff" + endless_deflate(500), BOMB, coded("gzip")),
    "gzip bomb undeclared": Case(lambda: gzip.compress(bytes(20_000_000)), BOMB),
    "deflate bomb": Case(lambda: endless_deflate(500), BOMB, coded("deflate")),
    "brotli bomb": Case(lambda: brotli.compress(bytes(30_000_000), quality=1), BOMB, coded("br")),
    "zstd bomb": Case(lambda: zstandard.compress(bytes(20_000_000)), BOMB, coded("zstd")),
    "gzip inside gzip inside gzip": Case(
        lambda: gzip.compress(gzip.compress(gzip.compress(bytes(20_000_000)))), BOMB, coded("gzip, gzip, gzip")
    ),
    "100,000 empty gzip members": Case(lambda: gzip.compress(b"") * 100_000, UNDECODABLE, coded("gzip")),
    "20,000 empty zstd frames": Case(lambda: zstandard.compress(b"") * 20_000, ("filtered", "empty_page"), coded("zstd")),
    "zstd with a window of 2 GB": Case(lambda: b"\x28\xb5\x2f\xfd\x00\xa8" + noise(1, 100), UNDECODABLE, coded("zstd")),
    "a hundred codings": Case(article, UNDECODABLE, coded(", ".join(["gzip"] * 100))),
    "an unknown coding": Case(article, UNDECODABLE, coded("rot13")),
    "gzip cut short": Case(lambda: gzip.compress(article())[:-12], UNDECODABLE, coded("gzip")),
    "gzip with a wrong checksum": Case(lambda: gzip.compress(article())[:-8] + bytes(8), UNDECODABLE, coded("gzip")),
    "not gzip at all": Case(article, UNDECODABLE, coded("gzip")),
    "gzip followed by garbage": Case(lambda: gzip.compress(article()) + noise(2, 5_000), PUBLISHED, coded("gzip")),
    "11 MB": page("<!-- " + "x" * 11_000_000 + " -->", ("dead_lettered", "too_large")),
}

WRAPPINGS: dict[str, Case] = {
    "an envelope nested 100,000 deep": Case(
        lambda: b'{"url":"' + URL.encode() + b'","html":' + b"[" * 100_000 + b"]" * 100_000 + b"}", TOO_COMPLEX, [JSON]
    ),
    "an envelope cut short": Case(lambda: envelope()[:-40], BAD_ENVELOPE, [JSON]),
    "an envelope of a million keys": Case(
        lambda: b"{" + b",".join(b'"k%d":1' % n for n in range(700_000)) + b"}", ("dead_lettered", "bad_envelope"), [JSON]
    ),
    "an envelope with the same key twice": Case(lambda: envelope()[:-1] + b',"url":"javascript:x"}', PUBLISHED, with_headers(JSON)),
    "an envelope with wrong types": Case(lambda: envelope(html=["no"]), BAD_ENVELOPE, [JSON]),
    "an envelope with a number of a million digits": Case(
        lambda: envelope()[:-1] + b',"status":' + b"9" * 1_000_000 + b"}", BAD_ENVELOPE, [JSON]
    ),
    "an envelope with NaN": Case(lambda: envelope()[:-1] + b',"status":NaN}', BAD_ENVELOPE, [JSON]),
    "an envelope with base64 that is none": Case(lambda: json.dumps({"url": URL, "html_base64": "@@"}).encode(), BAD_ENVELOPE, [JSON]),
    "an envelope with base64 of a gzip bomb": Case(
        lambda: json.dumps({"url": URL, "html_base64": base64.b64encode(gzip.compress(bytes(20_000_000))).decode()}).encode(), BOMB, [JSON]
    ),
    "an envelope with a file URL": Case(lambda: envelope(url="file:///etc/passwd"), ("dead_lettered", "missing_url"), [JSON]),
    "an envelope with lone surrogates": Case(lambda: envelope().replace(b"quiet water", b"qu\\ud800iet wat\\udfffer"), PUBLISHED, [JSON]),
    "an envelope in YAML that would run code": Case(lambda: b"!!python/object/apply:os.system ['id']", BAD_ENVELOPE, [JSON]),
    "a pickle": Case(lambda: b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.", NOT_HTML),
    "an HTTP response without an end to its headers": Case(
        lambda: b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300_000, TOO_COMPLEX, with_headers(HTTP)
    ),
    "an HTTP response of one line": Case(lambda: b"HTTP/1.1 200 OK", BAD_HTTP, with_headers(HTTP)),
    "an HTTP response that is none": Case(article, BAD_HTTP, with_headers(HTTP)),
    "an HTTP chunk of 2^64 bytes": Case(
        lambda: http("Transfer-Encoding: chunked\r\nContent-Type: text/html", b"ffffffffffffffff\r\n" + article()),
        PUBLISHED,
        with_headers(HTTP),
    ),
    "an HTTP response of 100,000 chunks": Case(
        lambda: http("Transfer-Encoding: chunked\r\nContent-Type: text/html", b"1\r\na\r\n" * 100_000 + b"0\r\n\r\n"),
        PUBLISHED,
        with_headers(HTTP),
    ),
    "an HTTP response with a negative length": Case(
        lambda: http("Content-Length: -5\r\nContent-Type: text/html"), PUBLISHED, with_headers(HTTP)
    ),
    "an HTTP response within an HTTP response": Case(lambda: http(body=http()), PUBLISHED, with_headers(HTTP)),
    "a WARC record with a length of 10^18": Case(lambda: warc(http(), 10**18), BAD_WARC, [WARC]),
    "a WARC record with a length of no number": Case(
        lambda: warc(http()).replace(b"Content-Length: ", b"Content-Length: 0x"), BAD_WARC, [WARC]
    ),
    "100,000 WARC records before the page": Case(
        lambda: b"WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n" * 100_000 + warc(http()), BAD_WARC, [WARC]
    ),
    "a WARC header of 5 MB": Case(lambda: warc(http(), extra="X-Y: " + "z" * 5_000_000 + "\r\n"), TOO_COMPLEX, [WARC]),
    "a WARC record cut in the middle": Case(lambda: warc(http())[:-300], BAD_WARC, [WARC]),
    "text of 4 MB": Case(
        lambda: (TEXT * 6_000).encode(), ("dead_lettered", "output_too_large"), with_headers(("content-type", b"text/plain"))
    ),
}

JSON_LD: dict[str, Case] = {
    "JSON-LD nested 100,000 deep": page(head=f'<script type="application/ld+json">{"[" * 100_000}{"]" * 100_000}</script>'),
    "JSON-LD nested in objects": page(head='<script type="application/ld+json">' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "</script>"),
    "JSON-LD of 5 MB": page(
        head='<script type="application/ld+json">{"@type":"NewsArticle","keywords":["'
        + '","'.join(f"word {n}" for n in range(300_000))
        + '"]}</script>'
    ),
    "20,000 JSON-LD scripts": page(head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Q"}</script>' * 20_000),
    "JSON-LD cut short": page(head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Qui</script>'),
    "JSON-LD with wrong types": page(
        head='<script type="application/ld+json">{"@type":["NewsArticle",7,null],"headline":{"a":[1]},"author":[[["x"]],3,{"name":{}}],'
        '"datePublished":[0],"image":{"url":{"url":7}},"publisher":"x","keywords":{"a":1},"articleBody":7,"isPartOf":false}</script>'
    ),
    "JSON-LD with numbers that overflow": page(
        head='<script type="application/ld+json">{"@type":"NewsArticle","wordCount":1e999999}</script>'
    ),
    "JSON-LD that names itself": page(
        head='<script type="application/ld+json">{"@id":"#a","@type":"NewsArticle","author":{"@id":"#a"},"publisher":{"@id":"#a"}}</script>'
    ),
    "JSON-LD with dates of no calendar": page(
        head='<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"99999-99-99T99:99:99+99:99",'
        '"dateModified":"-0001-13-45"}</script>'
    ),
    "microdata without an end": page('<div itemscope itemtype="https://schema.org/NewsArticle">' * 1_000),
}

HEADERS: dict[str, Case] = {
    "a null value": Case(lambda: None, ("filtered", "empty_page")),
    "an empty value": Case(lambda: b"", ("filtered", "empty_page")),
    "white space": Case(lambda: b" \r\n\t" * 1_000_000, ("filtered", "empty_page")),
    "no URL": Case(article, ("dead_lettered", "missing_url"), []),
    "a javascript URL": Case(article, ("dead_lettered", "missing_url"), [("url", b"javascript:alert(1)")]),
    "a URL of no host": Case(article, ("dead_lettered", "missing_url"), [("url", b"https:///x")]),
    "a URL with a broken port": Case(article, ("dead_lettered", "missing_url"), [("url", b"https://a.test:99999999/x")]),
    "a URL with controls": Case(article, PUBLISHED, [("url", b"https://a.test/\x1b[31m\r\nX: y")]),
    "a URL of 400 KB": Case(article, PUBLISHED, [("url", b"https://a.test/" + b"x" * 400_000)]),
    "100,000 headers": Case(article, TOO_COMPLEX, with_headers(*[(f"x-{n}", b"yyyy") for n in range(100_000)])),
    "a header of 1 MB": Case(article, TOO_COMPLEX, with_headers(("x", b"y" * 1_000_000))),
    "a status of no number": Case(article, PUBLISHED, with_headers(("http-status", b"\xff" * 1_000))),
    "a time of no calendar": Case(article, PUBLISHED, with_headers(("fetched-at", b"9999-99-99T99:99:99Z"))),
    "a media type without an end": Case(article, PUBLISHED, with_headers(("content-type", b"text/html; charset=" + b"x;" * 10_000))),
    "a charset that is a codec that runs": Case(article, UNDECODABLE, with_headers(("content-type", b"text/html; charset=zlib_codec"))),
    "a traceparent of 100 KB": Case(article, PUBLISHED, with_headers(("traceparent", b"00-" * 30_000))),
}

BYTES: dict[str, Case] = {
    "a PDF": Case(lambda: b"%PDF-1.7\n" + noise(3, 5_000), NOT_HTML),
    "a PNG": Case(lambda: b"\x89PNG\r\n\x1a\n" + noise(4, 5_000), NOT_HTML),
    "random bytes": Case(lambda: noise(5, 50_000), NOT_HTML),
    "a bzip2 file": Case(lambda: bz2.compress(article()), NOT_HTML),
    "a page with a PNG behind it": Case(lambda: article() + b"\x89PNG\r\n\x1a\n" + noise(6, 50_000), PUBLISHED),
    "NULs between all letters": Case(lambda: b"\0".join(bytes([c]) for c in article()), PUBLISHED),
    "9 MB of NULs": Case(lambda: bytes(9_000_000), ("filtered", "empty_page")),
    "UTF-16 of an odd length": Case(lambda: article().decode().encode("utf-16")[:-1], PUBLISHED),
    "UTF-32": Case(lambda: article().decode().encode("utf-32"), PUBLISHED),
    "overlong UTF-8": Case(lambda: article() + b"\xc0\xbcscript\xc0\xbe" * 1_000, PUBLISHED),
    "UTF-8 cut in a letter": Case(lambda: article("<p>Ω</p>")[:-1] + b"\xce", PUBLISHED),
    "every byte": Case(lambda: article() + bytes(range(256)) * 200, PUBLISHED),
    "EBCDIC undeclared": Case(lambda: article().decode().encode("cp037"), NOT_HTML),
    "ISO-2022 that switches for ever": Case(lambda: article() + b"\x1b$B\x1b(B" * 100_000, PUBLISHED),
    "a feed": Case(lambda: b'<?xml version="1.0"?><rss><channel><title>x</title></channel></rss>', NOT_HTML),
    "an SVG that runs script": Case(
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", ("filtered", "script_shell")
    ),
    "JSON as HTML": Case(lambda: b"[" * 1_000_000, NOT_HTML),
    "100,000 processing instructions before the root": Case(lambda: b"<?x?>" * 100_000 + article(), PUBLISHED),
    "100,000 comments before the root": Case(lambda: b"<!-- x -->" * 100_000 + article(), PUBLISHED),
}
