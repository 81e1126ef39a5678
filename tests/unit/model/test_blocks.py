"""A page cut into blocks."""

from lxml.html import document_fromstring

from workers.model.blocks import ROOTS, TAG_BIT, Blocks, cut, roots_of
from workers.stages.joiners import Joiners


def blocks_of(body: str) -> Blocks:
    return cut(document_fromstring(f"<html><head><title>x</title></head><body>{body}</body></html>"), Joiners(""))


def test_text_between_block_level_tags_is_a_block_and_inline_tags_part_nothing() -> None:
    found = blocks_of("<div>One <b>two</b> <a href=x>three</a><p>Four<br>five</p> six</div>seven")
    assert found.texts == ["One two three", "Four", "five", "six", "seven"]
    assert found.links == [1, 0, 0, 0, 0]
    assert (found.link_chars[0], found.strong_chars[0]) == (5, 3)


def test_what_is_not_shown_as_text_is_left_out_but_not_what_follows_it() -> None:
    assert blocks_of("<p>a<script>b</script>c</p><style>d</style><noscript>e</noscript>f<svg><text>g</text></svg>").texts == ["ac", "f"]


def test_white_space_and_invisible_characters_do_not_count() -> None:
    assert blocks_of("<p> \n </p><p>a\u00ad  \n b\u200b</p><p></p>").texts == ["a b"]


def test_joiners_come_back() -> None:
    page = "<p>می\u200cخواهم</p>"
    joiners = Joiners(page)
    assert cut(document_fromstring(joiners.protect(page)), joiners).texts == ["می\u200cخواهم"]


def test_a_block_knows_the_elements_and_the_roots_above_it() -> None:
    found = blocks_of('<article><div class="RelatedStories" id="ad-7"><ul><li>x</li></ul></div></article><article>y</article>')
    nodes = [found.nodes[number] for number in found.node]
    assert nodes[0].tags == TAG_BIT["article"] | TAG_BIT["div"] | TAG_BIT["ul"] | TAG_BIT["li"]
    assert nodes[0].roots == roots_of("related") | roots_of("stor") | roots_of("advert")
    assert [node.article for node in nodes] == [0, 1]


def test_roots_are_found_inside_names_and_short_ones_only_as_whole_words() -> None:
    assert roots_of("post-content__share") == roots_of("post") | roots_of("content") | roots_of("share") != 0
    assert roots_of("page-header loading") == roots_of("page") | roots_of("header")
    assert roots_of("qzx") == 0
    assert len(set(ROOTS)) == len(ROOTS)


def test_elements_as_deep_as_parse_allows_are_followed() -> None:
    assert blocks_of("<div><a>" * 118 + "deep" + "</a></div>" * 118).texts == ["deep"]
