"""When a schedule is due, beside a plain look at every minute; what stands in the way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from omakase_service.jobs import selectors
from omakase_service.jobs.models import Job, Schedule
from omakase_service.jobs.services import scheduling
from omakase_service.platform.exceptions import Invalid, NotFound

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 2, 27, 22, 58, 30, tzinfo=UTC)
DAYS = 32


def values(field: str, lowest: int, highest: int) -> set[int]:
    """Numbers that a field of a cron expression means."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (f"{lowest}-{highest}" if span == "*" else span).partition("-")
        found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return found


def next_minute(cron: str, zone: str, after: datetime) -> datetime:
    """The first whole minute after a moment at which all five fields hold."""
    minutes, hours, days, months, weekdays = cron.split()
    moment = after.replace(second=0, microsecond=0)
    while True:
        moment += timedelta(minutes=1)
        local = moment.astimezone(ZoneInfo(zone))
        day_holds = local.day in values(days, 1, 31)
        weekday_holds = local.isoweekday() % 7 in values(weekdays, 0, 6)
        either = days != "*" and weekdays != "*"
        if (
            local.minute in values(minutes, 0, 59)
            and local.hour in values(hours, 0, 23)
            and local.month in values(months, 1, 12)
            and (day_holds or weekday_holds if either else day_holds and weekday_holds)
        ):
            return moment


CRONS = (
    "* * * * *", "*/5 * * * *", "0 * * * *", "59 23 * * *", "0 3 * * *", "30 4 1 * *", "0 0 28 2 *",
    "0 12 * * 1", "15 6 * * 1-5", "0 0 * * 0", "0,30 8-10 * * *", "10 5 1,15 * *", "0 9 13 * 5",
    "7 7 7 3 *",
)  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/St_Johns", "Asia/Kathmandu"])
@pytest.mark.parametrize("cron", CRONS)
def test_schedule_is_due_at_the_first_minute_at_which_its_fields_hold(handler, cron, zone):
    handler(lambda context, work: {})
    scheduling.save_schedule(name="copy", cron=cron, time_zone=zone)
    Schedule.objects.exclude(name="copy").update(enabled=False)
    Schedule.objects.filter(name="copy").update(next_run=BEGIN)
    scheduling.tick(BEGIN)
    assert selectors.schedule_by_name(name="copy").next_run == next_minute(cron, zone, BEGIN)


def test_schedules_that_are_due_together_begin_with_the_one_that_was_due_first(handler):
    handler(lambda context, work: {})
    scheduling.ensure_defaults(BEGIN)
    Schedule.objects.update(enabled=False)
    for name, minutes in (("late", 1), ("early", 9), ("middle", 5)):
        scheduling.save_schedule(name=name, kind="copy", cron="0 3 * * *")
        Schedule.objects.filter(name=name).update(next_run=BEGIN - timedelta(minutes=minutes))
    numbers = scheduling.tick(BEGIN)
    jobs = [selectors.job_by_id(job_id=number).schedule for number in numbers]
    assert jobs == ["early", "middle", "late"]


