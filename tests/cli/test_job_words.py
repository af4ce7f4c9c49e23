"""Jobs and schedules from the terminal: what each command says, and what it refuses."""

import json
from datetime import UTC, datetime

import pytest

from omakase.errors import ConfigError
from omakase_cli.job.commands import parse_object
from omakase_service.jobs.models import Job, Schedule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings_with) -> None:
    settings_with()


@pytest.mark.parametrize(
    ("text", "value"),
    [("{}", {}), ('{"a": 1}', {"a": 1}), (' {"가": [1, null]} ', {"가": [1, None]})],
)
def test_parameters_are_a_json_object(text, value):
    assert parse_object(text) == value


@pytest.mark.parametrize("text", ["[]", "1", "null", '"a"', "true"])
def test_parameters_that_are_no_object_are_refused_with_an_example(text):
    with pytest.raises(ConfigError) as caught:
        parse_object(text)
    assert str(caught.value) == (
        '--parameters is a JSON object, such as \'{"models": {"ease": {}}}\''
    )


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "{a: 1}", "NaN", '{"a": Infinity}'])
def test_parameters_that_are_no_json_are_refused_with_what_was_given(text):
    with pytest.raises(ConfigError) as caught:
        parse_object(text)
    assert str(caught.value).startswith(f"--parameters {text!r} is no JSON: ")


def job(**more) -> int:
    return Job.objects.create(**{"kind": "roll_up", "key": "roll_up", **more}).pk


def test_jobs_are_listed_with_the_newest_first_and_no_more_than_asked_for(omakase):
    numbers = [job() for _ in range(4)]
    listed = json.loads(omakase("job", "list", "--limit", 3, "--json").stdout)
    assert [each["id"] for each in listed] == numbers[:0:-1]


def test_jobs_of_a_kind_are_listed_alone(omakase):
    own = job(kind="train", key="train")
    job()
    listed = json.loads(omakase("job", "list", "--kind", "train", "--json").stdout)
    assert [each["id"] for each in listed] == [own]
    assert json.loads(omakase("job", "list", "--kind", "nothing", "--json").stdout) == []


def test_job_in_the_table_says_its_note_or_else_its_step(omakase):
    job(state="failed", note="no [route]", step="reading")
    job(state="queued", step="waiting")
    rows = [line.split() for line in omakase("job", "list").stdout.splitlines()]
    failed = next(row for row in rows if "failed" in row)
    queued = next(row for row in rows if "queued" in row)
    assert failed[3:5] == ["no", "[route]"]
    assert queued[3] == "waiting"


def test_job_is_shown_with_parameters_result_and_log(omakase):
    number = job(
        state="failed", note="ValueError: [x]", parameters={"a": 1}, result={"b": 2},
        log="10:00:00 reading\n10:00:01 [red]storing\n",
    )  # fmt: skip
    assert omakase("job", "show", number).stdout.splitlines() == [
        f"Job {number} (roll_up): failed ValueError: [x]",
        'parameters {"a":1}',
        'result {"b":2}',
        "10:00:00 reading",
        "10:00:01 [red]storing",
    ]


def test_job_without_a_note_is_shown_without_a_blank_at_its_end(omakase):
    number = job(state="succeeded")
    assert omakase("job", "show", number).stdout.splitlines()[0] == (
        f"Job {number} (roll_up): succeeded"
    )


@pytest.mark.parametrize("command", ["show", "cancel", "retry"])
def test_job_that_there_is_not_is_told(omakase, command):
    done = omakase("job", command, 777)
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "no job 777\n")


@pytest.mark.parametrize("word", ["", "x", "1.5", "²"])
@pytest.mark.parametrize("command", ["show", "cancel", "retry"])
def test_job_whose_number_is_none_is_code_2(omakase, command, word):
    done = omakase("job", command, word)
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.parametrize("state", ["succeeded", "failed", "skipped", "cancelled"])
def test_job_that_is_over_cannot_be_cancelled(omakase, state):
    number = job(state=state)
    done = omakase("job", "cancel", number)
    assert (done.exit_code, done.stderr) == (1, f"job {number} is {state}\n")


@pytest.mark.parametrize("state", ["queued", "succeeded"])
def test_job_that_waits_or_succeeded_cannot_be_begun_once_more(omakase, state):
    number = job(state=state)
    done = omakase("job", "retry", number)
    assert (done.exit_code, done.stderr) == (1, f"job {number} is {state}\n")


