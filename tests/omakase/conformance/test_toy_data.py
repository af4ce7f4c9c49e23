import numpy as np
import pytest

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.models.ease import EaseConfig
from omakase.registry import fit_model


@pytest.mark.parametrize("size", [4, 12, 15])
def test_each_likes_the_items_of_their_parity_but_their_own(size):
    data = two_tribes(size)
    assert (data.n_users, data.n_items) == (size, size)
    liked = data.matrix.toarray() != 0
    row, column = np.indices(liked.shape)
    assert np.array_equal(liked, (row % 2 == column % 2) & (row != column))


def test_everyone_asks_with_all_they_did_and_wants_none_of_it_back():
    data = two_tribes()
    queries = everyone(data)
    assert queries.users.tolist() == list(range(12))
    assert np.array_equal(queries.matrix(12).toarray(), data.matrix.toarray())
    assert all(set(h) == set(e) for h, e in zip(queries.history, queries.exclude, strict=True))


def test_the_right_answer_is_the_item_of_ones_own_number():
    data = two_tribes()
    queries = everyone(data)
    model = fit_model("ease", data, EaseConfig(l2=1))
    best = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert best.items[:, 0].tolist() == list(range(12))