def test_schedule_that_is_switched_off_is_not_due(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    scheduling.ensure_defaults(BEGIN)
    Schedule.objects.update(enabled=False, next_run=BEGIN)
    assert scheduling.tick(BEGIN) == []
    assert not Job.objects.exists()


def test_schedule_that_was_skipped_notes_the_time_and_the_job(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    scheduling.ensure_defaults(BEGIN)
    Schedule.objects.exclude(name="copy").update(enabled=False)
    Schedule.objects.filter(name="copy").update(next_run=BEGIN)
    (number,) = scheduling.tick(BEGIN)
    Schedule.objects.filter(name="copy").update(next_run=BEGIN)
    assert scheduling.tick(BEGIN) == []
    card = selectors.schedule_by_name(name="copy")
    assert card.note == f"skipped at 2026-02-27 22:58 UTC: job {number} is not over yet"
    assert card.last_job == number


def test_later_run_is_so_many_times_after_the_next(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    scheduling.ensure_defaults(BEGIN)
    first = selectors.schedule_by_name(name="copy").next_run
    assert scheduling.later_run(name="copy", times=0) == first
    assert scheduling.later_run(name="copy", times=1) == first + timedelta(days=1)
    assert scheduling.later_run(name="copy", times=7) == first + timedelta(days=7)


def test_later_run_of_what_is_switched_off_never_comes(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    scheduling.save_schedule(name="copy", enabled=False)
    assert scheduling.later_run(name="copy", times=3) is None


def test_later_run_of_a_schedule_that_there_is_not_is_refused():
    with pytest.raises(NotFound, match=r"^no schedule 'nothing'$"):
        scheduling.later_run(name="nothing", times=1)


def test_defaults_are_written_once(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    assert scheduling.ensure_defaults(BEGIN) > 0
    assert scheduling.ensure_defaults(BEGIN) == 0
    Schedule.objects.filter(name="copy").delete()
    assert scheduling.ensure_defaults(BEGIN) == 1


def test_default_that_a_release_moved_follows_unless_it_was_changed_by_hand(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    scheduling.ensure_defaults(BEGIN)
    Schedule.objects.filter(name="copy").update(cron="0 9 * * *", owned=False)
    assert scheduling.ensure_defaults(BEGIN) == 1
    assert selectors.schedule_by_name(name="copy").cron == "0 3 * * *"
    Schedule.objects.filter(name="copy").update(cron="0 9 * * *", owned=True)
    assert scheduling.ensure_defaults(BEGIN) == 0
    assert selectors.schedule_by_name(name="copy").cron == "0 9 * * *"


def test_default_that_the_settings_switch_off_is_not_due(handler, settings_with):
    settings_with(jobs={"schedules": {"copy": {"enabled": False}}})
    handler(lambda context, work: {}, cron="* * * * *")
    scheduling.ensure_defaults(BEGIN)
    Schedule.objects.exclude(name="copy").update(enabled=False)
    assert not selectors.schedule_by_name(name="copy").enabled
    assert scheduling.tick(BEGIN + timedelta(days=1)) == []


def test_kind_without_a_time_of_its_own_has_no_schedule(handler):
    handler(lambda context, work: {})
    assert "copy" not in {card.name for card in scheduling.schedules()}


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "", "../etc/passwd", "/etc/localtime", "utc\0", "가"]
)
def test_time_zone_that_there_is_not_is_refused_with_an_example(handler, zone):
    handler(lambda context, work: {})
    with pytest.raises(Invalid) as caught:
        scheduling.save_schedule(name="copy", cron="0 3 * * *", time_zone=zone)
    assert str(caught.value) == f"no time zone {zone!r}; write it like Asia/Seoul"


@pytest.mark.parametrize(
    "cron", ["", " ", "* * * *", "* * * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
             "a b c d e", "* * 30 2 *", "*/0 * * * *", "5-1 * * * *", "@daily"],
)  # fmt: skip
def test_cron_that_cannot_be_read_is_refused_with_an_example(handler, cron):
    handler(lambda context, work: {})
    with pytest.raises(Invalid) as caught:
        scheduling.save_schedule(name="copy", cron=cron)
    assert str(caught.value).startswith(f"the cron expression {cron!r} cannot be read: ")
    assert str(caught.value).endswith(
        "; minute hour day month weekday, as in '0 3 * * *' for three o'clock every night"
    )


def queued(**more) -> Job:
    return Job.objects.create(**{"kind": "copy", "key": "copy", **more})


def test_oldest_waiting_is_when_a_job_could_have_begun():
    assert selectors.oldest_waiting() is None
    first = queued()
    later = datetime.now(UTC) + timedelta(hours=1)
    queued(run_after=later)
    assert selectors.oldest_waiting() == first.created
    Job.objects.filter(pk=first.pk).update(state="running")
    assert selectors.oldest_waiting() == later


def test_oldest_waiting_of_a_job_for_a_time_that_is_past_is_when_it_was_made():
    row = queued(run_after=datetime(2020, 1, 1, tzinfo=UTC))
    assert selectors.oldest_waiting() == row.created


def test_jobs_are_chosen_by_kind_and_state_newest_first():
    rows = [queued(kind=kind, state=state) for kind in "ab" for state in ("queued", "failed")]
    numbers = [row.pk for row in rows]
    assert [card.id for card in selectors.jobs()] == numbers[::-1]
    assert [card.id for card in selectors.jobs(kind="a")] == numbers[1::-1]
    assert [card.id for card in selectors.jobs(kind="b", state="failed")] == [numbers[3]]
    assert [card.id for card in selectors.jobs(limit=1)] == [numbers[3]]
    assert selectors.jobs(kind="c") == []


def test_jobs_in_a_list_have_no_log_and_one_alone_has():
    row = queued(log="10:00:00 reading\n")
    assert selectors.jobs()[0].log == ""
    assert selectors.job_by_id(job_id=row.pk).log == "10:00:00 reading\n"


def test_job_of_another_kind_than_asked_for_is_not_found():
    row = queued()
    assert selectors.job_by_id(job_id=row.pk, kind="copy").id == row.pk
    with pytest.raises(NotFound, match=f"^no train {row.pk}$"):
        selectors.job_by_id(job_id=row.pk, kind="train")


def test_crons_are_of_schedules_that_are_switched_on(handler):
    handler(lambda context, work: {}, cron="0 3 * * *")
    scheduling.save_schedule(name="other", kind="copy", cron="0 4 * * *", enabled=False)
    assert selectors.crons(names=["copy", "other", "nothing"]) == {"copy": "0 3 * * *"}
    assert selectors.crons(names=[]) == {}
