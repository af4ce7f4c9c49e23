"""Days beside the days before: sums, changes, and which of them are for the better."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from tests.omakase_service.console.test_pages import figures_of

from omakase_service.analytics.contracts import Figures
from omakase_service.analytics.models import DailyFigures
from omakase_service.console import days
from omakase_service.console.days import MEASURES, Span, tile_of, tiles, total_of, value_of

NAMES = [name for name, *_ in MEASURES]
FIRST = date(2026, 1, 1)


def span_of(now: list[Figures], before: list[Figures]) -> Span:
    return Span([FIRST + timedelta(n) for n in range(len(now))], now, before)


def test_measures_are_figures_that_there_are():
    assert len(set(NAMES)) == len(NAMES)
    for name, _, unit, way in MEASURES:
        assert hasattr(Figures(), name)
        assert unit in ("", "%")
        assert way in (-1, 0, 1)


def test_total_of_days_adds_sums_and_takes_the_best_day_of_the_catalog():
    series = [
        Figures(requests=1, clicks=2, items=3, catalog=10),
        Figures(requests=4, clicks=5, items=2, catalog=12),
    ]
    total = total_of(series)
    assert (total.requests, total.clicks, total.items, total.catalog) == (5, 7, 3, 12)
    assert [each.requests for each in series] == [1, 4]


def test_total_of_no_days_is_nothing():
    assert total_of([]) == Figures()


@pytest.mark.parametrize(
    ("now", "before", "change", "is_better"),
    [
        (30, 20, 0.5, True),
        (10, 20, -0.5, False),
        (20, 20, 0.0, None),
        (0, 20, -1.0, False),
    ],
)
def test_tile_of_clicks_is_better_where_there_are_more(now, before, change, is_better):
    span = span_of([Figures(requests=1, clicks=now)], [Figures(requests=1, clicks=before)])
    tile = tile_of(span, "clicks")
    assert (tile.value, tile.before, tile.change) == (now, before, change)
    assert tile.is_better is is_better


def test_tile_of_answers_is_neither_better_nor_worse():
    tile = tile_of(span_of([Figures(requests=9)], [Figures(requests=3)]), "requests")
    assert tile.change == 2.0
    assert tile.is_better is None


def test_tile_after_days_without_a_click_names_no_change():
    tile = tile_of(span_of([Figures(requests=1, clicks=4)], [Figures(requests=5)]), "clicks")
    assert (tile.value, tile.before, tile.change, tile.is_better) == (4, 0, None, None)


def test_tile_of_days_without_an_answer_names_no_change():
    tile = tile_of(span_of([Figures()], [Figures(requests=5, clicks=4)]), "clicks")
    assert (tile.value, tile.before, tile.change, tile.is_better) == (0, 4, None, None)


def test_tile_after_days_without_answers_knows_nothing_of_before():
    tile = tile_of(span_of([Figures(requests=1, clicks=4)], [Figures()]), "clicks")
    assert (tile.value, tile.before, tile.change) == (4, None, None)


def test_tile_of_a_share_is_of_the_sums_and_no_mean_of_days():
    span = span_of(
        [Figures(requests=1, shown=10, clicks=10), Figures(requests=1, shown=90)],
        [Figures(requests=1, shown=100, clicks=20)],
    )
    tile = tile_of(span, "click_rate")
    assert (tile.unit, tile.value, tile.before) == ("%", 0.1, 0.2)
    assert tile.change == pytest.approx(-0.5)
    assert tile.series == [1.0, 0.0]


@pytest.mark.parametrize("name", ["list_diversity", "novelty", "tail_share", "availability"])
def test_tile_of_what_was_not_measured_has_no_value_and_a_flat_series(name):
    tile = tile_of(span_of([Figures(requests=3)], [Figures(requests=3)]), name)
    assert (tile.value, tile.before, tile.change, tile.series) == (None, None, None, [0.0])


def test_tiles_come_in_the_order_of_the_measures():
    made = tiles(span_of([Figures(requests=1)], [Figures(requests=1)]))
    assert [tile.title for tile in made] == [title for _, title, *_ in MEASURES]


@pytest.mark.parametrize("name", NAMES)
def test_tile_of_a_name_is_that_of_all_tiles(name):
    span = span_of(
        [Figures(requests=5, clicks=3, shown=9, seen=4)], [Figures(requests=2, clicks=1, shown=8)]
    )
    assert tile_of(span, name) == tiles(span)[NAMES.index(name)]


def test_value_of_a_figure_is_a_number_or_none():
    figures = Figures(requests=4, cache_hits=1)
    assert value_of(figures, "requests") == 4.0
    assert value_of(figures, "cache_hit_rate") == 0.25
    assert value_of(figures, "novelty") is None


@pytest.mark.django_db
def test_span_holds_so_many_days_up_to_one_and_as_many_before():
    last = days.today()
    span = days.span(last, 7)
    assert list(span.days) == [last - timedelta(6 - n) for n in range(7)]
    assert len(span.now) == len(span.before) == 7


@pytest.mark.django_db
def test_span_puts_each_day_in_its_place():
    for back in range(16):
        figures_of(back, "home", clicks=100 + back)
    span = days.span(days.today(), 7)
    assert [each.clicks for each in span.now] == [106, 105, 104, 103, 102, 101, 100]
    assert [each.clicks for each in span.before] == [113, 112, 111, 110, 109, 108, 107]
    assert span.total.clicks == sum(range(100, 107))
    assert span.total_before.clicks == sum(range(107, 114))


@pytest.mark.django_db
def test_span_of_all_places_adds_them_up_and_of_one_counts_it_alone():
    figures_of(1, "home", clicks=3)
    figures_of(1, "cart", clicks=5)
    assert days.span(days.today(), 7).total.clicks == 8
    assert days.span(days.today(), 7, "cart").total.clicks == 5
    assert days.span(days.today(), 7, "nowhere").total.clicks == 0


@pytest.mark.django_db
def test_span_asks_the_database_once(django_assert_num_queries):
    figures_of(1, "home", clicks=3)
    with django_assert_num_queries(1):
        days.span(days.today(), 28, "home")


@pytest.mark.django_db
def test_rows_by_placement_have_the_most_answers_first():
    figures_of(1, "cart", clicks=1)
    for back in (1, 2):
        figures_of(back, "home", clicks=2)
    today = days.today()
    rows = days.rows_by(today - timedelta(6), today, "placement")
    assert [(row.group, row.figures.requests, row.figures.clicks) for row in rows] == [
        ("home", 20, 4),
        ("cart", 10, 1),
    ]


@pytest.mark.django_db
def test_rows_by_of_other_days_hold_nothing():
    figures_of(9, "home", clicks=2)
    today = days.today()
    assert days.rows_by(today - timedelta(6), today, "placement") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("group", "names"),
    [("algorithm", {"ease", "popular"}), ("version", {"v"}), ("channel", {"web", "email"})],
)
def test_rows_by_each_group_are_apart_by_it(group, names):
    for algorithm, channel in (("ease", "web"), ("popular", "email")):
        DailyFigures.objects.create(
            day=days.today(),
            algorithm=algorithm,
            version="v",
            placement="home",
            channel=channel,
            figures={"requests": 1},
        )
    rows = days.rows_by(days.today(), days.today(), group)
    assert {row.group for row in rows} == names
    assert sum(row.figures.requests for row in rows) == 2


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", date(2026, 3, 1)), ("Asia/Seoul", date(2026, 3, 2))]
)
def test_today_is_the_day_where_the_owner_is(settings_with, monkeypatch, zone, day):
    settings_with(analytics={"time_zone": zone})
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    assert days.today() == day == timezone.now().astimezone(ZoneInfo(zone)).date()
