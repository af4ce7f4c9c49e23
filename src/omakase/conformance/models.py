"""Checks for any model. A model passes them all or says why not in its own test."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.protocols import Embeds, Explains, Model, ScoresSome
from omakase.types import PAD, Queries

Check = Callable[[type[Model[Any]], Any], None]


def _fit(cls: type[Model[Any]], config: Any, seed: int = 0) -> Model[Any]:
    return cls.fit(two_tribes(), config, rng=np.random.default_rng(seed))


def check_shape_and_type(cls: type[Model[Any]], config: Any) -> None:
    data = two_tribes()
    scores = _fit(cls, config).score(everyone(data))
    shape = (data.n_users, data.n_items)
    assert scores.shape == shape, f"scores are {scores.shape}, not queries by items {shape}"
    assert scores.dtype == np.float32, f"scores are {scores.dtype}, not float32"
    assert np.isfinite(scores).all(), "a score is NaN or infinite"


def check_same_seed_same_model(cls: type[Model[Any]], config: Any) -> None:
    queries = everyone(two_tribes())
    first, second = (_fit(cls, config, seed=7).score(queries) for _ in range(2))
    np.testing.assert_array_equal(first, second, "the same seed scores differently")


def check_a_batch_is_its_rows(cls: type[Model[Any]], config: Any) -> None:
    queries = everyone(two_tribes())
    model = _fit(cls, config)
    alone = [model.score(queries[b : b + 1])[0] for b in range(len(queries))]
    np.testing.assert_allclose(
        model.score(queries), np.stack(alone), 1e-4, 1e-5, err_msg="a batch is not its rows"
    )


def check_padding_changes_nothing(cls: type[Model[Any]], config: Any) -> None:
    short = Queries.of(np.asarray([[0, 2]], dtype=np.int32))
    long = Queries.of(np.asarray([[PAD, PAD, 0, 2]], dtype=np.int32))
    model = _fit(cls, config)
    np.testing.assert_allclose(
        model.score(short), model.score(long), 1e-4, 1e-5, err_msg="padding changes scores"
    )


def check_a_stranger_is_answered(cls: type[Model[Any]], config: Any) -> None:
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    assert np.isfinite(_fit(cls, config).score(nobody)).all(), "a stranger has no score"


def check_someone_new_is_answered(cls: type[Model[Any]], config: Any) -> None:
    """A user row that training has not seen: ids grow between two trainings."""
    someone = Queries.of(
        np.asarray([[0, 2]], dtype=np.int32), users=np.asarray([10**6], dtype=np.int32)
    )
    assert np.isfinite(_fit(cls, config).score(someone)).all(), "someone new has no score"


def check_nothing_given_is_written_to(cls: type[Model[Any]], config: Any) -> None:
    data = two_tribes()
    events, queries = data.matrix.copy(), everyone(data)
    model = cls.fit(data, config, rng=np.random.default_rng(0))
    copies = {name: array.copy() for name, array in model.arrays().items()}
    first = model.score(queries).copy()
    assert (data.matrix != events).nnz == 0, "fit wrote to the events"
    pristine = everyone(two_tribes())
    for name in ("users", "history", "exclude", "weights", "times", "now"):
        expected, actual = getattr(pristine, name), getattr(queries, name)
        np.testing.assert_array_equal(actual, expected, f"score wrote to queries.{name}")
    for name, array in model.arrays().items():
        np.testing.assert_array_equal(array, copies[name], f"score wrote to the model's {name}")
    np.testing.assert_array_equal(model.score(queries), first, "asked again, another answer")


def check_arrays_round_trip(cls: type[Model[Any]], config: Any) -> None:
    queries = everyone(two_tribes())
    model = _fit(cls, config)
    arrays = {name: array.copy() for name, array in model.arrays().items()}
    for array in arrays.values():
        array.flags.writeable = False
    again = cls.from_arrays(arrays, config)
    np.testing.assert_array_equal(
        again.score(queries), model.score(queries), "read back, a model scores differently"
    )


def check_vectors_agree_with_score(cls: type[Model[Any]], config: Any) -> None:
    model = _fit(cls, config)
    if isinstance(model, Embeds):
        queries = everyone(two_tribes())
        product = model.query_vectors(queries) @ model.item_vectors().T
        np.testing.assert_allclose(
            product, model.score(queries), 1e-4, 1e-5, err_msg="vectors are not the scores"
        )


def check_some_scores_are_the_scores(cls: type[Model[Any]], config: Any) -> None:
    model = _fit(cls, config)
    if isinstance(model, ScoresSome):
        queries = everyone(two_tribes())
        items = np.tile(np.asarray([3, 0, PAD, 7], dtype=np.int32), (len(queries), 1))
        some = model.score_items(queries, items)
        assert np.isneginf(some[:, 2]).all(), "padding has a score"
        expected = model.score(queries)[:, [3, 0, 7]]
        np.testing.assert_allclose(
            some[:, [0, 1, 3]], expected, 1e-4, 1e-5, err_msg="a few scores are not the scores"
        )


def check_contributions_have_a_place_each(cls: type[Model[Any]], config: Any) -> None:
    model = _fit(cls, config)
    if isinstance(model, Explains):
        queries = Queries.of(np.asarray([[PAD, 0, 2]], dtype=np.int32))
        parts = model.contributions(queries, np.asarray([[4, 6]], dtype=np.int32))
        assert parts.shape == (1, 2, 3), f"parts are {parts.shape}, not query by item by place"
        assert (parts[:, :, 0] == 0).all(), "padding contributes"


def model_checks() -> Iterator[Check]:
    """Every check in this file, in order."""
    yield check_shape_and_type
    yield check_same_seed_same_model
    yield check_a_batch_is_its_rows
    yield check_padding_changes_nothing
    yield check_a_stranger_is_answered
    yield check_someone_new_is_answered
    yield check_nothing_given_is_written_to
    yield check_arrays_round_trip
    yield check_vectors_agree_with_score
    yield check_some_scores_are_the_scores
    yield check_contributions_have_a_place_each
