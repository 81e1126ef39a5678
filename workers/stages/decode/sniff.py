"""What the page is, by its content: everything that is not HTML ends here (WHATWG MIME Sniffing, 6 and 7, and what news crawlers meet)."""

import re

from schemas.reasons import FilterReason
from workers.pipeline.draft import Draft, Filtered
from workers.stages.decode.charset import utf16_by_nulls
from workers.stages.decode.labels import codec_of, is_ebcdic

SAMPLE_BYTES = 4 * 1024
SAMPLE_CHARS = 64 * 1024

_MAGIC: tuple[tuple[bytes, str], ...] = (
    *((magic, "PDF or PostScript") for magic in (b"%PDF-", b"%!PS-Adobe-")),
    *((magic, "image") for magic in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"\0\0\1\0", b"\0\0\2\0")),
    *((magic, "image") for magic in (b"II*\0", b"MM\0*", b"8BPS\0", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ")),
    *((magic, "audio or video") for magic in (b"ID3\2", b"ID3\3", b"ID3\4", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"OggS\0")),
    *((magic, "audio or video") for magic in (b"fLaC", b"MThd\0", b"\x1aE\xdf\xa3", b"FLV\1", b".snd\0", b"\0\0\1\xba", b"\0\0\1\xb3")),
    *((magic, "font") for magic in (b"wOFF", b"wOF2", b"OTTO\0", b"ttcf\0", b"\0\1\0\0\0", b"true\0")),
    *((magic, "archive or office file") for magic in (b"PK\3\4", b"PK\5\6", b"Rar!\x1a\7", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"BZh")),
    *((magic, "archive or office file") for magic in (b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"MSCF\0", b"{\\rtf")),
    *((magic, "archive or office file") for magic in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"SQLite format 3\0", b"PAR1", b"AT&TFORM")),
    *((magic, "program") for magic in (b"\x7fELF", b"\0asm", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"MZ\x90\0")),
    *((magic, "media list or calendar") for magic in (b"#EXTM3U", b"WEBVTT", b"BEGIN:VCALENDAR", b"BEGIN:VCARD")),
)
_MAGIC_START = re.compile(b"|".join(re.escape(magic) for magic, _ in _MAGIC))
_RIFF = re.compile(rb"(?:RIFF|FORM)....(?:WEBP|WAVE|AVI |AIFF)|.{4}ftyp[\w ]{4}|BM.{4}\0{4}|.{257}ustar", re.DOTALL)

