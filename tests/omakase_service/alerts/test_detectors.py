"""From where on something is wrong: each limit from both sides, and what is said then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from omakase_service.alerts import detectors, inspection
from omakase_service.alerts.detectors import IN_A_ROW, SURE
from omakase_service.analytics.contracts import LATENCY_MS
from omakase_service.analytics.models import DailyFigures, DailyInputs
from omakase_service.events.services import record
from omakase_service.jobs.models import Job

pytestmark = pytest.mark.django_db
NEVER = {"fewest_answers": 100}


@pytest.fixture(autouse=True)
def rules(settings_with):
    """Figures of a hundred answers count; other limits as a test says."""

    def change(**alerts: object):
        return settings_with(alerts={**NEVER, **alerts})

    change()
    return change


def day(back: int = 0, **figures: object) -> None:
    DailyFigures.objects.update_or_create(
        day=datetime.now(UTC).date() - timedelta(days=back),
        algorithm="ease",
        version="v",
        placement="",
        defaults={"figures": figures},
    )


def buckets(**numbers: int) -> list[int]:
    """Answers by the upper end of their bucket: `ms_500=3`; `slower=1` beyond all."""
    ends = [f"ms_{end}" for end in LATENCY_MS] + ["slower"]
    assert set(numbers) <= set(ends)
    return [numbers.get(end, 0) for end in ends]


@pytest.mark.parametrize("check", detectors.CHECKS, ids=lambda check: check.__name__)
def test_nothing_at_all_is_no_alarm(check):
    assert check() is None


@pytest.mark.parametrize(
    ("latency", "is_found"),
    [
        (buckets(ms_100=100), False),
        (buckets(ms_100=95, ms_2000=5), False),
        (buckets(ms_100=90, ms_2000=10), True),
        (buckets(ms_2000=100), True),
        (buckets(slower=100), True),
        (buckets(ms_100=99), False),
        (buckets(slower=99), False),
    ],
)
def test_answers_are_slow_where_more_than_one_in_twenty_is(latency, is_found):
    day(requests=sum(latency), latency=latency)
    found = detectors.slow_answers()
    assert (found is not None) is is_found
    if found:
        assert found.name == "latency"
        assert "500 ms is the limit" in found.message


def test_answers_that_are_slower_than_all_buckets_are_told_so():
    day(requests=100, latency=buckets(slower=100))
    assert "took up to more than 5 s" in detectors.slow_answers().message


def test_answers_of_yesterday_are_not_slow_today():
    day(1, requests=100, latency=buckets(slower=100))
    assert detectors.slow_answers() is None


def noise(rate: float, number: int) -> float:
    return SURE * (rate * (1 - rate) / number) ** 0.5


@pytest.mark.parametrize(
    ("requests", "degraded", "is_found"),
    [
        (1000, 0, False),
        (1000, 10, False),
        (1000, 19, False),
        (1000, 20, True),
        (100_000, 1100, True),
        (100_000, 1090, False),
        (99, 99, False),
    ],
)
def test_degraded_answers_are_told_beyond_what_chance_explains(requests, degraded, is_found):
    day(requests=requests, degraded=degraded)
    assert (detectors.degraded_answers() is not None) is is_found
    beyond = degraded / requests > 0.01 + noise(0.01, requests)
    assert is_found is (beyond and requests >= NEVER["fewest_answers"])


@pytest.mark.parametrize(
    ("hits", "before", "is_found"),
    [(500, 500, False), (250, 500, False), (150, 500, True), (0, 0, False), (0, 500, True)],
)
def test_cache_is_told_where_it_answers_far_less_than_before(hits, before, is_found):
    day(0, requests=1000, cache_hits=hits)
    for back in range(1, 15):
        day(back, requests=1000, cache_hits=before)
    assert (detectors.fewer_cache_hits() is not None) is is_found


def test_cache_without_weeks_before_is_not_judged():
    day(0, requests=1000, cache_hits=0)
    assert detectors.fewer_cache_hits() is None


@pytest.mark.parametrize(
    ("figures", "is_found"),
    [
        ({"seen": 10_000, "clicks": 300}, False),
        ({"seen": 10_000, "clicks": 200}, False),
        ({"seen": 10_000, "clicks": 160}, False),
        ({"seen": 10_000, "clicks": 150}, True),
        ({"seen": 0, "shown": 10_000, "clicks": 100}, True),
        ({"seen": 0, "shown": 10_000, "clicks": 0}, False),
        ({"seen": 100, "clicks": 1}, False),
    ],
)
def test_clicks_are_few_beyond_what_chance_explains(figures, is_found):
    day(2, requests=1000, **figures)
    found = detectors.few_clicks()
    assert (found is not None) is is_found
    if found:
        assert "2.00% is the limit" in found.message


@pytest.mark.parametrize(
    ("now", "before", "is_found"),
    [
        (1000, 1000, False),
        (850, 1000, False),
        (700, 1000, True),
        (2000, 1000, False),
        (0, 1000, True),
        (3, 1000, True),
        (0, 8, False),
        (7, 10, False),
        (0, 0, False),
    ],
)
def test_clicks_fall_where_they_fell_more_than_chance_and_the_limit(now, before, is_found):
    day(1, requests=1000, seen=10_000, clicks=now)
    day(8, requests=1000, seen=10_000, clicks=before)
    found = detectors.falling_clicks()
    assert (found is not None) is is_found
    if found:
        assert found.message.startswith(f"clicks fell by {1 - now / before:.1%} against")


@pytest.mark.parametrize(
    ("items", "catalog", "is_found"), [(100, 1000, False), (99, 1000, True), (0, 0, True)]
)
def test_lists_are_narrow_where_they_show_too_little(items, catalog, is_found):
    day(1, requests=1000, items=items, catalog=catalog)
    assert (detectors.narrow_lists() is not None) is is_found


def catalog(back: int, **types: int) -> None:
    today: date = datetime.now(UTC).date()
    DailyInputs.objects.create(day=today - timedelta(days=back), catalog=types, events={})


@pytest.mark.parametrize(
    ("before", "now", "is_found"),
    [
        (1000, 1000, False),
        (1000, 700, False),
        (1000, 699, True),
        (1000, 2000, False),
        (10, 1, True),
    ],
)
def test_catalog_shrinks_where_more_than_the_limit_is_gone_in_a_day(before, now, is_found):
    catalog(1, film=before)
    catalog(0, film=now)
    found = detectors.shrunken_catalog()
    assert (found is not None) is is_found
    if found:
        assert found.message == (
            f"items that may be shown fell from {before:,} to {now:,} since yesterday"
        )


def test_catalog_that_was_not_counted_yesterday_is_not_judged():
    catalog(2, film=1000)
    catalog(0, film=1)
    assert detectors.shrunken_catalog() is None


@pytest.mark.parametrize(
    ("hours", "limit", "is_found"),
    [(1, 24.0, False), (23, 24.0, False), (25, 24.0, True), (25, 0.0, False), (25, 48.0, False)],
)
def test_events_that_stop_are_told_after_their_hours(rules, hours, limit, is_found):
    rules(silent_hours=limit)
    moment = int((timezone.now() - timedelta(hours=hours)).timestamp())
    record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": moment}])
    day(1, requests=1000)
    found = detectors.silent_events()
    assert (found is not None) is is_found
    if found:
        assert found.message == f"the newest event is {hours} hours old"


def test_events_of_a_house_that_answers_nobody_may_stop():
    moment = int((timezone.now() - timedelta(days=9)).timestamp())
    record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": moment}])
    assert detectors.silent_events() is None


@pytest.mark.parametrize(
    ("minutes", "limit", "is_found"),
    [(59, 60.0, False), (61, 60.0, True), (61, 0.0, False), (61, 90.0, False)],
)
def test_job_that_waits_is_told_after_its_minutes(rules, minutes, limit, is_found):
    rules(job_minutes=limit)
    job = Job.objects.create(kind="train", key="train")
    Job.objects.update(created=timezone.now() - timedelta(minutes=minutes))
    assert (detectors.dead_worker() is not None) is is_found
    Job.objects.filter(pk=job.pk).update(state="running")
    assert detectors.dead_worker() is None


def test_job_for_later_does_not_wait_yet():
    Job.objects.create(kind="train", key="train", run_after=timezone.now() + timedelta(hours=1))
    Job.objects.update(created=timezone.now() - timedelta(days=1))
    assert detectors.dead_worker() is None


def jobs(*states: str, kind: str = "import_sql") -> None:
    """Jobs of a kind, the oldest first."""
    for number, state in enumerate(states):
        Job.objects.create(kind=kind, key=kind, state=state, note=f"note {number}")


@pytest.mark.parametrize(
    ("states", "is_found"),
    [
        (["failed"] * (IN_A_ROW - 1), False),
        (["failed"] * IN_A_ROW, True),
        (["succeeded", *["failed"] * IN_A_ROW], True),
        ([*["failed"] * IN_A_ROW, "succeeded"], False),
        ([*["failed"] * IN_A_ROW, "queued"], True),
        ([*["failed"] * IN_A_ROW, "running"], True),
        (["failed", "skipped", "failed", "failed"], False),
        (["failed", "cancelled", "failed", "failed"], False),
    ],
)
def test_jobs_of_a_kind_that_fail_in_a_row_are_told(states, is_found):
    jobs(*states)
    assert (detectors.failing_jobs() is not None) is is_found


def test_jobs_that_fail_are_told_with_the_newest_reason_and_kind_by_kind():
    jobs("failed", "failed", "failed", kind="roll_up")
    jobs("failed", "succeeded", "failed", "failed", kind="import_sql")
    found = detectors.failing_jobs()
    assert found.message == "the last 3 jobs of the kind roll_up failed: note 2"
    assert found.advice == "omakase job list --kind roll_up"


@pytest.mark.parametrize("look", inspection.LOOKS.values(), ids=inspection.LOOKS)
def test_every_part_of_an_empty_house_can_be_looked_at(look):
    found = look("part")
    assert found.part == "part"
    assert found.state


def test_events_that_are_none_are_told_with_the_way_to_some():
    found = inspection.events("events")
    assert (found.state, found.advice) == ("none is stored", "omakase data import FILE")


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=5), "5 minutes old"),
        (timedelta(minutes=119), "119 minutes old"),
        (timedelta(hours=3), "3 hours old"),
        (timedelta(hours=47), "47 hours old"),
        (timedelta(days=5), "5 days old"),
    ],
)
def test_age_of_the_newest_event_is_told_in_the_nearest_unit(age, words):
    moment = int((timezone.now() - age).timestamp())
    record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": moment}])
    assert inspection.events("events").state == f"the newest is {words}"


def test_jobs_that_failed_are_told_with_the_way_to_them():
    jobs("failed", "queued", "queued")
    found = inspection.worker("worker")
    assert found.state == "2 jobs wait, 1 have failed"
    assert found.advice == "omakase job list --state failed"


def test_answers_of_a_week_are_added_up():
    day(0, requests=10, clicks=1)
    day(6, requests=1200, clicks=30)
    day(7, requests=9, clicks=9)
    assert inspection.answers("answers").state == "1,210 this week, 31 clicks"


def test_data_folder_is_told_with_its_largest_parts(rules):
    folder = rules().data_folder
    for name, size in (("a", 3), ("b", 1), ("c", 2), ("d", 0), ("e", 5)):
        (folder / name).mkdir()
        (folder / name / "x").write_bytes(bytes(size * 2**20))
    state = inspection.data_folder("data folder").state
    assert state.startswith("e 5.0 MiB, a 3.0 MiB, c 2.0 MiB, b 1.0 MiB")


@pytest.mark.parametrize(("back", "is_found"), [(0, True), (6, True), (7, False)])
def test_clicks_are_few_by_those_of_seven_days(back, is_found):
    day(back, requests=1000, seen=10_000, clicks=1)
    assert (detectors.few_clicks() is not None) is is_found


@pytest.mark.parametrize(
    ("now", "before", "is_found"),
    [(0, 7, True), (6, 7, True), (6, 13, True), (6, 14, False), (7, 13, False), (7, 8, False)],
)
def test_clicks_fall_from_the_seven_days_before_to_the_seven_since(now, before, is_found):
    day(now, requests=1000, seen=10_000, clicks=700)
    day(before, requests=1000, seen=10_000, clicks=1000)
    assert (detectors.falling_clicks() is not None) is is_found


def test_clicks_of_two_weeks_ago_are_no_part_of_the_week_before():
    day(1, requests=1000, seen=10_000, clicks=700)
    day(13, requests=1000, seen=10_000, clicks=1000)
    day(14, requests=1000, seen=10_000, clicks=0)
    assert "fell by 30.0%" in detectors.falling_clicks().message


@pytest.mark.parametrize(("requests", "is_found"), [(99, False), (100, True)])
def test_cache_is_judged_from_as_many_answers_as_the_settings_say(requests, is_found):
    day(0, requests=requests, cache_hits=0)
    day(3, requests=1000, cache_hits=500)
    assert (detectors.fewer_cache_hits() is not None) is is_found


@pytest.mark.parametrize(("back", "is_found"), [(1, True), (14, True), (15, False)])
def test_cache_is_held_against_the_two_weeks_before(back, is_found):
    day(0, requests=1000, cache_hits=0)
    day(back, requests=1000, cache_hits=500)
    assert (detectors.fewer_cache_hits() is not None) is is_found


@pytest.mark.parametrize(("requests", "is_found"), [(99, False), (100, True)])
@pytest.mark.parametrize(
    "check", [detectors.few_clicks, detectors.narrow_lists], ids=["clicks", "coverage"]
)
def test_figures_are_judged_from_as_many_answers_as_the_settings_say(check, requests, is_found):
    day(1, requests=requests, seen=10_000, clicks=1, items=1, catalog=1000)
    assert (check() is not None) is is_found


@pytest.mark.parametrize(("back", "is_found"), [(0, True), (1, True), (2, False)])
def test_lists_are_narrow_by_those_of_today_and_yesterday(back, is_found):
    day(back, requests=1000, items=1, catalog=1000)
    assert (detectors.narrow_lists() is not None) is is_found
