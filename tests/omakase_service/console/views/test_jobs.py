"""Jobs and schedules on their pages: what is shown, begun, stopped and saved."""

import pytest
from django.utils import timezone
from tests.omakase_service.console.markup import (
    facts_of,
    forms_of,
    messages_of,
    rows_of,
    section_of,
    tree_of,
)

from omakase_service.console.views.jobs import LATEST, startable
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.handlers import all_handlers
from omakase_service.jobs.models import Job
from omakase_service.jobs.selectors import job_by_id, jobs
from omakase_service.jobs.services import queue, scheduling
from omakase_service.jobs.services.worker import run_now

pytestmark = pytest.mark.django_db
JOBS = "/console/jobs/"


def job(**fields) -> Job:
    return Job.objects.create(**({"kind": "roll_up", "key": "roll_up"} | fields))


@pytest.fixture
def over():
    """A job that ended."""

    def make(state: JobState, **fields) -> Job:
        return job(state=state, finished=timezone.now(), attempts=1, **fields)

    return make


@pytest.fixture
def schedules(db):
    """The schedules that a fresh house has."""
    scheduling.ensure_defaults()
    return {each.name: each for each in scheduling.schedules()}


def test_list_without_jobs_says_so(owner):
    assert "None in this list yet." in section_of(owner.get(JOBS), "The newest jobs").text


def test_list_has_the_newest_first_with_how_far_they_are(owner, over):
    over(JobState.SUCCEEDED, done=3, total=3)
    over(JobState.FAILED, note="out of memory")
    job()
    rows = rows_of(section_of(owner.get(JOBS), "The newest jobs"))
    first = Job.objects.order_by("pk").first().pk
    assert [row["Job"] for row in rows] == [f"roll_up {first + n}" for n in (2, 1, 0)]
    assert [row["State"] for row in rows] == ["queued", "failed", "succeeded"]
    assert [row["How far"] for row in rows] == ["–", "out of memory", "3/3"]


def test_list_shows_so_many_and_no_more(owner):
    for _ in range(LATEST + 3):
        job()
    assert len(rows_of(section_of(owner.get(JOBS), "The newest jobs"))) == LATEST


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("kind=train", 1),
        ("kind=nothing", 0),
        ("state=succeeded", 1),
        ("state=queued", 1),
        ("state=odd", 2),
        ("kind=roll_up&state=queued", 0),
    ],
)
def test_list_of_a_kind_or_a_state_holds_these_alone(owner, over, query, number):
    over(JobState.SUCCEEDED)
    job(kind="train", key="train")
    section = section_of(owner.get(f"{JOBS}?{query}"), "The newest jobs")
    assert (len(rows_of(section)) if section.every("table") else 0) == number


def test_list_marks_what_came_by_schedule(owner):
    job(schedule="roll_up")
    (row,) = rows_of(section_of(owner.get(JOBS), "The newest jobs"))
    assert "by schedule" in row["Asked for"]


@pytest.mark.parametrize(("role", "number"), [("see", 0), ("edit", 1)])
def test_list_offers_to_begin_a_job_to_who_may(member, role, number):
    page = tree_of(member(role).get(JOBS))
    starts = [form for form in forms_of(page, "/console/jobs/start") if "kind" in form]
    assert len(starts) == number


def test_startable_kinds_need_nothing_but_their_name():
    for handler in startable():
        handler.parameters()
    others = {each.kind for each in all_handlers()} - {each.kind for each in startable()}
    for kind in others:
        handler = next(each for each in all_handlers() if each.kind == kind)
        with pytest.raises(ValueError, match="Field required"):
            handler.parameters()


@pytest.mark.parametrize("kind", ["", "nothing", "import_sql"])
def test_start_of_what_cannot_be_begun_says_so_and_asks_for_nothing(owner, kind):
    page = owner.post("/console/jobs/start", {"kind": kind}, follow=True)
    ((outcome, words),) = messages_of(page)
    assert outcome == "error"
    assert words.endswith(".")
    assert jobs() == []


def test_start_by_a_schedule_takes_its_parameters(owner, schedules):
    name = next(iter(schedules))
    owner.post("/console/jobs/start", {"schedule": name})
    (card,) = jobs()
    assert card.kind == schedules[name].kind
    assert dict(card.parameters) == dict(schedules[name].parameters)


def test_start_leads_to_the_page_of_the_job(owner):
    response = owner.post("/console/jobs/start", {"kind": "roll_up"})
    assert response["Location"] == f"/console/jobs/{jobs()[0].id}/"


