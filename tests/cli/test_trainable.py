import pytest

from omakase.build.presets import preset
from omakase.errors import ConfigError, UnknownName
from omakase_cli.trainable import contenders


def test_names_become_classes_with_their_defaults():
    field = contenders("popular, ease", [])
    assert list(field) == ["popular", "ease"]
    assert field["ease"].config == field["ease"].cls.config_type()


def test_a_knob_is_turned():
    assert contenders("ease", ["ease.l2=250"])["ease"].config.l2 == 250


def test_a_knob_within_a_knob_is_turned():
    config = contenders("sasrec", ["sasrec.plan.epochs=3", "sasrec.plan.batch=9"])["sasrec"].config
    assert (config.plan.epochs, config.plan.batch) == (3, 9)


def test_a_preset_names_its_model_and_its_settings():
    field = contenders("ease", [], ["sasrec-strong"])
    assert list(field) == ["ease", "sasrec"]
    assert field["sasrec"].config == preset("sasrec-strong").config


def test_a_knob_counts_over_a_preset_and_leaves_the_rest():
    turned = contenders("", ["sasrec.plan.epochs=3"], ["sasrec-strong"])["sasrec"].config
    known = preset("sasrec-strong").config
    assert turned.plan == known.plan.model_copy(update={"epochs": 3})
    assert (turned.shape, turned.objective) == (known.shape, known.objective)
    assert preset("sasrec-strong").config.plan.epochs != 3, "the preset itself stays"


def test_two_presets_of_one_model_contradict_each_other():
    with pytest.raises(ConfigError, match="take one"):
        contenders("", [], ["sasrec-strong", "shop-sasrec"])


def test_an_unknown_preset_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="sasrec-strong"):
        contenders("", [], ["sasrec-string"])


@pytest.mark.parametrize(
    ("names", "knobs", "error", "words"),
    [
        ("eese", [], UnknownName, "did you mean 'ease'"),
        ("", [], ConfigError, "no model"),
        ("ease", ["l2=250"], ConfigError, "MODEL.KNOB=VALUE"),
        ("ease", ["ease.l2=3", "ease.l2.x=1"], ConfigError, "no x"),
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
