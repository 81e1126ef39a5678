"""Tell whether the contract changed only by additions inside its versions. Run as `python -m schemas.compat`.

`released/contract.json` is the contract as last accepted (`--accept`), without its prose. What the structs and topics.yaml say now is
compared with that file, and with every version of it in git's history, so that changing the contract and the file together does not pass.
Whatever is not known to be an addition counts as a break. Exit: 0 only additions, 1 a break (each is named), 2 could not be compared.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from schemas.json_schema import SCHEMAS, build_schema
from schemas.topics import load_topics

HERE = Path(__file__).parent
LOCK = HERE / "released" / "contract.json"
EXCEPTIONS = HERE / "released" / "exceptions.yaml"

Json = dict[str, Any]

_PROSE = frozenset({"title", "description", "$comment", "examples"})
_MAPS = frozenset({"properties", "$defs"})  # names to schemas: a new name is an addition
_SETS = frozenset({"enum", "required"})
_MAY_RISE = frozenset({"retention.ms", "max.message.bytes", "delete.retention.ms", "min.compaction.lag.ms"})


class NotComparable(Exception):
    """The comparison could not be made; the message says how to make it possible."""


def contract() -> Json:
    """Return what the contract says now, without its prose: every schema, and the topics by role."""
    topics = {
        role: {f: getattr(topic, f) for f in ("name", "key", "schema", "headers", "version", "partitions", "config")}
        for role, topic in load_topics().items()
    }
    return {"schemas": {name: _bare(build_schema(name)) for name in SCHEMAS}, "topics": topics}


def breaks(old: Json, new: Json) -> list[str]:
    """Return a line for each change from one contract to another that is no addition."""
    found = _gone("schema", old["schemas"], new["schemas"]) + _gone("topic", old["topics"], new["topics"])
    for name in old["schemas"].keys() & new["schemas"].keys():
        found += [f"{name}: {line}" for line in _schema(old["schemas"][name], new["schemas"][name], "")]
    for role in old["topics"].keys() & new["topics"].keys():
        found += [f"topic {role}: {line}" for line in _topic(old["topics"][role], new["topics"][role])]
    return sorted(found)


def _gone(what: str, old: Json, new: Json) -> list[str]:
    return [f"{what} {name} removed" for name in old.keys() - new.keys()]


def _bare(schema: Any) -> Any:
    """A schema without its prose and with its sets in order."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    bare: Json = {}
    for key, value in schema.items():
        if key in _MAPS:
            bare[key] = {name: _bare(one) for name, one in sorted(value.items())}
        elif key in _SETS:
            bare[key] = sorted(value)
        elif key not in _PROSE:
            bare[key] = _bare(value)
    return bare


