"""Reading rule files, and saying what is wrong with them, a line a problem."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
import yaml

from workers.rules.fold import fold_ends
from workers.rules.match import Matcher
from workers.rules.model import Match, Rule, RuleFile

OWN_RULES = Path(__file__).parent
MAX_PHRASE_WORDS = 12  # a phrase, not somebody's text
MIN_PHRASE_LETTERS = 2


class RuleProblems(Exception):
    """Rule files that cannot be used; `problems` are lines for a person."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@cache
def own_matcher() -> Matcher:
    """The matcher of Rawi's own rules, loaded once. All languages at once: a line in another one than its page's is no rarity."""
    return Matcher(load_rules(sorted(OWN_RULES.glob("*.yaml"))))


def load_rules(files: Iterable[Path]) -> list[Rule]:
    """The rules of the files, in their order; raises RuleProblems with everything that is wrong with any of them."""
    rules: list[Rule] = []
    problems: list[str] = []
    for path in files:
        try:
            found = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), RuleFile)
        except (OSError, UnicodeError, yaml.YAMLError, msgspec.ValidationError) as error:
            problems.append(f"{path.name}: {' '.join(str(error).split())}")
            continue
        if found.language != path.stem:
            problems.append(f"{path.name}: language is {found.language}, the file's name says {path.stem}")
        problems += [f"{path.name}: {problem}" for rule in found.rules for problem in _problems_of(rule, found.language)]
        rules += found.rules
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            problems.append(f"{rule.id}: two rules have this id")
        seen.add(rule.id)
    if problems:
        raise RuleProblems(problems)
    return rules


def _problems_of(rule: Rule, language: str) -> list[str]:
    problems = []
    if not rule.id.startswith(f"{language}."):
        problems.append(f"{rule.id}: an id begins with its language, {language}.")
    if rule.colon and rule.match is not Match.START:
        problems.append(f"{rule.id}: colon goes with match: start only")
    if not rule.phrases or not rule.examples or not rule.why.strip():
        problems.append(f"{rule.id}: phrases, examples and why must not be empty")
    for phrase in rule.phrases:
        if len(phrase.split()) > MAX_PHRASE_WORDS or len(fold_ends(phrase)) < MIN_PHRASE_LETTERS:
            problems.append(f"{rule.id}: {phrase!r} must have at least {MIN_PHRASE_LETTERS} letters and at most {MAX_PHRASE_WORDS} words")
    if problems:
        return problems
    matcher = Matcher([rule])
    problems += [f"{rule.id}: does not match its example {line!r}" for line in rule.examples if matcher.find(line) is None]
    problems += [f"{rule.id}: matches its counter-example {line!r}" for line in rule.counter_examples if matcher.find(line) is not None]
    return problems
