"""`make stack`: the parts of compose.yaml as processes on this machine, without Docker. Ctrl-C ends all of them.

Kafka, Valkey, two workers and the story worker, and a Prometheus with our rules where one is installed (Debian: apt-get install
prometheus). A part that ends is started again, as `restart: unless-stopped` would. Everything listens on 127.0.0.1.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import yaml
from rich.console import Console

from workers.local.kafka import LocalKafka
from workers.local.ports import LOOPBACK, accepts, free_ports
from workers.local.process import LocalServerError, ServerProcess
from workers.local.valkey import demo_store
from workers.settings import Address
from workers.telemetry.ask import ask

DEPLOY = Path(__file__).parent
RAWI = "from workers.cli import main; main()"
READY_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 30.0  # as terminationGracePeriodSeconds
LOOK_EVERY_S = 0.5
TOP_SITES = "20"
Targets = dict[str, list[str]]  # addresses by the scrape job's name


class Part:
    """A process of the stack, started again when it ends."""

    def __init__(self, name: str, argv: list[str], environ: dict[str, str], folder: Path, address: str | None) -> None:
        self.name, self.address = name, address
        self._argv, self._environ = argv, environ
        self._process = ServerProcess(name, folder / f"{name}.log")
        self._process.launch(argv, env=environ)

    def look(self, console: Console) -> None:
        """Start it again when it has ended."""
        if not self._process.running:
            console.print(f"{self.name} ended (exit code {self._process.exit_code}): started again. Log: {self._process.log_file}")
            self._process.launch(self._argv, env=self._environ)

    def await_ready(self, path: str) -> None:
        """Return when it answers 200. Raises LocalServerError with what its log says."""
        assert self.address is not None
        host, _, port = self.address.rpartition(":")
        end_s = time.monotonic() + READY_TIMEOUT_S
        while not ask(Address(host, int(port)), path)[0]:
            if not self._process.running or time.monotonic() > end_s:
                raise self._process.failure("is not ready")
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """SIGTERM, then SIGKILL."""
        self._process.stop(STOP_TIMEOUT_S)


class Stack:
    """Everything that runs. `rate`: sample pages a second; 0: none are fed."""

    def __init__(self, console: Console, folder: Path, rate: float) -> None:
        self._console, self._folder, self._rate = console, folder, rate
        self._parts: list[Part] = []

    @contextlib.contextmanager
    def up(self) -> Iterator[None]:
        """Start it; stop it at the end, workers before what they need."""
        with contextlib.ExitStack() as stack:
            self._console.print("starting Kafka and Valkey")
            kafka = stack.enter_context(LocalKafka(port=None if accepts(9092) else 9092))
            store = demo_store()
            stack.callback(store.close)
            environ = {name: value for name, value in os.environ.items() if not name.startswith(("RAWI_", "KAFKA_", "REDIS_"))}
            environ |= {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "REDIS_URL": store.url, "RAWI_TOP_SITES": TOP_SITES}
            made = subprocess.run(
                [sys.executable, "-c", RAWI, "topics", "create"], env=environ, capture_output=True, text=True, check=False
            )
            if made.returncode:
                raise LocalServerError(f"the topics could not be made: {made.stderr or made.stdout}")
            stack.callback(self._stop)
            targets = self._start_workers(environ)
            self._start_prometheus(targets)
            if self._rate:
                self._rawi("samples", ["feed", "--samples", "0", "--rate", f"{self._rate:g}"], environ)
            self._console.print(f"Kafka         {kafka.bootstrap}\nValkey        {store.url}")
            for part in self._parts:
                if part.address:
                    self._console.print(f"{part.name:<14}http://{part.address}")
            yield

    def watch(self) -> None:
        """Start again what ended."""
        for part in self._parts:
            part.look(self._console)

    def _start_workers(self, environ: dict[str, str]) -> Targets:
        self._console.print("starting two workers and the story worker")
        workers = [self._worker(name, environ, port) for name, port in (("worker-1", 9108), ("worker-2", 9118))]
        address = _address(9109)
        stories = self._rawi("stories", ["stories"], environ | {"RAWI_STORIES_HTTP_ADDR": address}, address)
        for part in (*workers, stories):
            part.await_ready("/readyz")
        return {"rawi": [str(part.address) for part in workers], "rawi-stories": [address]}

    def _worker(self, name: str, environ: dict[str, str], port: int) -> Part:
        address = _address(port)
        return self._rawi(name, ["run"], environ | {"RAWI_INSTANCE_ID": name, "RAWI_HTTP_ADDR": address, "RAWI_SLOTS": "1"}, address)

    def _rawi(self, name: str, command: list[str], environ: dict[str, str], address: str | None = None) -> Part:
        return self._start(name, [sys.executable, "-c", RAWI, *command], environ | {"RAWI_LOG_FORMAT": "json"}, address)

    def _start_prometheus(self, targets: Targets) -> None:
        binary = shutil.which("prometheus")
        if binary is None:
            self._console.print("no Prometheus here (Debian, Ubuntu: apt-get install prometheus): going on without")
            return
        config = prometheus_config(targets)
        (self._folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
        address = _address(9090)
        argv = [binary, f"--config.file={self._folder}/prometheus.yml", f"--storage.tsdb.path={self._folder}/tsdb"]
        self._start("prometheus", [*argv, f"--web.listen-address={address}"], dict(os.environ), address).await_ready("/-/ready")

    def _start(self, name: str, argv: list[str], environ: dict[str, str], address: str | None) -> Part:
        self._parts.append(Part(name, argv, environ, self._folder, address))
        return self._parts[-1]

    def _stop(self) -> None:
        for part in reversed(self._parts):
            part.stop()


def prometheus_config(targets: Targets) -> dict[str, object]:
    """deploy/prometheus/prometheus.yml with the targets of this machine; jobs without one are left out."""
    config: dict[str, object] = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    jobs = [{"job_name": job, "static_configs": [{"targets": found}]} for job, found in targets.items() if found]
    rules = [str(DEPLOY / "prometheus/rules/*.yml")]
    short = {"scrape_interval": "2s", "evaluation_interval": "2s"}  # of a stack that somebody looks at for minutes
    return config | {"scrape_configs": jobs, "rule_files": rules, "global": short}


def _address(port: int) -> str:
    return f"{LOOPBACK}:{free_ports(1)[0] if accepts(port) else port}"


def main() -> int:
    """Run until a signal comes. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make stack", description=__doc__)
    parser.add_argument("--rate", type=float, default=5.0, help="sample pages a second (default 5); 0: feed it yourself")
    rate = max(0.0, parser.parse_args().rate)
    console = Console(highlight=False, soft_wrap=True)
    ended = False

    def end(_signum: int, _frame: FrameType | None) -> None:
        nonlocal ended
        if ended:
            raise KeyboardInterrupt
        ended = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with TemporaryDirectory(prefix="rawi-stack-") as folder:
        stack = Stack(console, Path(folder), rate)
        try:
            with stack.up():
                console.print(f"logs          {folder}\nup; Ctrl-C ends it")
                while not ended:
                    time.sleep(LOOK_EVERY_S)
                    stack.watch()
                console.print("stopping")
        except LocalServerError as error:
            console.print(str(error), style="red")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
