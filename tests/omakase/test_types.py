import pytest

from omakase.errors import ConfigError
from omakase.types import Config


class Knobs(Config):
    depth: int = 3
    names: tuple[str, ...] = ()


def test_what_somebody_wrote_becomes_a_configuration():
    assert Knobs.checked({"depth": "4"}, "ranker x") == Knobs(depth=4)


def test_all_that_is_wrong_is_told_with_its_place():
    with pytest.raises(ConfigError) as told:
        Knobs.checked({"depth": "deep", "names": ["a", 3], "width": 1}, "ranker x")
    where = [each.split(": ")[0] for each in str(told.value).split("; ")]
    assert where == ["ranker x.depth", "ranker x.names.1", "ranker x.width"]
