"""Rows as clients send them: names in any case, kinds checked, and shown again as Gorse does."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse.contracts import (
    BadRequest,
    GorseFeedback,
    GorseItem,
    GorseUser,
    UnaskableId,
)
from omakase_service.gorse.wire import (
    feedback_of,
    item_of,
    item_patch_of,
    shown_feedback,
    shown_item,
    shown_user,
    user_of,
    user_patch_of,
)

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ZERO = "0001-01-01T00:00:00Z"

plain_texts = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=9
)
ids = st.text("abcXYZ019-_.:김하나é", min_size=1, max_size=9)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
leaves = plain_texts | numbers | st.lists(plain_texts, max_size=3) | st.lists(numbers, max_size=3)
labels = st.none() | st.recursive(
    leaves, lambda inner: st.dictionaries(plain_texts, inner, max_size=3), max_leaves=6
)
moments = st.none() | st.datetimes(
    datetime(2, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    datetime(9999, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def rewritten(row):
    """The row after it went out and came in as JSON."""
    return json.loads(json.dumps(row))


@given(ids, labels, plain_texts)
def test_user_shown_and_read_again_is_the_same(user_id, labels, comment):
    user = GorseUser(user_id, labels, comment)
    assert user_of(rewritten(shown_user(user))) == user


@given(
    ids,
    st.booleans(),
    st.none() | st.lists(plain_texts, max_size=4).map(tuple),
    moments,
    labels,
    plain_texts,
)
def test_item_shown_and_read_again_is_the_same(item_id, hidden, named, moment, labels, comment):
    item = GorseItem(item_id, hidden, named, moment, labels, comment)
    assert item_of(rewritten(shown_item(item))) == item


@given(ids, ids, plain_texts, numbers.map(float), moments, plain_texts)
def test_feedback_shown_and_read_again_is_the_same(user, item, kind, value, moment, comment):
    row = GorseFeedback(kind, user, item, value, moment, moment, comment)
    assert feedback_of(rewritten(shown_feedback(row))) == row


@pytest.mark.parametrize("spell", [str, str.lower, str.upper, str.swapcase])
def test_names_of_fields_count_in_any_case(spell):
    said = {
        "ItemId": "i",
        "IsHidden": True,
        "Categories": ["a"],
        "Timestamp": "2024-05-01T12:00:00Z",
        "Labels": {"Genre": "War"},
        "Comment": "A film",
    }
    item = item_of({spell(name): value for name, value in said.items()})
    assert item == GorseItem("i", True, ("a",), NOON, {"Genre": "War"}, "A film")


def test_unknown_fields_are_not_looked_at():
    said = {"UserId": "u", "Age": object(), "Subscribe": [1, "two"], "item_id": 7}
    assert user_of(said) == GorseUser("u")


def test_fields_that_are_null_are_as_if_nobody_said_them():
    said = dict.fromkeys(("IsHidden", "Categories", "Timestamp", "Labels", "Comment"))
    assert item_of({"ItemId": "i", **said}) == GorseItem("i")
    said = dict.fromkeys(("FeedbackType", "Value", "Timestamp", "Updated", "Comment", "Labels"))
    assert feedback_of({"UserId": "u", "ItemId": "i", **said}) == GorseFeedback("", "u", "i")


def test_item_without_categories_differs_from_one_with_none_of_them():
    assert item_of({"ItemId": "i"}).categories is None
    assert item_of({"ItemId": "i", "Categories": []}).categories == ()
    assert shown_item(GorseItem("i"))["Categories"] is None
    assert shown_item(GorseItem("i", categories=()))["Categories"] == []


def test_feedback_was_updated_when_it_was_given_unless_it_says_otherwise():
    said = {"UserId": "u", "ItemId": "i", "Timestamp": "2024-05-01T12:00:00Z"}
    assert feedback_of(said).updated == NOON
    later = feedback_of(said | {"Updated": "2025-05-01T12:00:00Z"})
    assert (later.timestamp, later.updated) == (NOON, NOON.replace(year=2025))


def test_feedback_of_a_session_needs_no_person_and_names_none():
    assert feedback_of({"ItemId": "i"}, of_session=True) == GorseFeedback("", "", "i")
    assert feedback_of({"ItemId": "i", "UserId": "u"}, of_session=True).user_id == ""
    with pytest.raises(UnaskableId, match=r"^UserId is empty; nobody could ask for it$"):
        feedback_of({"ItemId": "i"})


def test_feedback_is_shown_without_its_labels():
    row = GorseFeedback("star", "u", "i", 2.0, NOON, None, "c", {"a": "b"})
    assert shown_feedback(row) == {
        "FeedbackType": "star",
        "UserId": "u",
        "ItemId": "i",
        "Value": 2,
        "Timestamp": "2024-05-01T12:00:00Z",
        "Updated": ZERO,
        "Comment": "c",
    }


def test_user_patch_holds_what_is_named_and_not_null():
    assert user_patch_of({}) == {}
    assert user_patch_of({"Labels": None, "Comment": None}) == {}
    assert user_patch_of({"comment": "", "LABELS": ["a"]}) == {"comment": "", "labels": ["a"]}
    assert user_patch_of({"UserId": "other"}) == {}


def test_item_patch_holds_what_is_named_and_not_null():
    said = {"IsHidden": False, "Categories": [], "Labels": {}, "Comment": "", "Timestamp": None}
    expected = {"is_hidden": False, "categories": (), "labels": {}, "comment": ""}
    assert item_patch_of(said) == expected
    assert item_patch_of({"ItemId": "other"}) == {}


def test_item_patch_of_the_zero_time_changes_no_time():
    assert item_patch_of({"Timestamp": ZERO}) == {}


@pytest.mark.parametrize("text", ["2024-05-01", "1714564800", "", "2024-05-01 12:00:00Z"])
def test_item_patch_takes_no_time_but_rfc_3339(text):
    with pytest.raises(BadRequest) as caught:
        item_patch_of({"Timestamp": text})
    assert str(caught.value) == (
        f"the time {text!r} of a patch must be RFC 3339, such as 2022-02-24T10:20:30Z"
    )


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (None, "null"),
        ([], "a list"),
        ("u", "a text"),
        (7, "a number"),
        (7.5, "a number"),
        (True, "true or false"),
    ],
)
def test_row_that_is_no_object_is_refused_by_what_it_is(value, word):
    for read, name in ((user_of, "User"), (item_of, "Item"), (feedback_of, "Feedback")):
        with pytest.raises(BadRequest, match=rf"^{name}: an object is due here, not {word}$"):
            read(value)
    for read, name in ((user_patch_of, "UserPatch"), (item_patch_of, "ItemPatch")):
        with pytest.raises(BadRequest, match=rf"^{name}: an object is due here, not {word}$"):
            read(value)


@pytest.mark.parametrize(
    ("read", "said", "words"),
    [
        (user_of, {"UserId": 7}, "User.UserId is a text, not a number"),
        (user_of, {"UserId": True}, "User.UserId is a text, not true or false"),
        (user_of, {"UserId": "u", "Comment": []}, "User.Comment is a text, not a list"),
        (item_of, {"ItemId": {}}, "Item.ItemId is a text, not an object"),
        (item_of, {"ItemId": "i", "IsHidden": 1}, "Item.IsHidden is true or false, not a number"),
        (
            item_of,
            {"ItemId": "i", "IsHidden": "true"},
            "Item.IsHidden is true or false, not a text",
        ),
        (
            item_of,
            {"ItemId": "i", "Categories": "a"},
            "Item.Categories is a list of texts, not a text",
        ),
        (
            item_of,
            {"ItemId": "i", "Categories": ["a", 1]},
            "Item.Categories[1] is a text, not a number",
        ),
        (
            item_of,
            {"ItemId": "i", "Timestamp": 1714564800},
            "Item.Timestamp is a text, not a number",
        ),
        (feedback_of, {"Value": "5"}, "Feedback.Value is a number, not a text"),
        (feedback_of, {"Value": True}, "Feedback.Value is a number, not true or false"),
        (feedback_of, {"FeedbackType": 1}, "Feedback.FeedbackType is a text, not a number"),
        (feedback_of, {"Updated": []}, "Feedback.Updated is a text, not a list"),
        (user_patch_of, {"comment": 1}, "UserPatch.Comment is a text, not a number"),
        (item_patch_of, {"ishidden": 0}, "ItemPatch.IsHidden is true or false, not a number"),
        (item_patch_of, {"timestamp": 0}, "ItemPatch.Timestamp is a text, not a number"),
    ],
)
def test_field_of_another_kind_is_refused_by_its_place(read, said, words):
    with pytest.raises(BadRequest) as caught:
        read(said)
    assert str(caught.value) == words


def test_category_that_is_null_is_an_empty_text():
    assert item_of({"ItemId": "i", "Categories": ["a", None]}).categories == ("a", "")


@pytest.mark.parametrize(
    ("read", "said", "place"),
    [
        (user_of, {"UserId": "u", "Comment": "a\x00"}, "User.Comment"),
        (user_of, {"UserId": "\x00"}, "User.UserId"),
        (item_of, {"ItemId": "i", "Categories": ["ok", "\x00"]}, "Item.Categories[1]"),
        (
            feedback_of,
            {"UserId": "u", "ItemId": "i", "FeedbackType": "\x00"},
            "Feedback.FeedbackType",
        ),
        (feedback_of, {"UserId": "u", "ItemId": "i", "Comment": "\x00"}, "Feedback.Comment"),
    ],
)
def test_text_with_a_nul_is_refused_by_its_place(read, said, place):
    with pytest.raises(BadRequest) as caught:
        read(said)
    assert str(caught.value) == f"{place} must not hold a NUL character"
