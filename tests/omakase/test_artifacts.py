"""Models on disk."""

import numpy as np
import pytest

from omakase import artifacts
from omakase.conformance.worlds import everyone, two_tribes
from omakase.errors import ArtifactError
from omakase.registry import MODELS


def test_round_trip(tmp_path, rng):
    cls = MODELS["ease"]
    config = cls.config_type()
    model = cls.fit(two_tribes(), config, rng=rng)
    artifacts.save(model, "ease", config, tmp_path)
    queries = everyone(two_tribes())
    again = artifacts.load(tmp_path, MODELS)
    np.testing.assert_array_equal(again.score(queries), model.score(queries))


def test_an_empty_folder_is_not_a_model(tmp_path):
    with pytest.raises(ArtifactError):
        artifacts.load(tmp_path, MODELS)
