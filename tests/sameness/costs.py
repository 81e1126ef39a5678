"""What sameness costs the CPU, a page: the page's hash and an article's fingerprint against the whole line, and the worker's own part."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from schemas.codec import decode_article
from schemas.records import Source
from workers.pipeline.draft import Limits
from workers.pipeline.line import default_line
from workers.pool.messages import Job, PageResult
from workers.sameness.minhash import content_hash, fingerprint, normalise
from workers.sameness.page import steady_sha256
from workers.sameness.record import whole
from workers.store.protocol import Look, Store, Verdict

T = TypeVar("T")
ROUNDS = 5
MAX_SHARE = 1 / 20  # issue 6: the step's CPU of an extraction's


def run(pages: Iterable[tuple[str, bytes]], store: Store) -> None:
    """Measure on real pages, each step the best of ROUNDS; print milliseconds a page."""
    line = default_line()
    spent: dict[str, float] = {}
    count = size = 0

    def timed(name: str, work: Callable[[], T], rounds: int = ROUNDS) -> T:
        best_s = float("inf")
        done: list[T] = []
        for _ in range(rounds):
            started_s = time.process_time()
            done = [work()]
            best_s = min(best_s, time.process_time() - started_s)
        spent[name] = spent.get(name, 0.0) + best_s
        return done[0]

    for number, (url, value) in enumerate(pages):
        job = Job(headers=[("url", url.encode())], timestamp_ms=0, has_value=True)

        def walk(job: Job = job, value: bytes = value) -> PageResult:
            walked = line.start(job, value, Limits())
            return walked if isinstance(walked, PageResult) else line.run_rest(walked)

        result = timed("line", walk, rounds=2)
        if not result.articles:
            continue
        count, size = count + 1, size + len(value)
        timed("page hash", lambda value=value: steady_sha256(value, is_html=True))  # type: ignore[misc]
        source = Source(topic="t", partition=0, offset=number)
        look = Look(url=url, site="s", source=source, page_sha256=f"{number:064x}", rules_version="1")
        timed("worker: look", lambda look=look: store.look([look])[0])  # type: ignore[misc]
        texts = [article.text for article in result.articles]
        [verdicts] = timed("worker: settle", lambda source=source, texts=texts: store.settle([(source, texts)]))  # type: ignore[misc]
        timed("worker: record", lambda result=result, verdicts=verdicts: _records(result, verdicts))  # type: ignore[misc]
        body = decode_article(result.articles[0].value).article_body
        timed("text hash and fingerprint", lambda body=body: _of_text(body))  # type: ignore[misc]
    if not count:
        print("no real pages here: RAWI_SHARED or --shared names their folder")
        return
    print(f"{count} pages with an article, {size / count / 1e3:.0f} KB each; ms of CPU a page")
    for name, seconds in spent.items():
        print(f"  {name:26} {seconds / count * 1e3:7.3f}  {seconds / spent['line']:6.2%} of the line")
    share = spent["page hash"] / spent["line"]
    print(f"{'PASS' if share <= MAX_SHARE else 'FAIL'}: the page's hash is {share:.2%} of the line, bar {MAX_SHARE:.0%}")


def _records(result: PageResult, verdicts: list[Verdict]) -> list[bytes]:
    return [whole(article.pieces, verdict) for article, verdict in zip(result.articles, verdicts, strict=True)]


def _of_text(body: str) -> tuple[str, object]:
    normalised = normalise(body)
    return content_hash(normalised), fingerprint(normalised)
