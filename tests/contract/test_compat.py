"""A change inside a version that is no addition is found, whatever it is; an addition passes."""

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas import compat

NOW = compat.contract()
Change = Callable[[dict[str, Any]], Any]


def _article(c: dict[str, Any]) -> dict[str, Any]:
    article: dict[str, Any] = c["schemas"]["article.v1"]
    return article


def _props(c: dict[str, Any], name: str = "article.v1") -> dict[str, Any]:
    props: dict[str, Any] = c["schemas"][name]["properties"]
    return props


def _config(c: dict[str, Any], role: str) -> dict[str, str]:
    config: dict[str, str] = c["topics"][role]["config"]
    return config


BREAKS: dict[str, Change] = {
    "schema article.v1 removed": lambda c: c["schemas"].pop("article.v1"),
    "article.v1: properties.headline removed": lambda c: _props(c).pop("headline"),
    "article.v1: properties.wordCount.type changed": lambda c: _props(c)["wordCount"].update(type="number"),
    "article.v1: properties.wordCount.minimum removed": lambda c: _props(c)["wordCount"].pop("minimum"),
    "article.v1: properties.wordCount.maximum added": lambda c: _props(c)["wordCount"].update(maximum=10),
    "article.v1: properties.id.pattern changed": lambda c: _props(c)["id"].update(pattern="^[0-9a-f]{32}$"),
    "article.v1: properties.id.pattern removed": lambda c: _props(c)["id"].pop("pattern"),
    "article.v1: properties.url.pattern added": lambda c: _props(c)["url"].update(pattern="^https"),
    "article.v1: properties.url.format added": lambda c: _props(c)["url"].update(format="uri"),
    "article.v1: properties.headline.minLength removed": lambda c: _props(c)["headline"].pop("minLength"),
    "article.v1: properties.publisher.$ref changed": lambda c: _props(c)["publisher"].update({"$ref": "#/$defs/Person"}),
    "article.v1: properties.keywords.items.type changed": lambda c: _props(c)["keywords"].update(items={"type": "object"}),
    "article.v1: properties.textDirection.enum value rtl removed": lambda c: _props(c)["textDirection"]["enum"].remove("rtl"),
    "article.v1: properties.textDirection.enum removed": lambda c: _props(c)["textDirection"].pop("enum"),
    "article.v1: articleBody no longer required": lambda c: _article(c)["required"].remove("articleBody"),
    "article.v1: headline newly required": lambda c: _article(c)["required"].append("headline"),
    "article.v1: additionalProperties added": lambda c: _article(c).update(additionalProperties=False),
    "article.v1: $id changed": lambda c: _article(c).update({"$id": "urn:x"}),
    "article.v1: $defs.Person removed": lambda c: _article(c)["$defs"].pop("Person"),
    "article.v1: $defs.Person.properties.url removed": lambda c: _article(c)["$defs"]["Person"]["properties"].pop("url"),
    "article.v1: $defs.Person.name no longer required": lambda c: _article(c)["$defs"]["Person"]["required"].remove("name"),
    "outcome.v1: properties.reason.anyOf.0.enum value gone removed": lambda c: _props(c, "outcome.v1")["reason"]["anyOf"][0]["enum"].remove(
        "gone"
    ),
    "outcome.v1: properties.reason.anyOf changed": lambda c: _props(c, "outcome.v1")["reason"]["anyOf"].pop(),
    "outcome.v1: allOf removed": lambda c: c["schemas"]["outcome.v1"].pop("allOf"),
    "outcome.v1: allOf changed": lambda c: c["schemas"]["outcome.v1"]["allOf"].pop(),
    "outcome.v1: allOf.0.then.properties.reason.type changed": lambda c: c["schemas"]["outcome.v1"]["allOf"][0]["then"]["properties"][
        "reason"
    ].update(type="string"),
    "page-envelope.v1: properties.status.anyOf changed": lambda c: _props(c, "page-envelope.v1")["status"].update(
        anyOf=[{"type": "integer"}]
    ),
    "page-envelope.v1: status newly required": lambda c: c["schemas"]["page-envelope.v1"]["required"].append("status"),
    "dead-letter-headers.v1: properties.dlq-stage removed": lambda c: _props(c, "dead-letter-headers.v1").pop("dlq-stage"),
    "topic dlq removed": lambda c: c["topics"].pop("dlq"),
    "topic output: name changed": lambda c: c["topics"]["output"].update(name="news"),
    "topic output: key changed": lambda c: c["topics"]["output"].update(key="url"),
    "topic output: schema changed": lambda c: c["topics"]["output"].update(schema="article.v2"),
    "topic output: headers changed": lambda c: c["topics"]["output"].update(headers=None),
    "topic output: version changed": lambda c: c["topics"]["output"].update(version=0),
    "topic output: cleanup.policy changed": lambda c: _config(c, "output").update({"cleanup.policy": "delete"}),
    "topic output: retention.ms changed from -1": lambda c: _config(c, "output").update({"retention.ms": "604800000"}),
    "topic input: retention.ms changed": lambda c: _config(c, "input").update({"retention.ms": "1000"}),
    "topic input: max.message.bytes changed": lambda c: _config(c, "input").update({"max.message.bytes": "1048588"}),
    "topic input: max.message.bytes changed from 26214400 to None": lambda c: _config(c, "input").pop("max.message.bytes"),
    "topic input: partitions fell": lambda c: c["topics"]["input"].update(partitions=1),
}

