"""Code is taken out of the markup, and what no tree can hold; tags and attributes are counted. As these regular expressions do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.unit.stages.pages import draft, page, paragraphs
from workers.stages.joiner_bytes import with_joiners
from workers.stages.joiners import ZWJ, ZWNJ
from workers.stages.markup import fit_for_a_tree, without_code
from workers.stages.parse import parse
from workers.stages.tags import count

SPACE = rb" \t\n\r\f\v"
ONE_ATTRIBUTE = rb"""[^%(s)b/>][^%(s)b/>=]*+(?:="[^"]*+"|[%(s)b]*+=[%(s)b]*+(?:"[^"]*+"|'[^']*+'|[^%(s)b>]*+))?+""" % {b"s": SPACE}
ATTRIBUTE = re.compile(ONE_ATTRIBUTE)
TAG = re.compile(rb"<[a-zA-Z][^%(s)b/>]*+(?:[%(s)b/]*+%(a)b)*+[%(s)b/]*+" % {b"s": SPACE, b"a": ONE_ATTRIBUTE})
OPENING = re.compile(rb"<(?:(!--)|s(?:cript|(tyle))(?=[%(s)b/>])(?:[%(s)b/]*+%(a)b)*+[%(s)b/]*+>?+)" % {b"s": SPACE, b"a": ONE_ATTRIBUTE})
UNFIT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NO_CHARACTER = re.compile(rb"\xef(?:\xb7[\x90-\xaf]|\xbf[\xbe\xbf])")
UNFIT_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|127|6553[45])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF]|[fF]{3}[eEfF]));?(?![0-9a-fA-F])"
)
JOINER = re.compile(rb"&(?:(zwnj)|zwj|#0*(?:(8204)|8205)|#[xX]0*(?:(200[cC])|200[dD]))(?![0-9a-zA-Z]);?|\xe2\x80(?:(\x8c)|\x8d)")

PIECES = """<script> </script> </SCRIPT> <!-- --> <!--> <style </style> </STYLE> json <a <p> <h1> < > / = " ' a b1 ="x>y" ='x' &# &#x & 0
8204 8205 200c 200D zwnj zwj ; 1 f fFfE 65535 127 31 13 a=" b=' &#x200c; &zwnj; &#0; &#1;a &#32; <scripture"""
CHARACTERS = [
    b" ",
    b" = ",
    b"\n",
    b"\x0b",
    b"\x0c",
    b"\t",
    b"\x00",
    b"\x7f",
    b"\xef\xbf\xbe",
    b"\xef\xb7\x90",
    b"\xef\xbf\xbd",
    b"\xef",
    b"\xe2",
    b"\x80",
]
MARKUP = st.lists(
    st.sampled_from(
        [*(piece.encode() for piece in PIECES.split()), *CHARACTERS, b"<a ", b"<script ", b"x" * 41, ZWNJ.encode(), ZWJ.encode()]
    ),
    max_size=80,
).map(b"".join)


def plain_without_code(markup: bytes) -> bytes:
    parts, kept, at = [], 0, 0
    while (opening := OPENING.search(markup, at)) is not None:
        start, end = opening.span()
        name = b"style" if opening[2] else b"script"
        at = markup.find(b"-->", start + 2) if opening[1] else markup.find(b"</" + name, end)
        code = markup[end : max(at, end)]
        doubtful = b"<" + name in code or b"</" + name.upper() in code or b"json" in opening[0]
        if not opening[1] and len(code) > 40 and not doubtful:
            parts.append(markup[kept:end])
            kept = at
        if at < 0:
            break
    return b"".join((*parts, markup[kept:]))


@given(MARKUP)
def test_what_is_cut_out_is_what_the_expressions_match(markup: bytes) -> None:
    assert without_code(markup) == plain_without_code(markup)
    assert fit_for_a_tree(markup) == UNFIT_REFERENCE.sub(b"", NO_CHARACTER.sub(b"", UNFIT.sub(b"", plain_without_code(markup))))


