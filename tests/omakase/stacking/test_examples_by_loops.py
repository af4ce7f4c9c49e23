"""What heads learn from, what brings features to one scale, and chances, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase.errors import EmptyData
from omakase.stacking.attention import AttentionStackConfig
from omakase.stacking.calibration import KNOTS, Calibration
from omakase.stacking.examples import StackExamples, folds
from omakase.stacking.logistic import Logistic, LogisticConfig
from omakase.stacking.propensity import LEAST, corrected, position_propensities
from omakase.stacking.standard import FAR, Standard
from omakase.stacking.trees import Trees, TreesConfig

quick = settings(max_examples=50, deadline=None)
NAMES = ("a.x", "b.y")
cells = st.lists(
    st.lists(st.sampled_from(["none", "wrong", "right"]), min_size=4, max_size=4),
    min_size=1,
    max_size=6,
)


def drawn(states, *, weighed=False):
    """Lists of candidates in these states; the first feature numbers each candidate."""
    table = np.array(states)
    features = np.zeros((*table.shape, 2), np.float32)
    features[:, :, 0] = np.arange(table.size).reshape(table.shape)
    features[:, :, 1] = 7
    numbers = np.arange(table.size, dtype=np.int32).reshape(table.shape)
    codes = {"item.id": numbers, "user.age": numbers[:, 0]}
    weights = (numbers + 1).astype(np.float32) if weighed else None
    return StackExamples(NAMES, features, table == "right", table != "none", codes, weights)


def numbers_of(examples, mask):
    """The numbers of the candidates that a mask holds, query by query."""
    return [row[m].astype(int).tolist() for row, m in zip(examples.features[:, :, 0], mask)]  # noqa: B905


@quick
@given(cells)
def test_examples_tell_an_order_where_something_is_right_and_something_wrong(states):
    examples = drawn(states)
    expected = ["right" in row and "wrong" in row for row in states]
    assert examples.tell.tolist() == expected
    if not any(expected):
        with pytest.raises(EmptyData) as caught:
            examples.telling()
        assert str(caught.value) == (
            "no query has both a right and a wrong candidate to learn from"
        )
        return
    told = examples.telling()
    assert len(told) == sum(expected)
    np.testing.assert_array_equal(told.right, examples.right[expected])
    np.testing.assert_array_equal(told.codes["item.id"], examples.codes["item.id"][expected])


@quick
@given(cells, st.integers(1, 5), st.integers(0, 99))
def test_thinned_examples_keep_the_right_ones_first_and_then_others(states, most, seed):
    examples = drawn(states, weighed=True)
    thin = examples.thinned(most, np.random.default_rng(seed))
    assert thin.known.shape == (len(states), min(most, 4))
    right, known = numbers_of(examples, examples.right), numbers_of(examples, examples.known)
    kept_right, kept = numbers_of(thin, thin.right), numbers_of(thin, thin.known)
    for query in range(len(states)):
        assert set(kept[query]) <= set(known[query])
        assert len(kept[query]) == min(most, len(known[query]))
        assert set(kept_right[query]) <= set(right[query])
        assert len(kept_right[query]) == min(most, len(right[query]))
    np.testing.assert_array_equal(thin.codes["item.id"], thin.features[:, :, 0])
    np.testing.assert_array_equal(thin.worth, thin.features[:, :, 0] + 1)
    np.testing.assert_array_equal(thin.codes["user.age"], examples.codes["user.age"])


@quick
@given(cells, st.integers(0, 3), st.integers(0, 99))
def test_balanced_examples_keep_so_many_wrong_ones_for_each_right_one(states, wrong, seed):
    examples = drawn(states)
    even = examples.balanced(wrong, np.random.default_rng(seed))
    np.testing.assert_array_equal(even.right, examples.right)
    for row, known, right in zip(states, even.known, even.right, strict=True):
        assert known[right].all()
        expected = min(row.count("wrong"), wrong * row.count("right"))
        assert (known & ~right).sum() == expected
        assert not known[np.array(row) == "none"].any()


@quick
@given(cells, cells)
def test_joined_examples_are_one_part_after_another(first, second):
    one, two = drawn(first, weighed=True), drawn(second)
    both = StackExamples.joined([one, two])
    assert len(both) == len(first) + len(second)
    np.testing.assert_array_equal(both.known[: len(first)], one.known)
    np.testing.assert_array_equal(both.right[len(first) :], two.right)
    np.testing.assert_array_equal(both.worth[len(first) :], 1)
    np.testing.assert_array_equal(both.codes["item.id"][: len(first)], one.codes["item.id"])
    assert StackExamples.joined([two, two]).weights is None


def test_joined_examples_of_other_features_or_of_none_are_refused():
    one = drawn([["right", "wrong", "none", "none"]])
    other = StackExamples(("c.z",), one.features[:, :, :1], one.right, one.known)
    for parts in ([one, other], []):
        with pytest.raises(ValueError, match=r"^examples to join must have the same features$"):
            StackExamples.joined(parts)


@quick
@given(st.integers(1, 40), st.integers(1, 8), st.integers(0, 99))
def test_folds_hold_each_query_once_and_are_of_one_size(size, count, seed):
    masks = list(folds(size, count, np.random.default_rng(seed)))
    assert len(masks) == count
    np.testing.assert_array_equal(np.sum(masks, axis=0), 1)
    sizes = [int(mask.sum()) for mask in masks]
    assert max(sizes) - min(sizes) <= 1
    again = list(folds(size, count, np.random.default_rng(seed)))
    np.testing.assert_array_equal(masks, again)


@quick
@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=20))
def test_standard_of_one_feature_is_that_of_python(values):
    column = np.asarray(values, np.float32).reshape(1, -1, 1)
    known = np.ones(column.shape[:2], bool)
    standard = Standard.of(StackExamples(("a.x",), column, ~known, known))
    mean = sum(map(float, values)) / len(values)
    spread = np.sqrt(sum((float(value) - mean) ** 2 for value in values) / len(values))
    scaled = standard.scaled(column).ravel()
    assert np.abs(scaled).max() <= FAR
    if spread > 1e-2:
        expected = [np.clip((value - mean) / spread, -FAR, FAR) for value in values]
        assert scaled.tolist() == pytest.approx(expected, abs=1e-2)


@quick
@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=60))
def test_calibration_of_few_scores_never_falls_and_keeps_the_share(pairs):
    scores = np.array([score for score, _ in pairs])
    right = np.array([hit for _, hit in pairs])
    curve = Calibration.of(scores, right)
    assert (np.diff(curve.scores) >= 0).all()
    assert (np.diff(curve.chances) >= 0).all()
    edge = 0.5 / (len(pairs) + 1)
    assert curve.chances.min() >= edge - 1e-12
    assert curve.chances.max() <= 1 - edge + 1e-12
    assert abs(curve.chances.mean() - right.mean()) <= edge + 1e-9
    order = np.argsort(scores)
    assert (np.diff(curve.chance(scores[order])) >= 0).all()


def pooled(shares):
    """Neighbours that fall are put together, one after another, until none falls."""
    groups = [[share] for share in shares]
    place = 0
    while place + 1 < len(groups):
        if np.mean(groups[place]) > np.mean(groups[place + 1]):
            groups[place : place + 2] = [groups[place] + groups[place + 1]]
            place = max(0, place - 1)
        else:
            place += 1
    return [float(np.mean(group)) for group in groups for _ in group]


@quick
@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_calibration_of_few_outcomes_pools_neighbours_that_fall(outcomes):
    scores = np.arange(len(outcomes), dtype=np.float64)
    curve = Calibration.of(scores, np.array(outcomes))
    edge = 0.5 / (len(outcomes) + 1)
    expected = np.clip(pooled([float(hit) for hit in outcomes]), edge, 1 - edge)
    assert curve.chance(scores).tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_calibration_of_many_scores_has_a_bounded_number_of_steps():
    rng = np.random.default_rng(0)
    curve = Calibration.of(rng.random(10 * KNOTS), rng.random(10 * KNOTS) < 0.5)
    assert len(curve.scores) == len(curve.chances) == KNOTS


def test_calibration_keeps_the_shape_and_says_nothing_beyond_its_ends():
    curve = Calibration.of(np.array([0.0, 1.0]), np.array([False, True]))
    asked = np.array([[-1e9, 0.0], [1.0, 1e9]], np.float32)
    found = curve.chance(asked)
    assert (found.shape, found.dtype) == ((2, 2), np.float32)
    assert found[0, 0] == found[0, 1]
    assert found[1, 0] == found[1, 1]


def test_logistic_score_is_the_odds_of_its_weights():
    head = Logistic(np.array([2.0, -1.0], np.float32), np.array([0.5], np.float32))
    asked = np.array([[[1.0, 1.0], [0.0, 3.0]]], np.float32)
    assert head.score(asked).tolist() == [[1.5, -2.5]]
    again = Logistic.from_arrays(head.arrays(), LogisticConfig())
    np.testing.assert_array_equal(again.score(asked), head.score(asked))


def test_logistic_of_weighed_candidates_is_that_of_as_many_of_them():
    rng = np.random.default_rng(3)
    features = rng.standard_normal((30, 4, 2)).astype(np.float32)
    right = np.arange(4)[None] == rng.integers(0, 4, 30)[:, None]
    known, config = np.ones_like(right), LogisticConfig(candidates=40)
    weights = np.ones((30, 4), np.float32)
    weights[:10] = 2
    weighed = StackExamples(NAMES, features, right, known, {}, weights)
    plain = StackExamples(NAMES, features, right, known)
    repeated = StackExamples.joined([plain, plain.chosen(np.arange(10))])
    asked = rng.standard_normal((5, 3, 2)).astype(np.float32)
    heads = [
        Logistic.fit(told, config.model_copy(update={"l2": 0.0}), rng=np.random.default_rng(0))
        for told in (weighed, repeated)
    ]
    np.testing.assert_allclose(heads[0].score(asked), heads[1].score(asked), atol=0.02)


def test_position_propensities_of_even_clicks_are_even_and_the_first_is_one():
    features = np.zeros((200, 3, 1), np.float32)
    right = np.zeros((200, 3), bool)
    right[:60, 0] = right[:30, 1] = right[:15, 2] = True
    ranks = np.tile(np.arange(3), (200, 1))
    shown = StackExamples(("a.x",), features, right, np.ones_like(right))
    found = position_propensities(shown, ranks)
    assert found == pytest.approx([1, 0.5, 0.25], abs=0.01)


def test_corrected_clicks_count_by_their_position_and_others_once():
    right = np.array([[True, False, True, True]])
    shown = StackExamples(NAMES, np.zeros((1, 4, 2), np.float32), right, np.ones_like(right))
    found = corrected(shown, np.array([[0, 1, 2, 3]]), np.array([1.0, 0.5, 0.25, 0.001]))
    assert found.worth.tolist() == [[1, 1, 4, pytest.approx(1 / LEAST)]]
    assert shown.weights is None


def grow(rng, depth):
    """A tree of some depth as LightGBM would write it."""
    if depth == 0 or rng.random() < 0.2:
        return {"leaf_value": float(rng.normal())}
    return {
        "split_feature": int(rng.integers(3)),
        "threshold": float(rng.normal()),
        "left_child": grow(rng, depth - 1),
        "right_child": grow(rng, depth - 1),
    }


def walk(node, row):
    while "leaf_value" not in node:
        low = row[node["split_feature"]] <= node["threshold"]
        node = node["left_child" if low else "right_child"]
    return node["leaf_value"]


@quick
@given(st.integers(0, 999), st.integers(1, 5), st.integers(0, 5))
def test_trees_of_any_shape_score_as_a_walk_down_each(seed, count, depth):
    rng = np.random.default_rng(seed)
    roots = [grow(rng, depth) for _ in range(count)]
    trees = Trees.of({"tree_info": [{"tree_structure": root} for root in roots]})
    features = rng.normal(size=(2, 4, 3)).astype(np.float32)
    expected = [[sum(walk(root, row) for root in roots) for row in rows] for rows in features]
    np.testing.assert_allclose(trees.score(features), expected, atol=1e-5)
    again = Trees.from_arrays(trees.arrays(), TreesConfig())
    np.testing.assert_array_equal(again.score(features), trees.score(features))


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        (AttentionStackConfig, {"width": 0}),
        (AttentionStackConfig, {"width": 6, "heads": 4}),
        (AttentionStackConfig, {"dropout": 1.0}),
        (AttentionStackConfig, {"candidates": 1}),
        (LogisticConfig, {"l2": -1}),
        (LogisticConfig, {"candidates": 1}),
        (TreesConfig, {"trees": 0}),
        (TreesConfig, {"leaves": 1}),
        (TreesConfig, {"learning_rate": 0}),
        (TreesConfig, {"feature_share": 1.5}),
        (TreesConfig, {"colour": "red"}),
    ],
)
def test_configs_of_heads_refuse_what_makes_no_sense(config, wrong):
    with pytest.raises(ValidationError):
        config(**wrong)
