"""Figures as plain values: sums, shares, percentiles, periods and days where the owner is."""

from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.analytics.contracts import (
    COUNTS,
    LATENCY_MS,
    RATES,
    SUMS,
    TRENDS,
    Figures,
    FiguresKey,
    Row,
    Target,
    bounds_of,
    day_of,
    plain,
    start_before,
    start_of,
    summed,
)

KEY = FiguresKey("ease", "v1", "home")
MONDAY = date(2026, 3, 2)
WHOLE = st.integers(0, 1000)
HOURLESS_ZONES = ("UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
DAYS = st.dates(date(1990, 1, 1), date(2037, 12, 31))


@st.composite
def any_figures(draw):
    """Figures in which every number may be anything that can be counted."""
    made = Figures()
    for name in SUMS:
        setattr(made, name, draw(WHOLE))
    made.items, made.catalog = draw(WHOLE), draw(WHOLE)
    made.latency = draw(st.lists(WHOLE, min_size=13, max_size=13))
    made.scores = draw(st.lists(WHOLE, min_size=10, max_size=10))
    return made


def with_latency(**by_end: int) -> Figures:
    """Answers in some buckets, named by their upper end: `ms20=3`; `slow` is the last."""
    made = Figures()
    for name, number in by_end.items():
        bucket = len(LATENCY_MS) if name == "slow" else LATENCY_MS.index(int(name[2:]))
        made.latency[bucket] = number
        made.requests += number
    return made


def added(*parts: Figures) -> Figures:
    total = Figures()
    for part in parts:
        total.add(part)
    return total


# Sums


@given(any_figures(), any_figures())
def test_add_each_number_is_the_sum_or_the_largest(first, second):
    both = asdict(added(first, second))
    one, other = asdict(first), asdict(second)
    for name in both:
        if name in ("latency", "scores"):
            assert both[name] == [a + b for a, b in zip(one[name], other[name], strict=True)]
        elif name in ("items", "catalog"):
            assert both[name] == max(one[name], other[name])
        else:
            assert both[name] == one[name] + other[name]


@given(any_figures(), any_figures(), any_figures())
def test_add_order_of_the_parts_does_not_matter(first, second, third):
    assert added(first, second, third) == added(third, first, second)


@given(any_figures(), any_figures())
def test_add_leaves_what_is_added_as_it_was(first, second):
    before = asdict(second)
    first.add(second)
    first.add(second)
    assert asdict(second) == before


@given(any_figures())
def test_add_of_nothing_changes_nothing(figures):
    assert added(figures, Figures()) == figures


def test_figures_do_not_share_their_buckets():
    one, other = Figures(), Figures()
    one.latency[0] += 1
    one.scores[0] += 1
    assert other.latency == [0] * (len(LATENCY_MS) + 1)
    assert other.scores == [0] * 10


def test_sums_name_every_number_of_the_figures_once():
    numbers = {field.name for field in fields(Figures)}
    assert set(SUMS) | {"items", "catalog", "latency", "scores"} == numbers
    assert len(SUMS) == len(set(SUMS))
    assert set(COUNTS) <= set(SUMS)


# Shares


@pytest.mark.parametrize(
    ("name", "numbers", "share"),
    [
        ("click_rate", {"shown": 10, "clicks": 2}, 0.2),
        ("click_rate", {"shown": 10, "seen": 4, "clicks": 2}, 0.5),
        ("click_rate", {"clicks": 2}, 0.0),
        ("conversion_rate", {"clicks": 4, "conversions": 1}, 0.25),
        ("conversion_rate", {"conversions": 1}, 0.0),
        ("coverage", {"items": 3, "catalog": 12}, 0.25),
        ("coverage", {"items": 3}, 0.0),
        ("cache_hit_rate", {"requests": 8, "cache_hits": 2}, 0.25),
        ("cache_hit_rate", {}, 0.0),
        ("mean_score", {"shown": 4, "score": 3.0}, 0.75),
        ("mean_score", {}, 0.0),
        ("engagement_rate", {"requests": 4, "engaged": 3}, 0.75),
        ("engagement_rate", {}, 0.0),
        ("list_diversity", {"spread": 2, "diversity": 1.0, "requests": 9}, 0.5),
        ("list_diversity", {"requests": 9}, None),
        ("novelty", {"judged": 4, "bits": 10.0, "shown": 9}, 2.5),
        ("novelty", {"shown": 9}, None),
        ("tail_share", {"judged": 4, "tail": 1, "shown": 9}, 0.25),
        ("tail_share", {"shown": 9}, None),
        ("serendipity", {"judged": 4, "unexpected": 1.0, "clicks": 2}, 0.25),
        ("serendipity", {"clicks": 2}, None),
        ("conversation_success", {"conversations": 4, "successes": 3}, 0.75),
        ("conversation_success", {}, None),
        ("availability", {"calls": 1000, "failures": 1}, 0.999),
        ("availability", {"calls": 3, "failures": 3}, 0.0),
        ("availability", {}, None),
    ],
)
def test_rate_is_the_share_of_what_it_is_a_rate_of(name, numbers, share):
    assert getattr(Figures(**numbers), name) == share


@given(any_figures())
def test_rates_of_any_figures_are_numbers_or_unknown(figures):
    for name in RATES:
        rate = getattr(figures, name)
        assert rate is None or rate == rate


# Milliseconds


def test_within_counts_the_bucket_that_ends_there():
    figures = with_latency(ms50=3, ms100=1, ms200=4)
    assert figures.within(50) == 3 / 8
    assert figures.within(100) == 4 / 8
    assert figures.within(200) == 1.0


def test_within_of_no_answers_is_none_of_them():
    assert Figures().within(100) == 0.0


def test_within_what_is_slower_than_every_bucket_is_never_within():
    assert with_latency(ms1=1, slow=3).within(LATENCY_MS[-1]) == 0.25


@pytest.mark.parametrize(
    ("share", "milliseconds"), [(0.01, 1.0), (0.5, 1.0), (0.51, 20.0), (0.9, 20.0), (0.95, 500.0)]
)
def test_percentile_is_the_end_of_the_first_bucket_that_holds_enough(share, milliseconds):
    assert with_latency(ms1=50, ms20=40, ms500=10).percentile(share) == milliseconds


def test_percentile_among_what_is_slower_than_every_bucket_is_unknown():
    assert with_latency(ms1=1, slow=9).percentile(0.95) is None


def test_percentile_of_no_answers_is_unknown():
    assert Figures().percentile(0.5) is None
    assert Figures().p95_ms is None


def test_percentile_of_one_answer_is_its_bucket():
    figures = with_latency(ms200=1)
    assert [figures.percentile(share) for share in (0.0, 0.5, 0.95, 1.0)] == [200.0] * 4


@given(st.lists(st.integers(0, 20), min_size=13, max_size=13), st.floats(0.01, 1.0))
def test_percentile_is_that_of_the_answers_one_by_one(latency, share):
    figures = Figures(requests=sum(latency), latency=latency)
    ends = [*map(float, LATENCY_MS), None]
    one_by_one = [end for end, number in zip(ends, latency, strict=True) for _ in range(number)]
    expected = None
    for place, end in enumerate(one_by_one, start=1):
        if place >= share * len(one_by_one):
            expected = end
            break
    assert figures.percentile(share) == expected


# Days where the owner is


@given(DAYS, st.sampled_from(HOURLESS_ZONES))
def test_bounds_of_days_follow_each_other_without_a_gap(day, zone):
    assert bounds_of(day, zone)[1] == bounds_of(day + timedelta(days=1), zone)[0]


@given(DAYS, st.sampled_from(HOURLESS_ZONES))
def test_day_of_first_and_last_second_is_the_day_itself(day, zone):
    begin, end = bounds_of(day, zone)
    assert day_of(begin, zone) == day
    assert day_of(end - 1, zone) == day
    assert day_of(begin - 1, zone) == day - timedelta(days=1)
    assert day_of(end, zone) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 3, 29), "Asia/Seoul", 24),
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 12, 31), "UTC", 24),
    ],
)
def test_bounds_of_a_day_have_the_hours_that_it_has_there(day, zone, hours):
    begin, end = bounds_of(day, zone)
    assert end - begin == hours * 3600


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", date(1970, 1, 1)),
        ("Asia/Seoul", date(1970, 1, 1)),
        ("America/New_York", date(1969, 12, 31)),
    ],
)
def test_day_of_the_first_second_of_all_depends_on_the_zone(zone, day):
    assert day_of(0, zone) == day


