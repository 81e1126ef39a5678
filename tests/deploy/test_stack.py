"""`make stack`: up, alive, healed, and gone."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.broker.bench_worker import REPO
from tests.deploy.conftest import await_that
from tests.deploy.prometheus_server import query


def test_the_stack_comes_up_shows_life_heals_and_leaves_nothing(tmp_path: Path) -> None:
    log_file = tmp_path / "stack.log"
    with log_file.open("wb") as log:
        command = [sys.executable, "-u", "-m", "deploy.stack", "--rate", "10"]
        stack = subprocess.Popen(command, cwd=REPO, stdout=log, stderr=log, start_new_session=True, env=os.environ | {"COLUMNS": "200"})

    def said() -> str:
        assert stack.poll() is None or "stopping" in log_file.read_text(), log_file.read_text()
        return log_file.read_text()

    try:
        await_that("it is up", lambda: "up; Ctrl-C ends it" in said(), deadline_s=120)
        [prometheus] = re.findall(r"^prometheus +http://(\S+)", said(), re.MULTILINE)
        await_that("both workers are seen", lambda: query(prometheus, 'sum(up{job="rawi"})') == {(): 2})
        await_that("articles come", lambda: query(prometheus, "sum(rawi_articles_total)").get((), 0) > 20)
        await_that("the rules run", lambda: query(prometheus, "max(job:rawi_pages:rate5m)").get((), 0) > 0)
        [worker] = [pid for pid in children_of(stack.pid) if cmdline(pid).endswith(b"\x00run\x00")][:1]
        os.kill(worker, signal.SIGKILL)
        await_that("the killed worker is started again", lambda: "ended (exit code -9): started again" in said())
        children = children_of(stack.pid)
        assert len(children) >= 5
        stack.send_signal(signal.SIGINT)
        assert stack.wait(60) == 0, log_file.read_text()
        await_that("all parts are gone", lambda: not [pid for pid in children if cmdline(pid)])
    finally:
        if stack.poll() is None:
            stack.kill()
            stack.wait(30)


def children_of(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