def _schema(old: Any, new: Any, at: str) -> list[str]:
    """Breaks between two bare schemas; `at` is the path to them, with a dot at its end, or empty."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [line for i, (a, b) in enumerate(zip(old, new, strict=True)) for line in _schema(a, b, f"{at}{i}.")]
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return [] if old == new else [f"{at.rstrip('.')} changed from {json.dumps(old)} to {json.dumps(new)}"]
    found = [f"{at}{key} removed" for key in old.keys() - new.keys()]
    found += [f"{at}{key} added" for key in new.keys() - old.keys() - {"$defs"}]
    for key in old.keys() & new.keys():
        if key in _MAPS:
            found += [f"{at}{key}.{name} removed" for name in old[key].keys() - new[key].keys()]
            for name in old[key].keys() & new[key].keys():
                found += _schema(old[key][name], new[key][name], f"{at}{key}.{name}.")
        elif key == "enum":
            found += [f"{at}enum value {value} removed" for value in sorted(set(old[key]) - set(new[key]))]
        elif key == "required":
            found += [f"{at}{name} no longer required" for name in sorted(set(old[key]) - set(new[key]))]
            found += [f"{at}{name} newly required" for name in sorted(set(new[key]) - set(old[key]))]
        else:
            found += _schema(old[key], new[key], f"{at}{key}.")
    return found


def _topic(old: Json, new: Json) -> list[str]:
    """Breaks between two topics; a topic whose version rose starts afresh."""
    if new["version"] > old["version"]:
        return []
    found = [f"{f} changed from {old[f]} to {new[f]}" for f in ("name", "key", "schema", "headers", "version") if old[f] != new[f]]
    if new["partitions"] < old["partitions"]:
        found.append(f"partitions fell from {old['partitions']} to {new['partitions']}")
    for name, before in old["config"].items():
        after = new["config"].get(name)
        if after != before and not (name in _MAY_RISE and after is not None and _limit(after) >= _limit(before)):
            found.append(f"{name} changed from {before} to {after}")
    return found


def _limit(value: str) -> float:
    return float("inf") if value == "-1" else float(value)


def _git(*args: str) -> str:
    done = subprocess.run(["git", *args], cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotComparable(f"git {args[0]}: {done.stderr.strip()}")
    return done.stdout


def accepted_before(base: str | None) -> dict[str, Json]:
    """Return the accepted contracts of the past by commit: of one commit, or of all that lead to HEAD; raises NotComparable."""
    at = f"./{LOCK.relative_to(HERE).as_posix()}"
    if base is not None:
        return {base: json.loads(_git("show", f"{base}:{at}"))}
    if _git("rev-parse", "--is-shallow-repository").strip() == "true":
        raise NotComparable("this clone is shallow and its history cut off; run `git fetch --unshallow`, or name a commit with --base")
    commits = _git("log", "--format=%h", "--full-history", "--diff-filter=AM", "-m", "HEAD", "--", at).split()
    if not commits:
        raise NotComparable(f"no commit has {LOCK.relative_to(HERE.parent)}; commit it first")
    return {commit: json.loads(_git("show", f"{commit}:{at}")) for commit in commits}


def check(now: Json, accepted: dict[str, Json], exceptions: list[str], *, whole: bool = True) -> list[str]:
    """Return a line for each break that no exception names, and, with the whole history at hand, for each idle exception."""
    found: dict[str, str] = {}
    for label, old in accepted.items():
        for line in breaks(old, now):
            found.setdefault(line, label)
    lines = [f"{line} (against {label})" for line, label in found.items() if line not in exceptions]
    return lines + [f"exceptions.yaml: nothing needs {line!r}" for line in exceptions if whole and line not in found]


def main(argv: list[str] | None = None) -> int:
    """Compare and say so; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m schemas.compat", description="Fail when the contract changed other than by additions.")
    parser.add_argument("--base", metavar="GITREF", help="compare with the contract of this commit only, not with all of HEAD's history")
    parser.add_argument("--accept", action="store_true", help="after the comparison with the accepted file, write it anew")
    args = parser.parse_args(argv)
    now, exceptions = contract(), [entry["change"] for entry in yaml.safe_load(EXCEPTIONS.read_text("utf-8"))]
    text = json.dumps(now, indent=1, sort_keys=True) + "\n"
    try:
        accepted = {LOCK.name: json.loads(LOCK.read_text("utf-8"))} if LOCK.exists() else {}
        if not args.accept:
            if not accepted:
                raise NotComparable(f"{LOCK.relative_to(HERE.parent)} is missing; it is made by --accept")
            accepted |= accepted_before(args.base)
    except NotComparable as e:
        print(f"compat: {e}", file=sys.stderr)
        return 2
    wrong = check(now, accepted, exceptions, whole=args.base is None and not args.accept)
    if not wrong and args.accept:
        LOCK.write_text(text, "utf-8")
    elif not wrong and LOCK.read_text("utf-8") != text:
        wrong = ["additions that are not accepted yet; run `python -m schemas.compat --accept` and commit released/contract.json"]
    for line in wrong:
        print(f"compat: {line}", file=sys.stderr)
    if not wrong:
        against = ", ".join(accepted) or "nothing"
        print(f"compat: {len(now['schemas'])} schemas and {len(now['topics'])} topics, additions only, against {against}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