def test_job_that_is_open_may_be_cancelled_and_not_retried(owner):
    page = tree_of(owner.get(f"{JOBS}{job().pk}/"))
    actions = page.one("div", class_="stack").one("div", class_="row-head").every("button")
    assert [each.text for each in actions] == ["Cancel"]
    assert page.one("div", id="job").attributes["data-live"] == "2"


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED, JobState.SKIPPED])
def test_job_that_did_not_succeed_may_be_retried_and_is_looked_at_no_more(owner, over, state):
    page = tree_of(owner.get(f"{JOBS}{over(state).pk}/"))
    buttons = [each.text for each in page.one("div", id="job").every("button")]
    assert buttons == ["Retry"]
    assert "data-live" not in page.one("div", id="job").attributes


def test_job_that_succeeded_offers_neither(owner, over):
    page = tree_of(owner.get(f"{JOBS}{over(JobState.SUCCEEDED).pk}/"))
    assert page.one("div", id="job").every("button") == []


def test_job_offers_nothing_to_who_may_only_see(member):
    page = tree_of(member("see").get(f"{JOBS}{job().pk}/"))
    assert page.one("div", id="job").every("button") == []


def test_job_that_is_under_way_shows_its_steps(owner):
    number = job(state=JobState.QUEUED, done=2, total=5, step="judging lists").pk
    page = tree_of(owner.get(f"{JOBS}{number}/"))
    bar = page.one("progress")
    assert (bar.attributes["value"], bar.attributes["max"]) == ("2", "5")
    assert "2/5 · judging lists" in page.text


def test_job_without_known_steps_shows_what_it_does(owner):
    page = tree_of(owner.get(f"{JOBS}{job(step='exporting events').pk}/"))
    assert page.every("progress") == []
    assert "exporting events" in page.text


@pytest.mark.parametrize(
    ("state", "colour"), [(JobState.FAILED, "error"), (JobState.SKIPPED, "warning")]
)
def test_job_that_went_wrong_says_why(owner, over, state, colour):
    page = tree_of(owner.get(f"{JOBS}{over(state, note='<out of memory>').pk}/"))
    assert page.one("p", class_=colour).text == "<out of memory>"


def test_job_says_how_often_it_was_begun_from_the_second_time_on(owner):
    assert "begun" not in tree_of(owner.get(f"{JOBS}{job(attempts=1).pk}/")).text
    assert "begun 2 times" in tree_of(owner.get(f"{JOBS}{job(attempts=2).pk}/")).text


def test_job_shows_its_log_as_it_was_written(owner, over):
    log = "12:00:00 begun\n12:00:01 <b>done</b>"
    page = tree_of(owner.get(f"{JOBS}{over(JobState.SUCCEEDED, log=log).pk}/"))
    assert "".join(page.one("pre", class_="log").texts()).strip() == log


def test_job_without_a_log_says_who_begins_it(owner):
    text = section_of(owner.get(f"{JOBS}{job().pk}/"), "Log").text
    assert "a worker begins it as soon as one is free" in text


@pytest.mark.parametrize(
    "result", [{"rows": 3}, {"items": 4, "users": 2}, {"keys": 1, "values": 2}]
)
def test_job_shows_what_came_of_it_whatever_its_figures_are_called(owner, over, result):
    page = owner.get(f"{JOBS}{over(JobState.SUCCEEDED, result=result).pk}/")
    assert page.status_code == 200
    assert facts_of(section_of(page, "What came of it")) == {k: str(v) for k, v in result.items()}


def test_job_shows_its_parameters_whatever_they_are_called(owner):
    page = owner.get(f"{JOBS}{job(parameters={'items': 'all', 'feed': 'shop'}).pk}/")
    assert facts_of(tree_of(page)) == {"items": "all", "feed": "shop"}


def test_job_that_made_a_version_leads_to_it(owner, over):
    page = tree_of(owner.get(f"{JOBS}{over(JobState.SUCCEEDED, result={'version': 'v 1'}).pk}/"))
    (link,) = [each for each in page.every("a") if each.text == "Look at the version"]
    assert link.attributes["href"] == "/console/versions/one?name=v%201"


@pytest.mark.parametrize("kind", ["count_inputs", "roll_up", "check_alerts"])
def test_page_of_a_job_that_really_ran_is_shown(tribes, owner, kind):
    known = {each.kind for each in all_handlers()}
    if kind not in known:
        kind = "roll_up"
    number = run_now(kind=kind)
    assert owner.get(f"{JOBS}{number}/").status_code == 200


