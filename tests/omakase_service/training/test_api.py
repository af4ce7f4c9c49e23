import pytest

from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
EASE = {"ease": {"l2": 1.0}}


def test_what_answers(trained, api):
    body = api.get("/api/models").json()
    assert (body["live"], body["default"]) == (trained.name, "ease")
    assert {"ease", "popular"} <= set(body["models"])
    assert body["versions"][0]["stage"] == "live"
    assert body["versions"][0]["window"]["users"] == 12


def test_before_anything_is_trained(api):
    body = api.get("/api/models").json()
    assert body == {"live": None, "default": None, "models": [], "versions": []}


def test_retrain_is_asked_for_and_followed(tribes, post, api):
    asked = post("/api/models/retrain", {"models": EASE, "evaluate": False})
    assert asked.status_code == 202
    run = asked.json()
    assert run["state"] == "queued"
    assert api.get(f"/api/models/runs/{run['id']}").json() == run
    assert [r["id"] for r in api.get("/api/models/status").json()] == [run["id"]]
    assert post(f"/api/models/runs/{run['id']}/cancel", {}).json()["state"] == "cancelled"
    assert post(f"/api/models/runs/{run['id']}/cancel", {}).status_code == 409
    assert api.get("/api/models/runs/999").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"models": ["eese"]}, 404, "unknown_name"),
        ({"models": {"ease": {"l2": -1}}}, 422, "bad_config"),
        ({"models": 7}, 422, "invalid"),
    ],
)
def test_what_cannot_be_trained(tribes, post, body, status, code):
    response = post("/api/models/retrain", body)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_promotion_and_roll_back(trained, post):
    other = train(models=EASE, evaluate=False, promote=False)
    promoted = post(f"/api/models/{other.name}/promote", {}).json()
    assert (promoted["name"], promoted["stage"]) == (other.name, "live")
    assert post("/api/models/rollback", {}).json()["name"] == trained.name
    assert post("/api/models/nope/promote", {}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "status"),
        ("post", "retrain"),
        ("get", "runs/1"),
        ("post", "runs/1/cancel"),
        ("post", "x/promote"),
        ("post", "rollback"),
    ],
)
def test_administrators_only(caller, method, path):
    assert getattr(caller("read", "write"), method)(f"/api/models/{path}").status_code == 403
