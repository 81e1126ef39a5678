"""Strings made to slow a regular expression down, from the expression's own parts."""

import re
import re._constants as ops  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

_ALPHABET = ' \na1.-/<="\u0627\u0660'  # beside the pattern's own letters


def strings_against(pattern: "re.Pattern[str] | re.Pattern[bytes]", size: int) -> Iterator[str | bytes]:
    """For each unbounded repeat of the pattern: what leads to it, then what it repeats, so often, then what it does not expect."""
    is_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if is_bytes else pattern.flags)
    letters = [c for c in dict.fromkeys([*(chr(c) for c in _literals(tree)), *_ALPHABET]) if not is_bytes or ord(c) < 256]
    made: set[tuple[str, str]] = set()
    for prefix, body in _repeats(tree, ""):
        pumps = [_example(body), *(c for c in letters if _takes(body, c, pattern.flags))]
        for pump in filter(None, pumps):
            if (prefix, pump) in made:
                continue
            made.add((prefix, pump))
            text = (prefix + pump * (size // len(pump)))[:size] + "\x00"
            yield text.encode("latin-1", "replace") if is_bytes else text


def _repeats(tree: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for op, args in tree:
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            low, high, body = args
            if high == ops.MAXREPEAT or high > 1_000:
                yield prefix, body
            yield from _repeats(body, prefix)
            prefix += _example(body) * min(max(low, 1), 50)
        elif op is ops.BRANCH:
            for branch in args[1]:
                yield from _repeats(branch, prefix)
            prefix += _example(args[1][0])
        elif op is ops.SUBPATTERN:
            yield from _repeats(args[3], prefix)
            prefix += _example(args[3])
        elif op is ops.ATOMIC_GROUP:
            yield from _repeats(args, prefix)
            prefix += _example(args)
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            yield from _repeats(args[1], prefix)
        else:
            prefix += _example([(op, args)])


def _example(tree: Any) -> str:
    """Something that the tree matches, or nearly."""
    out = ""
    for op, args in tree:
        if op is ops.LITERAL:
            out += chr(args)
        elif op in (ops.NOT_LITERAL, ops.ANY, ops.IN, ops.CATEGORY):
            out += next((c for c in "a1 -" + _ALPHABET if _takes([(op, args)], c, 0)), "a")
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            out += _example(args[2]) * min(max(args[0], 1), 50)
        elif op is ops.BRANCH:
            out += _example(args[1][0])
        elif op is ops.SUBPATTERN:
            out += _example(args[3])
        elif op is ops.ATOMIC_GROUP:
            out += _example(args)
    return out


def _takes(tree: Any, char: str, flags: int) -> bool:
    """Whether the tree can begin with the character (a guess on the safe side: more strings are tried)."""
    for op, args in tree:
        if op is ops.LITERAL:
            return bool(args == ord(char) or (flags & re.IGNORECASE and chr(args).lower() == char.lower()))
        if op is ops.NOT_LITERAL:
            return bool(args != ord(char))
        if op is ops.ANY:
            return True
        if op is ops.IN:
            return _in_class(args, char)
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            if _takes(args[2], char, flags):
                return True
            if args[0] == 0:
                continue
            return False
        if op is ops.BRANCH:
            return any(_takes(branch, char, flags) for branch in args[1])
        if op is ops.SUBPATTERN:
            return _takes(args[3], char, flags)
        if op is ops.ATOMIC_GROUP:
            return _takes(args, char, flags)
    return False


_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}


def _in_class(members: Any, char: str) -> bool:
    negated = bool(members) and members[0][0] is ops.NEGATE
    found = False
    for op, args in members:
        if op is ops.LITERAL:
            found |= args == ord(char)
        elif op is ops.RANGE:
            found |= args[0] <= ord(char) <= args[1]
        elif op is ops.CATEGORY:
            found |= bool(re.match(_CATEGORIES[args], char))
    return found != negated


def _literals(tree: Any) -> Iterator[int]:
    for op, args in tree:
        if op in (ops.LITERAL, ops.NOT_LITERAL):
            yield args
        elif op is ops.IN:
            yield from (a for o, a in args if o is ops.LITERAL)
        elif op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            yield from _literals(args[2])
        elif op is ops.BRANCH:
            for branch in args[1]:
                yield from _literals(branch)
        elif op is ops.SUBPATTERN:
            yield from _literals(args[3])
        elif op is ops.ATOMIC_GROUP:
            yield from _literals(args)
