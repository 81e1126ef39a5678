"""The demo's samples through the worker's own line, in process: each ends as samples.yaml says. What a store decides, the demo shows."""

import pytest

from schemas.codec import decode_article
from schemas.reasons import OutcomeKind
from workers.pipeline.draft import Limits
from workers.pipeline.facts import facts_of
from workers.pipeline.line import Progress, default_line, draft_of
from workers.pool.messages import Job, PageResult
from workers.samples import Sample, load_samples

NOON_MS = 1_767_268_800_000  # 2026-01-01T12:00:00Z
SAMPLES = [sample for sample in load_samples() if sample.expected.outcome not in (None, OutcomeKind.UNCHANGED)]
LINE = default_line()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_ends_as_it_should(sample: Sample) -> None:
    job = Job(headers=list(sample.headers), timestamp_ms=NOON_MS, has_value=sample.value is not None)
    walked = LINE.run_decode(draft_of(job, sample.value, Limits()))
    result = LINE.run_rest(walked) if isinstance(walked, Progress) else walked
    assert isinstance(result, PageResult)
    assert (result.outcome, result.reason) == (sample.expected.outcome, sample.expected.reason), result.error
    if sample.expected.articles is not None:
        assert len(result.articles) == sample.expected.articles
    assert result.facts == [facts_of(decode_article(article.value)) for article in result.articles]
    assert all({"inLanguage", "headline"} <= set(facts.fields) for facts in result.facts[:1])
