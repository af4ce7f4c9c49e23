import orjson
import pytest

from omakase_service.jobs.models import Job

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
