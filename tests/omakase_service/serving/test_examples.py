"""What the systems that this one unites ask for, each as it is written there."""

import pytest

from omakase_service.training.services import train

pytestmark = pytest.mark.django_db

DONE = {"user_id": "u00", "item_id": "i00"}
CASES = [
    # a film recommender: POST /api/recommend/ with a user and a model
    ("POST", "/api/recommend/", {"user_id": 1, "model": "ease"}, {"recommendations"}),
    # a shop: lists, reasons, feedback, settings, figures
    (
        "POST",
        "/api/recommendations",
        {"user_id": "u00", "n": 5, "strategy": "weighted", "context": {"device": "mobile"}},
        {"items", "algorithm", "model_version", "request_id", "cache_hit", "user_context", "total"},
    ),
    ("GET", "/api/recommendations?user_id=u00&n=5", None, {"items", "response_time_ms"}),
    ("GET", "/api/recommendations/explanation?user_id=u00&item_id=i00", None, {"items"}),
    ("POST", "/api/feedback", {**DONE, "feedback": "clicked", "reason": "nice"}, {"event_id"}),
    ("GET", "/api/items/i02/similar?model=ease", None, {"items"}),
    ("GET", "/api/users/u00/similar", None, {"users"}),
    ("GET", "/api/users/u00/stats", None, {"events", "kinds"}),
    ("GET", "/api/users/u00/settings", None, {"recommendations_on", "diversity"}),
    ("PATCH", "/api/users/u00/settings", {"diversity": 0.3}, {"diversity"}),
    ("GET", "/api/trending?n=3", None, {"items"}),
    ("GET", "/api/popular", None, {"items"}),
    ("GET", "/api/newest", None, {"items"}),
    ("GET", "/api/algorithms/performance", None, None),
    ("POST", "/api/cache/clear", {}, None),
    # a platform: events one and many, models, retraining, promotion
    ("POST", "/api/events", {**DONE, "type": "view", "duration": 3.5}, {"stored", "known"}),
    ("POST", "/api/events", [{**DONE, "type": "rating", "value": 4}] * 2, {"event_ids"}),
    ("GET", "/api/models", None, {"live", "models", "versions"}),
    ("GET", "/api/models/status", None, None),
    ("POST", "/api/models/retrain", {"models": ["ease"]}, {"id", "state"}),
    ("GET", "/api/users/u00/export", None, {"user", "events", "answers"}),
    ("DELETE", "/api/users/u00", None, {"receipt", "rows"}),
    ("GET", "/health/live", None, {"status"}),
    ("GET", "/health/ready", None, {"status", "parts"}),
    ("GET", "/metrics", None, None),
]


@pytest.fixture
def world(tribes, post):
    """The tribes, everything trained that the examples name, and one answer to look back at."""
    train(models={"ease": {"l2": 1.0}, "user_knn": {}}, evaluate=False)
    post("/api/recommendations", {"user_id": "u00", "n": 50})


@pytest.mark.parametrize(
    ("method", "path", "body", "names"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_it_works_as_written(world, api, method, path, body, names):
    import orjson

    sent = b"" if body is None else orjson.dumps(body)
    answer = api.generic(method, path, sent, content_type="application/json")
    assert answer.status_code in (200, 202, 204), answer.content
    assert answer.headers["x-request-id"]
    assert answer.headers["x-response-time"].endswith("ms")
    if names is not None:
        assert names <= answer.json().keys()


def test_in_brief_each_item_has_just_what_was_promised(world, post):
    answer = post("/api/recommend/", {"user_id": "u00", "model": "ease"}).json()
    assert all(item.keys() == {"id", "title", "score"} for item in answer["recommendations"])
    assert answer["recommendations"]