@given(MARKUP)
def test_joiners_are_replaced_where_the_expression_finds_them(markup: bytes) -> None:
    replaced = JOINER.sub(lambda m: b"ABC" if m.lastindex else b"DEF", markup)
    assert with_joiners(markup, b"ABC", b"DEF") == replaced


@given(MARKUP, st.sampled_from([0, 10, 60]))
def test_tags_and_attributes_are_counted_as_the_expressions_find_them(markup: bytes, suspect_bytes: int) -> None:
    tags = TAG.findall(markup)
    own = [len(ATTRIBUTE.findall(tag[1:])) - 1 for tag in tags if len(tag) > suspect_bytes]
    most = max(own, default=0)
    assert count(markup, most, sum(own), suspect_bytes) == (len(tags), False, False)
    if own:
        assert count(markup, most - 1, sum(own), suspect_bytes) == (len(tags), True, False)
        assert count(markup, most, sum(own) - 1, suspect_bytes) == (len(tags), False, True)


@pytest.mark.parametrize("form", ["&#{};", "&#0{}", "&#x{:x};", "&#X00{:X}x", "&#{};a", "&#x{:x};f"])
def test_every_reference_is_told_apart(form: str) -> None:
    markup = "".join(
        f"{form.format(number)} " for number in (*range(300), 8_203, 8_204, 8_205, 8_206, *range(0xFDC0, 0x10010), 10**30)
    ).encode()
    assert fit_for_a_tree(markup) == UNFIT_REFERENCE.sub(b"", markup)
    assert with_joiners(markup, b"ABC", b"DEF") == JOINER.sub(lambda m: b"ABC" if m.lastindex else b"DEF", markup)


def test_stand_ins_of_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="three bytes"):
        with_joiners(b"", b"", b"ABC")


CODE = "if (a < b && c > d) { show('<p>not a paragraph</p>') }"


@pytest.mark.parametrize(
    "markup",
    [
        '<script type="application/ld+json">{"headline": "<script> is a tag, and so is <style>, as readers know"}</script><p>a</p>',
        f"<script>{CODE}",
        f"<!-- <script> --><p>{'text ' * 20}</p><!-- </script> -->",
        f"<!--><p>{'text ' * 20}</p><!-- </script> --><!---->",
        f'<p title="<script>">{"text " * 20}</p><script>{CODE}</script>',
        f"<script>{CODE}</SCRIPT><p>{'text ' * 20}</p><script></script>",
        f"<style>p {{ color: red; background: blue; margin: 0 }}</STYLE><p>{'text ' * 20}</p><style></style>",
        f"<scripture>{CODE}</scripture></script>",
        "<p>no code</p>",
        "",
    ],
)
def test_what_is_no_code_or_may_be_none_stays(markup: str) -> None:
    assert without_code(markup.encode()).decode() == markup


@pytest.mark.parametrize("tag", ["script", "style", "script src='a>b' async", 'style media="x>y"', "script\n  defer"])
def test_scripts_and_styles_are_emptied_and_their_elements_stay(tag: str) -> None:
    name = tag.split()[0]
    markup = f"<p>a</p><{tag}>{CODE}</{name}><p>b</p><{tag}>{CODE}</{name} ><!-- <{tag}>{CODE}</{name}> --><p>c</p>"
    left = f"<p>a</p><{tag}></{name}><p>b</p><{tag}></{name} ><!-- <{tag}>{CODE}</{name}> --><p>c</p>"
    assert without_code(markup.encode()).decode() == left


def test_the_tree_of_a_page_is_the_same_but_for_its_code() -> None:
    html = page(f"<script>{CODE}</script><article>{paragraphs()}<script type=module>{CODE}</script></article><style>{CODE}</style>")
    tree = parse(draft(html)).tree
    whole = parse(draft(html.replace(CODE, ""))).tree
    assert etree.tostring(tree) == etree.tostring(whole)


@pytest.mark.parametrize("unit", ["<script", "<script>", "<script a='", "<!--", "<style>a", "</script", "<script>" + "x" * 50, "<script "])
def test_looking_for_code_is_linear(unit: str) -> None:
    assert without_code(unit.encode() * (2_000_000 // len(unit)))  # a quadratic one would take minutes
