"""What of ids, labels, types and bodies can be kept, and what is said of the rest."""

import pytest

from omakase_service.gorse.contracts import BadRequest, GorseFeedback, UnaskableId
from omakase_service.gorse.wire import (
    checked_feedback,
    checked_id,
    feedback_of,
    labels_of,
    parse_body,
    parsed_list,
    text_of,
    user_of,
)


@pytest.mark.parametrize(
    "value", ["\x00", ["ok", "\x00"], {"a": "b\x00"}, {"a\x00": "b"}, {"a": {"b": ["\x00"]}}]
)
def test_labels_with_a_nul_anywhere_are_refused(value):
    for read, row in ((user_of, {"UserId": "u"}), (feedback_of, {"UserId": "u", "ItemId": "i"})):
        with pytest.raises(BadRequest, match=r"Labels: text must not hold a NUL character$"):
            read({**row, "Labels": value})


def test_labels_with_the_words_of_an_escape_are_kept():
    assert labels_of("Labels", "\\u0000") == "\\u0000"


def nested(depth):
    value = {"leaf": 1}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


def test_labels_lie_at_most_fifty_deep():
    assert labels_of("Labels", nested(50)) == nested(50)
    for depth in (51, 700):
        with pytest.raises(BadRequest) as caught:
            labels_of("Labels", nested(depth))
        assert str(caught.value) == (
            "Labels: lists and objects lie within each other at most 50 deep"
        )


@pytest.mark.parametrize(
    "value",
    [None, "", "a", 0, -1.5, [], ["a", "b"], [1, 2.5], {}, {"a": {"b": ["c"]}, "d": 4}],
)
def test_labels_that_models_learn_of_are_kept_as_they_are(value):
    assert labels_of("Labels", value) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "Labels: true or false is no label; send a text, a number, a list of these"),
        (
            {"a": False},
            "Labels.a: true or false is no label; send a text, a number, a list of these",
        ),
        ({"a": None}, "Labels.a: null says nothing; leave it out"),
        ({"a": {"b": None}}, "Labels.a.b: null says nothing; leave it out"),
        (["a", 1], "Labels: a list holds texts only, or numbers only"),
        ([None], "Labels: a list holds texts only, or numbers only"),
        ([1, True], "Labels: a list holds texts only, or numbers only"),
        ([["a"]], "Labels: a list holds texts only, or numbers only"),
        ({"x": [{}]}, "Labels.x: a list holds texts only, or numbers only"),
    ],
)
def test_labels_that_nobody_could_learn_of_are_refused_by_their_place(value, words):
    with pytest.raises(BadRequest) as caught:
        labels_of("Labels", value)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    "text", ["bob", "1", "한글", "a b", "a:b", "a%2Fb", "🍣", "مرحبا", "x" * 255]
)
def test_id_that_can_be_asked_for_is_kept(text):
    assert checked_id(text, "UserId") == text


def test_id_loses_the_blanks_around_it():
    assert checked_id("  bob ", "UserId") == "bob"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "UserId is empty; nobody could ask for it"),
        (" \t", "UserId is empty; nobody could ask for it"),
        ("a/b", "UserId 'a/b' holds a slash; nobody could ask for it"),
        ("/" * 99, f"UserId {'/' * 60!r} holds a slash; nobody could ask for it"),
        ("a\nb", "UserId 'a\\nb' has more than 255 characters, or control characters"),
        ("x" * 256, f"UserId {'x' * 60!r} has more than 255 characters, or control characters"),
        ("a\x1fb", "UserId 'a\\x1fb' has more than 255 characters, or control characters"),
    ],
)
def test_id_that_nobody_could_ask_for_says_why(text, words):
    with pytest.raises(UnaskableId) as caught:
        checked_id(text, "UserId")
    assert str(caught.value) == words


def test_feedback_type_has_at_most_fifty_characters():
    said = {"UserId": "u", "ItemId": "i", "FeedbackType": "별" * 50}
    assert feedback_of(said).kind == "별" * 50
    with pytest.raises(BadRequest, match=r"^FeedbackType has more than 50 characters$"):
        feedback_of(said | {"FeedbackType": "별" * 51})


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_feedback_value_is_finite(value):
    with pytest.raises(BadRequest, match=rf"^Feedback.Value is a number, not {value}$"):
        checked_feedback(GorseFeedback("star", "u", "i", float(value)))


def test_feedback_value_whole_or_not_is_a_number():
    said = {"UserId": "u", "ItemId": "i"}
    assert feedback_of(said | {"Value": 3}).value == 3.0
    assert isinstance(feedback_of(said | {"Value": 3}).value, float)
    assert feedback_of(said | {"Value": -0.25}).value == -0.25


def test_text_of_null_is_none_and_of_a_text_the_text():
    assert text_of("place", None) is None
    assert text_of("place", "") == ""


@pytest.mark.parametrize("body", [b"", b" ", b"\n\t"])
def test_body_of_nothing_asks_for_json(body):
    with pytest.raises(BadRequest, match=r"^the body is empty; send JSON$"):
        parse_body(body)


@pytest.mark.parametrize(
    "body", [b"{", b"{'a': 1}", b"NaN", b'"\xff"', b'"\\ud800"', b"1e999", b"[1,]"]
)
def test_body_that_is_no_json_says_so(body):
    with pytest.raises(BadRequest, match=r"^the body is not JSON: "):
        parse_body(body)


def test_body_that_is_json_is_what_it_says():
    assert parse_body(b' {"a": [1, null]} ') == {"a": [1, None]}
    assert parse_body(b"null") is None


def test_list_that_is_null_is_empty():
    assert parsed_list(b"null", "users") == []
    assert parsed_list(b"[]", "users") == []
    assert parsed_list(b"[1]", "users") == [1]


@pytest.mark.parametrize(
    ("body", "word"),
    [(b"{}", "an object"), (b'"a"', "a text"), (b"1", "a number"), (b"true", "true or false")],
)
def test_list_that_is_none_says_what_it_is(body, word):
    with pytest.raises(BadRequest, match=rf"^a list of items is due here, not {word}$"):
        parsed_list(body, "items")
