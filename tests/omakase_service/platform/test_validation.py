"""What is wrong with values, in words."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError, field_validator

from omakase_service.catalog.contracts import ItemIn
from omakase_service.platform.validation import in_a_line, reason_of, refusals


class Colour(BaseModel, extra="forbid"):
    """A part of a value."""

    shade: str = ""


class Thing(BaseModel, extra="forbid"):
    """A value with parts, and with a field that is written by another name."""

    act: Literal["show"] = "show"
    kind: str = Field(default="", validation_alias=AliasChoices("type", "kind"))
    colours: list[Colour] = []
    ground: Colour | None = None

    @field_validator("kind")
    @classmethod
    def short(cls, kind: str) -> str:
        if len(kind) > 9:
            raise ValueError("a kind is short")
        return kind


class Farewell(BaseModel, extra="forbid"):
    """Another member of a union."""

    act: Literal["leave"] = "leave"
    seconds: int = 0


ANY = TypeAdapter(Annotated[Thing | Farewell, Field(discriminator="act")])


def refused(value: Any, kind: Any = Thing) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return [(each["place"], each["message"]) for each in refusals(caught.value, kind)]


@pytest.mark.parametrize(
    ("value", "place", "message"),
    [
        ({"typ": "x"}, "typ", "no field `typ`; did you mean `type`?"),
        ({"zzz": 1}, "zzz", "no field `zzz`; known: act, colours, ground, type"),
        ({"colours": [{"shad": "x"}]}, "colours.0.shad", "no field `shad`; did you mean `shade`?"),
        ({"ground": {"shad": "x"}}, "ground.shad", "no field `shad`; did you mean `shade`?"),
        ({"type": "x" * 10}, "type", "a kind is short"),
    ],
)
def test_refusals_name_the_place_and_the_nearest_field(value, place, message):
    assert refused(value) == [(place, message)]


def test_refusals_of_a_union_name_the_fields_of_the_member_that_was_meant():
    wrong = {"act": "leave", "second": 3}
    with pytest.raises(ValidationError) as caught:
        ANY.validate_python(wrong)
    (found,) = refusals(caught.value, Thing | Farewell)
    assert found["message"] == "no field `second`; did you mean `seconds`?"


def test_refusals_of_an_unknown_model_name_no_fields():
    with pytest.raises(ValidationError) as caught:
        Colour.model_validate({"hue": 1})
    assert refusals(caught.value, dict[str, str])[0]["message"] == "no field `hue`"


def test_reason_of_names_each_field_and_what_is_wrong_with_it():
    with pytest.raises(ValidationError) as caught:
        ItemIn.model_validate({"price": "dear"})
    fields = [part.partition(": ")[0] for part in reason_of(caught.value, ItemIn).split("; ")]
    assert sorted(fields) == ["item_id", "price"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ""),
        ([("price", "is no number")], "price: is no number"),
        ([("", "user_id or session_id is needed")], "user_id or session_id is needed"),
        ([("a.b", "one"), ("", "two"), ("c", "three")], "a.b: one; two; c: three"),
    ],
)
def test_refusals_in_a_line_name_the_place_where_there_is_one(lines, words):
    assert in_a_line({"place": place, "message": message} for place, message in lines) == words
