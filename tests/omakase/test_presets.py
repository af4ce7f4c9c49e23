"""Every preset can be fitted, and is what its model takes."""

import pytest

from omakase.errors import UnknownName
from omakase.presets import PRESETS, preset
from omakase.registry import MODELS


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_is_a_configuration_of_its_model(name):
    chosen = preset(name)
    assert isinstance(chosen.config, MODELS[chosen.model].config_type)
    assert chosen.data


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="films-ials"):
        preset("film-ials")
