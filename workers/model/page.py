"""What the model is told of a page beside its blocks."""

import html
import re
from dataclasses import dataclass

import msgspec
from lxml import etree
from lxml.html import HtmlElement

_ARTICLE_BODY = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]++|\\.)*+")')
_LIVE = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"LiveBlogPosting"')
_MARKUP = re.compile(r"<[^<>]*+>")
_json_scripts = etree.XPath('//script[contains(@type, "json")]/text()', smart_strings=False)
_titles = etree.XPath('//head/title/text()|//meta[@property="og:title" or @name="twitter:title"]/@content', smart_strings=False)
_heads = etree.XPath("//h1//text()", smart_strings=False)
_descriptions = etree.XPath('//meta[@name="description" or @property="og:description"]/@content', smart_strings=False)


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


def beside(tree: HtmlElement, extracted: list[str], headline: str | None) -> Beside:
    """What a page says of its article outside the text, and the body that the extractor found."""
    titles = [*_texts(_titles, tree), headline or ""]
    is_live = any(_LIVE.search(script) for script in _texts(_json_scripts, tree))
    return Beside(extracted, stated_body(tree), _texts(_heads, tree), titles, _texts(_descriptions, tree), is_live)


def _texts(find: etree.XPath, tree: HtmlElement) -> list[str]:
    found = find(tree)
    assert isinstance(found, list)
    return [text for text in map(str, found) if text.strip()]


def stated_body(tree: HtmlElement) -> list[str]:
    """The lines of the longest `articleBody` in JSON-LD; none without one. The JSON around it need not be valid."""
    longest = ""
    for script in _texts(_json_scripts, tree):
        if '"articleBody"' in script:
            for found in _ARTICLE_BODY.findall(script):
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
