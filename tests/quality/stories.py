"""`make quality-stories`: how well the story worker groups, on pages that report one event and on reprints made from pages.

The pages of some corpora go through the real line, get the day they are of as the time they were fetched, and go into the book in an
order of no meaning; tests/quality/stories_labels.yaml says which of them report one event, and how that was found. Reprints are copies of
every sixth page under another publisher, with another headline, a credit line, and one sentence in twelve gone or new.

Exit code 1 when a figure is below its floor, 2 when the corpora are not there. `--write` renews the table in docs/stories.md; `--words`
makes workers/stories/words.npz again, from the corpora whose licence allows it. RAWI_SHARED names another folder than ../shared.
"""

import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import yaml

from schemas.records import Article, Publisher
from workers.sameness.minhash import fingerprint, normalise
from workers.settings import StorySettings, read_settings
from workers.stories.book import Book, Update
from workers.stories.features import _seconds, features_of, instant
from workers.stories.words import RAREST_SHARE, hash_of, words

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DOC = ROOT / "docs" / "stories.md"
WORDS = ROOT / "workers" / "stories" / "words.npz"
# The corpora under licences that allow a table of their words' frequencies; the rest is only measured with.
WORD_CORPORA = ("fundus", "fundus_eval", "htmldate_mc", "magic_html", "mediacloud", "n4k_dataset", "newspaper4k", "trafilatura", "wcxb")
MIN_ARTICLES_OF_WORD = 3  # with fewer, a share says nothing
SMOOTHING = 30  # articles added to each language: in a language with few, no word is taken for frequent
REPRINT_EVERY = 6
FLOORS = {
    "purity": 0.95,
    "completeness": 0.95,
    "B-cubed F1, all": 0.985,
    "B-cubed F1, pages with kin": 0.96,
    "B-cubed F1, pages of the labelled events": 0.92,
    "reprint recall": 0.99,
}
_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)_")  # how ids of daniel begin


class Page(NamedTuple):
    """A page as an article, with the event it is of."""

    article: Article
    event: str
    is_reprint: bool


def main() -> int:
    """Measure, print, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.stories", description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the table in docs/stories.md")
    parser.add_argument("--words", action="store_true", help="make workers/stories/words.npz again")
    options = parser.parse_args()
    corpora = Path(os.environ.get("RAWI_SHARED") or ROOT.parent / "shared") / "corpora"
    if not corpora.is_dir():
        print(f"NOTHING WAS MEASURED: no corpora in {corpora} (RAWI_SHARED names another folder)", file=sys.stderr)
        return 2
    if options.words:
        make_words(corpora)
    labels = yaml.safe_load((HERE / "stories_labels.yaml").read_text("utf-8"))
    pages = list(labelled(corpora, labels))
    pages += reprints(pages)
    book = grouped(pages, read_settings({}, None).settings.stories)
    figures = measure(pages, book)
    table = as_table(figures)
    print(table)
    if options.write:
        text = DOC.read_text("utf-8")
        begin, end = text.index("<!-- figures -->"), text.index("<!-- end of figures -->")
        DOC.write_text(text[:begin] + "<!-- figures -->\n" + table + "\n" + text[end:], "utf-8")
    low = [name for name, floor in FLOORS.items() if figures[name] < floor]
    for name in low:
        print(f"{name} is {figures[name]:.4f}, its floor is {FLOORS[name]:.4f}", file=sys.stderr)
    return 1 if low else 0


def extracted(corpora: Path, corpus: str) -> Iterator[tuple[str, Article]]:
    """The main article of each page of a corpus, by the page's id."""
    rawi = str(Path(sys.executable).with_name("rawi"))
    extract = [rawi, "extract", "--manifest", str(corpora / corpus / "manifest.jsonl"), "--jobs", str(os.cpu_count() or 1)]
    done = subprocess.run(extract, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, cwd=ROOT)
    for line in done.stdout.splitlines():
        row: dict[str, Any] = json.loads(line)
        if row["articles"]:
            yield row["id"], msgspec.convert(row["articles"][0], Article)


def labelled(corpora: Path, labels: dict[str, Any]) -> Iterator[Page]:
    """The dated pages of the labelled corpora, each text once a corpus and id."""
    event_of = {name: f"event {number}" for number, names in enumerate(labels["events"]) for name in names}
    for corpus in labels["corpora"]:
        for page_id, article in extracted(corpora, corpus):
            name = f"{corpus}/{page_id}"
            day = _DAY.match(page_id) if corpus == "daniel" else None
            published = "-".join(day.groups()) if day else article.date_published
            seconds = _seconds(published)
            if seconds is not None:
                yield Page(
                    msgspec.structs.replace(
                        article,
                        id=hashlib.sha256(name.encode()).hexdigest(),  # many pages of daniel have only their site as URL
                        date_published=published,
                        date_downloaded=instant(seconds + 3600),
                    ),
                    event_of.pop(name, name),
                    is_reprint=False,
                )
    if event_of:
        print(f"labelled, but no dated article: {', '.join(sorted(event_of))}", file=sys.stderr)


