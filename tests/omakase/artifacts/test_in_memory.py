import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import UnknownName
from omakase.registry import INDEXES, MODELS


@pytest.fixture(scope="module")
def made():
    configs = {"popular": MODELS["popular"].config_type(), "ease": MODELS["ease"].config_type()}
    return InMemoryVersion.fitted(two_tribes(), MODELS, configs, np.random.default_rng(0))


def test_the_named_models_are_fitted_and_given_back(made):
    assert set(made.models) == {"popular", "ease"}
    assert made.model("ease") is made.models["ease"]
    assert made.model("popular").score(everyone(two_tribes())).shape == (12, 12)


def test_items_are_those_of_the_data(made):
    assert made.n_items == 12
    assert made.items.get_column("item_id").to_list()[:2] == ["i00", "i01"]


def test_an_unknown_model_is_refused_with_the_nearest_name(made):
    with pytest.raises(UnknownName, match="no model named 'eas'; did you mean 'ease'"):
        made.model("eas")


def test_there_is_no_index_unless_given(made, rng):
    with pytest.raises(UnknownName, match="no index named 'near'"):
        made.index("near")
    cls = INDEXES["exact"]
    near = cls.build(np.eye(3, dtype=np.float32), cls.config_type(), rng=rng)
    assert InMemoryVersion(pl.DataFrame(), {}, {"near": near}).index("near") is near
