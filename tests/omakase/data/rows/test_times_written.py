"""Times in the forms that people and programs write, each worked out by Python's own calendar."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.rows.times import ZONES, TimeForm, unix_seconds
from omakase.errors import ConfigError

quick = settings(max_examples=60, deadline=None)
MONTHS_EN = ["January", "February", "March", "April", "May", "June", "July", "August"]
MONTHS_EN += ["September", "October", "November", "December"]
MONTHS_DE = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August"]
MONTHS_DE += ["September", "Oktober", "November", "Dezember"]
moments = st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


def at(*parts, minutes_east=0):
    """Unix seconds of a moment of a zone that lies so many minutes east of Greenwich."""
    zone = timezone(timedelta(minutes=minutes_east))
    return datetime(*parts, tzinfo=zone).timestamp()


def seconds(*times, **how):
    return unix_seconds(pl.Series("t", list(times), dtype=pl.String), **how).to_list()


def in_zone(zone, *times):
    return seconds(*times, form=TimeForm(zone=zone))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("January 31, 2024", at(2024, 1, 31)),
        ("Jan 31, 2024 5:06 PM", at(2024, 1, 31, 17, 6)),
        ("31 January 2024", at(2024, 1, 31)),
        ("31-Jan-2024", at(2024, 1, 31)),
        ("31-Jan-24", at(2024, 1, 31)),
        ("31-JAN-2024 23:59:58", at(2024, 1, 31, 23, 59, 58)),
        ("1st March 2024", at(2024, 3, 1)),
        ("March 2nd, 2024", at(2024, 3, 2)),
        ("3rd of May 2024", None),
        ("Sept 4, 2024", at(2024, 9, 4)),
        ("31. Januar 2024", at(2024, 1, 31)),
        ("5. März 2024 um 14:30 Uhr", at(2024, 3, 5, 14, 30)),
        ("1. Dez. 2023, 08:05", at(2023, 12, 1, 8, 5)),
        ("Okt 9, 2021", at(2021, 10, 9)),
        ("Mai 9, 2021", at(2021, 5, 9)),
        ("Wed, 31 Jan 2024 12:00:00 GMT", at(2024, 1, 31, 12)),
        ("Wed, 31 Jan 2024 12:00:00 +0900", at(2024, 1, 31, 12, minutes_east=540)),
        ("Wed Jan 31 12:00:00 2024", at(2024, 1, 31, 12)),
        ("Wed Jan 31 12:00:00 +0530 2024", at(2024, 1, 31, 12, minutes_east=330)),
        ("Wed Jan 31 12:00:00 KST 2024", at(2024, 1, 31, 12, minutes_east=540)),
        ("Wednesday, January 31, 2024 at 1:02 AM", at(2024, 1, 31, 1, 2)),
        ("31/Jan/2024:12:00:00 +0000", at(2024, 1, 31, 12)),
        ("[31/Jan/2024:12:00:00 -0330]", at(2024, 1, 31, 12, minutes_east=-210)),
    ],
)
def test_unix_seconds_of_named_months_reads_them_in_two_languages(written, expected):
    assert seconds(written) == [expected]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024년 1월 31일", at(2024, 1, 31)),
        ("2024년1월31일", at(2024, 1, 31)),
        ("24년 1월 31일", at(2024, 1, 31)),
        ("99년 12월 3일 오후 1:02", at(1999, 12, 3, 13, 2)),
        ("2024년 01월 31일 21:05", at(2024, 1, 31, 21, 5)),
        ("2024년 1월 31일 오후 9시 5분", at(2024, 1, 31, 21, 5)),
        ("2024년 1월 31일 오전 9시 5분 7초", at(2024, 1, 31, 9, 5, 7)),
        ("2024년 1월 31일 (수) 오후 12:30", at(2024, 1, 31, 12, 30)),
        ("2024년 1월 31일 수요일 오전 12:30", at(2024, 1, 31, 0, 30)),
        ("2024년 1월 31일 9시", at(2024, 1, 31, 9)),
        ("2024. 1. 31.", at(2024, 1, 31)),
        ("2024. 1. 31. 오후 3:04:05", at(2024, 1, 31, 15, 4, 5)),
        ("2024.01.31(수) 15:04", at(2024, 1, 31, 15, 4)),
        ("24. 1. 31.", at(2024, 1, 31)),
        ("2024년 13월 1일", None),
        ("2024년 2월 30일", None),
        ("오후 3:04", None),
    ],
)
def test_unix_seconds_of_korean_dates_reads_them(written, expected):
    assert seconds(written) == [expected]


@pytest.mark.parametrize(
    ("clock", "hour", "minute"),
    [
        ("12:00 AM", 0, 0),
        ("12:59 am", 0, 59),
        ("1:00 AM", 1, 0),
        ("11:59 a.m.", 11, 59),
        ("12:00 PM", 12, 0),
        ("12:01 p.m.", 12, 1),
        ("1:00PM", 13, 0),
        ("11:59 pm", 23, 59),
        ("오전 12:00", 0, 0),
        ("오후 12:00", 12, 0),
        ("오후 11:59", 23, 59),
    ],
)
def test_unix_seconds_of_hours_of_twelve_tells_noon_from_midnight(clock, hour, minute):
    expected = at(2024, 1, 31, hour, minute)
    assert seconds(f"2024-01-31 {clock}", f"31/01/2024 {clock}") == [expected, expected]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("Jan 31, 2024 10 PM", 22),
        ("Jan 31, 2024 9 PM", 21),
        ("10 PM, Jan 31, 2024", 22),
        ("12 AM, 31 Jan 2024", 0),
        ("2024-01-31 10pm", 22),
        ("31/01/2024 3PM", 15),
        ("31/01/2024 3 p.m.", 15),
        ("2024-01-31 오후 3", 15),
        ("2024년 1월 31일 오후 3시", 15),
        ("2024년 1월 31일 오전 12시", 0),
        ("31. Januar 2024 um 14 Uhr", 14),
        ("31.01.2024 9 Uhr", 9),
    ],
)
def test_unix_seconds_of_an_hour_alone_is_no_day_and_no_year(written, hour):
    assert seconds(written) == [at(2024, 1, 31, hour)]


@pytest.mark.parametrize(
    "clock", ["13:00 AM", "13:00 PM", "23:10 pm", "오후 13:00", "13 PM", "오후 13"]
)
def test_unix_seconds_of_an_hour_beyond_twelve_with_a_half_is_none(clock):
    assert seconds(f"2024-01-31 {clock}") == [None]


@pytest.mark.parametrize(
    "written",
    [
        "2023-02-29",
        "2023-02-29 10:00",
        "29/02/2023",
        "31.04.2024",
        "2024-00-10",
        "2024-10-00",
        "00/01/2024",
        "2024-01-31 24:00",
        "2024-01-31 10:60",
        "2024-1",
        "10:30",
        "Feb 30, 2024",
        "Foo 30, 2024",
        "2024-01-31 nonsense",
        "nonsense 2024-01-31",
        "2024-01-31 10:00 Mars/Olympus",
        "--",
        "🍣",
        "٢٠٢٤-٠١-٣١",
    ],
)
def test_unix_seconds_of_what_is_no_time_is_none(written):
    assert seconds(written) == [None]


def test_unix_seconds_of_a_leap_day_is_read_in_leap_years_alone():
    written = ["2024-02-29", "2000-02-29", "29/02/2024", "2023-02-29", "2100-02-29", "29.02.1900"]
    expected = [at(2024, 2, 29), at(2000, 2, 29), at(2024, 2, 29), None, None, None]
    assert seconds(*written) == expected


@pytest.mark.parametrize(("name", "minutes"), sorted(ZONES.items()))
def test_unix_seconds_of_a_zone_by_abbreviation_is_moved_by_its_minutes(name, minutes):
    expected = at(2024, 1, 31, 12, minutes_east=minutes)
    assert seconds(f"2024-01-31 12:00:00 {name}") == [expected]
    assert seconds(f"31 Jan 2024 12:00 {name}") == [expected]


@quick
@given(moments, st.integers(-14 * 60, 14 * 60))
def test_unix_seconds_of_any_offset_is_the_moment_of_greenwich(moment, east):
    sign, (hours, minutes) = "-" if east < 0 else "+", divmod(abs(east), 60)
    expected = moment.replace(tzinfo=timezone(timedelta(minutes=east))).timestamp()
    stem = moment.strftime("%d.%m.%Y %H:%M:%S")
    written = [
        f"{moment.isoformat()}{sign}{hours:02}:{minutes:02}",
        f"{moment.isoformat(sep=' ')} {sign}{hours:02}{minutes:02}",
        f"{stem} {sign}{hours:02}:{minutes:02}",
        f"{stem} UTC{sign}{hours:02}:{minutes:02}",
        f"{stem} GMT{sign}{hours:02}{minutes:02}",
    ]
    assert seconds(*written) == [expected] * len(written)


@quick
@given(moments)
def test_unix_seconds_of_any_day_in_words_is_that_day(moment):
    year, month, day = moment.year, moment.month, moment.day
    clock = f"{moment:%H:%M:%S}"
    english, german = MONTHS_EN[month - 1], MONTHS_DE[month - 1]
    twelve = f"{moment.hour % 12 or 12}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"
    half = "오전" if moment.hour < 12 else "오후"
    written = [
        f"{english} {day}, {year} {clock}",
        f"{day} {english[:3]} {year} {twelve}",
        f"{day}. {german} {year}, {clock}",
        f"{year}년 {month}월 {day}일 {clock}",
        f"{year}년 {month}월 {day}일 {half} {moment.hour % 12 or 12}:{moment:%M:%S}",
        f"{year}/{month}/{day} {clock}",
        f"{year}.{month}.{day} {clock}",
        f"{day}.{month}.{year} {clock}",
        f"{day}/{month}/{year} {twelve}",
        f"{year}{month:02}{day:02} {clock}",
    ]
    expected = moment.replace(tzinfo=UTC).timestamp()
    assert dict(zip(written, seconds(*written), strict=True)) == dict.fromkeys(written, expected)


@quick
@given(st.dates(date(1970, 1, 2), date(2069, 12, 31)))
def test_unix_seconds_of_slashed_days_follows_the_declared_order(day):
    midnight = datetime.combine(day, time(), UTC).timestamp()
    first, second = f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}"
    assert seconds(first, day_first=True) == [midnight]
    assert seconds(second, day_first=False) == [midnight]
    short = f"{day.month}/{day.day}/{day.year % 100:02}"
    assert seconds(short, day_first=False) == [midnight]


def test_unix_seconds_of_dotted_days_has_the_day_first_whatever_is_declared():
    assert seconds("03.04.2024", day_first=False) == [at(2024, 4, 3)]
    assert seconds("03/04/2024", day_first=False) == [at(2024, 3, 4)]
    assert seconds("03-04-2024", day_first=True) == [at(2024, 4, 3)]


@pytest.mark.parametrize(
    ("year", "full"), [("00", 2000), ("24", 2024), ("69", 2069), ("70", 1970), ("99", 1999)]
)
def test_unix_seconds_of_two_digits_of_a_year_turn_at_seventy(year, full):
    assert seconds(f"02/01/{year}") == [at(full, 1, 2)]


def test_unix_seconds_of_short_years_in_front_needs_to_be_told():
    told = TimeForm(year_first=True)
    assert seconds("24.01.31", "24-1-31 05:06", "24/01/31", form=told) == [
        *(at(2024, 1, 31), at(2024, 1, 31, 5, 6), at(2024, 1, 31)),
    ]
    assert seconds("24.01.31") == [at(2031, 1, 24)]


@pytest.mark.parametrize(
    ("fraction", "part"),
    [(".5", 0.5), (".25", 0.25), (".123456", 0.123456), (",5", 0.5), (".000001", 0.000001)],
)
def test_unix_seconds_keeps_the_parts_of_a_second(fraction, part):
    base = at(2024, 1, 31, 12, 0, 5)
    written = [f"2024-01-31 12:00:05{fraction}", f"31/01/2024 12:00:05{fraction}"]
    assert seconds(*written) == pytest.approx([base + part] * 2, abs=1e-6)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/Date(0)/", 0),
        ("/Date(1706702400500)/", 1706702400.5),
        ("/Date(-1000)/", -1),
        (r"\/Date(1706702400000)\/", 1706702400),
        ("/Date(1706702400000+0900)/", 1706702400),
        ("/Date(x)/", None),
        ("Date(5)", None),
    ],
)
def test_unix_seconds_of_ticks_of_dot_net_are_thousandths(written, expected):
    assert seconds(written) == [expected]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, 0),
        (1, 1),
        (-1, -1),
        (1e11 - 1, 1e11 - 1),
        (1e11, 1e8),
        (1e14 - 1000, 1e11 - 1),
        (1e14, 1e8),
        (1e17 - 1e6, 1e11 - 1),
        (1e17, 1e8),
        (-1e12, -1e9),
    ],
)
def test_unix_seconds_of_numbers_change_their_unit_at_the_stated_sizes(number, expected):
    found = unix_seconds(pl.Series([number], dtype=pl.Float64)).to_list()
    assert found == pytest.approx([expected])


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), None])
def test_unix_seconds_of_numbers_that_are_none_is_none(number):
    assert unix_seconds(pl.Series([number], dtype=pl.Float64)).to_list() == [None]


def test_unix_seconds_of_no_times_is_empty():
    for dtype in (pl.String, pl.Int64, pl.Float64, pl.Datetime("us"), pl.Date):
        found = unix_seconds(pl.Series([], dtype=dtype))
        assert (found.len(), found.dtype) == (0, pl.Float64)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_unix_seconds_of_typed_times_does_not_depend_on_their_unit(unit):
    local = datetime(2024, 1, 31, 12, 0, 5, 250_000)  # noqa: DTZ001
    column = pl.Series([local, None]).cast(pl.Datetime(unit))
    assert unix_seconds(column).to_list() == [at(2024, 1, 31, 12, 0, 5) + 0.25, None]
    zoned = column.dt.replace_time_zone("Asia/Seoul")
    assert unix_seconds(zoned).to_list() == [
        at(2024, 1, 31, 12, 0, 5, minutes_east=540) + 0.25,
        None,
    ]


def test_unix_seconds_of_typed_times_without_a_zone_are_of_the_declared_one():
    column = pl.Series([datetime(2024, 7, 1, 12), date(2024, 7, 1)][:1])  # noqa: DTZ001
    told = unix_seconds(column, form=TimeForm(zone="Asia/Seoul")).to_list()
    assert told == [at(2024, 7, 1, 12, minutes_east=540)]
    days = unix_seconds(pl.Series([date(2024, 7, 1)]), form=TimeForm(zone="Asia/Seoul")).to_list()
    assert days == [at(2024, 7, 1, minutes_east=540)]


@pytest.mark.parametrize("zone", ["Asia/Seoul", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("moment", [datetime(2024, 1, 15, 8, 30), datetime(2024, 7, 15, 20)])  # noqa: DTZ001
def test_unix_seconds_of_a_named_zone_goes_by_its_own_clock(zone, moment):
    expected = moment.replace(tzinfo=ZoneInfo(zone)).timestamp()
    text = moment.isoformat(sep=" ")
    declared = in_zone(
        zone, text, moment.strftime("%d/%m/%Y %H:%M"), moment.strftime("%Y/%m/%d %H:%M")
    )
    assert declared == [expected] * 3
    assert seconds(f"{text} {zone}", f"{text} [{zone}]") == [expected] * 2


def test_unix_seconds_of_a_written_zone_outweighs_the_declared_one():
    noon = at(2024, 1, 31, 12)
    written = ["2024-01-31T12:00:00Z", "2024-01-31 12:00:00 UTC", "2024-01-31 21:00:00 KST"]
    written += ["2024-01-31T21:00:00+09:00", "2024-01-31 13:00:00 Europe/Berlin"]
    assert in_zone("America/New_York", *written) == [noon] * len(written)


def test_unix_seconds_of_an_hour_that_comes_twice_is_the_earlier_one():
    found = in_zone("Europe/Berlin", "2024-10-27 02:30:00", "27/10/2024 02:30")
    assert found == [at(2024, 10, 27, 2, 30, minutes_east=120)] * 2


def test_unix_seconds_of_an_hour_that_never_was_is_none():
    assert in_zone("Europe/Berlin", "2024-03-31 02:30:00", "31/03/2024 02:30") == [None, None]


def test_unix_seconds_of_days_of_a_spreadsheet_count_from_its_zero():
    excel = TimeForm(numbers="excel")
    assert seconds("25569", "25570.5", "45322.25", "x", form=excel) == [
        *(0, 1.5 * 86_400, at(2024, 1, 31, 6), None),
    ]
    seoul = TimeForm(numbers="excel", zone="Asia/Seoul")
    assert seconds("45322.25", form=seoul) == [at(2024, 1, 31, 6, minutes_east=540)]


def test_unix_seconds_of_days_of_a_spreadsheet_round_to_the_second():
    third = 45322 + 1 / 3
    assert seconds(f"{third:.10f}", form=TimeForm(numbers="excel")) == [at(2024, 1, 31, 8)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("20240131", at(2024, 1, 31)),
        ("20240131.0", at(2024, 1, 31)),
        (" 20240131 ", at(2024, 1, 31)),
        ("202401311205", at(2024, 1, 31, 12, 5)),
        ("20240131120507", at(2024, 1, 31, 12, 5, 7)),
        ("20240230", None),
        ("2024013112", None),
        ("2024013", None),
        ("202401311205079", None),
    ],
)
def test_unix_seconds_of_dates_written_together_has_eight_twelve_or_fourteen_digits(
    written, expected
):
    assert seconds(written, form=TimeForm(numbers="compact")) == [expected]


def test_unix_seconds_of_dates_written_together_is_of_the_declared_zone():
    form = TimeForm(numbers="compact", zone="Asia/Seoul")
    whole = pl.Series([20240131, 20240131120507])
    assert unix_seconds(whole, form=form).to_list() == [
        at(2024, 1, 31, minutes_east=540),
        at(2024, 1, 31, 12, 5, 7, minutes_east=540),
    ]


@pytest.mark.parametrize(
    ("format", "written", "expected"),
    [
        ("%d|%m|%Y", "31|01|2024", at(2024, 1, 31)),
        ("%Y%j", "2024031", at(2024, 1, 31)),
        ("%d.%m.%y %H:%M", "31.01.24 05:06", at(2024, 1, 31, 5, 6)),
        ("%m/%d/%Y %I:%M %p", "01/31/2024 01:05 PM", at(2024, 1, 31, 13, 5)),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-01-31T12:00:00+0900", at(2024, 1, 31, 3)),
        ("%d|%m|%Y", "2024-01-31", None),
        ("%d|%m|%Y", "", None),
    ],
)
def test_unix_seconds_by_a_declared_format_reads_it_and_nothing_else(format, written, expected):
    assert seconds(written, f" {written} ", form=TimeForm(format=format)) == [expected] * 2


def test_unix_seconds_by_a_declared_format_is_of_the_declared_zone():
    day = TimeForm(format="%d|%m|%Y", zone="Asia/Seoul")
    hours = TimeForm(format="%d|%m|%Y %H:%M", zone="Asia/Seoul")
    assert seconds("31|01|2024", form=day) == [at(2024, 1, 31, minutes_east=540)]
    assert seconds("31|01|2024 09:30", form=hours) == [at(2024, 1, 31, 9, 30, minutes_east=540)]
    assert seconds("nothing", form=hours) == [None]


def test_unix_seconds_by_a_format_of_hours_alone_takes_them_as_whole():
    form = TimeForm(format="%d|%m|%Y %H", zone="Asia/Seoul")
    found = seconds("31|01|2024 09", "31|01|2024 23", "31|01|2024", form=form)
    days = [at(2024, 1, 31, 9, minutes_east=540), at(2024, 1, 31, 23, minutes_east=540)]
    assert found == [*days, None]
    twelve = TimeForm(format="%d|%m|%Y %I %p")
    assert seconds("31|01|2024 09 PM", form=twelve) == [at(2024, 1, 31, 21)]


def test_unix_seconds_by_what_is_no_format_is_refused_and_the_letters_are_named():
    with pytest.raises(ConfigError) as caught:
        seconds("31|01|2024", form=TimeForm(format="%d|%m|%Y %M"))
    assert str(caught.value) == (
        "no date format '%d|%m|%Y %M'; write it in the letters of strftime, as %d.%m.%Y %H:%M"
    )


@quick
@given(st.lists(moments, min_size=1, max_size=6), st.randoms())
def test_unix_seconds_of_mixed_forms_are_those_of_each_alone(times, random):
    forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d %b %Y %H:%M:%S", "%d.%m.%Y %H:%M:%S"]
    written = [random.choice(times).strftime(random.choice(forms)) for _ in range(8)]
    written += ["nothing", str(int(times[0].replace(tzinfo=UTC).timestamp()))]
    random.shuffle(written)
    assert seconds(*written) == [seconds(each)[0] for each in written]
