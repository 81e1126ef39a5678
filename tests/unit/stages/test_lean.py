"""Code is taken out of the markup, and nothing else."""

import pytest
from lxml import etree

from tests.unit.stages.pages import draft, page, paragraphs
from workers.stages.lean import without_code
from workers.stages.parse import parse

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
