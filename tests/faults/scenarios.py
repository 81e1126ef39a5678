"""The faults. Each runs on topics of its own and ends with a drained input; `scale` is how often or how long it is done."""

import itertools
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import NewTopic
from kafka.structs import OffsetAndMetadata

from tests.broker.bench_worker import page
from tests.faults.ledger import Harm
from tests.faults.rig import CLIENT, PARTITIONS, Rig
from tests.faults.slow_proxy import SlowProxy
from workers.local.cluster import LocalCluster
from workers.local.kafka import LocalKafka
from workers.local.valkey import LocalValkey

HOSTILE = "tests.faults.lines:hostile"
SESSION_S = 6.0  # of the bench's workers
RESET_BY = 1_000
TIMEOUT, MEMORY = Harm("timeout", frozenset({1})), Harm("memory", frozenset({1, 2}))
CRASH, QUARANTINED = Harm("crash", frozenset({2})), Harm("quarantined", frozenset({3}))


@dataclass
class Place:
    """Where a scenario runs."""

    kafka: LocalKafka
    valkey: LocalValkey
    folder: Path
    dice: random.Random = field(default_factory=lambda: random.Random(20261124))
    _cluster: LocalCluster | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def rig(self, name: str, *, on: LocalKafka | LocalCluster | None = None, line: str | None = None, **env: str) -> Rig:
        """Workers of two slots each, on the one broker if no other is named, with keys of their own in the store."""
        servers = {"RAWI_SLOTS": "2", "REDIS_URL": self.valkey.url, "RAWI_REDIS_PREFIX": f"{name}-{next(self._numbers)}:"}
        replicas = 3 if isinstance(on, LocalCluster) else 1
        return Rig((on or self.kafka).bootstrap, name, self.new_folder(name), replicas=replicas, line=line, **servers | env)

    def new_folder(self, name: str) -> Path:
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))

    def cluster(self) -> LocalCluster:
        """Three brokers, started when first asked for."""
        if self._cluster is None:
            self._cluster = LocalCluster(3).start()
        return self._cluster

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.close()


class NotRun(Exception):
    """The fault could not be made here; the message says why."""


Scenario = Callable[[Place, int], Rig]


def kills(place: Place, times: int, *, delivery: str = "exactly-once") -> Rig:
    """Kill -9 of one of two workers under load."""
    rig = place.rig("kill", RAWI_DELIVERY=delivery)
    with rig.running():
        with rig.feeding():
            rig.progress(40)
            for n in range(times):
                rig.worker(place.dice.choice("ab")).process.kill()
                if n % 3 == 2:
                    rig.progress(place.dice.randrange(1, 30))  # the next one strikes while the last is still being mended
                else:
                    rig.recovery()
                    # At least once shows an outcome before its offset is committed: kills at the sight of a partition's first outcome
                    # would strike the same page three times, which is quarantined for that, as it should be (docs/adr/0003).
                    rig.moved_on()
                time.sleep(place.dice.uniform(0, 1))  # at any moment, not at an outcome
        rig.drain()
    return rig


def kills_at_least_once(place: Place, times: int) -> Rig:
    """The same with RAWI_DELIVERY=at-least-once: nothing lost, repeats with equal ids and bytes."""
    return kills(place, times, delivery="at-least-once")


def rolling_restarts(place: Place, times: int) -> Rig:
    """SIGTERM of both workers, one after the other."""
    rig = place.rig("rolling")
    with rig.running():
        with rig.feeding():
            rig.progress(40)
            for n in range(times):
                instance = "ab"[n % 2]
                code = rig.hold(instance).terminate()
                if code != 0:
                    raise AssertionError(f"exit code {code} after SIGTERM\n{rig.tails()}")
                rig.begin(instance)
                rig.recovery()
        rig.drain()
    return rig


def stopped_past_the_session(place: Place, times: int) -> Rig:
    """SIGSTOP for longer than the session, then SIGCONT."""
    rig = place.rig("stop")
    with rig.running():
        with rig.feeding():
            rig.progress(40)
            for n in range(times):
                sleeper = rig.hold("ab"[n % 2])
                sleeper.signal(signal.SIGSTOP)
                other = rig.worker("ba"[n % 2])
                other.await_log('"partitions":[0,1,2,3]', 1 + other.log_file.read_text(errors="replace").count('"partitions":[0,1,2,3]'))
                rig.progress(40)
                sleeper.signal(signal.SIGCONT)
                rig.release("ab"[n % 2])
                rig.recovery()
        rig.drain()
    return rig


def rebalance_storm(place: Place, times: int) -> Rig:
    """A third and a fourth worker join and leave without a pause."""
    rig = place.rig("storm")
    with rig.running():
        with rig.feeding():
            rig.progress(40)
            for n in range(times):
                worker = rig.begin("cd"[n % 2])
                if n % 2:
                    rig.progress(5)
                else:
                    worker.await_log("worker.started")
                rig.hold("cd"[n % 2])
                worker.terminate() if n % 3 else worker.kill()
            rig.recovery()
        rig.drain()
    return rig


def broker_away(place: Place, times: int, *, seconds: int, pause: bool, three: bool) -> Rig:
    """A broker is killed (or paused) for so long: the only one, or each of three in turn."""
    rig = place.rig("broker", on=place.cluster() if three else None)
    nodes: list[LocalKafka] = place.cluster().nodes if three else [place.kafka]
    first = place.dice.randrange(len(nodes))
    with rig.running():
        with rig.feeding():
            rig.progress(60)
            for n in range(times):
                node = nodes[(first + n) % len(nodes)]
                node.pause() if pause else node.kill()
                time.sleep(seconds)  # the fault is this long
                node.resume() if pause else node.start()
                rig.recovery()
                rig.progress(20)
        rig.drain()
    return rig


