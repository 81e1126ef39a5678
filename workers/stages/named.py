"""XPath expressions that look at nothing but an element's tag and attributes, asked in Python: of each value of an attribute once.

The answers are the same (pinned by tests/unit/stages/test_named.py): lxml's `re:test` is Python's own `re`. Sites use the same names on all
their pages; and where they are new, a pattern asked of a value costs a sixth of the expressions asked of an element.
"""

import re
from collections.abc import Iterator

from workers.stages.name_walk import NameWalk

# Of an expression without white space, its literals written as `#1`, its `or` as `;`.
_STEP = re.compile(r"\.//(\*|\w+)((?:\[[^][]*\])*)")
_AROUND = re.compile(r"(?:[()|]|\[1\])*")  # `(…)[1]`, `…|…`: not which element is meant, only whether this one could be
_TAG = re.compile(r"self::(\w+)")
_TEST = re.compile(
    r"(?:(?P<how>re:test|contains|starts-with)\()?(?P<translated>translate\()?@(?P<name>[\w-]+)(?:\|@(?P<other>[\w-]+))?"
    r"(?(translated),#(?P<old>\d+),#(?P<new>\d+)\))(?:(?(how),|=)#(?P<said>\d+))?(?:,#(?P<flags>\d+))?(?(how)\))"
)
_Pattern = tuple[str, str | None, str]  # of an attribute; of the two of a pair the one that is written first is asked


class Names(NameWalk):
    """Some expressions, by their paths: which of them hold for an element, as bits.

    Raises:
        ValueError: An expression looks at more than names, or in a way that this does not know.
    """

    def __init__(self, *paths: str) -> None:
        any_tag = 0  # the expressions that ask for no tag, as bits
        by_tag: dict[str, int] = {}  # those that ask for this one
        alone: dict[str, int] = {}  # and for nothing else
        said: dict[tuple[str, str | None, int], list[str]] = {}
        for number, path in enumerate(paths):
            bit = 1 << number
            for tags, patterns in _steps(path):
                tags_of = by_tag if patterns else alone
                tags_of.update({tag: tags_of.get(tag, 0) | bit for tag in tags})
                any_tag |= 0 if tags else bit
                for name, other, pattern in patterns:
                    said.setdefault((name, other, bit), []).append(pattern)
        self._asked: dict[str, list[tuple[int, str | None, re.Pattern[str]]]] = {}
        for (name, other, bit), alternatives in said.items():
            self._asked.setdefault(name, []).append((bit, other, re.compile("|".join(alternatives))))
        paired = {name for name, other, _ in said if other is not None}
        super().__init__(by_tag, alone, any_tag, self._asked, paired, self._ask)

    def _ask(self, name: str, value: str, before: tuple[str, ...]) -> int:
        bits = 0
        for bit, other, pattern in self._asked[name]:
            if not bits & bit and other not in before and pattern.search(value):
                bits |= bit
        return bits


def _steps(path: str) -> Iterator[tuple[list[str], list[_Pattern]]]:
    """The tags that an expression asks for, none for any, with what it asks of their attributes: that one of the patterns is found."""
    literals: list[str] = []

    def number(literal: re.Match[str]) -> str:
        literals.append(literal[0][1:-1])
        return f"#{len(literals) - 1}"

    bare = " ".join(re.sub(r"'[^']*'|\"[^\"]*\"", number, path).split()).replace(" or ", ";").replace(" ", "")
    steps = list(_STEP.finditer(bare))
    tested = 0
    for step in steps:
        predicates = [predicate for predicate in re.findall(r"\[([^][]*)\]", step[2]) if predicate != "1"]
        tags = [] if step[1] == "*" else [step[1]]
        if not tags and predicates and (named := [_TAG.fullmatch(part) for part in predicates[0].split(";")]) and all(named):
            tags = [tag[1] for tag in named if tag]
            del predicates[0]
        patterns = [pattern for predicate in predicates for part in predicate.split(";") for pattern in _patterns(part, literals)]
        tested += bool(patterns)
        if len(predicates) > 1 or not (tags or patterns):
            raise ValueError(f"not an expression about names: {path}")
        yield tags, patterns
    if tested > 1 or not _AROUND.fullmatch(_STEP.sub("", bare)):
        raise ValueError(f"not an expression about names: {path}")


def _patterns(test: str, literals: list[str]) -> Iterator[_Pattern]:
    found = _TEST.fullmatch(test)
    if found is None or (found["other"] and not found["how"]):  # of a pair, `=` asks both
        raise ValueError(f"not a test of an attribute: {test} of {literals}")
    pattern = "" if found["said"] is None else literals[int(found["said"])]
    if found["how"] == "re:test":
        flags = "" if found["flags"] is None else literals[int(found["flags"])]
        pattern = f"(?{flags}:{pattern})"
    else:
        old, new = (literals[int(found[group])] if found["translated"] else "" for group in ("old", "new"))
        pattern = "".join(_translated(char, old, new) for char in pattern)
        pattern = {"contains": "{}", "starts-with": r"\A{}", None: r"\A{}\Z" if found["said"] else "{}"}[found["how"]].format(pattern)
    yield found["name"], found["other"], pattern
    if found["other"]:
        yield found["other"], found["name"], pattern


def _translated(char: str, old: str, new: str) -> str:
    """A pattern for what XPath's translate makes this character of."""
    before = [kept for kept in (char, *old) if (new[old.index(kept)] if kept in old else kept) == char]
    return f"[{''.join(map(re.escape, before))}]" if len(before) > 1 else re.escape(char)
