"""The demo's pages into its topic, by the code of `rawi feed`, and which offset each went to."""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from workers.demo.follow import Offset
from workers.demo.place import Place
from workers.samples import Sample, load_samples
from workers.tools.feed import FeedReport, PageRecord, feed
from workers.tools.reader import open_reader

SAMPLE_HEADER = "rawi-demo-sample"  # names the sample in its record; the worker ignores headers it does not know


@dataclass(frozen=True, slots=True)
class SamplePage(PageRecord):
    """A sample as a record to feed: with all the headers that samples.yaml gives it."""

    sample_headers: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """The sample's headers and its name."""
        return [*self.sample_headers, (SAMPLE_HEADER, self.origin.encode())]


def sample_page(sample: Sample) -> SamplePage:
    """Return the sample as a record to feed."""
    return SamplePage(
        origin=sample.name, value=sample.value, url=sample.key.decode() if sample.key else None, sample_headers=sample.headers
    )


def sample_editions(times: int | None) -> Iterator[SamplePage]:
    """Yield all samples so many times, None: for ever. After the first time under other URLs, so that they are not re-crawls.

    Those that carry their URL inside stay as they are: some pages are crawled again everywhere.
    """
    samples = list(load_samples())
    for edition in itertools.count() if times is None else range(times):
        for sample in samples:
            page = sample_page(sample)
            yield _edition(page, edition) if edition else page


def _edition(page: SamplePage, edition: int) -> SamplePage:
    def later(url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}edition={edition}"

    headers = [(name, later(value.decode()).encode() if name == "url" else value) for name, value in page.sample_headers]
    return dataclasses.replace(page, url=later(page.url) if page.url else None, sample_headers=headers)


def feed_pages(place: Place, pages: Iterable[PageRecord], report: FeedReport, on_sent: Callable[[FeedReport], None]) -> set[Offset]:
    """Feed the pages; return every offset of the input topic that holds a page, earlier ones too. The topic is ours alone."""
    feed(place.config, place.topics["input"], pages, report=report, on_sent=on_sent)
    with open_reader(place.config, place.topics["input"]) as reader:
        begins, ends = reader.begins(), reader.ends()
    return {(partition, offset) for partition, end in ends.items() for offset in range(begins[partition], end)}


def samples_by_offset(place: Place, samples: Iterable[Sample]) -> dict[Offset, Sample]:
    """Return which sample each offset of the input topic holds, in the samples' order."""
    with open_reader(place.config, place.topics["input"]) as reader:
        names = {(r.partition, r.offset): dict(r.headers)[SAMPLE_HEADER].decode() for r in reader.read(reader.begins(), reader.ends())}
    offsets = {name: offset for offset, name in names.items()}
    return {offsets[sample.name]: sample for sample in samples}
