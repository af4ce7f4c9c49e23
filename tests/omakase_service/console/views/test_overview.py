"""The first page and the page of figures."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from tests.omakase_service.console.markup import (
    chosen_in,
    facts_of,
    rows_of,
    section_of,
    tree_of,
)
from tests.omakase_service.console.test_pages import figures_of

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.services import open_incident
from omakase_service.analytics.models import DailyFigures
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.console import days
from omakase_service.console.views.overview import COUNTS, GROUPS, PACE, SPANS
from omakase_service.events.services import record
from omakase_service.jobs.services import queue
from omakase_service.platform.registry import DEGRADED, health_parts

pytestmark = pytest.mark.django_db
FIGURES = "/console/figures/"


@pytest.fixture(autouse=True)
def fresh_counts():
    """What is counted once a minute is counted now."""
    cache.delete(COUNTS)
    yield
    cache.delete(COUNTS)


def test_overview_has_a_place_for_each_figure_of_the_minute(owner):
    page = tree_of(owner.get("/console/"))
    places = [each for each in page.below() if "data-figure" in each.attributes]
    assert [each.attributes["data-figure"] for each in places] == [name for name, _ in PACE]
    assert {each.text for each in places} == {"–"}


def test_overview_shows_six_tiles_of_seven_days(owner):
    figures_of(0, "home", clicks=3)
    figures_of(6, "home", clicks=4)
    figures_of(7, "home", clicks=50)
    tiles = tree_of(owner.get("/console/")).every("li", class_="tile")
    assert [each.one("h3").text for each in tiles] == [
        "Answers", "People a day, added up", "Clicks", "Clicks a shown item", "Purchases",
        "Revenue",
    ]  # fmt: skip
    clicks = tiles[2]
    assert clicks.one("p", class_="value").text == "7"
    assert "before: 50" in clicks.one("p", class_="was").text
    assert clicks.one("b", class_="bad").text == "▼ -86.0 %"


@pytest.mark.parametrize(
    ("now", "before", "sign", "colour"),
    [(20, 10, "▲ 100.0 %", "good"), (5, 10, "▼ -50.0 %", "bad"), (10, 10, "= 0.00 %", None)],
)
def test_tile_says_which_way_it_went_and_whether_that_is_good(owner, now, before, sign, colour):
    figures_of(1, "home", clicks=now)
    figures_of(8, "home", clicks=before)
    clicks = tree_of(owner.get("/console/")).every("li", class_="tile")[2]
    assert clicks.one("b").text == sign
    assert clicks.one("b").attributes["class"] == (colour or "")


def test_tile_without_days_before_says_so(owner):
    figures_of(1, "home", clicks=5)
    clicks = tree_of(owner.get("/console/")).every("li", class_="tile")[2]
    assert clicks.one("p", class_="was").text == "nothing before"


def test_overview_counts_what_is_stored(owner):
    upsert_items(items=[ItemIn(item_id=f"i{n}", title="T") for n in range(3)])
    record(events=[{"user_id": "u", "item_id": "i1", "kind": "view", "time": 1_700_000_000}])
    facts = facts_of(section_of(owner.get("/console/"), "What is stored"))
    assert (facts["Items"], facts["People"], facts["Events"]) == ("3", "1", "1")


def test_overview_names_the_live_version_and_what_it_learnt_from(trained, owner):
    section = section_of(owner.get("/console/"), "What answers now")
    assert section.one("p", class_="big").text == trained.name
    facts = facts_of(section)
    assert facts["Model"] == "ease"
    assert facts["Learnt from"] == "60 events"


def test_overview_lists_open_jobs_and_no_others(owner):
    first = queue.enqueue(kind="roll_up")
    queue.cancel(job_id=first)
    second = queue.enqueue(kind="check_alerts")
    section = section_of(owner.get("/console/"), "Jobs under way")
    assert f"check_alerts {second}" in section.text
    assert f"roll_up {first}" not in section.text


def test_overview_without_open_jobs_says_that_workers_wait(owner):
    assert "None; workers wait." in section_of(owner.get("/console/"), "Jobs under way").text


def test_overview_lists_open_alerts(owner):
    assert "None is open." in section_of(owner.get("/console/"), "Open alerts").text
    open_incident(AlertFinding("clicks", "clicks fell by half", "look"))
    assert "clicks clicks fell by half" in section_of(owner.get("/console/"), "Open alerts").text


def test_overview_names_every_part_and_how_it_is(owner):
    lines = section_of(owner.get("/console/"), "Health").one("ul", class_="health").every("li")
    assert len(lines) == len(health_parts)
    for line, (_, part) in zip(lines, health_parts.items(), strict=True):
        state = part.check()
        classes = line.every("span")[1].attributes["class"].split()
        colour = "good" if state == "ok" else "warn" if state.startswith(DEGRADED) else "bad"
        assert colour in classes


@pytest.mark.parametrize("length", SPANS)
def test_figures_hold_so_many_days_the_newest_first(owner, length):
    rows = rows_of(section_of(owner.get(FIGURES, {"days": length}), "Day by day"))
    expected = [(days.today() - timedelta(n)).isoformat() for n in range(length)]
    assert [row["Day"] for row in rows] == expected


@pytest.mark.parametrize("text", ["", "8", "x", "-7", "7.0", "9" * 5000])
def test_figures_of_days_that_cannot_be_chosen_are_of_a_week(owner, text):
    rows = rows_of(section_of(owner.get(FIGURES, {"days": text}), "Day by day"))
    assert len(rows) == SPANS[0]


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-02-30", "9999-12-31", "٢٠٢٦"])
def test_figures_up_to_what_is_no_day_yet_are_up_to_today(owner, text):
    page = tree_of(owner.get(FIGURES, {"last": text}))
    assert page.one("input", name="last").attributes["value"] == days.today().isoformat()


@pytest.mark.parametrize("text", ["0001-01-01", "0001-01-20", "1900-01-01", "1970-01-01"])
def test_figures_up_to_a_day_before_all_figures_are_empty_and_no_fault(owner, text):
    page = owner.get(FIGURES, {"last": text, "days": "28"})
    assert page.status_code == 200
    assert {row["Answers"] for row in rows_of(section_of(page, "Day by day"))} == {"0"}


def test_figures_up_to_an_earlier_day_show_that_time(owner):
    figures_of(10, "home", clicks=7)
    last = (days.today() - timedelta(9)).isoformat()
    rows = rows_of(section_of(owner.get(FIGURES, {"last": last}), "Day by day"))
    assert [row["Clicks"] for row in rows] == ["0", "7", "0", "0", "0", "0", "0"]


@pytest.mark.parametrize(("name", "title"), GROUPS)
def test_figures_are_counted_apart_by_what_is_chosen(owner, name, title):
    DailyFigures.objects.create(
        day=days.today(), algorithm="ease", version="v1", placement="home", variant="a: b",
        channel="web", figures={"requests": 10, "shown": 100, "clicks": 5},
    )  # fmt: skip
    own = {"placement": "home", "algorithm": "ease", "version": "v1", "variant": "a: b",
           "channel": "web"}[name]  # fmt: skip
    page = tree_of(owner.get(FIGURES, {"by": name}))
    heading = next(h.text for h in page.every("h2") if h.text.startswith("By "))
    (row,) = rows_of(section_of(page, heading))
    assert own in row.values()
    assert (row["Answers"], row["Shown"], row["Clicks"]) == ("10", "100", "5")
    assert row["Clicks a shown item"] == "5.00 %"
    assert chosen_in(page.one("select", name="by")) == name


@pytest.mark.parametrize("named", ["", "nothing", "none", "__class__"])
def test_figures_by_what_there_is_not_are_by_placement(owner, named):
    page = tree_of(owner.get(FIGURES, {"by": named}))
    assert chosen_in(page.one("select", name="by")) == "placement"


def test_figures_of_lists_at_no_placement_have_a_dash_for_a_name(owner):
    figures_of(0, "", clicks=1)
    page = tree_of(owner.get(FIGURES))
    heading = next(h.text for h in page.every("h2") if h.text.startswith("By "))
    assert "–" in rows_of(section_of(page, heading))[0].values()


def test_figures_where_nothing_was_answered_say_so(owner):
    assert "Nothing was answered in this time." in owner.get(FIGURES).content.decode()


def test_figures_draw_three_charts_of_the_chosen_days(owner):
    figures_of(0, "home", clicks=3)
    page = tree_of(owner.get(FIGURES, {"days": "14"}))
    charts = page.one("div", class_="columns").every("svg", class_="chart")
    assert [each.attributes["aria-label"] for each in charts] == [
        "Answers", "Clicks", "Clicks a shown item",
    ]  # fmt: skip
    assert [len(each.every("circle")) for each in charts] == [14, 14, 14]


@pytest.mark.parametrize(("clicks", "words"), [(0, "not reached"), (100, "reached")])
def test_figures_tell_whether_targets_are_reached(owner, settings_with, clicks, words):
    settings_with(analytics={"target_click_rate": 0.5})
    figures_of(0, "home", clicks=clicks)
    section = tree_of(owner.get(FIGURES)).one("section", id="targets")
    first = section.every("dd")[0]
    assert first.one("span", class_="state").text == words
    assert "target: 50.0 %" in first.text


def test_figures_in_korean_name_every_measure_in_korean(owner):
    page = tree_of(owner.get(FIGURES, headers={"Accept-Language": "ko"}))
    for tile in page.every("li", class_="tile"):
        assert any("가" <= letter <= "힣" for letter in tile.one("h3").text)
