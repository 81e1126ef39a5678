"""What each page of the stream was taken for, against what it is: precision and recall of each class."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.codec import decode_article
from schemas.identity import article_id, normalise_url
from tests.sameness.pages import Fetch
from tests.sameness.worker import SmallWorker
from workers.engine.pages import Finished

MIN_PRECISION, MIN_RECALL = 0.99, 0.97  # issue 6
CLASSES = ("recrawl", "reprint", "edit")


@dataclass
class Score:
    """Counts of a run."""

    is_and_taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def precision(self, kind: str) -> float:
        taken = sum(count for (_, as_), count in self.is_and_taken.items() if as_ == kind)
        return self.is_and_taken[kind, kind] / taken if taken else 0.0

    def recall(self, kind: str) -> float:
        are = sum(count for (is_, _), count in self.is_and_taken.items() if is_ == kind)
        return self.is_and_taken[kind, kind] / are if are else 0.0

    @property
    def passed(self) -> bool:
        return all(self.precision(kind) >= MIN_PRECISION and self.recall(kind) >= MIN_RECALL for kind in CLASSES)


def run(worker: SmallWorker, stream: Iterable[Fetch]) -> Score:
    """Feed a stream to a worker and score what it says. A reprint counts as found only when it is linked to its original."""
    score = Score()
    for offset, fetch in enumerate(stream):
        finished = worker.take(fetch.value, fetch.url, offset).finished
        assert finished is not None
        taken = _taken_for(finished, fetch)
        score.is_and_taken[fetch.kind, taken] += 1
        score.outcomes[f"{finished.outcome.outcome} {finished.outcome.reason or ''}".strip()] += 1
        if taken != fetch.kind:
            score.wrong.append(
                f"{offset} {fetch.url} is {fetch.kind}, taken for {taken} ({finished.outcome.outcome} {finished.outcome.reason})"
            )
    return score


def _taken_for(finished: Finished, fetch: Fetch) -> str:
    outcome = finished.outcome
    if outcome.outcome == "unchanged":
        return "recrawl"
    if outcome.outcome != "published":
        return "first" if fetch.kind == "first" else "nothing"  # whether a page is an article is not the question here
    article = decode_article(finished.outputs[0].value or b"")
    if (article.revision or 1) > 1:
        return "edit"
    if article.duplicate_of is None:
        return "first"
    return "reprint" if not fetch.of or article.duplicate_of.id == article_id(normalise_url(fetch.of)) else "reprint of another"
