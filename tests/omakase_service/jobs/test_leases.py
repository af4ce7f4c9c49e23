"""A key is one holder's: over blocks, threads and what was left behind; and jobs under it."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.patience import PATIENCE_SECONDS

from omakase_service.jobs import selectors
from omakase_service.jobs.contracts import JobHandler, JobState, LeaseLost, NoParameters
from omakase_service.jobs.handlers import all_handlers, checked_parameters, handler_of, register
from omakase_service.jobs.models import Job, Lease
from omakase_service.jobs.services import queue, worker
from omakase_service.jobs.services.lease import hold, is_free
from omakase_service.platform.exceptions import Invalid

pytestmark = pytest.mark.django_db


def leases(folder) -> list[str]:
    return [path.name for path in (folder / "leases").glob("*")]


def test_key_is_held_in_its_block_and_free_after_it():
    assert is_free("copy")
    with hold("copy") as held:
        assert held is not None
        assert held.key == "copy"
        assert not is_free("copy")
        held.check()
    assert is_free("copy")
    assert not Lease.objects.exists()


def test_key_that_is_held_is_nobody_else_s_until_the_block_ends():
    with hold("copy") as first, hold("copy") as second:
        assert first is not None
        assert second is None
        assert not is_free("copy")
    with hold("copy") as third:
        assert third is not None


@pytest.mark.parametrize("keys", [("a", "b"), ("copy", "copy a"), ("", "x"), ("가", "나")])
def test_keys_that_differ_are_held_side_by_side(keys):
    with hold(keys[0]) as first, hold(keys[1]) as second:
        assert first is not None
        assert second is not None
        assert first.token != second.token


def test_key_is_free_where_the_block_fails(settings_with):
    folder = settings_with().data_folder
    with pytest.raises(ZeroDivisionError), hold("copy"):
        raise ZeroDivisionError
    assert is_free("copy")
    assert leases(folder) == []


def test_file_of_a_lease_lies_in_the_data_folder_while_it_is_held(settings_with):
    folder = settings_with().data_folder
    with hold("copy") as held:
        assert leases(folder) == [held.token]
    assert leases(folder) == []


def test_lease_that_was_left_behind_by_a_process_of_this_machine_is_taken_over_at_once(
    settings_with, caplog
):
    folder = settings_with().data_folder
    with hold("copy") as held:
        row = Lease.objects.get()
        host, token = row.host, held.token
    (folder / "leases" / token).touch()
    Lease.objects.create(
        key="copy", token=token, host=host, until=timezone.now() + timedelta(hours=1)
    )
    assert is_free("copy")
    with hold("copy") as taken:
        assert taken is not None
    assert "the lease of copy was left behind; it is taken over" in caplog.text


@pytest.mark.parametrize(("seconds", "free"), [(-1, True), (60, False)])
def test_lease_of_another_machine_is_free_after_its_time(seconds, free):
    until = timezone.now() + timedelta(seconds=seconds)
    Lease.objects.create(key="copy", token="t", host="elsewhere:/var", until=until)
    assert is_free("copy") is free
    with hold("copy") as held:
        assert (held is not None) is free


def test_lease_that_was_lost_is_noticed_and_taken_from_nobody():
    with hold("copy") as held:
        Lease.objects.filter(key="copy").update(token="another")
        with pytest.raises(LeaseLost) as caught:
            held.check()
    assert str(caught.value) == "the lease of 'copy' was lost"
    assert Lease.objects.get().token == "another"


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_while_the_work_goes_on(settings_with):
    settings_with(jobs={"lease_seconds": 0.2})
    with hold("copy"):
        first = Lease.objects.get().until
        renewed = threading.Event()

        def look() -> None:
            from django.db import connection

            while not renewed.is_set():
                if Lease.objects.filter(until__gt=first + timedelta(seconds=0.2)).exists():
                    renewed.set()
            connection.close()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        assert renewed.wait(PATIENCE_SECONDS)
        thread.join()


def test_alone_holds_a_key_for_work_that_is_no_job():
    with worker.alone("copy") as held:
        held.check()
        assert not is_free("copy")
    assert not Job.objects.exists()


def test_alone_says_that_it_waits_once_and_goes_on_when_the_key_is_free(monkeypatch):
    holder = hold("copy")
    holder.__enter__()
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            holder.__exit__(None, None, None)

    monkeypatch.setattr(worker.time, "sleep", pause)
    heard = []
    with worker.alone("copy", lambda *step: heard.append(step)):
        pass
    assert heard == [(0, 1, "waiting for another job (copy) to end")]
    assert len(pauses) == 3


def test_handler_of_a_kind_that_is_taken_is_refused(handler):
    made = handler(lambda context, work: {})
    with pytest.raises(ValueError, match="copy"):
        register(JobHandler("copy", lambda context, work: {}, "Another"))
    assert register(made) is made
    assert handler_of("copy") is made


def test_kind_that_is_near_none_is_told_with_all_there_are(handler):
    with pytest.raises(Invalid) as caught:
        handler_of("zzzzzz")
    kinds = ", ".join(each.kind for each in all_handlers())
    assert str(caught.value) == f"no kind of job 'zzzzzz'; there are: {kinds}"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"steps": "many"}, "parameters of copy: steps: "),
        ({"steps": 1.5}, "parameters of copy: steps: "),
        ({"name": 5}, "parameters of copy: name: "),
        ({"nmae": "x"}, "parameters of copy: nmae: no field `nmae`; did you mean `name`?"),
    ],
)
def test_parameters_that_a_kind_does_not_take_are_refused_by_their_name(handler, parameters, words):
    made = handler(lambda context, work: {})
    with pytest.raises(Invalid) as caught:
        checked_parameters(made, parameters)
    assert str(caught.value).startswith(words)


def test_kind_without_parameters_takes_none():
    made = JobHandler("bare", lambda context, work: {}, "Bare")
    assert checked_parameters(made, {}) == NoParameters()
    with pytest.raises(Invalid, match="no field `x`"):
        checked_parameters(made, {"x": 1})


def test_key_of_a_job_is_its_kind_unless_the_kind_says_otherwise(handler):
    plain = handler(lambda context, work: {})
    keyed = handler(lambda context, work: {}, kind="keyed", key=lambda work: f"k {work.name}")
    assert plain.key_of(checked_parameters(plain, {})) == "copy"
    assert keyed.key_of(checked_parameters(keyed, {"name": "가"})) == "k 가"


def test_run_next_of_a_kind_leaves_the_others(handler):
    handler(lambda context, work: {}, kind="one")
    handler(lambda context, work: {}, kind="two")
    first, second = queue.enqueue(kind="one"), queue.enqueue(kind="two")
    assert worker.run_next(kind="two") == second
    assert worker.run_next(kind="two") is None
    assert worker.run_next(kind="one") == first


def test_run_now_keeps_the_result_and_the_parameters_and_is_no_schedule_s(handler):
    handler(lambda context, work: {"copied": work.name})
    card = selectors.job_by_id(job_id=worker.run_now(kind="copy", parameters={"name": "b"}))
    assert (card.state, card.result, card.parameters, card.schedule, card.attempts) == (
        JobState.SUCCEEDED, {"copied": "b"}, {"name": "b", "steps": 1}, "", 1,
    )  # fmt: skip


def test_job_without_a_result_has_an_empty_one(handler):
    handler(lambda context, work: None)
    assert selectors.job_by_id(job_id=worker.run_now(kind="copy")).result == {}


def test_job_whose_parameters_no_longer_fit_fails_and_says_why(handler):
    handler(lambda context, work: {})
    row = Job.objects.create(kind="copy", key="copy", parameters={"gone": 1})
    assert worker.run_next() == row.pk
    card = selectors.job_by_id(job_id=row.pk)
    assert card.state is JobState.FAILED
    assert card.note.startswith("Invalid: parameters of copy: gone: no field `gone`")


def test_job_of_a_kind_that_is_gone_waits_and_stops_no_other(handler):
    handler(lambda context, work: {})
    Job.objects.create(kind="gone", key="gone")
    number = queue.enqueue(kind="copy")
    assert worker.run_next() == number
    assert worker.run_next() is None


def test_lost_job_that_somebody_cancelled_is_not_begun_anew(handler):
    handler(lambda context, work: {}, attempts=3)
    row = Job.objects.create(
        kind="copy", key="copy", state="running", token="t", attempts=1, cancel_requested=True
    )
    worker.recover_lost()
    card = selectors.job_by_id(job_id=row.pk)
    assert (card.state, card.note) == (JobState.FAILED, "its process ended")


def test_lost_job_that_begins_anew_has_it_in_its_log(handler):
    handler(lambda context, work: {}, attempts=3)
    row = Job.objects.create(
        kind="copy", key="copy", state="running", token="t", attempts=1, log="10:00:00 reading\n"
    )
    worker.recover_lost()
    lines = selectors.job_by_id(job_id=row.pk).log.splitlines()
    assert lines[0] == "10:00:00 reading"
    assert lines[1].endswith(" its process ended")
    assert len(lines) == 2
