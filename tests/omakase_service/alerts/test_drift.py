"""What is usual, and from where on it is not: kinds, numbers, types of items, scores."""

from datetime import UTC, date, datetime, timedelta

import pytest

from omakase_service.alerts import anomalies, drift
from omakase_service.alerts.engine import drift_of
from omakase_service.analytics.models import DailyFigures, DailyInputs
from omakase_service.events.services import record

pytestmark = pytest.mark.django_db
KINDS = {"view": 900, "click": 100}
TYPES = {"film": 700, "series": 300}


def today() -> date:
    return datetime.now(UTC).date()


def inputs(back: int, events=None, catalog=None) -> None:
    """What came in so many days ago, and what there was to show."""
    DailyInputs.objects.update_or_create(
        day=today() - timedelta(days=back),
        defaults={"events": events or {}, "catalog": catalog or {}},
    )


def weeks(number: int = 30, **more) -> None:
    for back in range(number):
        inputs(back, **{"events": KINDS, "catalog": TYPES, **more})


def test_nothing_at_all_is_no_drift():
    assert [find() for find in drift.DRIFTS] == [None] * len(drift.DRIFTS)


def test_weeks_that_are_alike_are_no_drift():
    weeks()
    assert [find() for find in drift.DRIFTS] == [None] * len(drift.DRIFTS)


def test_kinds_of_yesterday_that_are_turned_round_are_told_with_the_largest_move():
    weeks()
    inputs(1, events={"view": 100, "click": 900})
    found = drift.drifted_kinds()
    assert found.name == "drift: kinds of events"
    assert str(today() - timedelta(days=1)) in found.message
    assert found.message.endswith(": click 10% before, 90% now")


def test_kinds_of_a_day_that_is_not_over_are_not_judged():
    weeks()
    inputs(0, events={"click": 1000})
    assert drift.drifted_kinds() is None


def test_kinds_of_a_day_of_few_events_are_not_judged(settings_with):
    weeks()
    inputs(1, events={"click": 199})
    assert drift.drifted_kinds() is None
    settings_with(alerts={"fewest_answers": 199})
    assert drift.drifted_kinds() is not None


@pytest.mark.parametrize(("before", "is_found"), [(4, False), (5, True), (20, True)])
def test_kinds_need_some_days_before_that_are_usual(before, is_found):
    weeks(before + 2)
    inputs(1, events={"view": 100, "click": 900})
    assert (drift.drifted_kinds() is not None) is is_found


def test_kinds_of_last_week_alone_are_no_news():
    for back in range(4, 30):
        inputs(back, events=KINDS)
    inputs(3, events={"click": 1000})
    inputs(2, events=KINDS)
    inputs(4, events={"click": 1000})
    assert drift.drifted_kinds() is None


def test_kind_that_nobody_sent_before_is_told_as_from_nothing():
    weeks()
    inputs(1, events={"view": 400, "click": 100, "robot": 500})
    assert drift.drifted_kinds().message.endswith("robot 0% before, 50% now")


def test_kinds_under_a_wide_limit_are_as_usual(settings_with):
    weeks()
    inputs(1, events={"view": 100, "click": 900})
    settings_with(alerts={"drift": 100})
    assert drift.drifted_kinds() is None


@pytest.mark.parametrize(
    ("number", "is_found"),
    [
        (1000, False),
        (2999, False),
        (3000, False),
        (3001, True),
        (334, False),
        (333, True),
        (1, True),
    ],
)
def test_number_of_events_is_held_against_the_same_day_of_the_week(number, is_found):
    weeks()
    inputs(1, events={"view": number})
    found = drift.unusual_volume()
    assert (found is not None) is is_found
    if found:
        assert found.message == (
            f"{number:,} events on {today() - timedelta(days=1)}, where 1,000 are usual on that "
            "day of the week"
        )


def test_number_of_events_on_other_days_of_the_week_is_nothing_to_go_by():
    for back in range(30):
        inputs(back, events={"view": 300 if (back - 1) % 7 == 0 else 9000})
    assert drift.unusual_volume() is None


@pytest.mark.parametrize(("weeks_before", "is_found"), [(1, False), (2, True), (4, True)])
def test_number_of_events_needs_the_same_day_twice_before(weeks_before, is_found):
    inputs(0, events={"view": 1})
    inputs(1, events={"view": 9000})
    for week in range(1, weeks_before + 1):
        inputs(1 + 7 * week, events={"view": 1000})
    assert (drift.unusual_volume() is not None) is is_found


def test_number_of_events_where_there_are_few_either_way_is_chance():
    weeks(events={"view": 20})
    inputs(1, events={"view": 199})
    assert drift.unusual_volume() is None


@pytest.mark.parametrize(("factor", "is_found"), [(1.5, True), (2.0, False), (5.0, False)])
def test_number_of_events_is_unusual_by_the_factor_of_the_settings(settings_with, factor, is_found):
    settings_with(alerts={"volume_factor": factor})
    weeks()
    inputs(1, events={"view": 2000})
    assert (drift.unusual_volume() is not None) is is_found


def test_events_that_are_brought_in_days_later_are_no_fall():
    for back in range(4, 30):
        inputs(back, events=KINDS)
    assert drift.unusual_volume() is None
    assert drift.drifted_kinds() is None


