"""Compares what became of the samples with what samples.yaml expects."""

from collections.abc import Iterable, Mapping

import msgspec

from schemas.records import Article, Outcome
from workers.samples import Expected, Sample


class Mismatch(msgspec.Struct, frozen=True):
    """A sample that did not become what it should."""

    name: str
    expected: str
    found: str


def find_mismatches(pairs: Iterable[tuple[Sample, Outcome]], articles: Mapping[str, Article]) -> list[Mismatch]:
    """Return the samples whose outcome, reason, number of articles or text is not the expected one."""
    found: list[Mismatch] = []
    for sample, outcome in pairs:
        expected = sample.expected
        if expected.outcome is not None and (outcome.outcome, outcome.reason) != (str(expected.outcome), expected.reason):
            found.append(Mismatch(sample.name, _label(expected.outcome, expected.reason), _label(outcome.outcome, outcome.reason)))
        elif missing := [i for i in outcome.article_ids if i not in articles]:
            found.append(Mismatch(sample.name, "every article named by the outcome", f"no article {missing[0]} on the topic"))
        elif expected.articles is not None and len(outcome.article_ids) != expected.articles:
            found.append(Mismatch(sample.name, f"{expected.articles} articles", str(len(outcome.article_ids))))
        elif not _has_phrase(expected, [articles[i] for i in outcome.article_ids]):
            found.append(Mismatch(sample.name, f"an article with “{expected.phrase}”", "no article with that text"))
    return found


def _has_phrase(expected: Expected, articles: list[Article]) -> bool:
    return expected.phrase is None or any(expected.phrase in " ".join(a.article_body.split()) for a in articles)


def _label(outcome: str, reason: str | None) -> str:
    return f"{outcome} ({reason})" if reason else outcome
