"""Learned furniture: cut where the store knows it, noted for the store always, and never the article itself."""

from schemas.records import Article
from tests.unit.stages.pages import SENTENCE, draft, page
from workers.pipeline.draft import Draft, Limits
from workers.pipeline.site import SiteFacts
from workers.rules.load import own_matcher
from workers.stages.furniture import MAX_BLOCKS, block_hash, cut_furniture
from workers.stages.order import STAGES

PROSE = [f"{SENTENCE}This is paragraph {i} of the report, and others are to follow in the spring." for i in range(5)]
OURS = "The desk of the Harbour Herald answers letters on the first Friday of each month."


def run(made: Draft) -> Draft:
    for _, stage in STAGES:
        made = stage(made)
    return made


def of_text(*lines: str, furniture: frozenset[int] = frozenset(), limits: Limits | None = None) -> tuple[Article, Draft]:
    made = run(draft(form="text", text="\n".join(lines), site=SiteFacts(furniture=furniture), limits=limits or Limits()))
    return made.articles[0], made


def test_no_rule_knows_the_line_that_the_site_teaches() -> None:
    assert own_matcher().find(OURS) is None


def test_known_furniture_is_cut_with_the_rule_learned() -> None:
    article, _ = of_text(*PROSE, OURS, furniture=frozenset({block_hash(OURS)}), limits=Limits(removed_text=True))
    assert len(article.paragraphs) == len(PROSE)
    assert [(piece.class_, piece.rule, piece.text) for piece in article.removed_segments] == [("site_furniture", "learned", OURS)]


def test_without_facts_nothing_is_cut_and_all_blocks_are_noted() -> None:
    article, made = of_text(*PROSE, OURS)
    assert article.paragraphs[-1] == OURS
    assert set(made.site_seen.blocks) == {block_hash(line) for line in (*PROSE, OURS)}


def test_what_was_cut_is_noted_too_so_that_it_stays_furniture() -> None:
    _, made = of_text(*PROSE, OURS, furniture=frozenset({block_hash(OURS)}))
    assert block_hash(OURS) in made.site_seen.blocks


def test_an_article_known_whole_is_not_cut() -> None:
    article, _ = of_text(*PROSE, OURS, furniture=frozenset(map(block_hash, (*PROSE, OURS))))
    assert len(article.paragraphs) == len(PROSE) + 1


def test_subheads_are_the_articles_own() -> None:
    html = page("".join(f"<h2>What is known so far</h2><p>{line}</p>" for line in PROSE))
    made = run(draft(html, site=SiteFacts(furniture=frozenset({block_hash("What is known so far")}))))
    assert "What is known so far" in made.articles[0].paragraphs
    assert block_hash("What is known so far") not in made.site_seen.blocks


def test_short_and_long_lines_are_no_furniture() -> None:
    _, made = of_text(*PROSE, "Short", "x " * 400, "1,234,567,890 — 2,345,678")
    assert len(made.site_seen.blocks) == len(PROSE)


def test_spellings_of_one_line_have_one_hash() -> None:
    assert block_hash("إقرأ أيضاً:") == block_hash("اقرأ ايضا")
    assert 0 <= block_hash(OURS) < 2**48
    assert block_hash("Harbour") == 237016193198391  # `printf harbour | b2sum -l 48`: the same on every machine, as stores hold it


def test_the_page_is_named_by_its_headline_and_a_long_one_notes_both_its_ends() -> None:
    many = [f"Line number {i} of the longest report that the harbour has seen." for i in range(300)]
    made = cut_furniture(draft(parts={"headline": "Harbour bridge", "paragraphs": many}))
    assert made.site_seen.page == block_hash("Harbour bridge")
    assert len(made.site_seen.blocks) == MAX_BLOCKS
    assert made.site_seen.blocks[-1] == block_hash(many[-1])
    assert cut_furniture(draft(parts={"paragraphs": many})).site_seen.page == 0
