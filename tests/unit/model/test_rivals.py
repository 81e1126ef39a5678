"""The bodies that a page may have, what is told of each, and the arbiter's choice."""

import numpy as np
import pytest

from tests.unit.model.test_model import PAGE, TEASERS
from tests.unit.stages.pages import draft, page, paragraphs
from workers.model.choose import choose
from workers.model.features import Described, describe
from workers.model.model import Arbiter, BlockModel, load
from workers.model.rivals import FEATURES, NAMES, rivals
from workers.model.trees import Trees
from workers.model.words import Floats
from workers.stages.block_model import blocks_beside
from workers.stages.extract import extract
from workers.stages.parse import parse

LIKES_LONG = Trees(  # the body with more words
    feature_names=["words"],
    split_feature=np.array([0], dtype=np.int16),
    split_border=np.array([0.9], dtype=np.float32),
    tree_splits=np.array([[0]], dtype=np.intp),
    leaves=np.array([[0, 1]], dtype=np.float32),
    bias=0.0,
)


def judged(html: str) -> tuple[Floats, Described]:
    found = blocks_beside(extract(parse(draft(html))))
    assert found
    described = describe(*found)
    model = load()
    return model.trees.probabilities(described.values, model.trees.columns(described.names)), described


@pytest.mark.parametrize("html", [PAGE, page(TEASERS), page("<p>x</p>"), page("<div>" * 100 + "深い。" + "</div>" * 100)])
def test_every_body_is_told_by_finite_numbers_and_the_models_own_is_first(html: str) -> None:
    probabilities, described = judged(html)
    found = rivals(probabilities, described)
    assert found.kept.shape == (len(NAMES), len(described.words))
    assert found.features.shape == (len(NAMES), len(FEATURES))
    assert len(set(FEATURES)) == len(FEATURES)
    assert np.isfinite(found.features).all()
    assert np.array_equal(found.kept[0], choose(probabilities, described))


def test_what_is_told_of_a_body_counts_its_words() -> None:
    probabilities, described = judged(PAGE)
    found = rivals(probabilities, described)
    value = {name: found.features[:, number] for number, name in enumerate(FEATURES)}
    words = described.words
    for row, kept in enumerate(found.kept):
        assert value["words"][row] == pytest.approx(words[kept].sum() / words.sum())
        assert value["added.words"][row] == pytest.approx(words[kept & ~found.kept[0]].sum() / words[found.kept[0]].sum())
        assert value["blocks"][row] == kept.sum()
    assert value["like.model"][0] == pytest.approx(1)
    assert value["expected.gain"][0] == 0


def test_a_body_that_a_page_has_no_ground_for_is_the_models_own() -> None:
    probabilities, described = judged(PAGE)
    found = rivals(probabilities, described)
    assert np.array_equal(found.kept[NAMES.index("stated")], found.kept[0])
    own = found.kept[NAMES.index("extractor")]
    assert (described.extracted[own] > 0.5).all()


def test_the_arbiters_trees_choose_and_without_an_arbiter_the_threshold_does() -> None:
    made = extract(parse(draft(page(f"<main>{paragraphs(2)}<ul><li>One</li><li>Two</li></ul></main>"))))
    found = blocks_beside(made)
    assert found
    model = load()
    plain = BlockModel.of(model.trees).judge(*found)
    most = BlockModel.of(model.trees, Arbiter.of(LIKES_LONG)).judge(*found)
    assert plain
    assert most
    described = describe(*found)
    assert np.array_equal(plain.kept, choose(plain.probabilities, described))
    features = rivals(plain.probabilities, described).features[:, FEATURES.index("words")]
    assert (described.words[most.kept].sum() / described.words.sum() > 0.9) == bool((features > 0.9).any())


def test_an_arbiter_that_asks_for_an_unknown_feature_is_refused() -> None:
    with pytest.raises(KeyError):
        Arbiter.of(
            Trees(
                ["no such"], np.zeros(1, np.int16), np.zeros(1, np.float32), np.zeros((1, 1), np.int16), np.zeros((1, 2), np.float32), 0.0
            )
        )


def test_of_a_live_blog_more_is_kept_than_of_another_page() -> None:
    live = '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "LiveBlogPosting"}</script>'
    posts = "".join(f"<div><h3>At {hour} o'clock</h3><p>Still no ferry.</p></div>" for hour in range(9, 18))
    judged = [load().judge(*found) for head in ("", live) if (found := blocks_beside(extract(parse(draft(page(TEASERS + posts, head))))))]
    plain, whole = judged
    assert plain
    assert whole
    assert np.array_equal(plain.probabilities, whole.probabilities)
    assert whole.kept.sum() > plain.own.sum()
    assert np.array_equal(plain.own, whole.own)
