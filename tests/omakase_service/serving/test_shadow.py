"""Two versions asked the same, which nobody sees."""

import pytest

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.events.selectors import newest_seq
from omakase_service.jobs.selectors import job_by_id
from omakase_service.jobs.services.worker import run_now
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.attribution import attribute
from omakase_service.recommendation_log.models import Answer
from omakase_service.serving import live_version, shadow
from omakase_service.serving.services import recommend
from omakase_service.training.selectors import version_by_name
from omakase_service.training.services import train
from omakase_settings import Placement

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(trained, post):
    """A version of what is popular beside the live one; four people were answered, one clicked."""
    live = live_version.now().live.name
    other = train(models={"popular": {}}, evaluate=False, promote=False)
    for n in range(4):
        answer = post("/api/recommendations", {"user_id": f"u0{n}", "n": 3}).json()
    item = answer["items"][0]["item_id"]
    click = {"user_id": "u03", "item_id": item, "type": "click", "request_id": answer["request_id"]}
    assert post("/api/events", click).status_code == 200
    writer.flush()
    attribute(until=newest_seq())
    return live, other.name


def test_version_beside_itself_gives_the_same_lists(candidate):
    live, _ = candidate
    found = shadow.compare_versions(live=live, other=live)
    assert (found.answers, found.overlap, found.same_first) == (4, 1.0, 1.0)
    assert found.live["items"] == found.other["items"]


def test_version_beside_another_is_told_by_overlap_time_and_range(candidate):
    live, other = candidate
    found = shadow.compare_versions(live=live, other=other)
    assert found.answers == 4
    assert found.overlap < 1
    assert (found.live["version"], found.other["version"]) == (live, other)
    assert min(found.live["p95_ms"], found.other["p95_ms"]) > 0
    assert found.live["clicks_held"] == 1.0


def test_comparison_over_http_holds_the_lists_of_one_person(candidate, caller):
    live, other = candidate
    asked = {"user_id": "u00", "n": 3}
    body = caller("admin").get(f"/api/models/{other}/comparison", asked).json()
    assert [each["version"] for each in body["lists"]] == [live, other]
    assert all(len(each["items"]) == 3 for each in body["lists"])
    assert body["lists"][0]["items"] != body["lists"][1]["items"]
    assert caller("read").get(f"/api/models/{other}/comparison").status_code == 403


def test_shadow_job_keeps_what_it_found_and_shows_nobody(candidate):
    live, other = candidate
    before = Answer.objects.count()
    job = job_by_id(job_id=run_now(kind="shadow"))
    assert (job.result["version"], job.result["answers"]) == (other, 4)
    kept = version_by_name(name=other).verdict["shadow"]
    assert (kept["live"]["version"], kept["other"]["version"]) == (live, other)
    assert kept["later"]["basis"] in ("versions", "unjudged")
    assert (Answer.objects.count(), live_version.now().live.name) == (before, live)


def test_shadow_job_without_a_candidate_is_skipped(trained):
    job = job_by_id(job_id=run_now(kind="shadow"))
    assert job.state == "skipped"
    assert "no candidate" in job.note


def test_version_beside_another_knows_attributes_of_people(candidate, settings_with):
    live, other = candidate
    upsert_users(users=[UserIn(user_id="u00", attributes={"vip": True})])
    places = {"home": Placement(filters=["user.attributes.vip"])}
    settings_with(serving={"refresh_seconds": 0, "placements": places})
    live_version.forget()
    state = live_version.with_version(live_version.now(), other)
    state.live.require_placement(places["home"])
    assert live_version.now().live.name == live


def test_lists_of_one_person_are_those_that_each_version_would_answer(candidate):
    live, other = candidate
    answered = recommend(user_id="u00", n=3)
    first, second = shadow.lists_of(user_id="u00", names=(live, other), n=3)
    shown = [(each.card.item_id, each.card.title, each.score) for each in answered.items]
    assert list(first.items) == shown
    assert (first.version, second.version) == (live, other)
    assert len(second.items) == 3