def test_bounds_of_a_day_in_seoul_begin_nine_hours_early():
    begin, _ = bounds_of(date(2026, 1, 1), "Asia/Seoul")
    assert begin == int(datetime(2025, 12, 31, 15, tzinfo=UTC).timestamp())


# Periods


@pytest.mark.parametrize(
    ("day", "period", "start"),
    [
        (date(2026, 3, 4), "day", date(2026, 3, 4)),
        (date(2026, 3, 2), "week", date(2026, 3, 2)),
        (date(2026, 3, 8), "week", date(2026, 3, 2)),
        (date(2026, 3, 1), "week", date(2026, 2, 23)),
        (date(2026, 1, 1), "week", date(2025, 12, 29)),
        (date(2026, 3, 31), "month", date(2026, 3, 1)),
        (date(2024, 2, 29), "month", date(2024, 2, 1)),
    ],
)
def test_start_of_the_period_in_which_a_day_lies(day, period, start):
    assert start_of(day, period) == start


@pytest.mark.parametrize(
    ("start", "period", "before"),
    [
        (date(2026, 3, 1), "day", date(2026, 2, 28)),
        (date(2024, 3, 1), "day", date(2024, 2, 29)),
        (date(2026, 1, 5), "week", date(2025, 12, 29)),
        (date(2026, 3, 1), "month", date(2026, 2, 1)),
        (date(2026, 1, 1), "month", date(2025, 12, 1)),
    ],
)
def test_start_before_is_the_first_day_of_the_period_before(start, period, before):
    assert start_before(start, period) == before


