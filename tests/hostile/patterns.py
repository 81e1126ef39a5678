"""Every regular expression of workers/ and schemas/, as it is compiled.

Run as a program it imports every module and prints what was compiled from where as JSON lines.
"""

import ast
import json
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGES = ("schemas", "workers")
LEFT_OUT = ("workers.local", "workers.demo", "workers.model.training", "workers.model.train", "workers.pool.forkserver_main")
_CALLS = frozenset({"match", "search", "fullmatch", "sub", "split", "findall", "finditer"})
_ANCHORED = frozenset({"match", "fullmatch"})


def compiled_by_the_code() -> list[dict[str, Any]]:
    """Import every module with `re.compile` watched; return pattern, flags, place and use of each that our own files compile."""
    real = re.compile
    found: list[dict[str, Any]] = []

    def watched(pattern: Any, flags: int = 0) -> Any:
        made = real(pattern, flags)
        frame = sys._getframe(1)
        module = frame.f_globals.get("__name__", "")
        if module.partition(".")[0] in PACKAGES:
            place = f"{module}:{frame.f_lineno}"
            found.append(_entry(made.pattern, int(made.flags), place, _methods_of(module, frame.f_lineno)))
        return made

    re.compile = watched
    for package in PACKAGES:
        for module in pkgutil.walk_packages(__import__(package).__path__, f"{package}."):
            if not module.name.startswith(LEFT_OUT) and not module.name.endswith("__main__"):
                __import__(module.name)
    return found


def literals_in_calls() -> Iterator[dict[str, Any]]:
    """Patterns written straight into re.search(...) and its like."""
    for file in (file for package in PACKAGES for file in sorted(Path(package).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[ast.Constant(value=pattern), *_]) if (
                    method in _CALLS and isinstance(pattern, str | bytes)
                ):
                    yield _entry(pattern, 0, f"{file}:{node.lineno}", [method if method in _ANCHORED else "search"])


def _entry(pattern: str | bytes, flags: int, where: str, methods: list[str]) -> dict[str, Any]:
    is_bytes = isinstance(pattern, bytes)
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    return {"pattern": text, "bytes": is_bytes, "flags": flags, "where": where, "methods": methods}


def _methods_of(module: str, line: int) -> list[str]:
    """How a compiled pattern is used, by its name: `match` and `fullmatch` when it is never searched with."""
    file = Path(*module.split("."))
    text = (file.with_suffix(".py") if file.with_suffix(".py").exists() else file / "__init__.py").read_text("utf-8")
    named = re.match(r"(\w+)\b[^=]*=", text.splitlines()[line - 1])
    used = set(re.findall(rf"\b{named[1]}\.(\w+)", text)) if named else set()
    return sorted(used) if used and used <= _ANCHORED else ["search"]


if __name__ == "__main__":
    for each in (*compiled_by_the_code(), *literals_in_calls()):
        print(json.dumps(each))
