"""`rawi check-config` as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def check_config(cwd: Path, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RAWI_", "KAFKA_", "REDIS_"))}
    command = [sys.executable, "-c", "from workers.cli import main; main()", "check-config", *args]
    return subprocess.run(command, cwd=cwd, env=clean | {"PYTHONPATH": str(ROOT)} | environ, capture_output=True, text=True, check=False)


def test_it_prints_every_setting_its_value_and_its_origin(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAWI_GROUP_ID=crawl\n", "utf-8")
    (tmp_path / "url").write_text("redis://rawi:hush-hush@redis:6379/1\n", "utf-8")
    done = check_config(tmp_path, RAWI_SLOTS="3", REDIS_URL_FILE="url")
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert (done.returncode, done.stderr) == (0, "")
    assert rows["RAWI_SLOTS"] == ["3", "environment"]
    assert rows["RAWI_GROUP_ID"] == ["crawl", ".env"]
    assert rows["REDIS_URL"] == ["redis://rawi:***@redis:6379/1", "file", "url"]
    assert rows["RAWI_INPUT_TOPIC"] == ["raw.pages", "default"]


def test_as_json_it_is_one_object_and_secrets_stay_hidden(tmp_path: Path) -> None:
    sasl = {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_SASL_MECHANISM": "PLAIN", "KAFKA_SASL_USERNAME": "u"}
    done = check_config(tmp_path, "--json", KAFKA_SASL_PASSWORD="hush-hush", **sasl)
    assert done.returncode == 0
    assert json.loads(done.stdout)["KAFKA_SASL_PASSWORD"] == {"value": "***", "origin": "environment"}
    assert "hush-hush" not in done.stdout + done.stderr


def test_every_problem_is_a_line_on_stderr_and_the_exit_code_is_78(tmp_path: Path) -> None:
    done = check_config(tmp_path, RAWI_SLOTS="many", RAWI_DELIVERY="twice", RAWI_SLOT="1")
    assert (done.returncode, done.stdout) == (78, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["RAWI_DELIVERY", "RAWI_SLOTS", "RAWI_SLOT (environment)"]


def test_an_unknown_name_is_a_problem_here(tmp_path: Path) -> None:
    done = check_config(tmp_path, RAWI_INPUT_TOPICS="pages")
    assert done.returncode == 78
    assert done.stderr == "RAWI_INPUT_TOPICS (environment): no such setting; did you mean RAWI_INPUT_TOPIC?\n"
