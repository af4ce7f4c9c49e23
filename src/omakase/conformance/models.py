"""Checks for any model. A model passes them all or says why not in its own test."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from omakase.conformance.worlds import everyone, two_tribes
from omakase.protocols import Embeds, Explains, Model, ScoresSome
from omakase.types import PAD, Queries

Check = Callable[[type[Model[Any]], Any], None]


def _fitted(cls: type[Model[Any]], config: Any, seed: int = 0) -> Model[Any]:
    return cls.fit(two_tribes(), config, rng=np.random.default_rng(seed))


def check_shape_and_type(cls: type[Model[Any]], config: Any) -> None:
    data = two_tribes()
    scores = _fitted(cls, config).score(everyone(data))
    assert scores.shape == (data.n_users, data.n_items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def check_same_seed_same_model(cls: type[Model[Any]], config: Any) -> None:
    queries = everyone(two_tribes())
    first, second = (_fitted(cls, config, seed=7).score(queries) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def check_a_batch_is_its_rows(cls: type[Model[Any]], config: Any) -> None:
    queries = everyone(two_tribes())
    model = _fitted(cls, config)
    alone = [model.score(queries[b : b + 1])[0] for b in range(len(queries))]
    np.testing.assert_allclose(model.score(queries), np.stack(alone), rtol=1e-4, atol=1e-5)


def check_padding_changes_nothing(cls: type[Model[Any]], config: Any) -> None:
    short = Queries.of(np.asarray([[0, 2]], dtype=np.int32))
    long = Queries.of(np.asarray([[PAD, PAD, 0, 2]], dtype=np.int32))
    model = _fitted(cls, config)
    np.testing.assert_allclose(model.score(short), model.score(long), rtol=1e-4, atol=1e-5)


def check_a_stranger_is_answered(cls: type[Model[Any]], config: Any) -> None:
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    assert np.isfinite(_fitted(cls, config).score(nobody)).all()


def check_arrays_round_trip(cls: type[Model[Any]], config: Any) -> None:
    queries = everyone(two_tribes())
    model = _fitted(cls, config)
    arrays = {name: array.copy() for name, array in model.arrays().items()}
    for array in arrays.values():
        array.flags.writeable = False
    again = cls.from_arrays(arrays, config)
    np.testing.assert_array_equal(model.score(queries), again.score(queries))


def check_vectors_agree_with_score(cls: type[Model[Any]], config: Any) -> None:
    model = _fitted(cls, config)
    if isinstance(model, Embeds):
        queries = everyone(two_tribes())
        product = model.query_vectors(queries) @ model.item_vectors().T
        np.testing.assert_allclose(product, model.score(queries), rtol=1e-4, atol=1e-5)


def check_some_scores_are_the_scores(cls: type[Model[Any]], config: Any) -> None:
    model = _fitted(cls, config)
    if isinstance(model, ScoresSome):
        queries = everyone(two_tribes())
        items = np.tile(np.asarray([3, 0, PAD, 7], dtype=np.int32), (len(queries), 1))
        some = model.score_items(queries, items)
        assert np.isneginf(some[:, 2]).all()
        expected = model.score(queries)[:, [3, 0, 7]]
        np.testing.assert_allclose(some[:, [0, 1, 3]], expected, rtol=1e-4, atol=1e-5)


def check_contributions_have_a_place_each(cls: type[Model[Any]], config: Any) -> None:
    model = _fitted(cls, config)
    if isinstance(model, Explains):
        queries = Queries.of(np.asarray([[PAD, 0, 2]], dtype=np.int32))
        parts = model.contributions(queries, np.asarray([[4, 6]], dtype=np.int32))
        assert parts.shape == (1, 2, 3)
        assert (parts[:, :, 0] == 0).all()


def model_checks() -> Iterator[Check]:
    """Every check in this file, in order."""
    yield check_shape_and_type
    yield check_same_seed_same_model
    yield check_a_batch_is_its_rows
    yield check_padding_changes_nothing
    yield check_a_stranger_is_answered
    yield check_arrays_round_trip
    yield check_vectors_agree_with_score
    yield check_some_scores_are_the_scores
    yield check_contributions_have_a_place_each
