"""topics.yaml says what the design says, and Kafka can take it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from schemas import topics
from schemas.json_schema import SCHEMAS
from schemas.topics import ROLES, load_topics

TOPICS = load_topics()
ROOT = Path(topics.__file__).parent


def test_the_default_names_are_the_designs() -> None:
    assert {role: topic.name for role, topic in TOPICS.items()} == {
        "input": "raw.pages",
        "output": "articles",
        "dlq": "articles.dlq",
        "outcomes": "pages.outcomes",
        "stories": "stories",
    }
    assert tuple(TOPICS) == ROLES


@pytest.mark.parametrize(("role", "limit"), [("input", "26214400"), ("dlq", "27262976"), ("output", "4194304")])
def test_message_limits_are_the_designs(role: str, limit: str) -> None:
    assert TOPICS[role].config["max.message.bytes"] == limit


@pytest.mark.parametrize("role", ROLES)
def test_articles_and_stories_are_compacted_and_the_others_kept_for_a_time(role: str) -> None:
    config = TOPICS[role].config
    assert config["cleanup.policy"] == ("compact" if role in ("output", "stories") else "delete")
    assert int(config["retention.ms"]) == -1 if config["cleanup.policy"] == "compact" else int(config["retention.ms"]) > 0


@pytest.mark.parametrize("role", ROLES)
def test_every_setting_has_a_reason_and_every_schema_exists(role: str) -> None:
    topic = TOPICS[role]
    assert topic.config.keys() == topic.why.keys()
    assert topic.schema in SCHEMAS
    assert topic.headers is None or topic.headers in SCHEMAS


def test_the_contracts_data_is_found_in_an_installed_wheel(tmp_path: Path) -> None:
    """A zip holds the package as a wheel does; nothing may be looked for beside the modules on disk."""
    wheel = tmp_path / "wheel.zip"
    with zipfile.ZipFile(wheel, "w") as z:
        for path in ROOT.rglob("*"):
            if path.suffix in (".py", ".yaml", ".json"):
                z.write(path, path.relative_to(ROOT.parent))
    code = "from schemas.topics import load_topics as t; from schemas.json_schema import load_schema as s; import schemas; "
    code += "print(t()['input'].name, s('article.v1')['$id'], schemas.__file__)"
    env = {"PYTHONPATH": str(wheel)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("raw.pages urn:rawi:schema:article.v1")
    assert "wheel.zip" in done.stdout
