"""Whether a run is lost or doubled is told from the runs alone."""

from datetime import UTC, datetime, timedelta

from benchmarks.killed_schedule import due, schedule_row

START = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def job(number: int, created: float, finished: float, state: str = "succeeded", attempts: int = 1):
    moments = {"created": at(created), "finished": at(finished)}
    return {"id": number, "state": state, "attempts": attempts, **moments}


MINUTES = [at(n) for n in range(3)]


def test_run_for_each_minute_is_all_well():
    jobs = [job(1, 0.1, 0.5), job(2, 1.1, 1.5, attempts=2), job(3, 2.1, 2.2, "skipped")]
    row = schedule_row("train", jobs, MINUTES, {1: 1, 2: 1})
    assert (row["lost"], row["doubled"], row["begun anew"], row["skipped"]) == (0, 0, 1, 1)


def test_minute_without_a_run_is_lost_unless_an_earlier_one_was_at_work():
    assert schedule_row("train", [job(1, 0.1, 2.5)], MINUTES, {})["lost"] == 0
    assert schedule_row("train", [job(1, 0.1, 0.5)], MINUTES, {})["lost"] == 2


def test_run_that_did_not_end_well_is_lost():
    jobs = [job(n, n + 0.1, n + 0.2, "failed" if n == 1 else "succeeded") for n in range(3)]
    assert schedule_row("train", jobs, MINUTES, {})["lost"] == 1


def test_two_runs_of_a_minute_or_two_versions_of_a_run_are_doubled():
    jobs = [job(1, 0.1, 0.2), job(2, 0.3, 0.4), job(3, 1.1, 1.2), job(4, 2.1, 2.2)]
    assert schedule_row("train", jobs, MINUTES, {3: 2})["doubled"] == 2


def test_first_and_last_minutes_may_have_been_missed():
    assert due(at(0.5), at(4.5)) == [at(2), at(3)]
    assert due(at(0.5), at(1.5)) == []
