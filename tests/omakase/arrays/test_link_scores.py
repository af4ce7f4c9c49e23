import numpy as np
import pytest
from scipy import sparse

from omakase.arrays.link_scores import LinkScores
from omakase.arrays.links import Links
from omakase.arrays.signed_weights import SignedWeights
from omakase.types import PAD, Queries

SIZE = 7


@pytest.fixture(scope="module")
def weights():
    """(N, N): some links, of both signs, and none on the diagonal."""
    chance = np.random.default_rng(4)
    dense = chance.standard_normal((SIZE, SIZE)) * (chance.random((SIZE, SIZE)) < 0.5)
    np.fill_diagonal(dense, 0)
    return dense.astype(np.float32)


@pytest.fixture(scope="module")
def queries():
    chance = np.random.default_rng(5)
    history = chance.integers(-1, SIZE, (15, 6)).astype(np.int32)
    history[0], history[1] = PAD, [PAD, PAD, 2, 2, 2, 3]  # a stranger; one thing thrice
    strengths = np.where(history == PAD, 0, chance.choice([-1, 0.5, 2], history.shape))
    return Queries.of(history, weights=strengths.astype(np.float32))


def made(weights, binarise=True):
    ties = np.linspace(0, 1e-6, SIZE).astype(np.float32)
    return LinkScores(SignedWeights(binarise=binarise), Links.of(sparse.csr_array(weights)), ties)


def by_definition(model, weights, queries):
    return model.config.signed(queries.matrix(SIZE)).toarray() @ weights + model.ties


@pytest.mark.parametrize("binarise", [True, False])
def test_scores_are_the_history_times_the_links(weights, queries, binarise):
    model = made(weights, binarise)
    expected = by_definition(model, weights, queries)
    np.testing.assert_allclose(model.score(queries), expected, atol=1e-5)


@pytest.mark.parametrize("binarise", [True, False])
def test_a_few_items_score_as_among_all_of_them(weights, queries, binarise):
    model = made(weights, binarise)
    items = np.tile(np.asarray([6, PAD, 0, 0], np.int32), (len(queries), 1))
    some = model.score_items(queries, items)
    assert np.isneginf(some[:, 1]).all()
    np.testing.assert_allclose(some[:, [0, 2, 3]], model.score(queries)[:, [6, 0, 0]], atol=1e-5)


@pytest.mark.parametrize("binarise", [True, False])
def test_contributions_add_up_to_the_score_without_ties(weights, queries, binarise):
    model = made(weights, binarise)
    items = np.tile(np.arange(SIZE, dtype=np.int32), (len(queries), 1))
    parts = model.contributions(queries, items)
    assert parts.shape == (15, SIZE, 6)
    assert not parts[np.broadcast_to(queries.history[:, None] == PAD, parts.shape)].any()
    np.testing.assert_allclose(parts.sum(axis=2) + model.ties, model.score(queries), atol=1e-5)


def test_an_item_of_padding_owes_nothing_to_the_history(weights, queries):
    items = np.full((len(queries), 2), PAD, np.int32)
    assert not made(weights).contributions(queries, items).any()


def test_a_stranger_gets_the_ties(weights, queries):
    model = made(weights)
    assert np.array_equal(model.score(queries)[0], model.ties)


def test_read_only_arrays_answer_the_same(weights, queries):
    model = made(weights)
    arrays = {name: array.copy() for name, array in model.arrays().items()}
    for array in arrays.values():
        array.flags.writeable = False
    again = LinkScores.from_arrays(arrays, model.config)
    assert np.array_equal(again.score(queries), model.score(queries))
    assert set(arrays) == {"starts", "items", "weights", "ties"}
