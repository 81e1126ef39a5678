"""What the model is told of a page beside its blocks."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from lxml.html import HtmlElement

from workers.structured.head import titles_in

_ARTICLE_BODY = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]++|\\.)*+")')
_LIVE = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"LiveBlogPosting"')
_MARKUP = re.compile(r"<[^<>]*+>")


@dataclass(frozen=True, slots=True)
class Beside:
    """Texts to compare the blocks with, in lines."""

    extracted: list[str]  # the extractor's body
    stated: list[str]  # the publisher's own articleBody
    headlines: list[str]  # every h1: a page of several articles has several
    titles: list[str]  # what the head calls the page
    descriptions: list[str]
    is_live: bool = False  # the publisher calls the page a live blog

    def lines(self) -> list[list[str]]:
        """The five, each without empty lines and line breaks."""
        texts = (self.extracted, self.stated, self.headlines, self.titles, self.descriptions)
        return [[part for line in text for part in line.splitlines() if part] for text in texts]


def beside(elements: Iterable[HtmlElement], extracted: list[str], headline: str | None) -> Beside:
    """What a page says of its article outside the text, and the extractor's body. `elements`: its meta, title, h1, script, in order."""
    titles, heads, descriptions, json = titles_in(elements)
    is_live = any("LiveBlogPosting" in text and _LIVE.search(text) for text in json)
    return Beside(extracted, _stated(json), _said(heads), [*_said(titles), headline or ""], _said(descriptions), is_live)


def _said(texts: list[str | None]) -> list[str]:
    return [text for text in texts if text and text.strip()]


def _stated(json: list[str]) -> list[str]:
    """The lines of the longest `articleBody` in JSON-LD; none without one. The JSON around it need not be valid."""
    longest = ""
    for text in json:
        if '"articleBody"' in text:
            for found in _ARTICLE_BODY.findall(text):
                longest = max(longest, _unescaped(found), key=len)
    if "&" in longest:
        longest = html.unescape(longest)
    if "<" in longest:
        longest = _MARKUP.sub("\n", longest)
    return [line for line in longest.splitlines() if line.strip()]


def _unescaped(literal: str) -> str:
    try:
        return msgspec.json.decode(literal.replace("\n", "\\n").replace("\r", "").replace("\t", "\\t"), type=str)
    except (msgspec.MsgspecError, UnicodeError):
        return ""
