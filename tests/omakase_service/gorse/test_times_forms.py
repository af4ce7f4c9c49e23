"""Each way of writing a time that is read, alone and with a clock, and the strict one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse.contracts import BadRequest, rfc3339
from omakase_service.gorse.times import moment_of, strict_moment_of

DAY = datetime(2022, 2, 24, tzinfo=UTC)
LOW, HIGH = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  hypothesis adds the zone
seconds = st.datetimes(LOW, HIGH, timezones=st.just(UTC)).map(lambda m: m.replace(microsecond=0))
zones = st.integers(-14 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))

SPELT_DAYS = [
    "24 Feb 2022",
    "24 February 2022",
    "Feb 24, 2022",
    "February 24, 2022",
    "Feb 24 2022",
    "February 24 2022",
    "02/24/2022",
    "2/24/2022",
    "02/24/22",
    "2022/02/24",
    "2022/2/24",
    "2022.02.24",
    "24.02.2022",
    "24.2.2022",
    "02-24-2022",
    "2022-Feb-24",
    "2022-02-24",
]
CLOCKS = [
    ("", timedelta()),
    (" 00:00", timedelta()),
    (" 10:20", timedelta(hours=10, minutes=20)),
    (" 22:20:30", timedelta(hours=22, minutes=20, seconds=30)),
    (" 10:20 PM", timedelta(hours=22, minutes=20)),
    (" 12:00 AM", timedelta()),
    (" 12:00 pm", timedelta(hours=12)),
    (" 9:05:07 am", timedelta(hours=9, minutes=5, seconds=7)),
]


@pytest.mark.parametrize(("clock", "since"), CLOCKS)
@pytest.mark.parametrize("day", SPELT_DAYS[:-1])
def test_moment_of_a_spelt_day_takes_every_clock(day, clock, since):
    assert moment_of(day + clock) == DAY + since


@pytest.mark.parametrize("day", SPELT_DAYS)
def test_moment_of_a_text_does_not_mind_blanks_around_it(day):
    assert moment_of(f"  {day}\n") == DAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 24 Feb 2022 10:20:30 GMT", "2022-02-24T10:20:30Z"),
        ("Thu, 24 Feb 2022 10:20:30 UTC", "2022-02-24T10:20:30Z"),
        ("Thu, 24 Feb 2022 10:20:30 -0700", "2022-02-24T17:20:30Z"),
        ("Thu Feb 24 10:20:30 2022", "2022-02-24T10:20:30Z"),
        ("Thu Feb 24 10:20:30 +0900 2022", "2022-02-24T01:20:30Z"),
        ("2022-02-24 10:20:30 +0000", "2022-02-24T10:20:30Z"),
        ("2022-02-24 10:20:30 +0000 UTC", "2022-02-24T10:20:30Z"),
        ("2022-02-24 10:20:30 -0330", "2022-02-24T13:50:30Z"),
        ("2022-02-24T10:20", "2022-02-24T10:20:00Z"),
        ("2022-02-24 10:20", "2022-02-24T10:20:00Z"),
        ("2022-02-24T10:20:30.5Z", "2022-02-24T10:20:30.5Z"),
        ("2022-02-24T10:20:30,5Z", "2022-02-24T10:20:30.5Z"),
        ("20220224T102030Z", "2022-02-24T10:20:30Z"),
        ("2022-02-24T23:30:00-01:00", "2022-02-25T00:30:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("1500-01-01", "1500-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_moment_of_a_zone_is_the_moment_in_utc(text, expected):
    assert rfc3339(moment_of(text)) == expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("0", "1970-01-01T00:00:00Z"),
        ("7", "1970-01-01T00:00:07Z"),
        ("12345", "1970-01-01T03:25:45Z"),
        ("123456789", "1973-11-29T21:33:09Z"),
        ("2022", "2022-01-01T00:00:00Z"),
        ("202202", "2022-02-01T00:00:00Z"),
        ("20220224", "2022-02-24T00:00:00Z"),
        ("20220224102030", "2022-02-24T10:20:30Z"),
        ("1645693230", "2022-02-24T09:00:30Z"),
        ("1645693230500", "2022-02-24T09:00:30.5Z"),
        ("1645693230500000", "2022-02-24T09:00:30.5Z"),
        ("1645693230500000000", "2022-02-24T09:00:30.5Z"),
        ("10000000000", "2286-11-20T17:46:40Z"),
    ],
)
def test_moment_of_digits_goes_by_how_many_there_are(digits, expected):
    assert rfc3339(moment_of(digits)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "0000",
        "202213",
        "20220230",
        "20220224102099",
        "999999999999",
        "9" * 19 + "0",
        "-1",
        "1.5e9",
        "30 Feb 2022",
        "13/13/2022",
        "2022-02-29",
        "2022-02-24T25:00:00Z",
        "24 Feb",
        "10:20",
        "Thu, 24 Feb 2022 10:20:30 KST+9",
        "now",
        "어제",
        "２０２２년",
        "\x00",
    ],
)
def test_moment_of_what_is_no_time_names_it(text):
    with pytest.raises(BadRequest) as caught:
        moment_of(text)
    assert str(caught.value) == (
        f"the time {text.strip()[:60]!r} cannot be read; write it as 2022-02-24T10:20:30Z"
    )


def test_moment_of_a_long_text_shows_its_beginning():
    with pytest.raises(BadRequest) as caught:
        moment_of("z" * 500)
    assert str(caught.value) == (
        f"the time {'z' * 60!r} cannot be read; write it as 2022-02-24T10:20:30Z"
    )


@pytest.mark.parametrize("text", [None, "", "  ", "0001-01-01T00:00:00Z", "0001-01-01"])
def test_moment_of_no_time_or_the_zero_time_is_none(text):
    assert moment_of(text) is None


@given(seconds)
def test_moment_of_unix_time_in_any_part_of_a_second_is_the_same(moment):
    whole = int(moment.timestamp())
    if whole < 10**9:
        whole += 10**9
    expected = datetime.fromtimestamp(whole, UTC)
    for zeros in ("", "000", "000000", "000000000"):
        assert moment_of(f"{whole}{zeros}") == expected


@given(seconds, st.sampled_from(["%d %b %Y", "%B %d, %Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y"]))
def test_moment_of_any_day_that_is_spelt_is_its_midnight(moment, form):
    expected = moment.replace(hour=0, minute=0, second=0)
    assert moment_of(moment.strftime(form)) == expected


@given(seconds, zones)
def test_moment_of_rfc_3339_in_any_zone_is_the_moment(moment, zone):
    text = moment.astimezone(zone).isoformat()
    assert moment_of(text) == moment
    assert strict_moment_of(text) == moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-02-24T10:20:30Z", "2022-02-24T10:20:30Z"),
        ("2022-02-24t10:20:30z", "2022-02-24T10:20:30Z"),
        ("2022-02-24T10:20:30.25+09:00", "2022-02-24T01:20:30.25Z"),
        ("2022-02-24T10:20:30.123456789Z", "2022-02-24T10:20:30.123456Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_strict_moment_of_rfc_3339_is_read(text, expected):
    assert rfc3339(strict_moment_of(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022-02-24",
        "2022-02-24T10:20Z",
        "2022-02-24T10:20:30",
        "2022-02-24 10:20:30Z",
        "2022-02-24T10:20:30.Z",
        "2022-02-24T10:20:30+0900",
        "2022-02-24T10:20:30Z ",
        "2022-02-24T10:20:30Z\n",
        "٢٠٢٢-02-24T10:20:30Z",
        "20220224T102030Z",
        "1645693230",
    ],
)
def test_strict_moment_of_anything_else_is_refused(text):
    with pytest.raises(BadRequest) as caught:
        strict_moment_of(text)
    assert str(caught.value) == (
        f"the time {text!r} of a patch must be RFC 3339, such as 2022-02-24T10:20:30Z"
    )


@pytest.mark.parametrize("text", ["2022-02-30T10:20:30Z", "2022-02-24T24:20:30Z"])
def test_strict_moment_of_a_day_that_there_is_not_is_refused(text):
    with pytest.raises(BadRequest, match=r"cannot be read; write it as 2022-02-24T10:20:30Z$"):
        strict_moment_of(text)
