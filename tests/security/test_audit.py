"""`make audit` tells a weakness from a service that cannot be asked, and both from an audit that does not work."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

REPO = Path(__file__).parents[2]
HASH = "sha256:" + "0" * 64
WEAK = {
    "vulns": [
        {
            "id": "GHSA-1",
            "aliases": ["CVE-2026-1"],
            "summary": "It lets strangers in.",
            "affected": [
                {"package": {"name": "weak", "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "1.1"}]}]}
            ],
        }
    ]
}
Answer = tuple[int, bytes]


@contextmanager
def osv(answer: Callable[[str], Answer]) -> Iterator[str]:
    """A service that answers, by the package's name, in place of osv.dev; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, body = answer(query["package"]["name"])
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing: the tests look at what was asked for."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    file = tmp_path / "locked.txt"
    file.write_text(f"sound==2.0 --hash={HASH}\nweak==1.0 --hash={HASH}\n")
    return file


def audit(locked: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.security.audit", "--osv-url", url, *options, str(locked)]
    return subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)


def sound(_name: str) -> Answer:
    return 200, b"{}"


def weak(name: str) -> Answer:
    return 200, json.dumps(WEAK if name == "weak" else {}).encode()


def test_packages_without_a_known_weakness_pass(locked: Path) -> None:
    with osv(sound) as url:
        done = audit(locked, url)
    assert (done.returncode, done.stdout) == (0, "audit: no known weakness in 2 packages\n")


@pytest.mark.parametrize("options", [[], ["--if-reachable"]])
def test_a_weakness_fails_and_is_named_with_the_version_that_mends_it(locked: Path, options: list[str]) -> None:
    with osv(weak) as url:
        done = audit(locked, url, *options)
    assert done.returncode == 1
    assert done.stdout == "weak 1.0: CVE-2026-1 (GHSA-1), mended in 1.1: It lets strangers in.\n"
    assert "1 known weakness in 2 packages" in done.stderr


def assert_not_run(locked: Path, url: str, *options: str) -> None:
    done = audit(locked, url, *options)
    assert (done.returncode, done.stdout) == (69, ""), done.stderr
    assert done.stderr.startswith(f"audit: NOT RUN: {url} cannot be asked")
    assert done.stderr.count("\n") == 1
    done = audit(locked, url, *options, "--if-reachable")
    assert (done.returncode, done.stderr.startswith("audit: NOT RUN: ")) == (0, True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://osv.invalid/"])
def test_a_service_that_cannot_be_reached_is_told_from_a_weakness(locked: Path, url: str) -> None:
    assert_not_run(locked, url)


def test_a_service_that_is_out_of_order_is_one_that_cannot_be_asked(locked: Path) -> None:
    with osv(lambda name: (503, b"later")) as url:
        assert_not_run(locked, url)


def test_a_service_that_never_answers_is_waited_for_no_longer_than_told(locked: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert_not_run(locked, f"http://127.0.0.1:{silent.getsockname()[1]}/", "--within-s", "0.5")


def test_a_weakness_found_before_the_service_went_away_fails(locked: Path) -> None:
    answers = iter([weak("weak"), (503, b"later")])
    with osv(lambda name: next(answers)) as url:
        done = audit(locked, url, "--if-reachable")
    assert done.returncode == 1
    assert "CVE-2026-1" in done.stdout
    assert "NOT RUN" in done.stderr


@pytest.mark.parametrize("answer", [(200, b"<html>hotel login</html>"), (400, b"what?"), (200, b'{"other": 1}')])
def test_answers_that_are_none_fail(locked: Path, answer: Answer) -> None:
    with osv(lambda name: answer) as url:
        done = audit(locked, url, "--if-reachable")
    assert (done.returncode, "NOT RUN" in done.stderr) == (1, False)


@pytest.mark.parametrize("text", ["", "unpinned\n", "unhashed==1.0\n"])
def test_a_lock_that_says_nothing_or_too_little_fails(locked: Path, text: str) -> None:
    locked.write_text(text)
    with osv(sound) as url:
        done = audit(locked, url, "--if-reachable")
    assert done.returncode == 1
    assert "NOT RUN" not in done.stderr