def reprints(pages: list[Page]) -> list[Page]:
    """Copies as other publishers make them."""
    chance = random.Random(6)
    made = []
    for number, page in enumerate(sorted(pages, key=lambda page: page.article.id)[::REPRINT_EVERY]):
        paragraphs = [edited for text in page.article.paragraphs if (edited := _edited(text, chance))]
        paragraphs[:1] = [f"(Agency {number % 7}) {paragraphs[0]}"] if paragraphs else []
        body = "\n\n".join(paragraphs)
        headline = (page.article.headline or "").split()
        seconds = _seconds(page.article.date_downloaded)
        assert seconds is not None
        packed = fingerprint(normalise(body))
        copy = msgspec.structs.replace(
            page.article,
            id=hashlib.sha256(f"reprint of {page.article.id}".encode()).hexdigest(),
            url=f"https://reprints{number % 7}.example/{number}",
            publisher=Publisher(name=f"Reprints {number % 7}"),
            headline=" ".join(headline[: max(1, len(headline) - 2)]) or None,
            paragraphs=paragraphs,
            article_body=body,
            fingerprint=str(packed) if packed else None,
            date_downloaded=instant(seconds + 7200),
        )
        made.append(Page(copy, page.event, is_reprint=packed is not None))
    return made


def _edited(text: str, chance: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?。؟۔])\s*", text)
    kept = [sentence for sentence in sentences if len(sentences) < 2 or chance.random() > 1 / 24]
    if chance.random() < len(sentences) / 24:
        kept.append(f"{chance.randrange(10_000)} {chance.randrange(10_000)} {chance.randrange(10_000)}.")
    return " ".join(kept)


def grouped(pages: list[Page], settings: StorySettings) -> Book:
    """The pages in a book."""
    book = Book(settings)
    for offset, page in enumerate(sorted(pages, key=lambda page: page.article.id)):
        article = features_of(page.article, 0)
        book.apply(Update(id=article.id, article=article, partition=0, offset=offset, timestamp_ms=0))
    return book


def measure(pages: list[Page], book: Book) -> dict[str, float]:
    """The figures: of stories (purity), of events (completeness), of pages (B-cubed), of reprints."""
    event_of = {bytes.fromhex(page.article.id): page.event for page in pages}
    events: dict[str, set[bytes]] = defaultdict(set)
    for article_id, event in event_of.items():
        events[event].add(article_id)
    stories = book.forest.members
    real, told = [s for s in stories.values() if len(s) > 1], [e for e in events.values() if len(e) > 1]
    purity = sum(max(Counter(event_of[a] for a in story).values()) for story in real) / sum(map(len, real))
    completeness = sum(max(Counter(book.forest.root_of(a) for a in event).values()) for event in told) / sum(map(len, told))
    kin = {article_id for event in told for article_id in event}
    natural = {a for name, event in events.items() if name.startswith("event ") for a in event}
    marked = {bytes.fromhex(page.article.id) for page in pages if page.is_reprint}
    found = {a for a in event_of if book.forest.nodes[a].is_reprint}
    return {
        "pages": len(pages),
        "events of several pages": len(told),
        "purity": purity,
        "completeness": completeness,
        **_bcubed("all", set(event_of), event_of, events, book),
        **_bcubed("pages with kin", kin, event_of, events, book),
        **_bcubed("pages of the labelled events", natural, event_of, events, book),
        "reprint recall": len(found & marked) / len(marked),
    }


def _bcubed(name: str, of: set[bytes], event_of: dict[bytes, str], events: dict[str, set[bytes]], book: Book) -> dict[str, float]:
    """B-cubed precision, recall and F1 over some pages: of each page, the share of its story that is of its event, and the reverse."""
    precision = recall = 0.0
    for article_id in of:
        story, event = book.forest.members[book.forest.root_of(article_id)], events[event_of[article_id]]
        both = len(story & event)
        precision += both / len(story) / len(of)
        recall += both / len(event) / len(of)
    f1 = 2 * precision * recall / (precision + recall)
    return {f"B-cubed precision, {name}": precision, f"B-cubed recall, {name}": recall, f"B-cubed F1, {name}": f1}


def as_table(figures: dict[str, float]) -> str:
    """The figures in Markdown."""
    rows = ["| figure | value | floor |", "|---|---:|---:|"]
    for name, value in figures.items():
        shown = f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
        rows.append(f"| {name} | {shown} | {FLOORS[name]:.2f} |" if name in FLOORS else f"| {name} | {shown} | |")
    return "\n".join(rows)


def make_words(corpora: Path) -> None:
    """Count in what share of a language's articles each word stands; of a word of several languages, the largest."""
    articles: Counter[str] = Counter()
    holding: dict[str, Counter[str]] = defaultdict(Counter)
    for corpus in WORD_CORPORA:
        for _, article in extracted(corpora, corpus):
            language = (article.in_language or "").partition("-")[0]
            articles[language] += 1
            holding[language].update(set(words(f"{article.headline or ''} {article.article_body}")))
    shares: dict[int, float] = {}
    for language, counts in holding.items():
        for word, count in counts.items():
            share = count / (articles[language] + SMOOTHING)
            if count >= MIN_ARTICLES_OF_WORD and share > RAREST_SHARE:
                shares[hash_of(word)] = max(share, shares.get(hash_of(word), 0.0))
    hashes = sorted(shares)
    packed = np.array([round(shares[word] * 65_535) for word in hashes], dtype="<u2")
    np.savez_compressed(WORDS, hashes=np.array(hashes, dtype="<u4"), shares=packed)


if __name__ == "__main__":
    sys.exit(main())
