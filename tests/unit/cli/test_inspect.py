"""`rawi inspect` and `rawi diff`, run as an engineer runs them."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.unit.stages.pages import SENTENCE, page
from workers.cli import make_app
from workers.rules.coded import CODED
from workers.tools.inspection import PUT_RIGHT, why_by_rule

ROOT = Path(__file__).parents[3]
PROSE = [f"{SENTENCE}This is paragraph {i} of the report, and others are to follow in the spring." for i in range(4)]
ARABIC = "قال وزير النقل إن الجسر القديم في الميناء سيبقى مغلقا حتى نهاية أعمال الصيانة في الربيع المقبل."
MENU = "<ul><li><a href=/a>Home</a></li><li><a href=/b>Sport</a></li></ul>"
BODY = f"{MENU}<h1>Harbour bridge to stay closed</h1>" + "".join(f"<p>{line}</p>" for line in PROSE[:3])
PAGE = page(f"{BODY}<p>READ ALSO: The ferry sails again</p><p>{PROSE[3]}</p><p>Source: Reuters</p>")
RULE = "{id: en.bell, class: app_promo, match: start, phrases: [this is paragraph], why: x, examples: [This is paragraph 1]}"


def rawi(*arguments: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(make_app(), list(map(str, arguments)))
    assert done.exit_code == code, (done.stderr, done.exception)
    return done.stdout if code in (0, 1) else done.stderr


@pytest.fixture
def html(tmp_path: Path) -> Path:
    (tmp_path / "a.html").write_text(PAGE)
    return tmp_path / "a.html"


def test_the_terminal_shows_each_block_its_fate_its_rule_and_why(html: Path) -> None:
    shown = rawi("inspect", html)
    assert "published" in shown
    assert f"+ {PROSE[0][:60]}" in re.sub(r"(?m)^\+ \d\.\d\d", "+", shown)
    assert re.search(r"(?m)^- \d\.\d\d \[read_also\] READ ALSO: The ferry sails again$", shown)
    assert f"rule en.read_also: {why_by_rule(None)['en.read_also']}" in shown
    assert "rule en.source: Where the story came from" in shown
    assert re.search(r"(?m)^  \d\.\d\d Home", shown)
    assert "model: " in shown


def test_as_json_it_is_a_line_a_block(html: Path) -> None:
    rows = [json.loads(line) for line in rawi("inspect", html, "--json").splitlines()]
    fates = {row["text"]: row for row in rows}
    assert fates[PROSE[0]]["fate"] == "kept"
    assert fates["Harbour bridge to stay closed"]["class"] == "headline"
    assert (fates["Source: Reuters"]["class"], fates["Source: Reuters"]["rule"]) == ("source_line", "en.source")
    assert fates["Home"]["fate"] == "outside"
    assert 0 <= fates["Home"]["probability"] < fates[PROSE[0]]["probability"] <= 1
    assert fates[PROSE[0]]["weighed"]


def test_of_a_block_that_was_put_right_it_says_so(tmp_path: Path) -> None:
    box = "Jane Roe writes about towns and the people who live in them for this newspaper."
    about = f"<aside class='author-box'><p>{box}</p></aside>"
    (tmp_path / "a.html").write_text(
        page(f"<h1>Harbour bridge to stay closed</h1><p>{PROSE[0]}</p>{about}<p>{PROSE[1]}</p><p>{PROSE[2]}</p>")
    )
    rows = {row["text"]: row for row in map(json.loads, rawi("inspect", tmp_path / "a.html", "--json").splitlines())}
    assert (rows[box]["fate"], rows[box]["why"]) == ("outside", PUT_RIGHT)


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_as_html_it_is_one_page_without_an_address_or_a_script(tmp_path: Path) -> None:
    body = f"<h1>جسر الميناء</h1><p>{ARABIC}</p><p>إقرأ أيضاً: عبارة البحر &lt;script&gt;x()&lt;/script&gt;</p><p>{ARABIC} {ARABIC}</p>"
    (tmp_path / "a.html").write_text(page(body, "<meta charset=utf-8>"))
    rawi("inspect", tmp_path / "a.html", "--html", "-o", tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text("utf-8")
    found = Links()
    found.feed(text)
    assert found.addresses == []
    assert not found.tags & {"script", "img", "link", "iframe"}
    assert "<script>x()" not in text
    assert '<html dir="rtl">' in text
    assert "default-src 'none'" in text
    assert re.search(r'class="block cut"[^>]*title="[^"]*rule ar\.read_also', text)
    assert "Before: the extractor" in text


def test_text_is_inspected_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join([*PROSE, "Source: Reuters"]))
    rows = [json.loads(line) for line in rawi("inspect", tmp_path / "a.txt", "--json").splitlines()]
    assert [row["fate"] for row in rows] == ["kept"] * 4 + ["cut"]
    assert "probability" not in rows[0]


def test_a_page_that_is_no_article_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page("<h1>404</h1><p>Not here.</p>", "<title>Page not found</title>"))
    assert "filtered (error_page)" in rawi("inspect", tmp_path / "a.html")
    assert "no file or folder" in rawi("inspect", tmp_path / "none.html", code=66)
    assert "exclude each other" in rawi("inspect", tmp_path / "a.html", "--html", "--json", code=2)


def test_every_rule_that_is_code_says_why_and_every_why_has_its_code() -> None:
    stages = (ROOT / "workers" / "stages").glob("*.py")
    source = "".join(
        path.read_text("utf-8") for path in stages if path.name != "text_metadata.py"
    )  # says where fields come from: cuts nothing
    used = set(re.findall(r'"((?:any|text)\.[a-z_]+)"', source)) | {"learned"}
    assert used == set(CODED)
    assert set(CODED) < set(why_by_rule(None))


def rules(folder: Path, rule: str) -> Path:
    folder.mkdir()
    (folder / "en.yaml").write_text(f"language: en\nrules:\n  - {rule}\n", "utf-8")
    return folder


def test_diff_shows_the_lines_that_come_and_go_and_the_rule(html: Path, tmp_path: Path) -> None:
    (html.parent / "b.txt").write_text("\n".join([SENTENCE * 2, "This is paragraph one.", SENTENCE * 3]))
    mine = rules(tmp_path / "mine", RULE)
    shown = rawi("diff", "--rules", "own", "--rules", mine, html, html.parent / "b.txt")
    assert "b.txt\n  - This is paragraph one.  [en.bell]\n1 of 2 pages change: 1 lines go, 0 come" in shown
    assert "0 of 2 pages change" in rawi("diff", "--rules", "own", "--rules", "own", html, html.parent / "b.txt")
    assert "+ This is paragraph one." in rawi("diff", "--rules", mine, "--rules", "own", html.parent / "b.txt")
    (line,) = rawi("diff", "--rules", "own", "--rules", mine, html.parent / "b.txt", "--json", "--exit-code", code=1).splitlines()
    assert json.loads(line)["removed"] == [{"text": "This is paragraph one.", "rule": "en.bell"}]


def test_a_folder_with_rules_of_our_ids_stands_in_their_stead(html: Path, tmp_path: Path) -> None:
    """A copy of workers/rules in which one rule is gone: its line comes back."""
    copy = rules(tmp_path / "copy", "{id: en.read_also, class: read_also, match: start, colon: true, phrases: [read also], why: x, "
                 "examples: ['Read also: x']}")  # fmt: skip
    assert "+ Source: Reuters  [en.source]" in rawi("diff", "--rules", "own", "--rules", copy, html)


def test_diff_refuses_what_it_cannot_use(html: Path, tmp_path: Path) -> None:
    assert "give --rules twice" in rawi("diff", "--rules", "own", html, code=2)
    assert "neither a folder of rules nor 'own'" in rawi("diff", "--rules", "own", "--rules", tmp_path / "none", html, code=78)
    faulty = rules(tmp_path / "faulty", RULE.replace("This is paragraph 1", "That"))
    assert "does not match its example 'That'" in rawi("diff", "--rules", "own", "--rules", faulty, html, code=78)