def test_types_of_items_are_held_against_those_of_a_week_ago():
    weeks()
    inputs(0, catalog={"film": 300, "series": 700})
    found = drift.drifted_catalog()
    assert found.name == "drift: catalog"
    assert str(today() - timedelta(days=7)) in found.message
    assert "series 30% before, 70% now" in found.message or "film 70% before, 30% now" in (
        found.message
    )


def test_types_of_items_without_a_day_before_are_not_judged():
    inputs(0, catalog=TYPES)
    assert drift.drifted_catalog() is None


def test_types_of_items_that_nobody_counted_lately_are_not_judged():
    for back in range(3, 30):
        inputs(back, catalog=TYPES)
    inputs(2, catalog={"series": 1000})
    assert drift.drifted_catalog() is None


def test_items_without_a_type_are_called_so():
    weeks()
    inputs(0, catalog={"": 1000})
    assert "without a type 0% before, 100% now" in drift.drifted_catalog().message


def scores(back: int, row: list[int], algorithm: str = "ease") -> None:
    DailyFigures.objects.create(
        day=today() - timedelta(days=back), algorithm=algorithm, version="v", placement="",
        figures={"requests": 100, "scores": row},
    )  # fmt: skip


LOW, HIGH = [500, 500] + [0] * 8, [0] * 8 + [500, 500]


@pytest.mark.parametrize(("days", "is_found"), [(4, False), (5, True), (20, True)])
def test_scores_are_held_against_some_days_before(days, is_found):
    for back in range(2, 2 + days):
        scores(back, LOW)
    scores(0, HIGH)
    found = drift.drifted_scores()
    assert (found is not None) is is_found
    if found:
        assert found.message.startswith("scores of ease are not spread as in the weeks before")


def test_scores_of_each_algorithm_are_judged_by_its_own():
    for back in range(2, 20):
        scores(back, LOW, "ease")
        scores(back, HIGH, "popular")
    scores(0, LOW, "ease")
    scores(0, HIGH, "popular")
    assert drift.drifted_scores() is None
    scores(1, [0] * 5 + [5000] + [0] * 4, "popular")
    assert "scores of popular" in drift.drifted_scores().message


@pytest.mark.parametrize("now", [[0] * 10, [0] * 9 + [199]])
def test_scores_of_few_items_are_not_judged(now):
    for back in range(2, 20):
        scores(back, LOW)
    scores(0, now)
    assert drift.drifted_scores() is None


@pytest.mark.parametrize(
    ("counts", "usual"),
    [
        ({}, {}),
        ({"a": 1000}, {"a": 1000}),
        ({"a": 500, "b": 500}, {"a": 5000, "b": 5000}),
        ({"a": 1}, {"b": 1}),
        ({"a": 52, "b": 48}, {"a": 50, "b": 50}),
    ],
)
def test_drift_that_chance_may_explain_is_none(counts, usual):
    assert drift_of(counts, usual) == 0.0


def test_drift_grows_with_the_distance():
    usual = {"a": 5000, "b": 5000}
    found = [drift_of({"a": a, "b": 10_000 - a}, usual) for a in (5000, 6000, 7500, 9000)]
    assert found[0] == 0.0
    assert found == sorted(found)
    assert found[-1] > 0.25


def visits(number: int, item: str = "i") -> None:
    now = int(datetime.now(UTC).timestamp()) - 60
    record(
        events=[
            {"user_id": f"u{n % 40}", "item_id": f"{item}{n % 25}", "kind": "view", "time": now}
            | {"event_id": f"{item}-{n}"}
            for n in range(number)
        ]
    )


def test_flood_is_more_in_an_hour_than_on_a_day():
    for back in range(1, 10):
        inputs(back, events={"view": 250})
    visits(250)
    assert anomalies.flood() is None
    visits(1, "j")
    found = anomalies.flood()
    assert found.name == "flood"
    assert found.message == ("251 events came within an hour; 250 are usual on a whole day")


@pytest.mark.parametrize(("days", "is_found"), [(4, False), (5, True)])
def test_flood_needs_some_days_that_are_usual(days, is_found):
    for back in range(1, days + 1):
        inputs(back, events={"view": 10})
    visits(300)
    assert (anomalies.flood() is not None) is is_found


def test_flood_of_few_events_is_none(settings_with):
    for back in range(1, 10):
        inputs(back, events={"view": 10})
    visits(200)
    assert anomalies.flood() is None
    settings_with(alerts={"fewest_answers": 199})
    assert anomalies.flood() is not None


@pytest.mark.parametrize(
    ("alerts", "find"),
    [
        ({"person_events": 0}, anomalies.busy_visitors),
        ({"item_share": 0}, anomalies.lifted_items),
    ],
)
def test_limit_of_zero_looks_for_nothing(settings_with, alerts, find):
    settings_with(alerts=alerts)
    visits(300)
    assert find() is None


def test_busy_visitors_beyond_the_most_that_are_named_are_counted(settings_with):
    settings_with(alerts={"person_events": 1})
    now = int(datetime.now(UTC).timestamp()) - 60
    record(
        events=[
            {"user_id": f"u{n:03}", "item_id": f"i{m}", "kind": "view", "time": now}
            for n in range(anomalies.NAMED + 3)
            for m in range(2)
        ]
    )
    found = anomalies.busy_visitors()
    assert found.message.startswith(f"{anomalies.NAMED + 3} users or sessions did more than 1 ")
    assert found.message.endswith(" and 3 more")
    assert len(found.visitors) == anomalies.NAMED
    assert found.is_personal
