"""Every measure against its definition, written as loops over lists."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from omakase.evaluate import accuracy, beyond
from omakase.evaluate.confidence import Difference, interval, paired_difference, spread
from omakase.types import PAD


def slow_ndcg(hits, relevant):
    gained = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(relevant, len(hits))))


def slow_average_precision(hits, relevant):
    found = [sum(hits[: place + 1]) / (place + 1) for place, hit in enumerate(hits) if hit]
    return sum(found) / min(relevant, len(hits))


def slow_reciprocal_rank(hits, relevant):
    return next((1 / (place + 1) for place, hit in enumerate(hits) if hit), 0.0)


DEFINITIONS = {
    accuracy.recall: lambda hits, relevant: sum(hits) / relevant,
    accuracy.precision: lambda hits, relevant: sum(hits) / len(hits),
    accuracy.hit_rate: lambda hits, relevant: float(any(hits)),
    accuracy.ndcg: slow_ndcg,
    accuracy.average_precision: slow_average_precision,
    accuracy.reciprocal_rank: slow_reciprocal_rank,
}


@pytest.mark.parametrize("measure", DEFINITIONS, ids=lambda m: m.__name__)
@settings(max_examples=40, deadline=None)
@given(hits=arrays(np.bool_, st.tuples(st.integers(1, 4), st.integers(1, 7))), more=st.data())
def test_a_measure_is_its_definition(measure, hits, more):
    relevant = np.asarray([more.draw(st.integers(max(1, n), n + 9)) for n in hits.sum(axis=1)])
    slow = [DEFINITIONS[measure](h, r) for h, r in zip(hits.tolist(), relevant, strict=True)]
    np.testing.assert_allclose(measure(hits, relevant), slow)


@pytest.mark.parametrize("measure", DEFINITIONS, ids=lambda m: m.__name__)
def test_queries_do_not_know_of_each_other(measure, rng):
    hits, relevant = rng.random((9, 5)) < 0.4, rng.integers(5, 9, 9)
    order = rng.permutation(9)
    np.testing.assert_array_equal(
        measure(hits[order], relevant[order]), measure(hits, relevant)[order]
    )


@pytest.mark.parametrize("measure", DEFINITIONS, ids=lambda m: m.__name__)
def test_no_queries_have_no_figures(measure):
    found = measure(np.zeros((0, 5), dtype=np.bool_), np.zeros(0, dtype=np.int64))
    assert found.shape == (0,)
    assert found.dtype == np.float64


def test_only_precision_suffers_from_empty_places():
    short, padded = np.asarray([[1, 0, 1]], np.bool_), np.asarray([[1, 0, 1, 0, 0, 0]], np.bool_)
    for measure in DEFINITIONS:
        few, many = (measure(hits, np.asarray([2]))[0] for hits in (short, padded))
        factor = 0.5 if measure is accuracy.precision else 1
        assert many == pytest.approx(factor * few), measure.__name__


def test_auc_does_not_see_the_scale_of_the_scores(rng):
    scores = rng.standard_normal((6, 12)).astype(np.float32)
    rows, items = np.arange(6), rng.integers(0, 12, 6)
    before = accuracy.auc(scores, rows, items)
    np.testing.assert_allclose(accuracy.auc(np.exp(scores), rows, items), before)
    np.testing.assert_allclose(accuracy.auc(-scores, rows, items), 1 - before)


def test_auc_of_equals_and_of_nothing_to_tell_apart_is_a_half():
    same = np.zeros((3, 4), np.float32)
    rows, items = np.asarray([0, 2, 2, 2, 2]), np.asarray([1, 0, 1, 2, 3])
    assert accuracy.auc(same, rows, items).tolist() == [0.5, 0.5, 0.5]


counts = st.lists(st.integers(0, 50), min_size=1, max_size=12)


@settings(deadline=None)
@given(counts)
def test_gini_is_half_the_mean_difference_over_the_mean(exposure):
    n, total = len(exposure), sum(exposure)
    slow = sum(abs(a - b) for a in exposure for b in exposure) / (2 * n * total) if total else 0
    assert beyond.gini(np.asarray(exposure)) == pytest.approx(slow)


@given(counts, st.integers(2, 9))
def test_gini_and_coverage_do_not_ask_how_much_was_shown(exposure, factor):
    shown = np.asarray(exposure)
    for measure in (beyond.gini, beyond.coverage):
        assert measure(shown * factor) == pytest.approx(measure(shown))
        assert measure(shown[::-1]) == pytest.approx(measure(shown))


@given(counts)
def test_coverage_counts_what_was_shown_at_all(exposure):
    assert beyond.coverage(np.asarray(exposure)) == sum(n > 0 for n in exposure) / len(exposure)


@given(counts)
def test_unexpectedness_is_the_share_of_what_is_used_more(used):
    slow = [sum(other > own for other in used) / len(used) for own in used]
    assert beyond.unexpectedness(np.asarray(used)).tolist() == pytest.approx(slow)


def test_an_unused_item_surprises_one_bit_more_than_one_of_a_single_user():
    bits = beyond.information(np.asarray([8, 4, 1, 0]), 8)
    assert bits.tolist() == [0, 1, 3, 4]
    assert np.isfinite(beyond.information(np.asarray([0, 0]), 0)).all()


def test_novelty_passes_over_empty_places():
    bits = np.asarray([1.0, 3.0, 100.0])
    items = np.asarray([[0, 1, PAD], [PAD, PAD, PAD], [2, PAD, PAD]])
    assert beyond.novelty(items, bits).tolist() == [2, 0, 100]


def slow_diversity(items, vectors):
    real = [vectors[i] for i in items if i != PAD]
    gaps = [1 - a @ b for n, a in enumerate(real) for b in real[:n]]
    return np.mean(gaps) if gaps else 0.0


@settings(max_examples=40, deadline=None)
@given(arrays(np.int32, (4, 5), elements=st.integers(-1, 7)), st.integers(0, 99))
def test_diversity_is_the_mean_over_all_pairs(items, seed):
    vectors = np.random.default_rng(seed).standard_normal((8, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    slow = [slow_diversity(line, vectors) for line in items]
    found = beyond.intra_list_diversity(items, vectors)
    np.testing.assert_allclose(found, slow, atol=1e-9)


def test_items_that_nothing_is_known_of_are_unlike_all():
    vectors = np.asarray([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    lists = np.asarray([[0, 1], [0, 2], [2, 2]])
    assert beyond.intra_list_diversity(lists, vectors).tolist() == [0, 1, 1]


def test_serendipity_is_right_times_unexpected_over_the_places(rng):
    hits, items = rng.random((5, 4)) < 0.5, rng.integers(0, 9, (5, 4))
    surprise = rng.random(9)
    slow = [
        sum(surprise[i] for h, i in zip(*line, strict=True) if h) / 4
        for line in zip(hits, items, strict=True)
    ]
    np.testing.assert_allclose(beyond.serendipity(hits, items, surprise), slow)


def test_company_of_the_same_users_is_one_and_of_others_none(rng):
    used = np.zeros((400, 4), dtype=np.float32)
    used[:200, :2], used[200:, 2] = 1, 1
    vectors = beyond.company(sparse.csr_array(used), dimensions=4000)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] == pytest.approx(1, abs=1e-5)
    assert cosines[0, 2] == pytest.approx(0, abs=0.08)
    assert not vectors[3].any()
    np.testing.assert_array_equal(
        vectors, beyond.company(sparse.csr_array(used * 7), dimensions=4000)
    )


def test_an_interval_of_more_certainty_holds_the_narrower_one(rng):
    values = rng.random((3, 60))
    wide, narrow = (
        interval(values, rng=np.random.default_rng(4), level=level) for level in (0.99, 0.5)
    )
    assert (wide[0] < narrow[0]).all()
    assert (narrow[1] < wide[1]).all()
    assert (narrow[0] <= values.mean(axis=1)).all()


def test_the_same_generator_gives_the_same_interval(rng):
    values = rng.random((2, 30))
    first, second = (interval(values, rng=np.random.default_rng(8)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_difference_turned_round_has_the_other_sign(rng):
    one, two = rng.random((2, 80))
    there = paired_difference(one, two, rng=np.random.default_rng(1))
    back = paired_difference(two, one, rng=np.random.default_rng(1))
    assert back.mean == pytest.approx(-there.mean)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p_value == pytest.approx(there.p_value, abs=0.06)


@pytest.mark.parametrize(
    ("low", "high", "sure"),
    [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (0.0, 0.3, False), (-1, 0.0, False)],
)
def test_sure_is_what_excludes_zero(low, high, sure):
    assert Difference((low + high) / 2, low, high, 0.5).is_sure is sure


def test_one_query_that_differs_proves_nothing(rng):
    base = np.zeros(50)
    odd = base.copy()
    odd[7] = 1
    assert paired_difference(odd, base, rng=rng).p_value == 1


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=9))
def test_the_spread_is_that_of_a_sample(figures):
    mean = sum(figures) / len(figures)
    squares = sum((figure - mean) ** 2 for figure in figures)
    assert spread(figures) == pytest.approx(
        (mean, math.sqrt(squares / (len(figures) - 1))), abs=1e-9
    )
