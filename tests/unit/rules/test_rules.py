"""The rule files: every rule matches its examples and none of its counter-examples, and a faulty file is told in one line a problem."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from workers.rules.fold import after_prefix, fold, fold_ends
from workers.rules.load import (
    MAX_PHRASE_WORDS,
    OWN_RULES,
    RuleProblems,
    find_example,
    load_rules,
    matcher,
    operator_rules,
    own_matcher,
    rules_version,
    use_rules,
    version_in_use,
)
from workers.rules.match import Matcher, after_names
from workers.rules.model import Match, Rule, SegmentClass
from workers.stages import RULES_VERSION

FILES = sorted(OWN_RULES.glob("*.yaml"))
RULES = load_rules(FILES)
LANGUAGES = {"ar", "fa", "ur", "he", "tr", "en", "fr", "es", "de", "ru", "zh", "any"}


def rule(**changes: object) -> Rule:
    made: dict[str, object] = {
        "id": "en.test",
        "class_": SegmentClass.READ_ALSO,
        "match": Match.START,
        "phrases": ["read also"],
        "why": "a test",
        "examples": ["Read also: this"],
    }
    return Rule(**{**made, **changes})  # type: ignore[arg-type]


def test_there_is_a_file_for_every_language() -> None:
    assert {path.stem for path in FILES} == LANGUAGES


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_matches_its_examples_also_beside_all_the_others(rule: Rule) -> None:
    matcher = own_matcher()
    for line in rule.examples:
        hit = find_example(matcher, rule, line)
        assert hit is not None, line
        # Another language may have the same words; the class is what counts.
        assert hit.rule.class_ is rule.class_, (line, hit.rule.id)


_PAIRS = yaml.safe_load((Path(__file__).parent / "seen.yaml").read_text("utf-8"))
SEEN = [(*pair, language) for language, pairs in _PAIRS.items() for pair in pairs]


@pytest.mark.parametrize(("line", "class_", "language"), SEEN)
def test_a_line_seen_on_real_pages_is_what_it_is(line: str, class_: str, language: str) -> None:
    assert len(line.split()) <= MAX_PHRASE_WORDS
    hit = own_matcher().find(line) or own_matcher().find_top(line)
    assert hit is not None
    assert hit.rule.class_ == class_
    alone = Matcher(load_rules([OWN_RULES / f"{language}.yaml"]))
    assert alone.find(line) or alone.find_top(line), f"another language's rule: {hit.rule.id}"


def test_no_rule_names_a_site() -> None:
    for one in RULES:
        for phrase in one.phrases:
            assert not re.search(r"\w\.(com|net|org|de|ru|cn|ir)\b", phrase), (one.id, phrase)


@pytest.mark.parametrize(
    "line", ["إقرأ أيضاً", "اقرأ ايضا", "إقرأ أيضًا:", "اقــرأ أيضا", "\u200fاقرأ أيضا\u200f :", "أﻗﺮأ أيضا", "• اقرا أيضا"]
)
def test_arabic_spellings_of_one_head_are_one_rule(line: str) -> None:
    hit = own_matcher().find(line)
    assert hit is not None
    assert hit.rule.id == "ar.read_also_head"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("کتاب‌ها ی", "كتابها ي"),
        ("۱۲۳", "123"),
        ("٤٥٦", "456"),
        ("À LIRE AUSSI", "a lire aussi"),
        ("İlginizi", "ilginizi"),
        ("ﻻ", "لا"),
        ("مُحَمَّد", "محمد"),
        ("a\u00a0 b", "A b"),
    ],
)
def test_spellings_that_readers_take_for_the_same_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_the_ends_leaves_bullets_and_colons_out() -> None:
    assert fold_ends("»  Read also: ") == "read also"
    assert fold_ends("...") == ""


def test_what_follows_a_prefix_begins_after_the_accents_of_its_last_letter() -> None:
    assert after_prefix("▪ شاهد أيضاً | صور", fold_ends("شاهد أيضا")) == " | صور"
    assert after_prefix("read also", "read also") == ""


def test_a_phrase_ends_where_a_word_ends_but_not_in_chinese() -> None:
    assert Matcher([rule()]).find("Read alsoran news") is None
    assert Matcher([rule(phrases=["责任编辑"])]).find("责任编辑李明") is not None


def test_a_rule_with_a_colon_wants_one_and_something_after_it() -> None:
    matcher = Matcher([rule(colon=True)])
    assert matcher.find("Read also the small print") is None
    assert matcher.find("Read also:") is None
    hit = matcher.find("READ ALSO – The lake")
    assert hit is not None
    assert hit.rest == "The lake"


def test_a_line_longer_than_the_rule_allows_is_text() -> None:
    assert Matcher([rule(max_chars=20)]).find("Read also: a headline that is longer") is None


def test_a_phrase_inside_a_line_stands_between_words() -> None:
    matcher = Matcher([rule(match=Match.CONTAINS, phrases=["in your inbox"])])
    assert matcher.find("Get it in your inbox today") is not None
    assert matcher.find("Get it in your inboxes") is None


def write(folder: Path, text: str) -> Path:
    path = folder / "en.yaml"
    path.write_text(text, "utf-8")
    return path


HEAD = "language: en\nrules:\n"
GOOD = "  - {id: en.a, class: tags, match: line, phrases: [tags], why: x, examples: [Tags]}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + GOOD.replace("tags, match", "nonsense, match"), "nonsense"),
        (HEAD + GOOD.replace("why: x", "why: x, regex: .*"), "regex"),
        (HEAD + GOOD + GOOD, "two rules have this id"),
        (HEAD + GOOD.replace("examples: [Tags]", "examples: [Labels]"), "does not match its example 'Labels'"),
        (HEAD + GOOD.replace("examples: [Tags]", "examples: [Tags], counter_examples: [TAGS]"), "matches its counter-example 'TAGS'"),
        (HEAD + GOOD.replace("en.a", "a"), "an id begins with its language"),
        (HEAD + GOOD.replace("[tags]", "['-']"), "at least 2 letters"),
        (HEAD + GOOD.replace("why: x", "why: x, colon: true"), "colon goes with match: start"),
        ("language: fr\nrules: []\n", "the file's name says en"),
        ("language: [", "en.yaml"),
    ],
)
def test_a_faulty_file_is_told_in_a_line(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RuleProblems) as raised:
        load_rules([write(tmp_path, text)])
    assert any(problem in line for line in raised.value.problems)
    assert all("\n" not in line for line in raised.value.problems)


MINE = "  - {id: en.mine, class: app_promo, match: start, phrases: [ring the bell], why: x, examples: [Ring the bell now!]}\n"
PROMOTED = "  - {id: en.ads2, class: advertisement, match: line, phrases: [promoted], why: x, examples: [Promoted]}\n"


@pytest.fixture
def no_operator() -> Iterator[None]:
    yield
    use_rules(None)


def test_an_operators_rules_are_used_beside_our_own_and_asked_first(tmp_path: Path, no_operator: None) -> None:
    write(tmp_path, HEAD + MINE + PROMOTED)
    use_rules(tmp_path)
    for line, id_ in (("Ring the bell now", "en.mine"), ("Promoted", "en.ads2"), ("إقرأ أيضاً", "ar.read_also_head")):
        hit = matcher().find(line)
        assert hit is not None
        assert hit.rule.id == id_
    assert own_matcher().find("Ring the bell now") is None


def test_other_rules_are_another_rules_version(tmp_path: Path, no_operator: None) -> None:
    path = write(tmp_path, HEAD + MINE)
    use_rules(tmp_path)
    assert re.fullmatch(rf"{RULES_VERSION}\+[0-9a-f]{{12}}", version_in_use())
    before = rules_version(tmp_path)
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    rules_version.cache_clear()
    assert rules_version(tmp_path) != before
    assert rules_version(None) == RULES_VERSION


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + MINE.replace("en.mine", "en.ads"), "Rawi has a rule of this id"),
        (
            HEAD + MINE.replace("match: start", "match: contains").replace("[Ring the bell now!]", "['Source: ring the bell']"),
            "its example 'Source: ring the bell' is a source_line to rule en.source",
        ),
        (HEAD + MINE.replace("why: x", "why: x, max_chars: 10"), "it can never match"),
    ],
)
def test_what_is_wrong_with_an_operators_rules_beside_our_own_is_told(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path, text)
    with pytest.raises(RuleProblems) as raised:
        operator_rules(tmp_path)
    assert any(problem in line for line in raised.value.problems)


def test_a_folder_without_rules_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(RuleProblems, match="holds no rule file"):
        operator_rules(tmp_path)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("Jane Roe is a writer", " is a writer"),
        ("*Dr Jane Roe and John Doe are writers", " are writers"),
        ("Jane Roe", ""),
        ("The throne of Roe", None),
        ("Jane Roebuck is a deer", None),
        ("In the year that Jane Roe was born", None),
    ],
)
def test_what_follows_the_names_of_authors(line: str, rest: str | None) -> None:
    assert after_names(line, ["Jane Roe", "John Doe", "Roe"]) == rest