def test_page_of_every_job_that_needs_no_version_is_shown(tribes, owner):
    for handler in startable():
        if handler.heavy:
            continue
        number = queue.enqueue(kind=handler.kind)
        assert owner.get(f"{JOBS}{number}/").status_code == 200, handler.kind


@pytest.mark.parametrize("number", ["7", "0", "9" * 18])
def test_job_that_there_is_not_is_a_404_of_the_console(owner, number):
    for path in ("", "cancel", "retry"):
        if path:
            page = owner.post(f"{JOBS}{number}/{path}", follow=True)
            assert page.status_code in (200, 404), path
        else:
            page = owner.get(f"{JOBS}{number}/")
            assert page.status_code == 404
            assert "That cannot be shown" in tree_of(page).text


def test_cancel_of_a_job_that_is_over_is_refused_and_changes_nothing(owner, over):
    number = over(JobState.SUCCEEDED).pk
    owner.post(f"{JOBS}{number}/cancel")
    assert job_by_id(job_id=number).state == JobState.SUCCEEDED


def test_retry_of_a_job_that_is_open_is_refused_and_asks_for_nothing(owner):
    number = job().pk
    page = owner.post(f"{JOBS}{number}/retry", follow=True)
    assert messages_of(page)[0][0] == "error"
    assert len(jobs()) == 1


def test_retry_asks_for_the_same_once_more(owner, over):
    number = over(JobState.FAILED, kind="trade_off", parameters={"model": "ease"}).pk
    page = owner.post(f"{JOBS}{number}/retry", follow=True)
    assert messages_of(page) == [("success", f"Job {number} is asked for once more.")]
    newest = jobs()[0]
    assert (newest.kind, dict(newest.parameters)) == ("trade_off", {"model": "ease"})


def test_schedules_are_listed_by_name_with_when_they_are_due(owner, schedules):
    rows = rows_of(section_of(owner.get(JOBS), "Schedules"))
    assert [row["Schedule"] for row in rows] == sorted(schedules)
    crons = {form["name"]: form["cron"] for form in forms_of(owner.get(JOBS), f"{JOBS}schedule")
             if "cron" in form}  # fmt: skip
    assert crons == {name: each.cron for name, each in schedules.items()}


def test_schedule_is_shown_to_who_may_not_change_it(member, schedules):
    page = member("edit").get(JOBS)
    assert forms_of(page, f"{JOBS}schedule") == []
    rows = {row["Schedule"]: row["When"] for row in rows_of(section_of(page, "Schedules"))}
    assert rows == {name: each.cron for name, each in schedules.items()}


def test_schedule_is_switched_off_and_on_again(owner, schedules):
    name = next(name for name, each in schedules.items() if each.enabled)
    (form,) = [each for each in forms_of(owner.get(JOBS), f"{JOBS}schedule")
               if each["name"] == name and "switch" in each]  # fmt: skip
    assert form["switch"] == "off"
    page = owner.post(f"{JOBS}schedule", form, follow=True)
    assert messages_of(page) == [("success", f"The schedule {name} is saved.")]
    row = next(r for r in rows_of(section_of(page, "Schedules")) if r["Schedule"] == name)
    assert row["Next"].startswith("switched off")
    owner.post(f"{JOBS}schedule", {"name": name, "switch": "on"})
    after = {each.name: each for each in scheduling.schedules()}[name]
    assert after.enabled
    assert after.cron == schedules[name].cron


def test_schedule_with_another_time_keeps_its_switch(owner, schedules):
    name = next(iter(schedules))
    owner.post(f"{JOBS}schedule", {"name": name, "cron": "5 4 * * *"})
    after = {each.name: each for each in scheduling.schedules()}[name]
    assert (after.cron, after.enabled) == ("5 4 * * *", schedules[name].enabled)


@pytest.mark.parametrize("cron", ["often", "99 * * * *", "* * * *", "* * * * * * *"])
def test_schedule_of_a_time_that_is_none_stays_as_it_was(owner, schedules, cron):
    name = next(iter(schedules))
    page = owner.post(f"{JOBS}schedule", {"name": name, "cron": cron}, follow=True)
    assert messages_of(page)[0][0] == "error"
    assert {each.name: each for each in scheduling.schedules()} == schedules


def test_schedule_that_there_is_not_is_refused(owner, schedules):
    page = owner.post(f"{JOBS}schedule", {"name": "nothing", "cron": "5 4 * * *"}, follow=True)
    assert messages_of(page)[0][0] == "error"
    assert {each.name: each for each in scheduling.schedules()} == schedules
