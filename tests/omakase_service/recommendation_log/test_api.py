"""A past answer, what came of it, why it was so; and how algorithms do."""

import time

import pytest

from omakase_service.events.selectors import newest_seq
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.attribution import attribute
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.store import write
from omakase_service.serving import services
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
URL = "/api/recommendations"


def test_every_answer_is_found_again_by_its_request(trained, api, post):
    asked = {"user_id": "u00", "n": 3, "placement": "home", "context": {"hour": 9}}
    answer = post(URL, asked).json()
    kept = api.get(f"{URL}/{answer['request_id']}").json()
    assert [(i["item_id"], i["rank"], i["score"]) for i in kept["items"]] == [
        (i["item_id"], i["rank"], pytest.approx(i["score"])) for i in answer["items"]
    ]
    assert {i["probability"] for i in kept["items"]} == {1.0}
    assert (kept["user_id"], kept["placement"], kept["algorithm"]) == ("u00", "home", "ease")
    assert kept["model_version"] == trained.name
    assert kept["context"] == {"hour": 9}
    assert kept["response_time_ms"] > 0
    assert (kept["policy"], kept["cache_hit"], kept["outcomes"]) == ("known", False, [])
    assert api.get(f"{URL}/unknown").status_code == 404


@pytest.mark.parametrize("path", ["popular", "trending", "newest", "items/i04/similar"])
def test_lists_of_everybody_are_logged(trained, api, path):
    answer = api.get(f"/api/{path}").json()
    kept = api.get(f"{URL}/{answer['request_id']}").json()
    assert [i["item_id"] for i in kept["items"]] == [i["item_id"] for i in answer["items"]]


def test_logging_costs_the_request_no_query(trained, settings_with, django_assert_num_queries):
    settings_with(serving={"refresh_seconds": 60})
    services.recommend(user_id="u00")
    with django_assert_num_queries(0):
        services.recommend(user_id="u00", n=3)
    assert writer.waiting() == 2


def test_what_came_of_it(trained, api, post):
    answer = post(URL, {"user_id": "u00", "n": 3}).json()
    first = answer["items"][0]["item_id"]
    post(
        "/api/feedback",
        {
            "user_id": "u00",
            "item_id": first,
            "feedback": "clicked",
            "request_id": answer["request_id"],
        },
    )
    api.get(f"{URL}/{answer['request_id']}")
    attribute(until=newest_seq())
    outcomes = api.get(f"{URL}/{answer['request_id']}").json()["outcomes"]
    assert [(o["kind"], o["item_id"], o["rank"]) for o in outcomes] == [("click", first, 1)]


def test_reasons_as_they_were_given(trained, api, post):
    answer = post(URL, {"user_id": "u00", "n": 2, "explain": True}).json()
    told = api.get(f"{URL}/explanation", {"request_id": answer["request_id"]}).json()
    assert told["recomputed"] is False
    for given, found in zip(answer["items"], told["items"], strict=True):
        assert found["reason"] == given["reason"]
        assert found["explanation"] == given["explanation"]
        assert found["rank"] == given["rank"]


def test_reasons_made_afterwards_rest_on_what_was_known_then(trained, api, post):
    answer = post(URL, {"user_id": "u00", "n": 2}).json()
    post(
        "/api/events",
        {"user_id": "u00", "item_id": "i01", "type": "purchase", "time": 4_000_000_000},
    )
    asked = {"user_id": "u00", "item_id": answer["items"][0]["item_id"], "language": "ko"}
    told = api.get(f"{URL}/explanation", asked).json()
    assert told["recomputed"] is True
    assert told["request_id"] == answer["request_id"]
    cited = told["items"][0]["explanation"]["because"]
    assert cited
    assert all(int(each["item_id"][1:]) % 2 == 0 for each in cited)
    assert "관심을" in told["items"][0]["reason"]


def test_reasons_after_the_model_is_gone(trained, api, post):
    answer = post(URL, {"user_id": "u00", "n": 2}).json()
    train(models={"item_knn": {}}, evaluate=False)
    told = api.get(f"{URL}/explanation", {"request_id": answer["request_id"]}).json()
    assert (told["algorithm"], told["recomputed"]) == ("ease", True)
    assert len(told["items"]) == 2


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"user_id": "u00"}, 422),
        ({"item_id": "i00"}, 422),
        ({"request_id": "none"}, 404),
        ({"user_id": "u00", "item_id": "i99"}, 404),
    ],
)
def test_what_cannot_be_explained(trained, api, asked, status):
    assert api.get(f"{URL}/explanation", asked).status_code == status


def test_how_the_algorithms_do(trained, api, post):
    items = [ShownItem("i1", 2.0), ShownItem("i2", 1.0)]
    now = int(time.time())
    write(
        answers=[
            LoggedAnswer(
                f"a{n}",
                now,
                items,
                "ease",
                "v",
                user_id="ada",
                latency_ms=float(n),
                cache_hit=n > 8,
            )
            for n in range(1, 11)
        ]
        + [LoggedAnswer("old", 1_000_000_000, items, "ancient", "v")]
    )
    events = [
        {"user_id": "ada", "item_id": "i1", "type": "click", "time": now, "request_id": "a1"},
        {"user_id": "ada", "item_id": "i2", "type": "click", "time": now, "request_id": "a2"},
        {"user_id": "ada", "item_id": "i2", "type": "purchase", "request_id": "a2", "value": 7},
    ]
    post("/api/events", events)
    attribute(until=newest_seq())
    table = {line["algorithm"]: line for line in api.get("/api/algorithms/performance").json()}
    assert set(table) == {"ease"}
    line = table["ease"]
    assert (line["requests"], line["cache_hits"], line["shown"]) == (10, 2, 20)
    assert (line["impressions"], line["clicks"], line["conversions"]) == (0, 2, 1)
    assert (line["ctr"], line["conversion_rate"], line["value"]) == (0.1, 0.5, 7.0)
    assert (line["p50_ms"], line["p95_ms"], line["p99_ms"]) == (5.0, 10.0, 10.0)
    seen = [
        {
            "user_id": "ada",
            "item_id": "i1",
            "type": "impression",
            "time": now,
            "request_id": f"a{n}",
        }
        for n in range(1, 5)
    ]
    post("/api/events", seen)
    attribute(until=newest_seq())
    line = api.get("/api/algorithms/performance").json()[0]
    assert (line["impressions"], line["ctr"]) == (4, 0.5)


def test_performance_of_one_placement(db, api):
    write(answers=[LoggedAnswer("a", 1_900_000_000, [], "ease", "v", placement="home")])
    url = "/api/algorithms/performance"
    assert len(api.get(url, {"placement": "home"}).json()) == 1
    assert api.get(url, {"placement": "cart"}).json() == []
    assert api.get(url, {"days": 0}).status_code == 422
