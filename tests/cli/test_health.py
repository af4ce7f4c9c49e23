import orjson
import pytest

from omakase_service.jobs.models import Job, Schedule
from omakase_service.training.selectors import live_card
from omakase_settings import settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings_with) -> None:
    settings_with()


def test_health_without_a_model_says_so_and_ends_with_1(omakase):
    looked = omakase("health", "--json")
    assert looked.exit_code == 1
    assert orjson.loads(looked.stdout)["parts"]["model"] == "none is live"


def test_health_fix_begins_a_lost_job_anew(omakase):
    job = Job.objects.create(kind="train", key="train", state="running", token="gone", attempts=1)
    omakase("health", "--fix")
    job.refresh_from_db()
    assert job.state == "queued"


def test_health_table_names_every_part(omakase):
    shown = omakase("health").stdout
    assert all(name in shown for name in ("database", "journal", "online", "vectors"))


def test_health_details_name_figures_of_every_part(omakase, trained):
    told = orjson.loads(omakase("health", "--detailed", "--json").stdout)
    details = {each["part"]: each for each in told["details"]}
    assert [*details] == [
        "database", "disk", "data folder", "online store", "worker", "events", "model", "answers",
        "experiments",
    ]  # fmt: skip
    assert "12 items" in details["database"]["state"]
    assert details["model"]["state"].startswith(live_card().name)
    assert "Details" in omakase("health", "--detailed").stdout


def test_health_fix_says_what_it_mended(omakase):
    folder = settings().data_folder
    dead = folder / "metrics" / "999999999"
    dead.mkdir(parents=True)
    unfinished = folder / "versions" / "20200101-000000"
    unfinished.mkdir(parents=True)
    Schedule.objects.filter(name="check_alerts").delete()
    mended = orjson.loads(omakase("health", "--fix", "--json").stdout)["mended"]
    assert not dead.exists()
    assert not unfinished.exists()
    assert Schedule.objects.filter(name="check_alerts").exists()
    assert any("Servers that have ended" in sentence for sentence in mended)
    assert any("Versions that were unfinished" in sentence for sentence in mended)
    assert any("Schedules that were missing" in sentence for sentence in mended)
    again = orjson.loads(omakase("health", "--fix", "--json").stdout)["mended"]
    assert again == []