@pytest.mark.parametrize("state", ["failed", "skipped", "cancelled"])
def test_job_that_did_not_succeed_is_begun_once_more_as_another(omakase, state):
    number = job(state=state)
    done = omakase("job", "retry", number)
    newest = Job.objects.order_by("-pk").first()
    assert done.stderr == f"Job {newest.pk} waits.\n"
    assert (newest.state, newest.kind) == ("queued", "roll_up")
    assert newest.pk != number


def test_job_that_is_started_says_how_to_follow_it(omakase):
    done = omakase("job", "start", "roll_up")
    number = Job.objects.get().pk
    assert done.stderr == f"Job {number} waits; `omakase job show {number}` follows it.\n"


def test_job_with_parameters_that_its_kind_has_not_is_not_started(omakase):
    done = omakase("job", "start", "check_alerts", "--parameters", '{"colour": "red"}')
    assert done.exit_code == 1
    assert "parameters of check_alerts: colour: no field `colour`" in done.stderr
    assert not Job.objects.exists()


def test_kinds_of_jobs_are_all_told_with_a_title(omakase):
    kinds = json.loads(omakase("job", "kinds", "--json").stdout)
    assert len({kind["kind"] for kind in kinds}) == len(kinds)
    assert all(kind["title"] and len(kind["cron"].split()) in (0, 5) for kind in kinds)


def test_schedule_that_is_set_says_when_it_is_due(omakase):
    done = omakase("schedule", "set", "own", "--kind", "roll_up", "--cron", "0 3 1 1 *")
    due = Schedule.objects.get(name="own").next_run
    assert (due.month, due.day, due.hour) == (1, 1, 3)
    assert done.stderr == f"Schedule own: 0 3 1 1 * in UTC, next at {due:%F %H:%M} UTC.\n"


def test_schedule_that_is_switched_off_says_so_and_can_be_switched_on(omakase):
    assert omakase("schedule", "set", "roll_up", "--off").stderr.endswith(", switched off.\n")
    rows = [line.split() for line in omakase("schedule", "list").stdout.splitlines()]
    assert "off" in next(row for row in rows if row[:1] == ["roll_up"])
    assert "next at" in omakase("schedule", "set", "roll_up", "--on").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("own", "--cron", "0 3 * * *"), "no kind of job 'own'"),
        (("own", "--kind", "rollup", "--cron", "0 3 * * *"), "did you mean 'roll_up'?"),
        (("roll_up", "--cron", "0 3 * *"), "the cron expression '0 3 * *' cannot be read: "),
        (("roll_up", "--cron", "0 25 * * *"), "minute hour day month weekday, as in '0 3 * * *'"),
        (("roll_up", "--cron", "0 0 31 2 *"), "the cron expression '0 0 31 2 *' cannot be read"),
        (("roll_up", "--time-zone", "Mars"), "no time zone 'Mars'; write it like Asia/Seoul"),
        (("roll_up", "--time-zone", "../UTC"), "no time zone '../UTC'"),
        (("roll_up", "--time-zone", ""), "no time zone ''"),
        (("roll_up", "--parameters", "x"), "--parameters 'x' is no JSON"),
        (("roll_up", "--parameters", '{"x": 1}'), "parameters of roll_up: x: no field `x`"),
    ],
)
def test_schedule_that_makes_no_sense_is_refused_and_nothing_changes(omakase, words, said):
    omakase("schedule", "list")
    before = list(Schedule.objects.order_by("name").values())
    done = omakase("schedule", "set", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert list(Schedule.objects.order_by("name").values()) == before


def test_schedule_of_one_s_own_is_gone_once_it_is_deleted(omakase):
    omakase("schedule", "set", "own", "--kind", "roll_up", "--cron", "0 3 * * *")
    done = omakase("schedule", "delete", "own")
    assert done.stderr == "Schedule own is gone, or switched off.\n"
    assert not Schedule.objects.filter(name="own").exists()
    again = omakase("schedule", "delete", "own")
    assert (again.exit_code, again.stderr) == (1, "no schedule 'own'\n")


def test_schedules_for_programs_have_their_times(omakase):
    listed = json.loads(omakase("schedule", "list", "--json").stdout)
    assert [each["name"] for each in listed] == sorted(each["name"] for each in listed)
    now = datetime.now(UTC)
    for each in listed:
        due = each["next_run"]
        assert each["enabled"] is (due is not None)
        assert due is None or datetime.fromisoformat(due) > now
