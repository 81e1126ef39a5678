"""What is not HTML, and what is however it looks."""

import random

import pytest

from schemas.reasons import FilterReason as Out
from tests.unit.decode.drafts import ARABIC, decode, page

BINARY = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type /Catalog>>",
    "pdf after a blank line": b"\n%PDF-1.4\n<p>",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "gif": b"GIF89a\1\0\1\0",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "avif": b"\0\0\0\x20ftypavif\0\0\0\0",
    "bmp": b"BM\x36\x10\0\0\0\0\0\0",
    "ico": b"\0\0\1\0\1\0\x10\x10",
    "tiff": b"II*\0\x08\0\0\0",
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0",
    "mp3": b"ID3\3\0\0\0\0\0\0",
    "mp3 frame": b"\xff\xfb\x90\x64\0",
    "webm": b"\x1aE\xdf\xa3\x9fB\x86",
    "ogg": b"OggS\0\2\0\0",
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "font": b"wOF2\0\1\0\0",
    "zip": b"PK\3\4\x14\0\6\0",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
    "rar": b"Rar!\x1a\7\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0\4",
    "tar": b"a.html".ljust(257, b"\0") + b"ustar\00000" + bytes(240) + b"<html><p>",
    "bzip2": b"BZh91AY&SY",
    "elf": b"\x7fELF\2\1\1\0",
    "rtf": b"{\\rtf1\\ansi a}",
    "playlist": b"#EXTM3U\n#EXT-X-VERSION:3",
    "random": random.Random(3).randbytes(5_000),
    "random, short": random.Random(4).randbytes(200),
    "random behind a mark": b"\xef\xbb\xbf" + random.Random(5).randbytes(2_000),
    "structs": b"\0\0\0\7abcd\0\0\0\1" * 50,
}


@pytest.mark.parametrize("value", BINARY.values(), ids=BINARY)
@pytest.mark.parametrize("content_type", [None, "text/html; charset=utf-8", "text/plain"])
def test_what_is_binary_is_not_html_under_any_form(value: bytes, content_type: str | None) -> None:
    assert decode(value, content_type).reason is Out.NOT_HTML


XML = '<?xml version="1.0" encoding="utf-8"?>'
TEXT = {
    "rss": XML + '\n<?xml-stylesheet href="a.xsl"?><!-- made by x --><rss version="2.0"><channel><title>t</title><p>a</p>',
    "rss without a declaration": '  <rss version="2.0"><channel>',
    "atom": XML + '<feed xmlns="http://www.w3.org/2005/Atom"><entry>',
    "rdf": XML + '<rdf:RDF xmlns="http://purl.org/rss/1.0/">',
    "sitemap": XML + '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>',
    "sitemap index": "\ufeff" + XML + "<sitemapindex><sitemap>",
    "rss with a doctype": XML + '<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>',
    "other xml": XML + "<catalogue><item>1</item></catalogue>",
    "json object": '{"a": {"html": "<p>text</p>"}}',
    "json array": ' [{"id": 1}, {"id": 2}]',
    "json numbers": "[1, 2, 3]",
    "json, deep": "[" * 100_000,
    "json, cut": '{"articles": [{"title": "a',
    "json, guarded": ')]}\',\n{"a": 1}',
    "jsonp": 'callback({"a": 1});',
    "empty object": "{}",
    "script": "!function(e,t){var n=document.createElement('div')}(window);",
    "script, strict": '"use strict";\nvar a = 1;',
    "script, commented": "/*! jQuery v3.7.1 */\n(function(a,b){})",
    "module": 'import {a} from "./b.js";',
    "style sheet": '@charset "utf-8";\nbody{margin:0}',
    "style rules": ".header, .footer { color: red }",
}


@pytest.mark.parametrize("text", TEXT.values(), ids=TEXT)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_feeds_json_and_scripts_are_not_html(text: str, codec: str) -> None:
    assert decode(text.encode(codec)).reason is Out.NOT_HTML


PAGES = {
    "comments first": "<!-- cached -->\n<!-- \n<rss> -->\n<!DOCTYPE html><html><p>a",
    "mark and space": "\ufeff \r\n\t<html><p>a",
    "xml declaration": XML + '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><html xmlns="a"><p>a',
    "xml declaration, no doctype": XML + "\n<html><body><p>a",
    "php error first": "Warning: include() failed <br />\n<html><p>a",
    "fragment": "<p>a story</p><p>more</p>",
    "fragment of divisions": '<div class="x"><h1>a</h1></div>',
    "no tag": "Words without any markup.",
    "bracket first": "[Update] The minister <b>said</b>",
    "link lists": "[[Main page]] and <p>text</p>",
    "brace first": "{{ title }} <p>a</p>",
    "script tag first": "<script>var a = {}</script><p>a",
    "icons first": '<svg xmlns="a"><path/></svg><div><p>a story</p></div>',
    "word import": "import prices rise again <p>a</p>",
    "xxe": XML + '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&x;',
    "entity bomb": XML + '<!DOCTYPE lolz [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><lolz><p>&c;</p></lolz>',
    "comment without an end": "<!-- <p>a",
    "upper case": "<HTML><BODY><P>a",
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_html_is_let_through_however_it_begins(text: str) -> None:
    walked = decode(text.encode())
    assert (walked.reason, walked.draft.html) == (None, text.removeprefix("\ufeff"))


def test_plain_text_that_looks_like_json_or_a_script_stays_text() -> None:
    assert decode(b'{"a": 1}', "text/plain").reason is None


def test_a_page_with_some_control_characters_is_a_page() -> None:
    assert decode(page("a\x02 story \x1f" + ARABIC)).reason is None


def test_json_declared_as_json_is_the_envelopes_business_and_as_html_is_not_html() -> None:
    assert decode(b'{"a": 1}', "text/html").reason is Out.NOT_HTML
    assert decode(b'{"a": 1}', "application/json").reason == "bad_envelope"
