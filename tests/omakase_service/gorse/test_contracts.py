"""Rules of feedback, numbers and times as Gorse writes them, and what reports count."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse.configuration import rule_of
from omakase_service.gorse.contracts import (
    ZERO_TIME,
    FeedbackRule,
    GorseFeedback,
    MirrorReport,
    MoveReport,
    MoveSettings,
    number,
    rfc3339,
    utc,
)

SEOUL = timezone(timedelta(hours=9))


def mirrored(**more):
    facts = {
        "lists": 1,
        "failed": 0,
        "overlap": None,
        "own_ms": None,
        "their_ms": None,
        "own_hits": 0,
        "their_hits": 0,
        "own_shown": 0,
        "own_rate": None,
        "their_rate": None,
    }
    return MirrorReport(**facts | more)


@pytest.mark.parametrize(
    ("comparison", "below", "at", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("=", False, True, False),
        ("", True, True, True),
    ],
)
def test_rule_holds_on_its_side_of_the_bound(comparison, below, at, above):
    rule = FeedbackRule("rating", comparison, 3.0)
    assert [rule.holds("rating", value) for value in (2.0, 3.0, 4.0)] == [below, at, above]


@pytest.mark.parametrize("comparison", [">=", ">", "<=", "<", "=", ""])
@pytest.mark.parametrize("kind", ["", "Rating", "rating ", "ratin", "ratings"])
def test_rule_of_another_type_never_holds(comparison, kind):
    assert not any(FeedbackRule("rating", comparison, 3.0).holds(kind, v) for v in (2.0, 3.0, 4.0))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (FeedbackRule("star"), "star"),
        (FeedbackRule("star", "", 7.0), "star"),
        (FeedbackRule("rating", ">=", 4.0), "rating>=4"),
        (FeedbackRule("rating", "<", 2.5), "rating<2.5"),
        (FeedbackRule("balance", ">", -0.5), "balance>-0.5"),
        (FeedbackRule("views", ">=", 1_234_567.0), "views>=1234567"),
        (FeedbackRule("share", ">", 0.00001), "share>0.00001"),
        (FeedbackRule("평점", "=", 5.0), "평점=5"),
    ],
)
def test_rule_as_a_text_has_all_digits_of_its_bound(rule, text):
    assert str(rule) == text


@given(
    st.sampled_from(["star", "rating", "평점", "long read"]),
    st.sampled_from([">=", ">", "<=", "<", "="]),
    st.floats(-1e12, 1e12).map(lambda bound: bound + 0.0),
)
def test_rule_written_and_read_is_the_same(kind, comparison, bound):
    rule = FeedbackRule(kind, comparison, bound)
    assert rule_of(str(rule)) == rule


def test_settings_before_any_file_take_all_feedback_for_the_item():
    config = MoveSettings()
    assert config.is_positive("whatever", 0.0)
    assert config.is_positive("", -3.0)
    assert not config.is_negative("whatever", 0.0)


def test_settings_before_any_file_leave_out_what_is_negative():
    config = MoveSettings(negative=(FeedbackRule("hate"), FeedbackRule("rating", "<", 3.0)))
    assert not config.is_positive("hate", 1.0)
    assert not config.is_positive("rating", 2.9)
    assert config.is_positive("rating", 3.0)


def test_settings_of_a_file_take_only_what_it_calls_positive():
    config = MoveSettings(
        known=True,
        positive=(FeedbackRule("star"), FeedbackRule("rating", ">=", 4.0)),
        read=(FeedbackRule("seen"),),
    )
    assert config.is_positive("star", 0.0)
    assert config.is_positive("rating", 4.0)
    assert not config.is_positive("rating", 3.9)
    assert not config.is_positive("seen", 1.0)
    assert not config.is_positive("unheard of", 1.0)


def test_settings_of_a_file_without_positive_types_take_nothing():
    assert not MoveSettings(known=True).is_positive("star", 1.0)


def test_settings_may_call_a_type_positive_and_negative_by_its_value():
    config = MoveSettings(
        known=True,
        positive=(FeedbackRule("rating", ">", 3.0),),
        negative=(FeedbackRule("rating", "<", 3.0),),
    )
    assert [config.is_positive("rating", v) for v in (2.0, 3.0, 4.0)] == [False, False, True]
    assert [config.is_negative("rating", v) for v in (2.0, 3.0, 4.0)] == [True, False, False]


def test_feedback_key_is_type_person_and_item_alone():
    row = GorseFeedback("star", "u", "i", 3.0, comment="c", labels=["a"])
    assert row.key == ("star", "u", "i")
    assert row.key == GorseFeedback("star", "u", "i").key


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-2.0, "-2"),
        (0.5, "0.5"),
        (2.0**53 - 1, "9007199254740991"),
        (2.0**53, "9007199254740992.0"),
        (1e300, "1e+300"),
        (3, "3"),
    ],
)
def test_number_is_written_without_a_point_where_it_is_whole(value, written):
    assert str(number(value)) == written


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_number_without_end_stays_as_it_is(value):
    assert number(value) == value


def test_number_that_is_none_stays_as_it_is():
    assert number(float("nan")) != number(float("nan"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_any_finite_value_keeps_its_size(value):
    assert number(value) == value


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, ZERO_TIME),
        (datetime(2022, 2, 24, 10, 20, 30, tzinfo=UTC), "2022-02-24T10:20:30Z"),
        (datetime(2022, 2, 24, 10, 20, 30, 500_000, tzinfo=UTC), "2022-02-24T10:20:30.5Z"),
        (datetime(2022, 2, 24, 10, 20, 30, 1, tzinfo=UTC), "2022-02-24T10:20:30.000001Z"),
        (datetime(2022, 2, 24, 0, 20, tzinfo=SEOUL), "2022-02-23T15:20:00Z"),
        (datetime(2022, 2, 24, 10, 20), "2022-02-24T10:20:00Z"),  # noqa: DTZ001
        (datetime(987, 6, 5, tzinfo=UTC), "0987-06-05T00:00:00Z"),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "9999-12-31T23:59:59Z"),
    ],
)
def test_rfc3339_says_no_digits_that_say_nothing(moment, text):
    assert rfc3339(moment) == text


@given(st.datetimes(timezones=st.just(UTC)))
def test_rfc3339_any_moment_is_read_back(moment):
    assert datetime.fromisoformat(rfc3339(moment)) == moment


def test_utc_of_a_moment_without_zone_keeps_its_clock():
    assert utc(datetime(2024, 1, 2, 3)) == datetime(2024, 1, 2, 3, tzinfo=UTC)  # noqa: DTZ001


def test_utc_of_a_moment_elsewhere_is_the_same_moment():
    moment = datetime(2024, 1, 2, 3, tzinfo=SEOUL)
    assert utc(moment) == moment
    assert (utc(moment).day, utc(moment).hour) == (1, 18)


def test_move_report_keeps_the_first_reasons_and_counts_all():
    report = MoveReport()
    for at in range(25):
        report.refuse(f"row {at}")
    assert report.rejected == 25
    assert report.refused == [f"row {at}" for at in range(20)]


def test_move_reports_share_no_reasons():
    first, second = MoveReport(), MoveReport()
    first.refuse("bad")
    assert (second.rejected, second.refused) == (0, [])


@pytest.mark.parametrize(
    ("facts", "lift"),
    [
        ({"own_rate": 0.3, "their_rate": 0.2}, 0.5),
        ({"own_rate": 0.1, "their_rate": 0.2}, -0.5),
        ({"own_rate": 0.0, "their_rate": 0.2}, -1.0),
        ({"own_rate": 0.2, "their_rate": 0.0}, None),
        ({"own_hits": 3, "their_hits": 2}, 0.5),
        ({"own_hits": 3, "their_hits": 0}, None),
        ({"own_hits": 0, "their_hits": 0}, None),
        ({"own_rate": 9.0, "own_hits": 1, "their_hits": 2}, -0.5),
        ({"their_rate": 9.0, "own_hits": 1, "their_hits": 2}, -0.5),
        ({"own_rate": 0.4, "their_rate": 0.2, "own_hits": 1, "their_hits": 5}, 1.0),
    ],
)
def test_lift_compares_rates_once_both_are_there_and_hits_before(facts, lift):
    assert mirrored(**facts).lift == (None if lift is None else pytest.approx(lift))