# C0 controls that text does not have; ESC (ISO-2022) and the NUL that broken pages carry are judged elsewhere.
_CONTROLS = bytes([*range(1, 9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_TAG_NAMES = "!doctype html|html|head|body|title|meta|link|script|style|div|p|a|h[1-6]|br|img|span|table|article|section|main|ul|ol|li|b|i"
_TAG = re.compile(rf"<(?:{_TAG_NAMES})[\s/>]", re.IGNORECASE)
_TAG_BYTES = re.compile(_TAG.pattern.encode(), re.IGNORECASE)

_HTML_START = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_NAME = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_FEEDS = frozenset({"rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "opml"})
_JSON = re.compile(
    r"(?:\)\]\}'[,\s]*|[\w$.]{1,60}\s?\(\s?)?"  # a guard against inclusion, or a callback
    r'(?:\{\s*(?:"[^"]*"\s*:|\}\s*$)|\[\s*(?:\]\s*$|[\[{]\s*["\[{\]}\d-]|"[^"]*"\s*[,\]]|-?\d+(?:\.\d+)?\s*[,\]]|(?:true|false|null)\s*[,\]]))'
)
_SCRIPT = re.compile(
    r"[\"']use strict[\"']|[!;(]{0,3}function\s?[\w$]*\s?\(|(?:var|let|const)\s[\w$]+\s?[=;,]|window[.\[]|/\*[!*\s]|//#?\s|"
    r"[!;(]{0,2}\(\s?\)\s?=>|import\s[{\"'*]|export\s(?:default|const|function)\b|"
    r"@(?:charset|import)\s[\"'u]|@media\s|(?:html|body|:root|\*|[.#][\w-]+)(?:\s?,\s?[\w.#:-]+)*\s?\{"
)


def of_bytes(draft: Draft) -> Draft:
    """Fill nothing. Raises not_html for what its bytes show to be no text: documents, media, archives, noise, undeclared EBCDIC."""
    body = draft.body
    declared = codec_of(draft.charset) if draft.charset else None
    start = body[:SAMPLE_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if _MAGIC_START.match(start):
        raise Filtered(FilterReason.NOT_HTML, next(kind for magic, kind in _MAGIC if start.startswith(magic)))
    if _RIFF.match(start):
        raise Filtered(FilterReason.NOT_HTML, "media or archive")
    if (declared is not None and is_ebcdic(declared)) or body.startswith((b"\xff\xfe", b"\xfe\xff")) or utf16_by_nulls(body):
        return draft
    if _is_noise(start):
        raise Filtered(FilterReason.NOT_HTML, "binary")
    return draft


def of_text(draft: Draft) -> Draft:
    """Fill nothing. Raises not_html for text that is a feed, a sitemap, JSON, a script, a style sheet or XML of another kind."""
    if draft.html is None or _HTML_START.match(draft.html):
        return draft
    kind = _kind_of(draft.html)
    if kind is not None:
        raise Filtered(FilterReason.NOT_HTML, kind)
    if draft.form in ("http", "warc") and draft.media_type not in (None, "text/html", "application/xhtml+xml"):
        name, _ = _root(draft.html)
        if name not in ("!html", "html", "head", "body"):
            raise Filtered(FilterReason.NOT_HTML, "served as something else")
    return draft


def _is_noise(start: bytes) -> bool:
    """Random, compressed or encrypted bytes have 11 % of the controls that text has not; a few in a page with tags are repaired."""
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if controls * 10 > len(start):
        return True
    if _TAG_BYTES.search(start):
        return False
    return controls * 50 > len(start) or start.count(0) * 10 > len(start) or _is_ebcdic_text(start)


def _is_ebcdic_text(start: bytes) -> bool:
    """EBCDIC's space is ASCII's @, its letters are high bytes: spaces as text has them, and hardly one byte of ASCII text."""
    ascii_text = sum(start.count(byte) for byte in b" \n<>eaot")
    return start.count(0x40) * 25 > len(start) and ascii_text * 25 < len(start) and bool(re.search(r"[a-z]{3}", start.decode("cp037")))


def _kind_of(html: str) -> str | None:
    """What the text is when it is not HTML, else None."""
    text = html[:SAMPLE_CHARS].lstrip()
    if not text.startswith("<"):
        if _JSON.match(text):
            return "JSON"
        return "script or style sheet" if _SCRIPT.match(text) and not _TAG.search(text[:200]) else None
    name, is_xml = _root(html)
    if name in _FEEDS:
        return "feed or sitemap"
    if name == "svg" or (is_xml and name not in ("!html", "html")):
        return None if _TAG.search(text) else "XML of another kind"
    return None


def _root(text: str) -> tuple[str, bool]:
    """The name of the first element, lower case (`!html`: the doctype says HTML), and whether an XML declaration comes before it."""
    at, is_xml = 0, False
    while True:
        at = _after_space(text, at)
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            step = 3
        elif text.startswith("<?", at):
            is_xml = is_xml or text[at : at + 5].lower() == "<?xml"
            end = text.find(">", at)
            step = 1
        elif text.startswith("<!", at):
            if _HTML_START.match(text, at):
                return "!html", is_xml
            end, step = _doctype_end(text, at)
        else:
            found = _NAME.match(text, at)
            return (found[1].lower() if found else ""), is_xml
        if end < 0:
            return "", is_xml
        at = end + step


def _doctype_end(text: str, at: int) -> tuple[int, int]:
    """Where a document type ends, past its own declarations in brackets."""
    end, bracket = text.find(">", at), text.find("[", at)
    if 0 <= bracket < end:
        return text.find("]>", bracket), 2
    return end, 1


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
