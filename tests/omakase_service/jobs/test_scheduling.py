"""What is due is enqueued once, whoever looks, and what stands in the way is noted."""

from datetime import UTC, datetime, timedelta

import pytest

from omakase_service.jobs import selectors
from omakase_service.jobs.models import Job, Schedule
from omakase_service.jobs.services import scheduling, worker
from omakase_service.platform.exceptions import Invalid, NotFound

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 10, 2, 59, tzinfo=UTC)


@pytest.fixture
def nightly(handler):
    """A kind that is due at three every night."""
    handler(lambda context, work: {"name": work.name}, cron="0 3 * * *")
    scheduling.ensure_defaults(NIGHT)
    Schedule.objects.exclude(name="copy").update(enabled=False)


def test_tick_before_the_time_enqueues_nothing(nightly):
    assert scheduling.tick(NIGHT) == []


def test_tick_at_the_time_enqueues_once_for_all_who_look(nightly):
    three = NIGHT + timedelta(minutes=1)
    (job_id,) = scheduling.tick(three)
    assert scheduling.tick(three) == []
    assert scheduling.tick(three + timedelta(hours=1)) == []
    card = selectors.schedule_by_name(name="copy")
    assert (card.last_job, card.last_run) == (job_id, three)
    assert card.next_run == datetime(2026, 3, 11, 3, tzinfo=UTC)
    assert selectors.job_by_id(job_id=job_id).schedule == "copy"


def test_tick_after_a_week_of_silence_enqueues_one_job(nightly):
    assert len(scheduling.tick(NIGHT + timedelta(days=7))) == 1


def test_tick_while_the_last_job_is_open_skips_and_says_so(nightly):
    (job_id,) = scheduling.tick(NIGHT + timedelta(minutes=1))
    assert scheduling.tick(NIGHT + timedelta(days=1, minutes=1)) == []
    assert f"job {job_id} is not over yet" in selectors.schedule_by_name(name="copy").note
    worker.run_next()
    assert len(scheduling.tick(NIGHT + timedelta(days=2, minutes=1))) == 1
    assert selectors.schedule_by_name(name="copy").note == ""


def test_tick_kind_that_is_gone_is_noted(nightly):
    Schedule.objects.filter(name="copy").update(kind="gone", owned=True)
    assert scheduling.tick(NIGHT + timedelta(minutes=1)) == []
    assert "no kind of job 'gone'" in selectors.schedule_by_name(name="copy").note


def test_next_run_follows_the_time_zone_over_a_change_of_the_clock(handler):
    """Three o'clock in Berlin is 2:00 UTC in winter and 1:00 in summer (from 29 March 2026)."""
    handler(lambda context, work: {})
    scheduling.save_schedule(name="copy", cron="0 3 * * *", time_zone="Europe/Berlin")
    Schedule.objects.update(next_run=datetime(2026, 3, 27, 2, tzinfo=UTC), owned=True)
    Schedule.objects.exclude(name="copy").update(enabled=False)
    times = []
    for day in (27, 28, 29, 30):
        Job.objects.all().delete()
        scheduling.tick(datetime(2026, 3, day, 5, tzinfo=UTC))
        times.append(selectors.schedule_by_name(name="copy").next_run.hour)
    assert times == [2, 1, 1, 1]


def test_save_schedule_changes_what_is_named_and_settings_do_not_undo_it(nightly):
    scheduling.save_schedule(name="copy", cron="30 5 * * *", parameters={"name": "b"})
    scheduling.ensure_defaults()
    card = selectors.schedule_by_name(name="copy")
    assert (card.cron, card.parameters, card.enabled) == ("30 5 * * *", {"name": "b"}, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cron": "61 * * * *"}, "cron expression '61"),
        ({"cron": "tomorrow"}, "cron expression 'tomorrow'"),
        ({"time_zone": "Mars/Base"}, "no time zone 'Mars/Base'"),
        ({"parameters": {"colour": 1}}, "colour"),
        ({"kind": "nothing"}, "no kind of job 'nothing'"),
    ],
)
def test_save_schedule_that_cannot_be_is_refused_and_changes_nothing(nightly, fields, words):
    before = selectors.schedule_by_name(name="copy")
    with pytest.raises(Invalid, match=words):
        scheduling.save_schedule(name="copy", **fields)
    assert selectors.schedule_by_name(name="copy") == before


def test_delete_schedule_default_one_is_switched_off_and_stays_off(nightly):
    scheduling.delete_schedule(name="copy")
    scheduling.ensure_defaults()
    assert not selectors.schedule_by_name(name="copy").enabled
    assert scheduling.tick(NIGHT + timedelta(days=3)) == []


def test_delete_schedule_of_ones_own_is_gone(nightly):
    scheduling.save_schedule(name="twice", kind="copy", cron="0 4 * * *")
    scheduling.delete_schedule(name="twice")
    with pytest.raises(NotFound, match="twice"):
        selectors.schedule_by_name(name="twice")


def test_settings_change_and_add_schedules(handler, settings_with):
    handler(lambda context, work: {}, cron="0 3 * * *")
    settings_with(
        jobs={
            "time_zone": "Asia/Seoul",
            "schedules": {
                "copy": {"cron": "0 6 * * *"},
                "more": {"kind": "copy", "cron": "0 0 * * *"},
            },
        }
    )
    cards = {card.name: card for card in scheduling.schedules()}
    assert (cards["copy"].cron, cards["copy"].time_zone) == ("0 6 * * *", "Asia/Seoul")
    assert cards["more"].kind == "copy"
