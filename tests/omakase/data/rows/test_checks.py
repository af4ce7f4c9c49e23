"""What a row must be."""

import polars as pl
import pytest

from omakase.data.rows.checks import FOUND_LIMIT, Rules, check
from omakase.data.rows.rejects import SENTENCES

NOW = 1_700_000_000
GOOD = {"user_id": "u", "item_id": "i", "kind": "rating", "value": "4", "time": "1600000000"}


def checked(rules=None, default="view", **row):
    rows = pl.DataFrame({"line": [7], **{name: [value] for name, value in row.items()}})
    return check(rows, rules or Rules(), now=NOW, kind=default)


def reason(rules=None, **changed):
    found = checked(rules, **{**GOOD, **changed})
    assert found.events.height == (0 if found.faults else 1)
    return found.faults[0].reason if found.faults else None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"user_id": " "}, "empty_user"),
        ({"user_id": "NaN"}, "empty_user"),
        ({"user_id": None}, "empty_user"),
        ({"item_id": "null"}, "empty_item"),
        ({"item_id": "x" * 256}, "id_too_long"),
        ({"item_id": "x" * 255}, None),
        ({"user_id": "a\tb"}, "control_character"),
        ({"kind": ""}, "empty_kind"),
        ({"value": ""}, "empty_value"),
        ({"value": "", "kind": "view"}, None),
        ({"value": "four"}, "bad_value"),
        ({"value": "4,5"}, "bad_value"),
        ({"value": "nan"}, "value_not_finite"),
        ({"value": "-inf", "kind": "view"}, "value_not_finite"),
        ({"value": "1e999"}, "value_not_finite"),
        ({"value": "5.1"}, "value_out_of_range"),
        ({"value": "-1"}, "value_out_of_range"),
        ({"value": "0"}, None),
        ({"value": "12", "kind": "purchase"}, None),
        ({"value": "-2", "kind": "purchase"}, "value_out_of_range"),
        ({"time": ""}, "empty_time"),
        ({"time": "2024-13-45"}, "bad_time"),
        ({"time": "-1"}, "negative_time"),
        ({"time": "1969-12-31"}, "negative_time"),
        ({"time": "99999999999999999999"}, "time_out_of_range"),
        ({"time": "2101-01-01"}, "time_out_of_range"),
        ({"time": "0"}, None),
    ],
)
def test_the_first_thing_that_is_wrong(changed, expected):
    assert reason(**changed) == expected


def test_only_declared_kinds():
    rules = Rules(kinds=("view",))
    assert reason(rules) == "unknown_kind"
    assert reason(rules, kind=" VIEW ") is None


def test_other_scales():
    assert reason(Rules(highest_rating=10), value="9") is None
    assert reason(Rules(lowest_rating=1), value="0.5") == "value_out_of_range"


def test_ids_and_kinds_are_cleaned():
    row = checked(**{**GOOD, "user_id": " u ", "kind": "AddToCart"}).events.row(0, named=True)
    assert (row["user_id"], row["kind"], row["line"]) == ("u", "cart", 7)


def test_what_is_left_out_is_assumed():
    row = checked(default="purchase", user_id="u", item_id="i").events.row(0, named=True)
    assert row == {
        "line": 7,
        "user_id": "u",
        "item_id": "i",
        "kind": "purchase",
        "value": 1.0,
        "time": None,
    }


def test_what_stands_beside_comes_along():
    events = checked(**GOOD, session_id=12).events
    assert events.get_column("session_id").to_list() == ["12"]


def test_a_future_time_is_left_out():
    found = checked(**{**GOOD, "time": str(NOW + 10 * 86_400)})
    assert found.events.height == 0
    assert [f.reason for f in found.faults] == ["future_time"]
    assert not checked(**{**GOOD, "time": str(NOW + 86_400)}).faults


def test_a_fault_names_what_it_found():
    (fault,) = checked(**{**GOOD, "value": "77"}).faults
    assert fault.facts == {"found": "77", "expected": "0 to 5"}
    (fault,) = checked(**{**GOOD, "time": "soon"}).faults
    assert fault.facts == {"found": "soon"}


@pytest.mark.parametrize(
    ("value", "text"), [(7.0, "7"), (-7.0, "-7"), (7.5, "7.5"), (7, "7"), ("7.0", "7.0")]
)
def test_whole_floats_are_ids_by_their_digits(value, text):
    """A table with an empty id keeps the others as floats; text stays as it was written."""
    assert checked(user_id=value, item_id="i").events.get_column("user_id").to_list() == [text]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("k" * 50, None), ("k" * 51, "bad_kind"), ("a\x00b", "bad_kind"), ("a\nb", "bad_kind")],
)
def test_a_kind_is_a_short_plain_text(kind, expected):
    assert reason(kind=kind) == expected


def test_each_fault_says_what_was_found():
    """The sentence of every reason that speaks of a value speaks of the row's own."""
    rows = {
        "bad_kind": {"kind": "k" * 99},
        "unknown_kind": {"kind": "stare"},
        "bad_value": {"value": "four"},
        "value_out_of_range": {"value": "77"},
        "bad_time": {"time": "soon"},
        "negative_time": {"time": "-9"},
        "id_too_long": {"item_id": "x" * 300},
        "control_character": {"user_id": "a\tb"},
    }
    rules = Rules(kinds=("rating", "k" * 99))
    for wanted, changed in rows.items():
        (fault,) = checked(rules, **{**GOOD, **changed}).faults
        (value,) = changed.values()
        assert fault.reason == wanted
        assert fault.facts["found"] == value[:FOUND_LIMIT]
        assert value[:9] in SENTENCES[wanted].format(**fault.facts).replace("\\t", "\t")
