import pytest

from omakase.errors import ConfigError, UnknownName
from omakase_cli.contenders import contenders


def test_names_become_classes_with_their_defaults():
    field = contenders("popular, ease", [])
    assert list(field) == ["popular", "ease"]
    assert field["ease"].config == field["ease"].cls.config_type()


def test_a_knob_is_turned():
    assert contenders("ease", ["ease.l2=250"])["ease"].config.l2 == 250


@pytest.mark.parametrize(
    ("names", "knobs", "error", "words"),
    [
        ("eese", [], UnknownName, "did you mean 'ease'"),
        ("ease", ["l2=250"], ConfigError, "MODEL.KNOB=VALUE"),
        ("ease", ["ease.l2"], ConfigError, "MODEL.KNOB=VALUE"),
        ("ease", ["popular.x=1"], UnknownName, "among those chosen"),
        ("ease", ["ease.l3=1"], ConfigError, "l3"),
        ("ease", ["ease.l2=-1"], ConfigError, "greater than 0"),
        ("ease", ["ease.l2=much"], ConfigError, "l2"),
    ],
)
def test_what_is_wrong_is_named(names, knobs, error, words):
    with pytest.raises(error, match=words):
        contenders(names, knobs)
