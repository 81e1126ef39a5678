"""The pages of a run: real ones when they are here, else the samples that ship with Rawi."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.reasons import OutcomeKind
from workers.pool.messages import Job
from workers.samples import load_samples
from workers.tools.page_files import iter_pages

REAL_PAGES = Path(__file__).resolve().parents[3] / "shared" / "bench_pages.jsonl"
SAMPLES = "the samples of workers/samples"
# "Now" of every page, so that each pass does the same work. As a header: by a record's timestamp the broker would expire it.
FETCHED_AT = b"2025-12-05T06:00:00Z"


@dataclass(frozen=True, slots=True)
class BenchPage:
    """One page as a record: its bytes (gzip of the file taken off), URL and other headers."""

    value: bytes
    url: str
    headers: tuple[tuple[str, bytes], ...]  # without `url` and `fetched-at`

    def url_of(self, number: int, round_: int) -> str:
        """A URL that no other page and no other round has, so that nothing is `unchanged`. Its fragment, which says nothing, goes."""
        url = self.url.partition("#")[0]
        return f"{url}{'&' if '?' in url else '?'}bench={round_}-{number}"

    def record_headers(self, url: str) -> list[tuple[str, bytes]]:
        """The headers of the record under that URL."""
        return [("url", url.encode()), ("fetched-at", FETCHED_AT), *self.headers]

    def job(self, url: str) -> Job:
        """What the pool would hand to its child."""
        return Job(headers=self.record_headers(url), timestamp_ms=0, has_value=True)


def where_from(pages: Path | None) -> str:
    """Which pages `load` reads: a path, or SAMPLES."""
    if pages is not None:
        return str(pages)
    return str(REAL_PAGES) if REAL_PAGES.is_file() else SAMPLES


def load(source: str, limit: int | None) -> list[BenchPage]:
    """Load at most `limit` pages of a source that `where_from` named; raises ToolError, with a message for the user."""
    found = list(_samples() if source == SAMPLES else _files(Path(source)))
    if limit is None or limit >= len(found):
        return found
    step = len(found) / limit  # spread over the whole list: neighbours are of one site
    return [found[int(i * step)] for i in range(limit)]


def _files(path: Path) -> Iterator[BenchPage]:
    for number, page in enumerate(iter_pages([path])):
        headers = [(name, value) for name, value in page.headers if name not in ("url", "fetched-at")]
        if page.url is not None and page.content_type not in ("application/json", "application/warc"):  # those have a URL inside
            # A corpus may name a page where it has no URL; without one it would be dead-lettered at once.
            url = page.url if page.url.startswith(("http://", "https://")) else f"https://page-{number}.test/"
            yield BenchPage(page.value, url, tuple(headers))


def _samples() -> Iterator[BenchPage]:
    for sample in load_samples():
        headers = dict(sample.headers)
        url = headers.pop("url", b"").decode()
        headers.pop("fetched-at", None)
        if url and sample.expected.outcome is OutcomeKind.PUBLISHED and sample.round == 1:
            yield BenchPage(sample.value, url, tuple(headers.items()))
