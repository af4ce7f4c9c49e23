import numpy as np
import pytest
from pydantic import ValidationError

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.models.neumf import NeuMf, NeuMfConfig
from omakase.types import Queries

KNOBS = {
    "width": 8,
    "hidden": (16, 8),
    "dropout": 0.0,
    "validation_users": 0,
    "plan": {"epochs": 40, "batch": 16, "learning_rate": 0.02, "precision": "float32"},
}


@pytest.mark.parametrize("parts", ["both", "product", "perceptron"])
def test_each_half_and_the_whole_tell_the_tribes_apart(rng, parts):
    data = two_tribes()
    model = NeuMf.fit(data, NeuMfConfig(**KNOBS, parts=parts), rng=rng)
    scores = model.score(everyone(data))
    same = np.arange(12)[:, None] % 2 == np.arange(12) % 2
    assert scores[same].mean() > scores[~same].mean() + 1


def test_a_stranger_is_told_by_their_history(rng):
    model = NeuMf.fit(two_tribes(), NeuMfConfig(**KNOBS), rng=rng)
    scores = model.score(Queries.of(np.asarray([[0, 2], [1, 3]], dtype=np.int32)))
    assert scores[0, ::2].mean() > scores[0, 1::2].mean()
    assert scores[1, 1::2].mean() > scores[1, ::2].mean()


def test_the_defaults_are_the_stated_ones():
    config = NeuMfConfig()
    assert (config.width, config.hidden, config.dropout, config.negatives) == (
        128,
        (256, 128, 64),
        0.2,
        4,
    )
    assert config.plan.schedule == "plateau"


def test_a_perceptron_has_layers():
    with pytest.raises(ValidationError, match="hidden"):
        NeuMfConfig(hidden=())
