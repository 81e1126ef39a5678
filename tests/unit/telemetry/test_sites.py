"""Which sites have a label: the busiest, in bounded memory, without flapping."""

import random

import pytest

from workers.telemetry.sites import MAX_SITE_CHARS, OTHER, TopSites, site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.News.example/a?b#c", "news.example"),
        ("http://user:secret@news.example:8080/a", "news.example"),
        ("https://أخبار.example/1", "أخبار.example"),
        ("https://[broken/1", None),
        ("mailto:a@b.example", None),
        ("https://news.example./", "news.example"),
        ("", None),
        (None, None),
        ("https://" + "a" * 5_000 + "/", "a" * MAX_SITE_CHARS),
    ],
)
def test_a_site_is_the_host_without_www(url: str | None, site: str | None) -> None:
    assert site_of(url) == site


def test_the_busiest_sites_have_the_labels_however_many_others_pass() -> None:
    rng = random.Random(7)
    sites = TopSites(3)
    held: set[str] = set()
    given_up = 0
    for n in range(30_000):
        name = f"big{rng.randrange(3)}" if rng.random() < 0.5 else f"small{n}"
        label, lost = sites.label_of(f"https://{name}.test/{n}")
        held |= {label} - {OTHER}
        held.discard(lost or "")
        given_up += lost is not None
    assert held == {"big0.test", "big1.test", "big2.test"}
    assert given_up < 20
    assert len(sites._counts) == 30


def test_two_sites_of_equal_weight_do_not_take_the_label_from_each_other() -> None:
    sites = TopSites(1)
    labels = [sites.label_of(f"https://{name}.test/")[0] for name in ("a", "b") * 500]
    assert set(labels) == {"a.test", OTHER}
