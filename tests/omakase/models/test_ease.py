"""EASE against its own definition."""

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.worlds import everyone, two_tribes
from omakase.models.ease import Config, Ease


def test_no_item_recommends_itself(rng):
    model = Ease.fit(two_tribes(), Config(), rng=rng)
    assert (np.diag(model.weights) == 0).all()


def test_each_column_solves_its_ridge_regression(rng):
    """Column j minimises |x_j - X w|^2 + l2 |w|^2 with w_j = 0: solve it without item j."""
    data, l2 = two_tribes(), 3.0
    model = Ease.fit(data, Config(l2=l2), rng=rng)
    x = data.matrix.toarray().astype(np.float64)
    for j in range(data.n_items):
        rest = np.delete(np.arange(data.n_items), j)
        a, b = x[:, rest], x[:, j]
        expected = np.linalg.solve(a.T @ a + l2 * np.eye(len(rest)), a.T @ b)
        np.testing.assert_allclose(model.weights[rest, j], expected, atol=1e-5)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = Ease.fit(data, Config(l2=1.0), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_misspelt_knob_is_an_error():
    with pytest.raises(ValidationError, match="lambda_"):
        Config(lambda_=3)
