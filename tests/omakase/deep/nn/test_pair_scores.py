import numpy as np
import pytest
import torch
from scipy import sparse
from torch import Tensor, nn

from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.pair_scores import PairScores, typical_users
from omakase.types import PAD, Queries


class Product(nn.Module):
    """The simplest scorer: a dot product."""

    def forward(self, users: Tensor, items: Tensor) -> Tensor:
        return (users[:, None] * items).sum(-1)


LIKED = sparse.csr_array(np.asarray([[2.0, 1, 0, 0], [1, 0, 1, 0]], dtype=np.float32))


@pytest.fixture(scope="module")
def pairs() -> PairScores:
    rng = np.random.default_rng(0)
    users, items = (rng.normal(size=(n, 3)).astype(np.float32) for n in (2, 4))
    example = {"users": torch.zeros(1, 3), "items": torch.zeros(1, 2, 3)}
    content = onnx_graph(Product(), example, "scores", {"users": ("B",), "items": ("B", "C")})
    return PairScores(users, items, typical_users(users, LIKED), OnnxGraph(content))


def asked(users: list[int], history: list[list[int]]) -> Queries:
    return Queries.of(np.asarray(history, dtype=np.int32), users=np.asarray(users, dtype=np.int32))


def test_typical_users_are_the_mean_of_those_who_liked(pairs):
    first, second = pairs.users
    both = (first + second) / 2
    np.testing.assert_allclose(pairs.typical, [both, first, second, both], rtol=1e-6)


def test_who_was_trained_on_has_a_vector_of_their_own(pairs):
    scores = pairs.score(asked([1, 0], [[0], [2]]))
    np.testing.assert_allclose(scores, pairs.users[[1, 0]] @ pairs.items.T, rtol=1e-5)


def test_a_stranger_is_the_mean_of_their_history(pairs):
    scores = pairs.score(asked([PAD, 99, PAD], [[1, 2], [PAD, 2], [PAD, PAD]]))
    vectors = [pairs.typical[[1, 2]].mean(0), pairs.typical[2], pairs.users.mean(0)]
    np.testing.assert_allclose(scores, np.stack(vectors) @ pairs.items.T, rtol=1e-4, atol=1e-6)


def test_some_are_scored_as_all_are(pairs):
    queries = asked([0, PAD], [[0], [1]])
    items = np.asarray([[3, PAD, 0], [1, 1, PAD]], dtype=np.int32)
    some, every = pairs.score_items(queries, items), pairs.score(queries)
    assert np.isneginf(some[items == PAD]).all()
    np.testing.assert_allclose(some[0, [0, 2]], every[0, [3, 0]], rtol=1e-5)
    np.testing.assert_allclose(some[1, :2], every[1, [1, 1]], rtol=1e-5)


def test_blocks_join_to_the_whole(pairs, monkeypatch):
    queries = asked([0, 1], [[0], [1]])
    whole = pairs.score(queries)
    monkeypatch.setattr(
        "omakase.deep.nn.pair_scores.BLOCK_FLOATS", 9
    )  # three items of three numbers
    np.testing.assert_array_equal(pairs.score(queries), whole)
