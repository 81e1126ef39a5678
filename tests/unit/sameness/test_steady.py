"""The scan in C leaves out, byte for byte, what the regular expressions below do: hashes of pages are compared across releases."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stages.pages import page, paragraphs
from workers.sameness.steady import steady_bytes

# Scripts, but structured data; styles, comments; frames and server-side notes. Their attributes go with them.
_HIDDEN = re.compile(rb"<(?=[!siSI])(?:(!--)|(script)|(style)|(iframe))", re.IGNORECASE)
_ENDS = (b"-->", b"</script", b"</style", b"</iframe")
_STRUCTURED = b"ld+json"
# Elements that carry tokens: every form field, every meta whose name says so; a time's words ("5 minutes ago") beside the time itself.
_VOLATILE = re.compile(
    rb"<(?=[imtIMT])(?:input\b[^>]{0,500}>|meta\b[^>]{0,200}?(?:csrf|xsrf|token|nonce|request-id|generated)[^>]{0,300}>"
    rb"|time\b[^>]{0,200}?(datetime=[^>]{0,200})>[^<]*)",
    re.IGNORECASE,
)
_QUERY = re.compile(rb"\?[^\s\"'<>\\]+")  # cache-busters: of this page's own URL the query is part of its identity
_EPOCH = re.compile(rb"1[0-9]{9,}")  # seconds or milliseconds since 1970, until 2033
_NONCE = re.compile(rb"nonce=[\"'][^\"']*[\"']")
# A place for advertisements: an element with one of these words as a whole class or id (or beginning so: ids with a number).
_AD_HINT = re.compile(
    rb"ad(?<=[\s\"'-]ad)(?=[\s\"']|s[\s\"'b-]|vert|[_-]?slot|[-_](?:unit|container|wrapper|banner|box|space|placeholder|[0-9]))"
)
_AD_WORDS = re.compile(
    rb"(?:class|id)=[\"'](?:[^\"'>]*\s)?"
    rb"(?:ads?|adsbygoogle|advert(?:s|isement|isements|ising)?|ad[-_]?(?:slot|unit|container|wrapper|banner|box|space|placeholder)"
    rb"|div-gpt-ad-[^\"'\s]*+)(?:[-_]?[0-9]+)?[\s\"']"
)
_AD_TAG = re.compile(rb"<(div|aside|section|span|ins|p|li|figure)\b", re.IGNORECASE)
_MAX_TAG_BYTES = 500
_MAX_AD_TAGS = 100  # looked at on a page: bounds the cost
_MAX_AD_BYTES = 8 * 1024  # a larger one is not left out: a class can be wrong, and the article inside
_NO_AD = re.compile(rb"<(?:h1|article|main)\b", re.IGNORECASE)


def plain_steady_bytes(page: bytes) -> bytes:
    page = _without_hidden(page)
    page = _without_ads(page)
    page = _VOLATILE.sub(rb"<\1", page)
    page = _QUERY.sub(b"", page)
    page = _EPOCH.sub(b"", page)
    return _NONCE.sub(b"", page) if b"nonce=" in page else page


def _without_hidden(page: bytes) -> bytes:
    parts, at = [], 0
    endless = set()
    for match in _HIDDEN.finditer(page):
        start, kind = match.start(), match.lastindex or 1
        if start < at or kind in endless:
            continue
        end = page.find(_ENDS[kind - 1], match.end())
        if end < 0:
            end = page.find(_ENDS[kind - 1].upper(), match.end())
        if end < 0:
            endless.add(kind)
        elif not match[2] or _STRUCTURED not in page[start : page.find(b">", start, end) + 1]:
            parts.append(page[at:start])
            at = page.find(b">", end + len(_ENDS[kind - 1]) - 1) + 1 or len(page)
    parts.append(page[at:])
    return b"".join(parts)


def _without_ads(page: bytes) -> bytes:
    parts, at, looked = [], 0, 0
    for hint in _AD_HINT.finditer(page):
        start = page.rfind(b"<", max(at, hint.start() - _MAX_TAG_BYTES), hint.start())
        tag = _AD_TAG.match(page, start) if start >= 0 else None
        if tag is None:
            continue
        looked += 1
        if looked > _MAX_AD_TAGS:
            break
        close = page.find(b">", hint.end(), start + _MAX_TAG_BYTES)
        if close < 0 or page.find(b">", start, hint.end()) >= 0 or not _AD_WORDS.search(page, start, close + 1):
            continue
        end = _end_of(page, tag[1].lower(), close + 1)
        if end and not _NO_AD.search(page, start, end):
            parts.append(page[at:start])
            at = end
    parts.append(page[at:])
    return b"".join(parts)


def _end_of(page: bytes, name: bytes, at: int) -> int:
    """Where the element that was opened before `at` ends; 0 when that is too far."""
    depth = 1
    for found in re.finditer(rb"<(/?)" + name + rb"\b[^>]{0,500}>", page[at : at + _MAX_AD_BYTES], re.IGNORECASE):
        depth += -1 if found[1] else 1
        if not depth:
            return at + found.end()
    return 0


WORDS = r"""<script> </script> </SCRIPT> </script <!-- --> <!--> <style </style> </STYLE> </iframe> ld+json <scripture <INPUT> csrf Token
nonce request-id generated datetime= DateTime= </time> ? ?? 1700000000 1 17 000000000 nonce=' nonce=" nonce= 'ad' "ad" -ad class=' class="
id=' ad-slot adslot ad_slot ads adsbygoogle advertising adverts div-gpt-ad- -12 _3 </div> </DIV> <DIV </p> <p> <ins </ins> </figure> <h1>
<article> <main < > ' " = - / \ x _"""
SPACED = "<SCRIPT <iframe <input <meta <time ad <div <p <figure <section"
PIECES = [*(word.encode() for word in WORDS.split()), *(word.encode() + b" " for word in SPACED.split()), b" ", b"\n", b"\x00", b"\xff"]
PIECES += [b"x" * 185, b"y" * 290, b"z" * 488, b"<p>a</p>" * 1_000, b"<div class='x ads'>", b'<ins id="ad_banner-2">', b"<div class=ad>"]