ADDITIONS: dict[str, Change] = {
    "a schema": lambda c: c["schemas"].update({"article.v2": {}}),
    "an optional field": lambda c: _props(c).update(readingTime={"type": "integer"}),
    "an optional field of a part": lambda c: _article(c)["$defs"]["Person"]["properties"].update(email={"type": "string"}),
    "a definition": lambda c: _article(c)["$defs"].update(Place={"type": "object"}),
    "the first definition": lambda c: c["schemas"]["record-headers.v1"].update({"$defs": {"A": {}}}),
    "a reason": lambda c: _props(c, "outcome.v1")["reason"]["anyOf"][0]["enum"].append("boring"),
    "a kind": lambda c: _article(c)["$defs"]["RelatedLink"]["properties"]["kind"]["enum"].append("sponsored"),
    "a topic": lambda c: c["topics"].update(images=c["topics"]["output"]),
    "a setting": lambda c: _config(c, "input").update({"segment.ms": "1"}),
    "a longer retention": lambda c: _config(c, "input").update({"retention.ms": "-1"}),
    "a higher limit": lambda c: _config(c, "output").update({"max.message.bytes": "8388608"}),
    "a topic's new version": lambda c: c["topics"]["output"].update(version=2, name="articles.v2", schema="article.v2"),
    "more partitions": lambda c: c["topics"]["input"].update(partitions=24),
}


def _changed(change: Change) -> dict[str, Any]:
    new = copy.deepcopy(NOW)
    change(new)
    assert new != NOW
    return new


@pytest.mark.parametrize("expected", BREAKS)
def test_a_break_is_found_and_named(expected: str) -> None:
    found = compat.breaks(NOW, _changed(BREAKS[expected]))
    assert len(found) == 1
    assert found[0].startswith(expected)


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_passes(name: str) -> None:
    assert compat.breaks(NOW, _changed(ADDITIONS[name])) == []


def test_taking_any_single_thing_out_of_any_schema_is_a_break() -> None:
    """Every key and every list entry, one at a time: whatever is not known to be an addition counts."""
    silent = []
    for path in _paths(NOW["schemas"]):
        new = copy.deepcopy(NOW)
        node = new["schemas"]
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]
        if not compat.breaks(NOW, new):
            silent.append(path)
    assert silent == []


def _paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [path for step in steps for path in [(*at, step), *_paths(node[step], (*at, step))]]