def store_faults(place: Place, seconds: int) -> Rig:
    """Valkey answers late, stands still, is killed, is back and empty, is flushed: pages flow on."""
    with LocalValkey() as valkey, SlowProxy(valkey.port) as proxy:
        rig = place.rig("store", REDIS_URL=f"redis://127.0.0.1:{proxy.port}/0")
        with rig.running():
            with rig.feeding():
                rig.progress(40)
                for delay_s in (0.1, 1.0):  # within what a worker waits for an answer, and past it
                    proxy.delay_s = delay_s
                    time.sleep(seconds / 2)
                    rig.recovery()
                proxy.delay_s = 0.0
                rig.progress(20)
                valkey.pause()
                time.sleep(seconds)
                rig.recovery()
                valkey.resume()
                rig.progress(20)
                valkey.kill()
                rig.recovery()
                valkey.start()
                rig.progress(20)
                redis.Redis.from_url(valkey.url).flushall()
                rig.recovery()
            rig.drain()
    return rig


def hostile_pages(place: Place, pages: int) -> Rig:
    """1 % of the load never ends, some kill their process, some eat memory: each hurts itself alone."""
    harms = {0: (b"NEVER-ENDS", TIMEOUT), 33: (b"KILL-MYSELF", CRASH), 66: (b"EAT-MEMORY", MEMORY)}

    def make(n: int) -> tuple[bytes, Harm | None]:
        word, harm = harms.get(n % 100, (b"harmless", None))
        return b"<!-- " + word + b" -->" + page(n), harm

    rig = place.rig("hostile", line=HOSTILE, RAWI_PAGE_TIMEOUT_S="5", RAWI_PAGE_MAX_MEMORY_BYTES="300MiB")
    with rig.running():
        rig.feed(pages, make)
        rig.drain()
    return rig


def page_that_kills_the_worker(place: Place, pages: int) -> Rig:
    """One page brings the whole worker down whenever it is begun: quarantined after the third death."""

    def make(n: int) -> tuple[bytes, Harm | None]:
        return (b"<!-- KILL-THE-WORKER -->" + page(n), QUARANTINED) if n == pages // 2 else (page(n), None)

    rig = place.rig("killer", line=HOSTILE)
    with rig.running("a"):
        rig.feed(pages, make)
        rig.drain()
    return rig


def offsets_reset(place: Place, pages: int) -> Rig:
    """The group's offsets are set back by 1,000 in all: the pages are done again, with equal ids and bytes."""
    rig = place.rig("reset")
    with rig.running():
        rig.feed(pages)
        rig.progress(pages)
        for instance in "ab":
            rig.hold(instance).terminate()
        committed = rig.committed()
        back = {p: max(0, offset - RESET_BY // PARTITIONS) for p, offset in committed.items()}
        rig.asked_repeats = sum(committed.values()) - sum(back.values())
        with KafkaAdminClient(bootstrap_servers=rig.bootstrap, **CLIENT) as admin:
            admin.alter_group_offsets(
                rig.bench.group, {TopicPartition(rig.bench.input, p): OffsetAndMetadata(o, "", -1) for p, o in back.items()}
            )
        for instance in "ab":
            rig.begin(instance)
        rig.feed(40)
        rig.recovery()
        rig.drain()
    return rig


def dead_letter_topic_missing(place: Place, pages: int) -> Rig:
    """The dead-letter topic is deleted under the workers while pages fail, and made again later."""

    def make(n: int) -> tuple[bytes, Harm | None]:
        return (b"<!-- KILL-MYSELF -->" + page(n), CRASH) if n % 20 == 19 else (page(n), None)

    rig = place.rig("dlqless", line=HOSTILE)
    with rig.running("a"):
        rig.worker("a").await_log("group.began")
        with KafkaAdminClient(bootstrap_servers=rig.bootstrap, **CLIENT) as admin:
            admin.delete_topics([rig.bench.dlq])
            rig.feed(pages, make)
            rig.worker("a").wait()  # it ends rather than lose one, and its supervisor starts it again and again
            admin.create_topics([NewTopic(rig.bench.dlq, 1, 1)])
            admin.wait_for_topics([rig.bench.dlq])
        rig.feed(40, make)
        rig.recovery()
        rig.drain()
    return rig


def disk_full(place: Place, megabytes: int) -> Rig:
    """The broker's disk (a tmpfs of that size) fills up under load and is freed again; a broker that ended over it is started again."""
    with _small_disk(megabytes) as folder, LocalKafka(data_dir=folder / "kafka") as kafka:
        rig = place.rig("disk", on=kafka)
        with rig.running():
            with rig.feeding():
                rig.progress(60)
                filler = folder / "filler"
                with filler.open("wb") as file:
                    try:
                        while True:
                            file.write(bytes(1 << 20))
                            file.flush()
                    except OSError:
                        pass
                deadline = time.monotonic() + 60
                while kafka.running and time.monotonic() < deadline:
                    time.sleep(0.2)
                ended = not kafka.running
                filler.unlink()
                if ended:
                    kafka.start()
                rig.recovery()
            rig.drain()
    return rig


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rawi-disk-") as name:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotRun(f"no right to mount a disk of {megabytes} MB here: {done.stderr.strip()}")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def clock_jump(place: Place, seconds: int) -> Rig:
    """The worker's wall clock (Python's time.time, in the parent) jumps ahead, then back behind where it was."""
    rig = place.rig("clock", line=HOSTILE)
    with rig.running():
        with rig.feeding():
            rig.progress(40)
            for jump in (seconds, -2 * seconds):
                rig.clock.write_text(str(jump))
                for instance in "ab":
                    rig.worker(instance).signal(signal.SIGUSR1)
                rig.recovery()
        rig.drain()
    return rig
