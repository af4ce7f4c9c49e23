import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.realtime.difference import difference


def items(*ids: str, reason: str = "r") -> list[dict[str, str]]:
    return [{"item_id": item_id, "reason": reason} for item_id in ids]


def test_added_removed_and_moved():
    change = difference(dict.fromkeys("abc", "r"), items("c", "a", "d"))
    assert change == {
        "added": [{"item_id": "d", "reason": "r", "place": 2}],
        "removed": ["b"],
        "moved": [
            {"item_id": "c", "from": 2, "to": 0},
            {"item_id": "a", "from": 0, "to": 1},
        ],
        "reasons": {},
        "order": ["c", "a", "d"],
    }


def test_nothing_has_changed():
    assert difference({"a": "r", "b": "r"}, items("a", "b")) == {}
    assert difference({}, []) == {}


def test_another_reason_is_a_change():
    change = difference({"a": "r", "b": "r"}, [*items("a", reason="s"), *items("b")])
    assert change["reasons"] == {"a": "s"}
    assert change["added"] == change["removed"] == change["moved"] == []


@pytest.mark.parametrize(("before", "after"), [("", "ab"), ("ab", ""), ("abc", "cba")])
def test_from_nothing_to_nothing_and_turned_round(before, after):
    change = difference(dict.fromkeys(before, "r"), items(*after))
    assert change["order"] == list(after)


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.permutations("abcdefgh"))
def test_a_page_that_applies_it_shows_the_new_list(before, shuffled):
    after = items(*shuffled[:5])
    change = difference(dict.fromkeys(before, "old"), after)
    page = {item_id: "old" for item_id in before if item_id not in change["removed"]}
    page |= {item["item_id"]: item["reason"] for item in change["added"]} | change["reasons"]
    assert {item_id: page[item_id] for item_id in change["order"]} == dict.fromkeys(
        shuffled[:5], "r"
    )
    assert set(page) == set(change["order"])
    for item in change["added"]:
        assert change["order"][item["place"]] == item["item_id"]
    for moved in change["moved"]:
        assert before[moved["from"]] == change["order"][moved["to"]] == moved["item_id"]
