"""Reading rule files, and saying what is wrong with them, a line a problem.

An operator's own files (`RAWI_RULES_DIR`) are read beside Rawi's and asked first. A process is told of them once, before its first page.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
import yaml

from workers.rules.fold import fold_ends
from workers.rules.match import Hit, Matcher
from workers.rules.model import Match, Place, Rule, RuleFile
from workers.stages import RULES_VERSION

OWN_RULES = Path(__file__).parent
LEARNED = "learned"  # the rule of what the store knows to be a site's furniture
MAX_PHRASE_WORDS = 12  # a phrase, not somebody's text
MIN_PHRASE_LETTERS = 2
_EXAMPLE_NAME_WORDS = 4


# The one in C is ten times faster; where PyYAML was built without it, its own does.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RuleProblems(Exception):
    """Rule files that cannot be used; `problems` are lines for a person."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def own_matcher() -> Matcher:
    """The matcher of Rawi's own rules. All languages at once: a line in another one than its page's is no rarity."""
    return matcher_with(None)


@cache
def own_rules() -> tuple[Rule, ...]:
    """Rawi's own rules."""
    return tuple(load_rules(files_of(OWN_RULES)))


@cache
def rules_with(folder: Path | None) -> tuple[Rule, ...]:
    """An operator's rules and Rawi's own; raises RuleProblems."""
    return own_rules() if folder is None else (*operator_rules(folder), *own_rules())


@cache
def matcher_with(folder: Path | None) -> Matcher:
    """The matcher of an operator's rules and Rawi's own; raises RuleProblems."""
    return Matcher(rules_with(folder))


class _InUse:
    folder: Path | None = None
    matcher: Matcher | None = None


def use_rules(folder: Path | None) -> None:
    """From now on this process uses an operator's rules too; raises RuleProblems."""
    _InUse.matcher = matcher_with(folder)
    _InUse.folder = folder


@contextmanager
def using(matcher: Matcher) -> Iterator[None]:
    """Inside, this process uses these rules."""
    before, _InUse.matcher = _InUse.matcher, matcher
    try:
        yield
    finally:
        _InUse.matcher = before


def matcher() -> Matcher:
    """The matcher in use: Rawi's own, until another is named."""
    return _InUse.matcher or own_matcher()


def version_in_use() -> str:
    """The `rulesVersion` of what this process makes."""
    return rules_version(_InUse.folder)


@cache
def rules_version(folder: Path | None) -> str:
    """Rawi's version of its rules; with an operator's, a hash of them too: pages seen under other rules are done again."""
    if folder is None:
        return RULES_VERSION
    digest = hashlib.sha256()
    for path in files_of(folder):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{RULES_VERSION}+{digest.hexdigest()[:12]}"


def files_of(folder: Path) -> list[Path]:
    """The rule files of a folder, by name."""
    return sorted(folder.glob("*.yaml"))


def operator_rules(folder: Path) -> list[Rule]:
    """The rules of an operator's folder; raises RuleProblems, also for what is wrong only beside Rawi's own."""
    files = files_of(folder)
    if not files:
        raise RuleProblems([f"{str(folder)!r} holds no rule file (*.yaml)"])
    rules = load_rules(files)
    own = {rule.id for rule in own_rules()}
    problems = [f"{rule.id}: Rawi has a rule of this id; give yours another name" for rule in rules if rule.id in own]
    together = Matcher([*rules, *own_rules()])
    for rule in rules:
        for line in rule.examples:
            hit = together.find(line)
            if hit is not None and hit.rule.class_ is not rule.class_:
                problems.append(f"{rule.id}: its example {line!r} is a {hit.rule.class_} to rule {hit.rule.id}")
    if problems:
        raise RuleProblems(problems)
    return rules


def _parsed(text: str) -> object:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def load_rules(files: Iterable[Path]) -> list[Rule]:
    """The rules of the files, in their order; raises RuleProblems with everything that is wrong with any of them."""
    rules: list[Rule] = []
    problems: list[str] = []
    for path in files:
        try:
            found = msgspec.convert(_parsed(path.read_text("utf-8")), RuleFile)
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
    if rule.place is not Place.ANYWHERE and rule.match is not Match.START:
        problems.append(f"{rule.id}: place: {rule.place} goes with match: start only")
    if not rule.phrases or not rule.examples or not rule.why.strip():
        problems.append(f"{rule.id}: phrases, examples and why must not be empty")
    for phrase in rule.phrases:
        if len(phrase) > rule.max_chars:
            problems.append(f"{rule.id}: {phrase!r} is longer than max_chars, {rule.max_chars}: it can never match")
        if len(phrase.split()) > MAX_PHRASE_WORDS or len(fold_ends(phrase)) < MIN_PHRASE_LETTERS:
            problems.append(f"{rule.id}: {phrase!r} must have at least {MIN_PHRASE_LETTERS} letters and at most {MAX_PHRASE_WORDS} words")
    if problems:
        return problems
    matcher = Matcher([rule])
    problems += [f"{rule.id}: does not match its example {line!r}" for line in rule.examples if find_example(matcher, rule, line) is None]
    problems += [
        f"{rule.id}: matches its counter-example {line!r}"
        for line in rule.counter_examples
        if find_example(matcher, rule, line) is not None
    ]
    return problems


def find_example(matcher: Matcher, rule: Rule, line: str) -> Hit | None:
    """What a matcher finds for an example of a rule, where that stands. Its first words may be an author's name."""
    if rule.place is Place.TOP:
        return matcher.find_top(line)
    if rule.place is Place.ANYWHERE:
        return matcher.find(line)
    words = line.split()
    names = [" ".join(words[:count]) for count in range(1, _EXAMPLE_NAME_WORDS + 1)]
    return next((hit for name in names if (hit := matcher.find_end(line, [name])) is not None), None)
