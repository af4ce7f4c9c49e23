"""A placement goes through the form and comes back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.console.placement_form import FIELDS, fields_of, placement_of
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


TEXT = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
KEYS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
LINES = st.lists(TEXT, max_size=4).map(tuple)
PLACEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "filters": LINES,
        "boosts": LINES,
        "exclude": LINES,
        "include": LINES.filter(bool),
        "pins": st.dictionaries(st.integers(1, 99), TEXT, max_size=4),
        "caps": st.dictionaries(KEYS, st.floats(0.001, 1), max_size=3),
        "diversity": st.floats(0, 1),
        "seen": st.sampled_from(["hide", "show"]),
        "seen_days": st.floats(0.5, 400),
        "shown_days": st.floats(0.5, 400),
        "wishes": st.booleans(),
    },
)
WAYS = st.sampled_from([{}, {"model": "ease"}, {"strategy": "rrf"}, {"pipeline": {"sources": []}}])


@given(PLACEMENTS, WAYS)
def test_form_of_any_placement_comes_back_as_the_same(said, way):
    placement = Placement(**said, **way)
    assert placement_of(fields_of(placement), placement) == placement


def test_form_shows_every_field_as_a_text():
    fields = fields_of(Placement(pins={2: "b", 1: "a"}, caps={"brand": 1.0}, diversity=0.0))
    assert tuple(fields) == FIELDS
    assert fields == {
        "model": "", "strategy": "", "filters": "", "boosts": "", "include": "", "exclude": "",
        "pins": "1: a\n2: b", "diversity": "0", "caps": "brand: 1", "seen": "", "wishes": "yes",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["seen_days", "shown_days"])
def test_days_that_the_form_does_not_show_stay_when_it_is_saved(name):
    usual = Placement(**{name: 30.0}, filters=("item.price < 3",))
    changed = placement_of({**fields_of(usual), "filters": "item.price < 4"}, usual)
    assert getattr(changed, name) == 30.0
    assert changed.filters == ("item.price < 4",)


def test_form_says_nothing_of_what_is_left_empty():
    assert placement_of(fields_of(NOTHING), NOTHING).model_fields_set == set()
    assert placement_of({}, NOTHING).model_fields_set == {"wishes"}


def test_pipeline_stays_beside_other_rules_and_goes_for_a_strategy():
    usual = Placement(pipeline={"sources": []}, boosts=("2",))
    fields = fields_of(usual)
    assert placement_of({**fields, "boosts": "3"}, usual).pipeline == {"sources": []}
    assert placement_of({**fields, "strategy": "rrf"}, usual).pipeline == {}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ("a", "b")),
        ("a\r\nb\r\n", ("a", "b")),
        ("\n\n a \n\n", ("a",)),
        ("a\n\nb", ("a", "b")),
        ("a a", ("a a",)),
    ],
)
def test_lines_of_a_field_are_trimmed_and_blank_ones_left_out(text, lines):
    for name in ("filters", "boosts", "include", "exclude"):
        assert getattr(placement_of({name: text, "wishes": "yes"}, NOTHING), name) == lines


@pytest.mark.parametrize(
    ("text", "pins"),
    [
        ("1: a", {1: "a"}),
        ("1:a", {1: "a"}),
        (" 2 :  b:c ", {2: "b:c"}),
        ("3: c\n1: a", {3: "c", 1: "a"}),
        ("1: a\n1: b", {1: "b"}),
        ("1: 한:글 😀", {1: "한:글 😀"}),
    ],
)
def test_pins_are_read_by_the_first_colon_of_a_line(text, pins):
    assert placement_of({"pins": text, "wishes": "yes"}, NOTHING).pins == pins


@pytest.mark.parametrize("line", ["a", "1", "1:", "1: ", "："])
def test_pin_that_is_no_pair_is_refused_with_the_line_and_an_example(line):
    with pytest.raises(Invalid) as raised:
        placement_of({"pins": f"2: b\n{line}"}, NOTHING)
    assert str(raised.value) == f"pins: {line.strip()!r} is not of the form '1: item-7'"


@pytest.mark.parametrize("line", ["brand", "brand:"])
def test_cap_that_is_no_pair_is_refused_with_the_line_and_an_example(line):
    with pytest.raises(Invalid) as raised:
        placement_of({"caps": line}, NOTHING)
    assert str(raised.value) == f"caps: {line!r} is not of the form 'category: 0.4'"


@pytest.mark.parametrize(
    ("field", "text"),
    [("diversity", "-0.1"), ("diversity", "1.1"), ("diversity", "nan"), ("caps", "brand: 0"),
     ("caps", "brand: 1.5"), ("caps", "brand: nan"), ("pins", "0: a"), ("pins", "-1: a"),
     ("pins", "1.5: a"), ("seen", "never")],
)  # fmt: skip
def test_value_out_of_its_range_is_refused_by_its_field(field, text):
    with pytest.raises(Invalid, match=field):
        placement_of({field: text}, NOTHING)


PLACE = "no place; write a whole number from 1, as in '1: item-7'"
SHARE = "no share; write a number above 0 and up to 1, as in 'category: 0.4'"


@pytest.mark.parametrize("place", ["first", "0", "-1", "1.5", "²", "1st", "place: 1", "첫째"])
def test_pin_of_no_place_is_refused_in_a_sentence_for_people(place):
    with pytest.raises(Invalid) as raised:
        placement_of({"pins": f"2: b\n{place}: item-7"}, NOTHING)
    assert str(raised.value) == f"pins: {place.partition(':')[0]!r} is {PLACE}"


@pytest.mark.parametrize("share", ["much", "0", "-0.1", "1.5", "nan", "inf", "40 %"])
def test_cap_of_no_share_is_refused_in_a_sentence_for_people(share):
    with pytest.raises(Invalid) as raised:
        placement_of({"caps": f"brand: {share}"}, NOTHING)
    assert str(raised.value) == f"caps: {share!r} is {SHARE}"


@pytest.mark.parametrize("text", ["half", "-0.1", "1.01", "nan", "inf", "50 %"])
def test_diversity_that_is_no_share_is_refused_in_a_sentence_for_people(text):
    with pytest.raises(Invalid) as raised:
        placement_of({"diversity": text}, NOTHING)
    assert str(raised.value) == f"diversity: {text!r} is no share; write a number from 0 to 1"


def test_several_fields_that_cannot_be_read_are_told_together_each_once():
    with pytest.raises(Invalid) as raised:
        placement_of({"pins": "first: a\n0: b", "caps": "brand: 2", "diversity": "3"}, NOTHING)
    assert str(raised.value).split("; pins: ")[0] == f"pins: 'first' is {PLACE}"
    for told in (f"pins: '0' is {PLACE}", f"caps: '2' is {SHARE}", "diversity: '3' is no share"):
        assert str(raised.value).count(told) == 1
