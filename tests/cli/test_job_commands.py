"""Jobs and schedules from the terminal."""

import orjson
import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings_with) -> None:
    settings_with()


def test_job_from_enqueued_to_cancelled_and_retried(omakase):
    parameters = '{"models": {"popular": {}}, "evaluate": false}'
    started = omakase("job", "start", "train", "--parameters", parameters)
    number = started.stderr.split()[1]
    (row,) = orjson.loads(omakase("job", "list", "--kind", "train", "--json").stdout)
    assert (str(row["id"]), row["state"]) == (number, "queued")
    assert "cancelled" in omakase("job", "cancel", number).stderr
    assert "Job" in omakase("job", "retry", number).stderr
    shown = omakase("job", "show", number).stdout
    assert f"Job {number} (train): cancelled" in shown
    assert '"popular"' in shown
    assert "cancelled" in omakase("job", "list").stdout


def test_kinds_are_listed_with_when_they_are_due(omakase):
    assert "prune_jobs" in omakase("job", "kinds").stdout
    kinds = orjson.loads(omakase("job", "kinds", "--json").stdout)
    assert {"train", "prune_jobs"} <= {each["kind"] for each in kinds}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("start", "tain"), "did you mean 'train'"),
        (("start", "train", "--parameters", "{"), "is no JSON"),
        (("start", "train", "--parameters", "[1]"), "is a JSON object"),
        (("show", "9"), "no job 9"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(omakase, words, message):
    refused = omakase("job", *words)
    assert refused.exit_code != 0
    assert message in refused.stderr


def test_schedule_is_set_listed_and_switched_off(omakase):
    changed = omakase(
        "schedule", "set", "train", "--cron", "30 4 * * *", "--time-zone", "Asia/Seoul"
    )
    assert "30 4 * * * in Asia/Seoul" in changed.stderr
    assert "Asia/Seoul" in omakase("schedule", "list").stdout
    omakase("schedule", "set", "train", "--off")
    cards = orjson.loads(omakase("schedule", "list", "--json").stdout)
    (train,) = [card for card in cards if card["name"] == "train"]
    assert (train["enabled"], train["next_run"]) == (False, None)
    assert omakase("schedule", "delete", "train").exit_code == 0
