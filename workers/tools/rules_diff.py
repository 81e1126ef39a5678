"""Whose bodies change when the rules do: for `rawi diff`."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from workers.pipeline.draft import Draft, Filtered, Invalid, Limits
from workers.pipeline.line import draft_of
from workers.pool.messages import Job
from workers.rules.load import RuleProblems, files_of, load_rules, own_rules, using
from workers.rules.match import Matcher
from workers.stages.decode import STAGES as DECODE
from workers.stages.order import STAGES

OWN = "own"
FIRST_OF_RULES = "segment"  # the stages before it do not depend on the rules, and are run once
LAST_OF_RULES = "too_short"


@dataclass(frozen=True, slots=True)
class Cut:
    """A line that one set of rules cuts, or takes to another article, and the other does not. `rule`: of the set that cuts it."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs on one page: main article's lines that only B cuts, and those that only A cuts; outcomes where they differ."""

    name: str
    removed: list[Cut]
    added: list[Cut]
    outcomes: tuple[str, str]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.outcomes[0] != self.outcomes[1])


@dataclass(frozen=True, slots=True)
class _Body:
    outcome: str
    paragraphs: list[str]
    rules: dict[str, str]  # by a cut line, the rule


def matcher_of(where: str) -> Matcher:
    """The rules of `own`, or of a folder: beside Rawi's own, or in their stead when it holds rules of the same ids. Raises RuleProblems."""
    if where == OWN:
        return Matcher(own_rules())
    folder = Path(where)
    if not folder.is_dir():
        raise RuleProblems([f"{where!r} is neither a folder of rules nor {OWN!r}"])
    rules = load_rules(files_of(folder))
    if not rules:
        raise RuleProblems([f"{where!r} holds no rule file (*.yaml)"])
    own = own_rules()
    if {rule.id for rule in rules} & {rule.id for rule in own}:
        return Matcher(rules)
    return Matcher([*rules, *own])


def compare(name: str, headers: list[tuple[str, bytes]], value: bytes, limits: Limits, a: Matcher, b: Matcher) -> Change:
    """Run a page under both sets of rules, in this process."""
    job = Job(headers=headers, timestamp_ms=0, has_value=True, url_required=False)
    draft = draft_of(job, value, msgspec.structs.replace(limits, removed_text=True))
    names = [stage_name for stage_name, _ in STAGES]
    first, last = names.index(FIRST_OF_RULES), names.index(LAST_OF_RULES) + 1
    stages = [stage for _, stage in STAGES]
    before = _walk(draft, [*(stage for _, stage in DECODE), *stages[:first]])
    if isinstance(before, str):
        return Change(name, [], [], (before, before))
    bodies = [_body(before, stages[first:last], matcher) for matcher in (a, b)]
    removed, added = _difference(bodies[0], bodies[1])
    return Change(name, removed, added, (bodies[0].outcome, bodies[1].outcome))


def _walk(draft: Draft, stages: list[Callable[[Draft], Draft]]) -> Draft | str:
    try:
        for stage in stages:
            draft = stage(draft)
    except (Filtered, Invalid) as e:
        return str(e.reason)
    return draft


def _body(draft: Draft, stages: list[Callable[[Draft], Draft]], matcher: Matcher) -> _Body:
    with using(matcher):
        walked = _walk(draft, stages)
    if isinstance(walked, str):
        return _Body(walked, [], {})
    cut = {piece.text or "": piece.rule for part in (walked, *walked.embedded) for piece in part.parts.get("removed_segments", [])}
    moved = {line: f"embedded article {number}" for number, part in enumerate(walked.embedded, 1) for line in part.parts["paragraphs"]}
    return _Body("published", walked.parts["paragraphs"], {**moved, **cut})


def _difference(a: _Body, b: _Body) -> tuple[list[Cut], list[Cut]]:
    removed, added = [], []
    for operation, a1, a2, b1, b2 in SequenceMatcher(None, a.paragraphs, b.paragraphs, autojunk=False).get_opcodes():
        if operation != "equal":
            removed += [Cut(line, b.rules.get(line, "")) for line in a.paragraphs[a1:a2]]
            added += [Cut(line, a.rules.get(line, "")) for line in b.paragraphs[b1:b2]]
    return removed, added
