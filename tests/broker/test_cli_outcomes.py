"""`rawi outcomes` on a real broker."""

import pytest

from schemas.codec import encode
from schemas.outcome import Outcome, Sizes, Source, Timings
from tests.broker.cli_runner import Rawi, make_rawi
from tests.conftest import Broker, MakeTopic, Unique

URL = "https://news.example/a?b=1&a=2"
START_MS = 1_700_000_000_000


@pytest.fixture
def rawi(kafka: Broker, unique: Unique, make_topic: MakeTopic) -> Rawi:
    """With an outcomes topic of 5 partitions, whose old records the broker leaves alone."""
    rawi = make_rawi(kafka, unique)
    rawi.env["RAWI_OUTCOMES_TOPIC"] = make_topic(partitions=5, retention_ms=-1)
    return rawi


def produce(rawi: Rawi, outcomes: list[tuple[str | None, str, str | None]], partition: int | None = None) -> None:
    """Write outcomes of (url, outcome, reason), a minute apart."""
    rawi.produce(
        rawi.env["RAWI_OUTCOMES_TOPIC"],
        [
            {
                "key": url.encode() if url else None,
                "value": encode(
                    Outcome(
                        url=url,
                        source=Source(topic="pages", partition=1, offset=n),
                        outcome=outcome,  # type: ignore[arg-type]
                        reason=reason,
                        article_ids=["c" * 64] if outcome == "published" else [],
                        sizes=Sizes(raw_bytes=1, article_bytes=1),
                        timings=Timings(total_ms=1.0, stages={}),
                    )
                ),
                "timestamp_ms": START_MS + n * 60_000,
                "partition": partition,
            }
            for n, (url, outcome, reason) in enumerate(outcomes)
        ],
    )


def test_the_history_of_a_url_is_told_in_order(rawi: Rawi) -> None:
    others = [(f"https://news.example/{n}", "filtered", "too_short") for n in range(20)]
    produce(rawi, [(URL, "published", None), *others, (None, "dead_lettered", "missing_url"), (URL, "dead_lettered", "timeout")])
    found = rawi("outcomes", URL, "--json")
    assert found.code == 0
    assert [(o["outcome"], o["reason"], o["articleIds"], o["source"]["offset"]) for o in found.json_lines] == [
        ("published", None, ["c" * 64], 0),
        ("dead_lettered", "timeout", [], 22),
    ]
    assert found.json_lines[0]["timestamp"] == "2023-11-14T22:13:20.000Z"
    shown = rawi("outcomes", URL)
    assert "dead_lettered(timeout)  from pages 1:22" in shown.out
    assert "published " + "c" * 64 in shown.out
    assert "partition" in shown.err  # only the URL's own was read
    assert len(rawi("outcomes", URL, "--since", "2023-11-14T22:20:00Z", "--json").json_lines) == 1


def test_outcomes_in_other_partitions_and_other_spellings_are_found(rawi: Rawi) -> None:
    for partition in range(5):
        produce(rawi, [(f"https://moved.example/{partition}", "filtered", "too_short"), (URL, "published", None)], partition)
    assert all(rawi("outcomes", f"https://moved.example/{p}").code == 0 for p in range(5))
    assert len(rawi("outcomes", URL, "--json").json_lines) == 1
    assert len(rawi("outcomes", URL, "--json", "--all-partitions").json_lines) == 5
    assert len(rawi("outcomes", "HTTPS://News.example:443/a?a=2&b=1#top", "--json").json_lines) >= 1


def test_a_url_that_never_came_by_exits_with_1(rawi: Rawi) -> None:
    produce(rawi, [(URL, "published", None)])
    found = rawi("outcomes", "https://news.example/never")
    assert (found.code, found.out) == (1, "")
    assert "nothing is known of https://news.example/never" in found.err