def test_prose_is_no_part_of_what_is_compared() -> None:
    now = compat.contract()
    assert "description" not in json.dumps(now["schemas"]["record-headers.v1"])
    assert "description" in now["schemas"]["article.v1"]["properties"]  # the field of that name is no prose


def test_an_exception_allows_its_break_and_an_idle_one_is_an_error() -> None:
    new = _changed(BREAKS["article.v1: properties.headline removed"])
    line = "article.v1: properties.headline removed"
    assert compat.check(new, {"abc": NOW}, []) == [f"{line} (against abc)"]
    assert compat.check(new, {"abc": NOW}, [line]) == []
    assert compat.check(NOW, {"abc": NOW}, [line]) == [f"exceptions.yaml: nothing needs {line!r}"]


def test_the_accepted_contract_is_the_one_of_the_structs() -> None:
    assert json.loads(compat.LOCK.read_text("utf-8")) == NOW, "run `python -m schemas.compat --accept`"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository that holds `schemas/` with the accepted contract, in one commit."""
    shutil.copytree(compat.HERE, tmp_path / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    _git(tmp_path, "init", "-q")
    _commit(tmp_path)
    return tmp_path


def _git(repo: Path, *args: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *identity, *args], cwd=repo, check=True, capture_output=True)


def _commit(repo: Path) -> None:
    _git(repo, "add", "-A")
    _git(repo, "commit", "-q", "-m", "x")


def _edit(repo: Path, file: str, old: str, new: str) -> None:
    path = repo / "schemas" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def _compat(repo: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "schemas.compat", *args], cwd=repo, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_an_unchanged_clone_passes_and_says_what_was_compared(clone: Path) -> None:
    status, said = _compat(clone)
    assert (status, "additions only, against contract.json, " in said) == (0, True), said


def test_a_changed_pattern_fails_the_command(clone: Path) -> None:
    _edit(clone, "values.py", "^[0-9a-f]{64}$", "^[0-9a-f]{32}$")
    status, said = _compat(clone)
    assert status == 1
    assert "article.v1: properties.id.pattern changed" in said


def test_changing_the_accepted_contract_along_with_the_code_does_not_pass(clone: Path) -> None:
    _edit(clone, "reasons.py", '    DUPLICATE = "duplicate"\n', "")
    (clone / "schemas/released/contract.json").unlink()
    assert _compat(clone, "--accept")[0] == 0
    _commit(clone)
    status, said = _compat(clone)
    assert status == 1
    assert "enum value duplicate removed" in said


def test_an_addition_must_be_accepted_before_it_passes(clone: Path) -> None:
    _edit(clone, "reasons.py", '    DUPLICATE = "duplicate"\n', '    DUPLICATE = "duplicate"\n    BORING = "boring"\n')
    status, said = _compat(clone)
    assert (status, "--accept" in said) == (1, True)
    assert _compat(clone, "--accept")[0] == 0
    assert _compat(clone)[0] == 0
    _commit(clone)
    _edit(clone, "reasons.py", '    BORING = "boring"\n', "")
    assert "enum value boring removed" in _compat(clone)[1]


def test_one_commit_can_be_named_to_compare_with(clone: Path) -> None:
    assert _compat(clone, "--base", "HEAD")[0] == 0
    assert _compat(clone, "--base", "no-such-ref")[0] == 2


def test_a_missing_contract_or_history_is_an_error_not_a_pass(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    shallow = tmp_path_factory.mktemp("shallow") / "clone"
    _commit_again(clone)
    _git(clone, "clone", "-q", "--depth", "1", clone.as_uri(), str(shallow))
    assert _compat(shallow)[0] == 2
    (clone / "schemas/released/contract.json").unlink()
    assert _compat(clone)[0] == 2
    shutil.rmtree(shallow / ".git")
    assert _compat(shallow)[0] == 2


def _commit_again(repo: Path) -> None:
    (repo / "note").write_text("x")
    _commit(repo)
