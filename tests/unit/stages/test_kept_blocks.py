"""What is put right of a body by the blocks it is made of: sure blocks left out inside it, and boxes that are none of the article."""

from tests.unit.stages.pages import SENTENCE, draft, page, paragraphs
from workers.model.blocks import Blocks, cut
from workers.stages.joiners import Joiners
from workers.stages.kept_blocks import with_sentences, with_sure, without_boxes, without_kickers
from workers.stages.parse import parse

TEXT = paragraphs(8)
NOTE = f"<p>{SENTENCE} This stands in the box.</p>"


def blocks_of(body: str) -> Blocks:
    return cut(parse(draft(page(body))).tree, Joiners(""))


def left_of(body: str, probability: float = 0.7) -> list[str]:
    """The last words of the blocks that stay, of a body that has them all."""
    blocks = blocks_of(body)
    count = len(blocks.texts)
    kept = without_boxes(blocks, [True] * count, [probability] * count)
    return [text.split()[-1] for text, is_kept in zip(blocks.texts, kept, strict=True) if is_kept]


def test_a_block_that_the_model_is_sure_of_is_kept_between_kept_ones_and_not_beyond_them() -> None:
    kept = [False, True, False, False, True, False]
    assert with_sure(kept, [0.9, 0.9, 0.9, 0.5, 0.9, 0.9]) == [False, True, True, False, True, False]
    assert with_sure([False, False], [0.9, 0.9]) == [False, False]


def test_a_likely_sentence_in_a_small_gap_is_kept_when_nothing_in_it_is_a_link() -> None:
    line = f"<p>{SENTENCE}</p>"
    kept = [True, False, False, True]

    def filled(gap: str, probability: float = 0.55) -> list[bool]:
        blocks = blocks_of(f"<p>One</p>{gap}<p>Two</p>")
        wanted = [True, *([False] * (len(blocks.texts) - 2)), True]
        return with_sentences(blocks, wanted, [probability] * len(wanted))

    assert filled(f"<p>(continued)</p>{line}") == [True, False, True, True]
    assert filled(f"<p>(continued)</p>{line}", probability=0.45) == kept
    assert filled(f"<p>(continued)</p><p><a href='/a'>{SENTENCE}</a></p>") == kept
    assert filled(f"<p>Menu</p><p>Links</p>{line}") == [True, False, False, False, True]


def test_boxes_named_as_what_is_no_article_are_left_out() -> None:
    for name in ("author-bio", "comments-list", "fact-box", "modal", "main-menu", "byline", "disclaimer", "factbox", "social"):
        assert "box." not in left_of(f'{TEXT}<div class="{name}">{NOTE}</div>{TEXT}'), name
    for tag in ("aside", "footer"):
        assert "box." not in left_of(f"{TEXT}<{tag}>{NOTE}</{tag}>{TEXT}"), tag
    for name in ("text", "story-body", "quote", "summary"):
        assert "box." in left_of(f'{TEXT}<div class="{name}">{NOTE}</div>{TEXT}'), name


def test_a_box_that_holds_much_of_the_body_is_the_body() -> None:
    whole = f'<div class="comment-piece">{TEXT}</div>{NOTE}'
    assert len(left_of(whole)) == 9
    assert "box." in left_of(f"{TEXT}<aside>{NOTE * 20}</aside>")


def test_a_block_that_is_certain_to_be_of_the_article_stays_in_a_box() -> None:
    assert "box." in left_of(f"{TEXT}<aside>{NOTE}</aside>", probability=0.97)


def test_a_heading_whose_own_id_is_its_text_is_no_box() -> None:
    assert "facts" in left_of(f'{TEXT}<h2 id="the-author-and-the-facts">The author and the facts</h2>{TEXT}')
    assert "facts" not in left_of(f'{TEXT}<div id="facts"><h2>The facts</h2></div>{TEXT}')


def after_kickers(body: str, headline: str | None = "Harbour bridge to stay closed") -> list[str]:
    blocks = blocks_of(body)
    kept = without_kickers(blocks, [True] * len(blocks.texts), headline)
    return [text for text, is_kept in zip(blocks.texts, kept, strict=True) if is_kept]


def test_lines_above_the_headline_are_none_of_the_text() -> None:
    body = f"<h3>The mayor has decided:</h3><h1>Harbour bridge to stay closed</h1><p>A second line</p>{TEXT}"
    assert after_kickers(body)[:2] == ["Harbour bridge to stay closed", "A second line"]
    assert after_kickers(body, None)[0] == "The mayor has decided:"
    assert after_kickers(body, "Another headline")[0] == "The mayor has decided:"


def test_a_headline_below_running_text_has_no_lines_above_it() -> None:
    body = f"<h3>The mayor has decided:</h3>{TEXT}<h1>Harbour bridge to stay closed</h1>{TEXT}"
    assert after_kickers(body)[0] == "The mayor has decided:"
