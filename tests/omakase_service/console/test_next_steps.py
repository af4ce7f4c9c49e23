"""What an owner is told to do next, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override
from tests.omakase_service.console.markup import tree_of

from omakase_service.alerts.contracts import IncidentCard
from omakase_service.console.experiment_form import DEFAULTS, design_of
from omakase_service.console.next_steps import NextStep, Standing, next_steps
from omakase_service.events.services import record
from omakase_service.experiments.services import lifecycle
from omakase_service.jobs.contracts import JobCard, JobState
from omakase_service.training.contracts import Stage, VersionCard

pytestmark = pytest.mark.django_db


def version(name: str, stage: Stage, *, age: int = 0, **more) -> VersionCard:
    created = timezone.now() - timedelta(hours=age)
    return VersionCard(name, stage, "ease", {}, {"events": 1}, created, None, **more)


def incident(name: str = "clicks", message: str = "clicks fell") -> IncidentCard:
    return IncidentCard(1, name, message, "look at the list", timezone.now(), None)


def job(number: int, state: JobState, *, kind: str = "train", hours: float = 1.0) -> JobCard:
    created = timezone.now() - timedelta(hours=hours)
    is_over = state not in (JobState.QUEUED, JobState.RUNNING)
    return JobCard(
        id=number, kind=kind, key=kind, state=state, parameters={}, result={}, done=0, total=0,
        step="", note="out of memory", schedule="", attempts=1, created=created, started=created,
        finished=created if is_over else None,
    )  # fmt: skip


def steps(versions=(), incidents=(), jobs=()) -> list[NextStep]:
    return next_steps(Standing(list(versions), list(incidents), list(jobs)))


LIVE = version("v2", Stage.LIVE, age=10)


@pytest.fixture
def event():
    """Something came in just now."""

    def come(hours: float = 0.0) -> None:
        time = int((timezone.now() - timedelta(hours=hours)).timestamp())
        record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": time}])

    return come


def test_house_without_events_is_told_to_bring_data_in():
    (step,) = steps()
    assert step == NextStep(
        "now",
        "Bring in your data.",
        "There are no events yet, so nothing can be learnt.",
        "/console/data/",
        "Import a file",
    )


def test_house_with_events_and_no_version_is_told_to_train(event):
    event()
    (step,) = steps()
    assert (step.urgency, step.words, step.url) == (
        "now", "Train a first version.", "/console/versions/",
    )  # fmt: skip


def test_house_where_all_is_well_has_nothing_to_do(event):
    event()
    assert steps([LIVE]) == []


def test_live_version_is_the_one_of_that_stage():
    retired = version("v1", Stage.RETIRED)
    assert Standing([retired, LIVE], [], []).live is LIVE
    assert Standing([retired], [], []).live is None


def test_open_alert_is_what_to_do_now_with_its_advice(event):
    event()
    (step,) = steps([LIVE], [incident()])
    assert step == NextStep(
        "now", "clicks fell", "look at the list", "/console/alerts/", "Open alerts"
    )


def test_candidate_after_the_live_version_waits_for_a_decision(event):
    event()
    candidate = version("v3", Stage.CANDIDATE, age=1)
    (step,) = steps([candidate, LIVE])
    assert step.words == "Decide whether version v3 should answer."
    assert step.why == "It was not compared with the live version."
    assert (step.urgency, step.url) == ("soon", "/console/versions/one?name=v3")


def test_candidate_before_the_live_version_waits_for_nothing(event):
    event()
    assert steps([LIVE, version("v1", Stage.CANDIDATE, age=20)]) == []


def test_candidate_without_a_live_version_is_no_decision_beside_it(event):
    event()
    assert [each.words for each in steps([version("v1", Stage.CANDIDATE)])] == [
        "Train a first version."
    ]


def test_newest_of_several_candidates_is_the_one_to_decide_on(event):
    event()
    candidates = [version(f"v{n}", Stage.CANDIDATE, age=10 - n) for n in (5, 4, 3)]
    (step,) = steps([*candidates, LIVE])
    assert "v5" in step.words


@pytest.mark.parametrize(
    ("language", "more", "why"),
    [
        ("en", {"verdict": {"words": {"en": ["Better.", "By far."], "ko": ["낫다."]}}}, "Better."),
        ("ko", {"verdict": {"words": {"en": ["Better."], "ko": ["낫다."]}}}, "낫다."),
        ("ko", {"verdict": {"words": {"en": ["Better."]}}, "withheld": "too few"}, "too few"),
        ("en", {"verdict": {}, "withheld": "too few"}, "too few"),
        ("en", {"verdict": {"words": None}}, "It was not compared with the live version."),
    ],
)
def test_candidate_says_what_the_gate_said_of_it(event, language, more, why):
    event()
    with override(language):
        (step,) = steps([version("v3", Stage.CANDIDATE, age=1, **more), LIVE])
    assert step.why == why


def test_failed_job_of_the_last_day_is_to_be_looked_at(event):
    event()
    (step,) = steps([LIVE], jobs=[job(7, JobState.FAILED)])
    assert step == NextStep(
        "soon",
        "Look at job 7 (train), which failed.",
        "out of memory",
        "/console/jobs/7/",
        "Open the job",
    )


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.SKIPPED, JobState.CANCELLED])
def test_failed_job_that_ended_otherwise_since_is_forgotten(event, state):
    event()
    assert steps([LIVE], jobs=[job(8, state), job(7, JobState.FAILED)]) == []


def test_failed_job_that_is_under_way_once_more_is_not_forgotten_yet(event):
    event()
    made = steps([LIVE], jobs=[job(8, JobState.RUNNING), job(7, JobState.FAILED)])
    assert [each.url for each in made] == ["/console/jobs/7/"]


def test_failed_job_of_another_kind_is_told_beside_it(event):
    event()
    jobs = [
        job(8, JobState.FAILED, kind="roll_up"),
        job(7, JobState.FAILED),
        job(6, JobState.FAILED),
    ]
    assert [each.url for each in steps([LIVE], jobs=jobs)] == [
        "/console/jobs/8/",
        "/console/jobs/7/",
    ]


@pytest.mark.parametrize(("hours", "number"), [(23.9, 1), (24.1, 0)])
def test_failed_job_is_told_for_a_day(event, hours, number):
    event()
    assert len(steps([LIVE], jobs=[job(7, JobState.FAILED, hours=hours)])) == number


@pytest.mark.parametrize(("hours", "told"), [(23.5, False), (24.5, True), (100, True)])
def test_silence_of_a_day_is_told_as_an_idea(event, hours, told):
    event(hours)
    made = steps([LIVE])
    assert [(each.urgency, each.words) for each in made] == (
        [("idea", "Send events as they happen.")] if told else []
    )


def test_silence_says_for_how_many_days(event):
    event(24 * 3 + 2)
    (step,) = steps([LIVE])
    assert step.why == (
        "The event that came in last is 3 days old; lists follow what people do now."
    )
    assert (step.url, step.label) == ("/api/docs", "Open the API")


def test_silence_is_told_once_where_an_alert_tells_it(event):
    event(100)
    made = steps([LIVE], [incident("events", "no event for four days")])
    assert [each.words for each in made] == ["no event for four days"]


def test_silence_after_an_event_without_a_time_is_not_guessed():
    record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": 0}])
    assert all(each.urgency != "idea" for each in steps([LIVE]))


def test_most_urgent_steps_stand_first(event):
    event(100)
    made = steps(
        [version("v3", Stage.CANDIDATE, age=1), LIVE], [incident()], [job(7, JobState.FAILED)]
    )
    assert [each.urgency for each in made] == ["now", "soon", "soon", "idea"]
    assert [each.label for each in made] == [
        "Open alerts", "Look at the version", "Open the job", "Open the API",
    ]  # fmt: skip


def test_experiment_that_gathers_people_is_no_step(event):
    event()
    fields = {**DEFAULTS, "place": "home", "diversity": "0.4"}
    lifecycle.create_experiment(name="odd", design=design_of(fields))
    lifecycle.start_experiment(name="odd")
    assert steps([LIVE]) == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_steps_are_said_in_the_pages_language(event, language):
    event(100)
    with override(language):
        made = steps([version("v3", Stage.CANDIDATE, age=1), LIVE], jobs=[job(7, JobState.FAILED)])
    for step in made:
        is_korean = any("가" <= letter <= "힣" for letter in step.words + step.label)
        assert is_korean is (language == "ko")


def test_overview_lists_the_steps_with_their_links(owner):
    page = tree_of(owner.get("/console/"))
    (step,) = page.one("ol", class_="steps").every("li", class_="now")
    assert step.one("strong").text == "Bring in your data."
    assert step.one("a").attributes["href"] == "/console/data/"


def test_overview_where_all_is_well_says_so(trained, owner):
    record(events=[{"user_id": "u01", "item_id": "i01", "kind": "view",
                    "time": int(datetime.now(UTC).timestamp())}])  # fmt: skip
    page = tree_of(owner.get("/console/"))
    assert page.every("ol", class_="steps") == []
    assert "Nothing. All is well." in page.text
