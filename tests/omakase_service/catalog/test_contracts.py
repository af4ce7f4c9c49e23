"""What the catalog takes of items and users, what it refuses, and what it works out."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.expiry import last_moment
from omakase_service.catalog.plain_rows import discount_rate

NO_ZONE = datetime(2026, 1, 31, 10, tzinfo=UTC).replace(tzinfo=None)
SEOUL = timezone(timedelta(hours=9))


def refusal(model, **fields) -> str:
    """What is said of the first wrong field."""
    with pytest.raises(ValidationError) as refused:
        model(**fields)
    return refused.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("a", "a"), (" a ", "a"), (7, "7"), (-1, "-1"), ("한국", "한국"), ("🍣", "🍣")],
)
def test_item_id_is_taken_without_blanks_and_numbers_by_their_digits(said, kept):
    assert ItemIn(item_id=said).item_id == kept
    assert UserIn(user_id=said).user_id == kept


@pytest.mark.parametrize("said", ["", "  ", "a\nb", "a\x00", "x" * 256, True, 1.5, None, []])
def test_item_id_that_is_none_is_refused(said):
    with pytest.raises(ValidationError):
        ItemIn(item_id=said)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("price", -1),
        ("price", float("nan")),
        ("price", float("inf")),
        ("price", 1e16),
        ("original_price", -0.01),
        ("latitude", 90.1),
        ("latitude", -90.1),
        ("longitude", 180.1),
        ("longitude", -181),
        ("latitude", float("nan")),
        ("longitude", float("nan")),
        ("stock", -1),
        ("stock", 2**31),
        ("stock", 1.5),
        ("title", "x" * 501),
        ("title", "a\x00b"),
        ("brand", "x" * 256),
        ("category", "a\x00"),
        ("tags", ["a\x00"]),
        ("tags", ["x" * 256]),
        ("tags", ["x"] * 1001),
        ("tags", "film"),
        ("image_url", "x" * 2001),
        ("description", "x" * 100_001),
        ("attributes", {"a": "\x00"}),
        ("attributes", {"a": {"b": ["\x00"]}}),
        ("attributes", {"a\x00": 1}),
        ("attributes", {"a": 2**70}),
        ("attributes", {"a": -(2**70)}),
        ("attributes", {"a": "\ud800"}),
        ("attributes", [1]),
        ("opening_hours", "whenever"),
        ("opening_hours", 9),
        ("created", "yesterday"),
        ("expires", "soon"),
        ("colour", "red"),
    ],
)
def test_item_field_that_makes_no_sense_is_refused(field, wrong):
    with pytest.raises(ValidationError) as refused:
        ItemIn(item_id="a", **{field: wrong})
    assert refused.value.errors()[0]["loc"][0] == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", 0),
        ("price", 1e15),
        ("latitude", 90),
        ("latitude", -90),
        ("longitude", 180),
        ("longitude", -180),
        ("stock", 0),
        ("stock", 2**31 - 1),
        ("title", "x" * 500),
        ("brand", "x" * 255),
        ("tags", ["x"] * 1000),
        ("description", "x" * 100_000),
        ("image_url", "x" * 2000),
        ("attributes", {"a": None, "b": [1, {"c": "🍣"}], "": 0}),
        ("attributes", {"a": "\\u0000"}),
        ("attributes", {"a": 2**63 - 1}),
        ("opening_hours", {"mon": "9-5"}),
        ("price", None),
        ("stock", None),
    ],
)
def test_item_field_at_the_edge_of_what_is_taken_is_kept(field, value):
    assert getattr(ItemIn(item_id="a", **{field: value}), field) == value


def test_attributes_that_are_nested_too_deeply_are_refused():
    deep: object = 1
    for _ in range(60):
        deep = [deep]
    assert refusal(ItemIn, item_id="a", attributes={"a": deep}) == (
        "Value error, lists and objects lie within each other at most 50 deep"
    )


def test_attributes_that_are_too_long_are_refused():
    assert refusal(ItemIn, item_id="a", attributes={"a": "x" * 100_000}) == (
        "Value error, at most 100000 bytes of JSON"
    )


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (2**64, "Integer exceeds 64-bit range"),
        ("\ud800", "str is not valid UTF-8: surrogates not allowed"),
    ],
)
def test_attributes_that_cannot_be_written_are_refused_in_words(fact, why):
    assert refusal(ItemIn, item_id="a", attributes={"a": fact}) == (
        f"Value error, this cannot be kept as JSON: {why}"
    )


def test_attributes_with_a_nul_are_refused_in_words():
    assert refusal(ItemIn, item_id="a", attributes={"a": ["\x00"]}) == (
        "Value error, text must not hold a NUL character"
    )


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("diversity", -0.1),
        ("diversity", 1.1),
        ("diversity", float("nan")),
        ("price_min", -1),
        ("price_max", float("inf")),
        ("excluded_categories", ["x" * 256]),
        ("categories", "film"),
        ("recommendations_on", "perhaps"),
        ("tier", "x" * 256),
        ("attributes", {"a": "\x00"}),
        ("mood", "good"),
    ],
)
def test_user_field_that_makes_no_sense_is_refused(field, wrong):
    with pytest.raises(ValidationError) as refused:
        UserIn(user_id="a", **{field: wrong})
    assert refused.value.errors()[0]["loc"][0] == field


def test_lists_of_two_items_are_not_one_list():
    first, second = ItemIn(item_id="a"), ItemIn(item_id="b")
    first.tags.append("x")
    first.attributes["x"] = 1
    assert (second.tags, second.attributes) == ([], {})


# Until when it is offered


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, 23, 59, 59, 999_999, UTC)),
        (" 2026-01-31 ", datetime(2026, 1, 31, 23, 59, 59, 999_999, UTC)),
        ("20260131", datetime(2026, 1, 31, 23, 59, 59, 999_999, UTC)),
        (date(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC)),
        ("2026-01-31T10:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31 10:00:30", datetime(2026, 1, 31, 10, 0, 30, tzinfo=UTC)),
        ("2026-01-31T10:00:00Z", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T10:00:00+09:00", datetime(2026, 1, 31, 1, tzinfo=UTC)),
        (datetime(2026, 1, 31, 10, tzinfo=SEOUL), datetime(2026, 1, 31, 1, tzinfo=UTC)),
        (NO_ZONE, datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T00:00:00Z", datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_last_moment_of_a_day_is_its_end_and_of_a_time_itself(said, moment):
    assert last_moment(said) == moment
    assert ItemIn(item_id="a", expires=said).expires == moment


@pytest.mark.parametrize("said", [None, 5, 1.5, "", "soon", "2026-02-30", "2026-13-01", ["2026"]])
def test_last_moment_of_what_is_no_time_is_itself(said):
    assert last_moment(said) == said


@given(st.datetimes(timezones=st.just(UTC)))
def test_last_moment_of_a_moment_that_is_written_down_is_that_moment(moment):
    assert last_moment(moment.isoformat()) == moment


@given(st.dates())
def test_last_moment_of_a_day_lies_within_it_just_before_the_next(day):
    moment = last_moment(day)
    assert moment.date() == last_moment(day.isoformat()).date() == day
    assert moment.time() == datetime.max.time()


# What is taken off


@pytest.mark.parametrize(
    ("price", "original", "rate"),
    [
        (75, 100, 0.25),
        (0, 100, 1.0),
        (100, 100, 0.0),
        (120, 100, 0.0),
        (None, 100, None),
        (75, None, None),
        (75, 0, None),
        (2, 3, 0.3333),
    ],
)
def test_discount_rate_is_the_share_that_is_taken_off(price, original, rate):
    assert discount_rate(price, original) == rate


@given(st.floats(0, 1e15), st.floats(0, 1e15))
def test_discount_rate_lies_between_nothing_and_all(price, original):
    rate = discount_rate(price, original)
    assert rate is None if original == 0 else 0 <= rate <= 1
