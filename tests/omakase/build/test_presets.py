"""Every preset can be fitted, and is what its model takes."""

import numpy as np
import pytest

from omakase.build.presets import PRESETS, preset
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.errors import UnknownName
from omakase.registry import MODELS, fit_model


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_is_a_configuration_of_its_model(name):
    chosen = preset(name)
    assert isinstance(chosen.config, MODELS[chosen.model].config_type)
    assert chosen.data


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="films-ials"):
        preset("film-ials")


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_comes_through_json_as_it_was(name):
    """So that it can lie in the plan of a run, and in the manifest of a version."""
    chosen = preset(name)
    cls = MODELS[chosen.model].config_type
    assert cls.model_validate_json(chosen.config.model_dump_json()) == chosen.config
    assert cls(**chosen.config.model_dump(mode="json", exclude_unset=True)) == chosen.config


@pytest.mark.parametrize("name", sorted(n for n, p in PRESETS.items() if p.model != "sasrec"))
def test_a_preset_of_large_data_can_be_fitted_to_small(name):
    """More factors, neighbours and ranks than there are items: fewer are taken."""
    data, chosen = two_tribes(), preset(name)
    model = fit_model(chosen.model, data, chosen.config)
    scores = model.score(everyone(data))
    assert scores.shape == (data.n_users, data.n_items)
    assert np.isfinite(scores).all()
    own = np.arange(data.n_users)[:, None] % 2 == np.arange(data.n_items)[None, :] % 2
    assert scores[own].mean() > scores[~own].mean()


def test_presets_cannot_be_changed():
    with pytest.raises(TypeError):
        PRESETS["mine"] = PRESETS["films-ials"]