@given(DAYS, st.sampled_from(["day", "week", "month"]))
def test_start_of_a_start_is_itself_and_lies_no_later_than_the_day(day, period):
    start = start_of(day, period)
    assert start_of(start, period) == start
    assert start <= day
    assert start_before(start, period) < start


# Rows


def days_of(*numbers: int, key: FiguresKey = KEY):
    """Requests of some days from Monday on."""
    return [
        (MONDAY + timedelta(days=at), key, Figures(requests=number))
        for at, number in enumerate(numbers)
    ]


def test_summed_nothing_has_no_rows():
    assert summed([], "day", "none") == []


def test_summed_weeks_add_their_days_and_stand_in_order():
    rows = summed(reversed(days_of(1, 2, 3, 4, 5, 6, 7, 8)), "week", "none")
    assert [(row.start, row.figures.requests) for row in rows] == [
        (MONDAY, 28),
        (MONDAY + timedelta(days=7), 8),
    ]


def test_summed_each_row_has_the_period_before_of_its_own_group():
    other = FiguresKey("popular", "v1", "home")
    rows = summed([*days_of(1, 2), *days_of(10, 20, key=other)], "day", "algorithm")
    before = {(row.start, row.group): row.before and row.before.requests for row in rows}
    tuesday = MONDAY + timedelta(days=1)
    assert before == {
        (MONDAY, "ease"): None,
        (MONDAY, "popular"): None,
        (tuesday, "ease"): 1,
        (tuesday, "popular"): 10,
    }


def test_summed_day_after_a_gap_has_nothing_before_it():
    first, _, third = days_of(1, 2, 3)
    rows = summed([first, third], "day", "none")
    assert [row.before for row in rows] == [None, None]


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("none", [""]),
        ("algorithm", ["ease", "popular"]),
        ("version", ["v1", "v2"]),
        ("placement", ["", "home"]),
        ("variant", ["", "test: b"]),
        ("channel", ["", "web"]),
    ],
)
def test_summed_groups_by_what_is_asked_for(group, names):
    keys = [KEY, FiguresKey("popular", "v2", "", "test: b", "web")]
    rows = summed([(MONDAY, key, Figures(requests=1)) for key in keys], "day", group)
    assert [row.group for row in rows] == names
    assert sum(row.figures.requests for row in rows) == 2


def test_summed_totals_are_told_with_the_answers_of_their_day_alone():
    totals = [
        (MONDAY, Figures(calls=10, failures=1)),
        (MONDAY + timedelta(days=3), Figures(calls=99)),
    ]
    (row,) = summed(days_of(5), "day", "none", totals)
    assert (row.figures.requests, row.figures.calls, row.figures.failures) == (5, 10, 1)


def test_summed_totals_are_not_told_where_answers_are_counted_apart():
    (row,) = summed(days_of(5), "day", "algorithm", [(MONDAY, Figures(calls=10))])
    assert row.figures.calls == 0


@given(st.lists(st.tuples(st.integers(0, 80), st.sampled_from("ab"), WHOLE), max_size=30))
def test_summed_equals_a_count_by_loops(said):
    days = [
        (MONDAY + timedelta(days=at), FiguresKey(name, "v", ""), Figures(requests=number))
        for at, name, number in said
    ]
    expected: dict[tuple[date, str], int] = {}
    for day, key, figures in days:
        place = (day.replace(day=1), key.algorithm)
        expected[place] = expected.get(place, 0) + figures.requests
    rows = summed(days, "month", "algorithm")
    assert {(row.start, row.group): row.figures.requests for row in rows} == expected
    assert [(row.start, row.group) for row in rows] == sorted(expected)


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        (15, Figures(requests=10), 0.5),
        (5, Figures(requests=10), -0.5),
        (10, Figures(requests=10), 0.0),
        (0, Figures(requests=10), -1.0),
        (5, Figures(), None),
        (5, None, None),
    ],
)
def test_trend_is_the_change_against_the_period_before(now, before, trend):
    assert Row(MONDAY, "", Figures(requests=now), before).trend("requests") == trend


def test_plain_row_holds_every_count_rate_and_trend_once():
    row = plain(Row(MONDAY, "ease", Figures(requests=3, shown=3, clicks=1), None))
    assert row["start"] == "2026-03-02"
    assert row["group"] == "ease"
    assert row["click_rate"] == 0.333333
    assert row["list_diversity"] is None
    assert row["requests_trend"] is None
    assert {*COUNTS, *RATES, *(f"{name}_trend" for name in TRENDS)} <= set(row)


def test_plain_row_tells_the_ends_of_the_buckets():
    row = plain(Row(MONDAY, "", with_latency(ms20=98, ms500=1, slow=1)))
    assert (row["p50_ms"], row["p95_ms"], row["p99_ms"]) == (20.0, 20.0, 500.0)
    assert (row["within_100_ms"], row["within_500_ms"], row["within_1000_ms"]) == (0.98, 0.99, 0.99)


@pytest.mark.parametrize(
    ("stands", "met"), [(0.0499, False), (0.05, True), (0.2, True), (0.0, False), (None, None)]
)
def test_target_is_met_from_its_value_on(stands, met):
    assert Target("click_rate", 0.05, stands).met is met
