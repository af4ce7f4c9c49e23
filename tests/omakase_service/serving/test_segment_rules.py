"""Names of segments in the rules of places: found, spelled out, and never within quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.platform.exceptions import Invalid
from omakase_service.serving.segment_rules import names_in, spelled_out
from omakase_settings import Placement

SEGMENTS = {"cheap": "item.price < 10", "films": 'item.category == "Film"'}
WORDS = st.sampled_from(["cheap", "films"])


def filters(*texts: str) -> Placement:
    return Placement(filters=texts)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("item.price < 10", set()),
        ("@cheap", {"cheap"}),
        ("@cheap and @films", {"cheap", "films"}),
        ("not(@cheap)", {"cheap"}),
        ("@cheap or @cheap", {"cheap"}),
        ('item.title == "@cheap"', set()),
        ("item.title == '@cheap'", set()),
        (r'item.title == "a\"@cheap" and @films', {"films"}),
        (r"item.title == 'a\'@cheap' and @films", {"films"}),
        ("""item.title == "it's" and @cheap""", {"cheap"}),
        ("""item.title == 'say "@films"' and @cheap""", {"cheap"}),
        (r'item.title == "a\\" and @cheap', {"cheap"}),
        ("@", {""}),
        ("@cheap2", {"cheap2"}),
        ("@한국", {"한국"}),
    ],
)
def test_names_in_a_rule_are_those_outside_of_quotes(text, names):
    assert names_in(filters(text)) == names
    assert names_in(Placement(boosts=(text,))) == names


def test_names_in_all_rules_of_a_place_are_put_together():
    place = Placement(filters=("@a", "@b"), boosts=("1 + @c", "1 + @b"))
    assert names_in(place) == {"a", "b", "c"}


def test_names_in_a_place_without_rules_are_none():
    assert names_in(Placement()) == set()


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("@cheap", "(item.price < 10)"),
        ("not @cheap", "not (item.price < 10)"),
        ("@cheap and @films", '(item.price < 10) and (item.category == "Film")'),
        ("@cheap or @cheap", "(item.price < 10) or (item.price < 10)"),
        ('item.title == "@cheap" and @cheap', 'item.title == "@cheap" and (item.price < 10)'),
        ("item.title == 'a@b.c'", "item.title == 'a@b.c'"),
        ("1 + 0.5 * @cheap", "1 + 0.5 * (item.price < 10)"),
    ],
)
def test_spelled_out_rule_has_the_filter_in_place_of_its_name(text, spelled):
    assert spelled_out(filters(text), SEGMENTS).filters == (spelled,)
    assert spelled_out(Placement(boosts=(text,)), SEGMENTS).boosts == (spelled,)


def test_spelled_out_filter_is_taken_as_it_is_written():
    segments = {"odd": r'item.title == "\1 \g<0> @cheap"', "cheap": "item.price < 1"}
    (spelled,) = spelled_out(filters("@odd"), segments).filters
    assert spelled == r'(item.title == "\1 \g<0> @cheap")'


def test_spelled_out_place_that_names_no_segment_is_itself():
    place = Placement(filters=('item.title == "@cheap"',), diversity=0.5)
    assert spelled_out(place, {}) is place


def test_spelled_out_place_keeps_all_else():
    place = Placement(
        model="ease", filters=("@cheap", "item.stock > 1"), boosts=("2",), exclude=("i1",)
    )
    found = spelled_out(place, SEGMENTS)
    assert found.filters == ("(item.price < 10)", "item.stock > 1")
    assert (found.model, found.boosts, tuple(found.exclude)) == ("ease", ("2",), ("i1",))
    assert place.filters == ("@cheap", "item.stock > 1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@chep", "no segment @chep; did you mean @cheap?"),
        ("@Films", "no segment @Films; did you mean @films?"),
        ("@nothing_like_it", "no segment @nothing_like_it"),
        ("@", "no segment @"),
        ("@ cheap", "no segment @"),
    ],
)
def test_spelled_out_name_of_no_segment_is_refused_with_what_is_near(text, words):
    with pytest.raises(Invalid) as refused:
        spelled_out(filters(text), SEGMENTS)
    assert str(refused.value) == words


@given(st.lists(st.tuples(WORDS, st.sampled_from([" and ", " or ", " and not "])), min_size=1))
def test_spelled_out_rule_of_many_names_equals_a_replacement_by_hand(parts):
    text = "".join(f"@{name}{joint}" for name, joint in parts) + "true"
    expected = "".join(f"({SEGMENTS[name]}){joint}" for name, joint in parts) + "true"
    assert spelled_out(filters(text), SEGMENTS).filters == (expected,)
    assert names_in(filters(text)) == {name for name, _ in parts}


@given(st.text(alphabet="@ab\"'\\ ", max_size=30))
def test_names_in_any_text_are_those_that_spelling_out_asks_for(text):
    names = names_in(filters(text))
    spelled = spelled_out(filters(text), dict.fromkeys(names, "x")) if names else filters(text)
    assert names_in(spelled) == set()
