"""Models that break one promise each, and the check that must notice."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from omakase import types
from omakase.conformance.models import model_checks
from omakase.types import PAD, Config

CHECKS = {check.__name__.removeprefix("check_"): check for check in model_checks()}


@dataclass(frozen=True)
class Plain:
    """What often goes together."""

    config_type: ClassVar[type[types.Config]] = Config
    weights: np.ndarray

    @classmethod
    def fit(cls, data, config, *, rng, progress=types.silent):
        noise = 0.01 * rng.random((data.n_items, data.n_items))
        return cls((data.matrix.T @ data.matrix).toarray() + noise.astype(np.float32))

    def score(self, queries):
        return queries.matrix(len(self.weights)) @ self.weights

    def arrays(self):
        return {"weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays, config):
        return cls(arrays["weights"])


class Right(Plain):
    """The same, with all that a model may offer."""

    def score_items(self, queries, items):
        scores = np.take_along_axis(self.score(queries), np.maximum(items, 0), axis=1)
        return np.where(items == PAD, np.float32(-np.inf), scores)

    def item_vectors(self):
        return self.weights.T

    def query_vectors(self, queries):
        return queries.matrix(len(self.weights)).toarray()

    def contributions(self, queries, items):
        paths = self.weights[queries.history[:, None, :], items[:, :, None]]
        return paths * queries.weights[:, None, :]


class Fewer(Plain):
    def score(self, queries):
        return super().score(queries)[:, :5]


class Double(Plain):
    def score(self, queries):
        return super().score(queries).astype(np.float64)


class Nan(Plain):
    """0 / 0 where nothing is known of the one who asks."""

    def score(self, queries):
        scores = super().score(queries)
        with np.errstate(invalid="ignore"):
            return scores / scores.max(axis=1, keepdims=True)


class Unseeded(Plain):
    """Draws from a stream of its own."""

    @classmethod
    def fit(cls, data, config, *, rng, progress=types.silent):
        return super().fit(data, config, rng=np.random.default_rng())


class OverTheBatch(Plain):
    """Centres each item over whoever else happens to ask."""

    def score(self, queries):
        scores = super().score(queries)
        return scores - scores.mean(axis=0)


class ByPlace(Plain):
    """Weighs a history by how full its first place is."""

    def score(self, queries):
        full = queries.history[:, :1] != PAD
        return super().score(queries) * (1 + full).astype(np.float32)


class KnowsItsUsers(Plain):
    """Scores are looked up by user: nobody new can ask."""

    def score(self, queries):
        scores = super().score(queries)
        scores[queries.users >= 12] = np.nan
        return scores


class Writes(Plain):
    """Fills in the time of the question."""

    def score(self, queries):
        queries.now[:] = 1_700_000_000
        return super().score(queries)


class Drifts(Plain):
    """Learns from being asked."""

    def score(self, queries):
        scores = super().score(queries)
        if self.weights.flags.writeable and len(queries) == 12:
            self.weights[-1, -1] += 1e-6
        return scores


class ChangesItsMind(Plain):
    """Another answer each time, from a state that is not saved."""

    asked: ClassVar[int] = 0

    def score(self, queries):
        type(self).asked += 1
        return super().score(queries) + np.float32(1e-7 * (type(self).asked % 2))


class EatsItsData(Plain):
    """Normalises the events in place."""

    @classmethod
    def fit(cls, data, config, *, rng, progress=types.silent):
        data.matrix.data /= 2
        return super().fit(data, config, rng=rng)


class Forgets(Plain):
    """Saves less than it needs."""

    def arrays(self):
        return {"weights": np.round(self.weights)}


class WritesWhatIsReadOnly(Plain):
    """A saved model is a memory map that nobody may write to."""

    def score(self, queries):
        np.fill_diagonal(self.weights, self.weights.diagonal())
        return super().score(queries)


class OtherVectors(Right):
    """The weights the wrong way round, and they are not symmetric."""

    def item_vectors(self):
        return self.weights


class ScoresPadding(Right):
    def score_items(self, queries, items):
        return np.nan_to_num(super().score_items(queries, items), neginf=0.0)


class ScoresOthers(Right):
    """Off by one."""

    def score_items(self, queries, items):
        return super().score_items(queries, np.where(items == PAD, PAD, (items + 1) % 12))


class ExplainsBriefly(Right):
    def contributions(self, queries, items):
        return super().contributions(queries, items).sum(axis=2)


class BlamesPadding(Right):
    def contributions(self, queries, items):
        return self.weights[queries.history[:, None, :], items[:, :, None]]


WRONG = [
    (Fewer, "shape_and_type", r"not queries by items \(12, 12\)"),
    (Double, "shape_and_type", "scores are float64, not float32"),
    (Nan, "a_stranger_is_answered", "a stranger has no score"),
    (Unseeded, "same_seed_same_model", "the same seed scores differently"),
    (OverTheBatch, "a_batch_is_its_rows", "a batch is not its rows"),
    (ByPlace, "padding_changes_nothing", "padding changes scores"),
    (KnowsItsUsers, "someone_new_is_answered", "someone new has no score"),
    (Writes, "nothing_given_is_written_to", "score wrote to queries.now"),
    (Drifts, "nothing_given_is_written_to", "score wrote to the model's weights"),
    (ChangesItsMind, "nothing_given_is_written_to", "asked again, another answer"),
    (EatsItsData, "nothing_given_is_written_to", "fit wrote to the events"),
    (Forgets, "arrays_round_trip", "read back, a model scores differently"),
    (WritesWhatIsReadOnly, "arrays_round_trip", "read-only"),
    (OtherVectors, "vectors_agree_with_score", "vectors are not the scores"),
    (ScoresPadding, "some_scores_are_the_scores", "padding has a score"),
    (ScoresOthers, "some_scores_are_the_scores", "a few scores are not the scores"),
    (ExplainsBriefly, "contributions_have_a_place_each", r"parts are \(1, 2\)"),
    (BlamesPadding, "contributions_have_a_place_each", "padding contributes"),
]
BESIDES = {ChangesItsMind: ("same_seed_same_model", "arrays_round_trip")}
"""What cannot hold either."""


def failures(model):
    found = {}
    for name, check in CHECKS.items():
        try:
            check(model, Config())
        except (AssertionError, ValueError) as error:
            found[name] = str(error)
    return found


@pytest.mark.parametrize(
    ("model", "check", "message"), WRONG, ids=[f"{m.__name__}" for m, _, _ in WRONG]
)
def test_the_check_of_the_broken_promise_fails_and_says_why(model, check, message):
    found = failures(model)
    with pytest.raises((AssertionError, ValueError), match=message):
        CHECKS[check](model, Config())
    assert set(found) == {check, *BESIDES.get(model, ())}


def test_every_check_has_caught_something():
    assert {check for _, check, _ in WRONG} == set(CHECKS)


@pytest.mark.parametrize("model", [Plain, Right])
def test_a_model_that_keeps_every_promise_passes(model):
    assert failures(model) == {}
