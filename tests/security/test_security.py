"""What SECURITY.md promises and a test can hold the code to."""

import ast
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import CORPUS
from workers.pipeline.draft import Limits
from workers.pipeline.line import default_line
from workers.pool.messages import Job, PageResult

REPO = Path(__file__).parents[2]
RAWI = Path(sys.executable).parent / "rawi"
CODE = sorted(file for package in ("schemas", "workers") for file in (REPO / package).rglob("*.py"))
# Of the code that reads strangers' bytes nothing may run, load or fetch what they say.
EXECUTING_MODULES = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle", "jsonpickle", "code", "runpy", "xmlrpc"}
EXECUTING_CALLS = {"eval", "exec", "compile", "__import__"}
YAML_THAT_EXECUTES = {"load", "load_all", "unsafe_load", "full_load", "Loader", "UnsafeLoader", "FullLoader"}
FETCHING_MODULES = {"requests", "urllib3", "httpx", "aiohttp", "http", "ftplib", "smtplib", "telnetlib", "urllib.request"}
# Where a socket belongs: to the broker, the store, the pool's own pipe, the metrics server, the local servers of tests and demo.
MAY_USE_SOCKETS = ("workers/pool/", "workers/telemetry/health.py", "workers/local/", "workers/settings/instance.py")
MAY_USE_HTTP = ("workers/telemetry/health.py", "workers/telemetry/ask.py", "workers/local/", "workers/demo/")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_one_of(module: str, modules: set[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in modules)


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(REPO)))
def test_no_code_executes_or_fetches_what_data_say(file: Path) -> None:
    place = str(file.relative_to(REPO))
    tree = ast.parse(file.read_text("utf-8"))
    used = set(imports(tree))
    assert not [module for module in used if is_one_of(module, EXECUTING_MODULES)]
    if not place.startswith(MAY_USE_HTTP):
        assert not [module for module in used if is_one_of(module, FETCHING_MODULES)]
    if not place.startswith(MAY_USE_SOCKETS):
        assert "socket" not in used
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in EXECUTING_CALLS, f"{place}:{node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "yaml":
            assert node.attr not in YAML_THAT_EXECUTES, f"{place}:{node.lineno}"
        if isinstance(node, ast.keyword) and node.arg == "shell":
            pytest.fail(f"{place}: a shell")


def test_trafilatura_is_given_pages_and_never_addresses() -> None:
    fetchers = {"fetch_url", "fetch_response", "spider", "sitemaps", "feeds", "downloads"}
    for file in CODE:
        used = [module for module in imports(ast.parse(file.read_text("utf-8"))) if module.startswith("trafilatura")]
        assert not [module for module in used if set(module.split(".")) & fetchers], file


def test_the_line_opens_no_socket_and_no_process_whatever_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    line = default_line()
    attempts: list[str] = []

    def watch(event: str, _arguments: tuple[object, ...]) -> None:
        if watching and (event.startswith(("socket.", "subprocess.", "os.exec", "os.system", "os.posix_spawn", "urllib.", "ftplib."))):
            attempts.append(event)

    watching = False
    sys.addaudithook(watch)  # sees what C code of Python does, too; it cannot be removed, only switched off

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    watching = True
    try:
        for name, case in CORPUS.items():
            if "entity" in name or "links" in name or "XInclude" in name or "XSLT" in name or "document type" in name or "envelope" in name:
                job = Job(headers=list(case.headers), timestamp_ms=0, has_value=True)
                progress = line.start(job, case.make(), Limits())
                if not isinstance(progress, PageResult):
                    progress = line.run_rest(progress)
                assert (progress.outcome.value, progress.reason and progress.reason.value) == case.outcome, name
    finally:
        watching = False
    assert attempts == []


def test_a_secret_is_printed_nowhere() -> None:
    secrets = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "KAFKA_SASL_MECHANISM": "PLAIN",
        "KAFKA_SASL_USERNAME": "rawi",
        "KAFKA_SASL_PASSWORD": "hunter2-kafka",
        "REDIS_URL": "redis://:hunter2-redis@127.0.0.1:1/0",
    }
    environ = {"PATH": "/usr/bin:/bin", "RAWI_LOG_LEVEL": "DEBUG", **secrets}
    commands = (["check-config"], ["check-config", "--connect"], ["run"], ["dlq", "ls"])
    started = [  # at once: each waits for a broker that is not there
        subprocess.Popen([RAWI, *command], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
        for command in commands
    ]
    for command, process in zip(commands, started, strict=True):
        printed, _ = process.communicate()
        assert printed, command
        assert "hunter2" not in printed, command


def test_every_locked_package_has_a_hash_and_comes_from_the_index() -> None:
    packages = tomllib.loads((REPO / "uv.lock").read_text("utf-8"))["package"]
    assert len(packages) > 30
    for package in packages:
        if "editable" in package["source"]:
            assert package["name"] == "rawi"
            continue
        assert package["source"] == {"registry": "https://pypi.org/simple"}, package["name"]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", file["hash"]) for file in files), package["name"]
