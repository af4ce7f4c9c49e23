"""Windows of maintenance: which can be read, and what they become."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omakase_settings.alerts import AlertSettings

SEOUL = timezone(timedelta(hours=9))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
TIMES = st.datetimes(timezones=ZONES)


def windows(*texts: str):
    return AlertSettings(maintenance=texts).windows


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        (
            "2026-12-01T00:00Z/2026-12-01T02:00Z",
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2026, 12, 1, 2, tzinfo=UTC),
        ),
        (
            "2026-12-01T09:00+09:00/2026-12-01T09:30:15+09:00",
            datetime(2026, 12, 1, 9, tzinfo=SEOUL),
            datetime(2026, 12, 1, 9, 30, 15, tzinfo=SEOUL),
        ),
        (
            "2026-12-01T09:00+09:00/2026-12-01T01:00Z",
            datetime(2026, 12, 1, 0, tzinfo=UTC),
            datetime(2026, 12, 1, 1, tzinfo=UTC),
        ),
        (
            "20261201T000000Z/20261202T000000Z",
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2026, 12, 2, tzinfo=UTC),
        ),
    ],
)
def test_window_is_its_begin_and_its_end(text, begin, end):
    assert windows(text) == ((begin, end),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "tonight",
        "2026-12-01T00:00Z",
        "2026-12-01T00:00Z/",
        "/2026-12-01T00:00Z",
        "2026-12-01T00:00/2026-12-01T02:00",
        "2026-12-01T00:00Z/2026-12-01T02:00",
        "2026-12-01T00:00/2026-12-01T02:00Z",
        "2026-12-01T02:00Z/2026-12-01T00:00Z",
        "2026-12-01T00:00Z/2026-12-01T00:00Z",
        "2026-12-01T09:00+09:00/2026-12-01T00:00Z",
        "2026-02-30T00:00Z/2026-03-01T00:00Z",
        "2026-12-01T00:00Z-2026-12-01T02:00Z",
        "2026-12-01T00:00Z/2026-12-01T02:00Z/2026-12-01T03:00Z",
        "2026-12-01/2026-12-02",
    ],
)
def test_window_that_cannot_be_read_is_refused_with_an_example(text):
    with pytest.raises(ValidationError) as caught:
        AlertSettings(maintenance=(text,))
    (told,) = caught.value.errors()
    assert told["loc"] == ("maintenance",)
    assert told["msg"] == (
        f"Value error, {text!r} is no window; write 2026-12-01T00:00Z/2026-12-01T02:00Z"
    )


def test_one_window_that_cannot_be_read_refuses_all():
    with pytest.raises(ValidationError, match="'never' is no window"):
        AlertSettings(maintenance=("2026-12-01T00:00Z/2026-12-01T02:00Z", "never"))


def test_windows_stand_in_the_order_in_which_they_are_written():
    late, early = "2027-01-01T00:00Z/2027-01-02T00:00Z", "2026-01-01T00:00Z/2026-01-02T00:00Z"
    assert [begin.year for begin, _ in windows(late, early)] == [2027, 2026]


def test_without_windows_there_are_none():
    assert AlertSettings().windows == ()


@given(TIMES, TIMES)
def test_window_of_any_two_times_is_taken_where_the_first_is_before_the_second(begin, end):
    text = f"{begin.isoformat()}/{end.isoformat()}"
    if begin < end:
        assert windows(text) == ((begin, end),)
    else:
        with pytest.raises(ValidationError, match="is no window"):
            windows(text)


@pytest.mark.parametrize(("given_key", "text"), [(None, ""), ("", ""), ("r0ut1ng", "r0ut1ng")])
def test_routing_key_of_pagerduty_is_a_text_or_nothing(given_key, text):
    assert AlertSettings(pagerduty_key=given_key).pagerduty_key_text == text


@pytest.mark.parametrize("form", ["plain", "slack", "pagerduty"])
def test_form_of_what_is_told_is_one_of_three(form):
    assert AlertSettings(webhook_form=form).webhook_form == form


@pytest.mark.parametrize("form", ["", "Slack", "teams", None])
def test_form_that_there_is_not_is_refused(form):
    with pytest.raises(ValidationError, match="'plain', 'slack' or 'pagerduty'"):
        AlertSettings(webhook_form=form)


def test_address_that_is_told_and_its_key_are_shown_nowhere():
    own = AlertSettings(webhook_url="https://hooks.example/hidden", pagerduty_key="hidden")
    assert "hidden" not in repr(own) + str(own) + own.model_dump_json()