@given(st.lists(st.sampled_from(PIECES), max_size=80).map(b"".join))
def test_pieces_of_what_is_left_out_give_the_same(markup: bytes) -> None:
    assert steady_bytes(markup) == plain_steady_bytes(markup)


@given(st.lists(st.sampled_from(PIECES), max_size=15).map(b"".join), st.integers(min_value=0))
def test_a_place_for_advertisements_with_anything_in_it_gives_the_same(markup: bytes, seed: int) -> None:
    opening = random.Random(seed).choice([b"<div class='ad'>", b"<p id='ads-1' x>", b'<SPAN class="a ad-box">', b"<li class='adverts"])
    both = opening + markup + b"</div></p></span></li>" + markup
    assert steady_bytes(both) == plain_steady_bytes(both)


@given(st.randoms(use_true_random=False))
def test_a_page_changed_at_random_gives_the_same(chance: random.Random) -> None:
    markup = bytearray(page(f"<article><h1>x</h1>{paragraphs()}</article><div class='ads'>y</div><!-- x --><a href='/?b'>").encode())
    for _ in range(chance.randint(1, 20)):
        at = chance.randrange(len(markup))
        markup[at : at + chance.choice((0, 0, 1, 9))] = chance.choice(PIECES)
    assert steady_bytes(bytes(markup)) == plain_steady_bytes(bytes(markup))


def test_more_places_than_are_looked_at_give_the_same() -> None:
    markup = b"<div class='ad'>x</div>" * 150
    assert steady_bytes(markup) == plain_steady_bytes(markup)
    assert steady_bytes(markup).count(b"ad") == 50


def test_only_bytes_are_read() -> None:
    for wrong in (None, "text", bytearray(b"<p>")):
        with pytest.raises(TypeError):
            steady_bytes(wrong)  # type: ignore[arg-type]
