"""A placement goes through the form and comes back the same."""

import pytest

from omakase_service.console.placement_form import fields_of, placement_of
from omakase_service.platform.exceptions import Invalid
from omakase_settings import Placement

NOTHING = Placement()


@pytest.mark.parametrize(
    "placement",
    [
        Placement(),
        Placement(model="ease", filters=("item.price < 3", "item.brand == 'a'"), boosts=("2",)),
        Placement(strategy="rrf", pins={1: "a:b", 3: "c"}, caps={"category": 0.4}, seen="hide"),
        Placement(include=("a",), exclude=("b", "c"), diversity=0.35, wishes=False),
        Placement(pipeline={"sources": []}),
    ],
)
def test_form_and_back_is_the_same_placement(placement):
    assert placement_of(fields_of(placement), placement) == placement


def test_a_model_takes_the_place_of_a_pipeline():
    usual = Placement(pipeline={"sources": []})
    fields = {**fields_of(usual), "model": "ease"}
    assert placement_of(fields, usual) == Placement(model="ease")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("pins", "first item-7", "not of the form '1: item-7'"),
        ("pins", "0: item-7", "pins"),
        ("caps", "category: much", "caps"),
        ("caps", "category: 2", "caps"),
        ("diversity", "7", "diversity"),
    ],
)
def test_a_field_that_cannot_be_read_is_refused_by_its_name(field, text, words):
    with pytest.raises(Invalid, match=words):
        placement_of({**fields_of(NOTHING), field: text}, NOTHING)


def test_a_model_and_a_strategy_at_once_are_refused():
    fields = {**fields_of(NOTHING), "model": "ease", "strategy": "rrf"}
    with pytest.raises(Invalid, match="not several of them"):
        placement_of(fields, NOTHING)
