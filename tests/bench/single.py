"""One process that runs one kind of work on all pages, a pass whenever its standard input says so: `python -m tests.bench.single`.

What Kafka's cost is compared with must not share a process with Kafka's clients, nor with the other kinds (caches, heap).
"""

import gc
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import takewhile
from typing import IO, Literal, get_args

import msgspec

from tests.bench import pages

Whole = Literal["lxml", "trafilatura", "trafilatura_metadata", "line"]
KINDS: tuple[Whole, ...] = get_args(Whole)
Kind = Whole | Literal["block_model"]  # the line as far as the model; what that costs is among `stage_ms`, as JUDGE
JUDGE = "judge"
Work = Callable[[int, int], tuple[str, dict[str, float]]]  # (number of the page, round) -> what it came to, milliseconds by stage
# As the pool gives its processes: numpy's BLAS would start a thread a core.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass over all pages cost."""

    cpu_s: float
    wall_s: float
    page_cpu_ms: list[float]
    outcomes: dict[str, int]
    stage_ms: dict[str, float]  # wall (JUDGE: CPU), summed over the pages
    peak_rss_bytes: int


class Single:
    """The handle on such a process. A context manager."""

    def __init__(self, kind: Kind, source: str, limit: int | None, core: int) -> None:
        self.kind = kind
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.single", kind, source, str(limit or 0), str(core)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
        )

    def run(self, round_: int) -> Pass:
        """Run one pass and return what it cost; EOFError when the process has ended."""
        self.begin(round_)
        return self.finish()

    def begin(self, round_: int) -> None:
        """Begin a pass."""
        stdin, _ = self._pipes()
        stdin.write(f"{round_}\n".encode())
        stdin.flush()

    def finish(self) -> Pass:
        """Wait for the pass that was begun, and return what it cost; EOFError when the process has ended."""
        answer = self._pipes()[1].readline()
        if not answer:
            raise EOFError(f"the process for {self.kind} ended with {self._process.wait()}")
        return msgspec.json.decode(answer, type=Pass)

    def __enter__(self) -> "Single":
        return self

    def __exit__(self, *_: object) -> None:
        stdin, stdout = self._pipes()
        stdin.close()
        self._process.wait()
        stdout.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout


def _line(loaded: list[pages.BenchPage]) -> Work:
    from workers.pipeline.draft import Limits
    from workers.pipeline.line import default_line
    from workers.pool.messages import PageResult

    line, limits = default_line(), Limits()

    def work(number: int, round_: int) -> tuple[str, dict[str, float]]:
        page = loaded[number]
        walked = line.start(page.job(page.url_of(number, round_)), page.value, limits)
        result = walked if isinstance(walked, PageResult) else line.run_rest(walked)
        return result.outcome.value, result.stage_ms

    return work


def _block_model(loaded: list[pages.BenchPage]) -> Work:
    from workers.model.model import load
    from workers.pipeline.draft import Limits
    from workers.pipeline.line import default_line, draft_of
    from workers.stages.block_model import blocks_beside

    line, limits, model = default_line(), Limits(), load()
    before = list(takewhile(lambda step: step[0] != "block_model", (*line.decode, *line.rest)))

    def work(number: int, round_: int) -> tuple[str, dict[str, float]]:
        page = loaded[number]
        draft = draft_of(page.job(page.url_of(number, round_)), page.value, limits)
        try:
            for _, stage in before:
                draft = stage(draft)
        except Exception as e:  # noqa: BLE001 - a page that ends earlier is counted
            return type(e).__name__, {}
        found = blocks_beside(draft)
        if found is None:
            return "without a tree", {}
        started_s = time.thread_time()
        model.judge(*found)
        return "judged", {JUDGE: (time.thread_time() - started_s) * 1000}

    return work


def _library(kind: Whole, loaded: list[pages.BenchPage]) -> Work:
    from lxml.html import HTMLParser, document_fromstring
    from trafilatura.core import bare_extraction

    htmls = [_decoded(page) for page in loaded]
    calls: dict[str, Callable[[str, str], object]] = {
        "lxml": lambda html, _: document_fromstring(html.encode("utf-8", "ignore"), parser=HTMLParser(encoding="utf-8")),
        "trafilatura": lambda html, url: bare_extraction(html, url=url),
        "trafilatura_metadata": lambda html, url: bare_extraction(html, url=url, with_metadata=True),
    }
    call = calls[kind]

    def work(number: int, round_: int) -> tuple[str, dict[str, float]]:
        html = htmls[number]
        if html is None:
            return "not_html", {}
        try:
            found = call(html, loaded[number].url_of(number, round_))
        except Exception as e:  # noqa: BLE001 - a page that a library cannot take is counted
            return type(e).__name__, {}
        return ("nothing" if found is None else "extracted"), {}

    return work


def _decoded(page: pages.BenchPage) -> str | None:
    from workers.pipeline.draft import Limits
    from workers.pipeline.line import default_line
    from workers.pool.messages import PageResult

    walked = default_line().start(page.job(page.url), page.value, Limits())
    return None if isinstance(walked, PageResult) else walked.draft.html


def _pass(work: Work, count: int, round_: int) -> Pass:
    outcomes: Counter[str] = Counter()
    stage_ms: dict[str, float] = {}
    page_cpu_ms: list[float] = []
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    for number in range(count):
        before_s = time.thread_time()
        outcome, stages = work(number, round_)
        page_cpu_ms.append((time.thread_time() - before_s) * 1000)
        outcomes[outcome] += 1
        for stage, ms in stages.items():
            stage_ms[stage] = stage_ms.get(stage, 0.0) + ms
    return Pass(
        cpu_s=time.process_time() - started_cpu_s,
        wall_s=time.perf_counter() - started_s,
        page_cpu_ms=page_cpu_ms,
        outcomes=dict(outcomes),
        stage_ms=stage_ms,
        peak_rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )


def main() -> None:
    """Load, freeze what is loaded as the pool's fork server does, then run passes until standard input ends."""
    kind, source, limit, core = sys.argv[1], sys.argv[2], int(sys.argv[3]) or None, int(sys.argv[4])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    os.sched_setaffinity(0, {core})
    loaded = pages.load(source, limit)
    own = {"line": _line, "block_model": _block_model}
    work = own[kind](loaded) if kind in own else _library(next(known for known in KINDS if known == kind), loaded)
    gc.collect()
    gc.freeze()
    for command in sys.stdin:
        print(msgspec.json.encode(_pass(work, len(loaded), int(command))).decode(), file=answers, flush=True)


if __name__ == "__main__":
    main()
