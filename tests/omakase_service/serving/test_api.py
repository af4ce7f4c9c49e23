import pytest

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.models import Item
from omakase_service.catalog.services import delete_item, patch_item
from omakase_service.serving import live_version
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
URL = "/api/recommendations"


def ids(response) -> list[str]:
    assert response.status_code == 200, response.json()
    return [item["item_id"] for item in response.json()["items"]]


def test_a_person_gets_what_their_tribe_has_and_they_have_not(trained, post):
    body = post(URL, {"user_id": "u00", "n": 3}).json()
    assert body["items"][0]["item_id"] == "i00"
    assert body["items"][0]["title"] == "Item 0"
    assert body["items"][0]["category"] == "Even"
    assert [item["rank"] for item in body["items"]] == [1, 2, 3]
    assert (body["total"], body["algorithm"], body["cache_hit"]) == (3, "ease", False)
    assert body["model_version"] == trained.name
    told = {"activity": "some", "events": 5, "path": "known"}
    assert body["user_context"] == {**told, "time_segment": ""}
    assert body["response_time_ms"] > 0


def test_nothing_that_was_seen_comes_back(trained, post):
    assert set(ids(post(URL, {"user_id": "u00", "n": 50}))) == {
        "i00",
        *(f"i{n:02}" for n in range(1, 12, 2)),
    }


def test_the_id_of_the_request_is_on_both_sides(trained, post):
    answer = post(URL, {"user_id": "u00"})
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_get_says_the_same(trained, api, post):
    sent = {"user_id": "u01", "n": 4, "exclude": ["i01", "i00"]}
    assert ids(api.get(URL, sent)) == ids(post(URL, sent))
    assert not {"i01", "i00"} & set(ids(api.get(URL, sent)))


def test_a_new_event_changes_the_next_answer(trained, post):
    assert post(URL, {"user_id": "new"}).json()["algorithm"] == "popular"
    post("/api/events", {"user_id": "new", "item_id": "i01", "type": "purchase"})
    after = post(URL, {"user_id": "new", "n": 5}).json()
    assert after["algorithm"] == "ease"
    assert {item["category"] for item in after["items"]} == {"Odd"}
    assert (after["user_context"]["activity"], after["user_context"]["events"]) == ("few", 1)


def test_a_session_has_a_past_too(trained, post):
    post("/api/events", {"session_id": "s", "item_id": "i02", "type": "click"})
    assert {int(i[1:]) % 2 for i in ids(post(URL, {"session_id": "s", "n": 5}))} == {0}


def test_a_history_given_outright(trained, post):
    shown = ids(post(URL, {"history": ["i03", "i05"], "n": 4}))
    assert {int(i[1:]) % 2 for i in shown} == {1}
    assert not {"i03", "i05"} & set(shown)


def test_it_counts_instead_of_what_is_stored(trained, post):
    shown = ids(post(URL, {"user_id": "u00", "history": ["i03"], "n": 5}))
    assert {int(i[1:]) % 2 for i in shown} == {1}


@pytest.mark.parametrize(
    "asked",
    [{}, {"user_id": "nobody"}, {"session_id": "none"}, {"history": ["x"]}, {"history": []}],
)
def test_stranger_gets_what_is_popular(trained, post, asked):
    body = post(URL, asked | {"model": "ease"}).json()
    assert body["algorithm"] == "popular"
    assert len(body["items"]) == 10
    assert body["user_context"]["activity"] in ("new", "few")


def test_a_dislike_hides_the_item_and_an_impression_does_not(trained, post):
    post(
        "/api/events",
        [
            {"user_id": "x", "item_id": "i00", "type": "purchase"},
            {"user_id": "x", "item_id": "i02", "type": "dislike"},
            {"user_id": "x", "item_id": "i04", "type": "impression"},
        ],
    )
    shown = ids(post(URL, {"user_id": "x", "n": 50}))
    assert "i02" not in shown
    assert "i04" in shown


@pytest.mark.parametrize("fields", [{"hidden": True}, {"active": False}, {"stock": 0}])
@pytest.mark.parametrize("model", ["ease", "popular"])
def test_what_is_not_offered_never_leaves(trained, post, fields, model):
    asked = {"user_id": "u00", "n": 50, "model": model}
    assert "i00" in ids(post(URL, asked))
    patch_item(item_id="i00", fields=ItemFields(**fields))
    assert "i00" not in ids(post(URL, asked))
    assert len(ids(post(URL, asked))) == 6


def test_what_was_deleted_never_leaves(trained, post):
    delete_item(item_id="i00")
    assert "i00" not in ids(post(URL, {"user_id": "u00", "n": 50}))


def test_a_new_title_is_shown(trained, post):
    patch_item(item_id="i00", fields=ItemFields(title="Renamed"))
    assert post(URL, {"user_id": "u00", "n": 1}).json()["items"][0]["title"] == "Renamed"


def test_promotion_changes_who_answers(trained, post):
    other = train(models={"ease": {"l2": 5.0}}, evaluate=False, promote=False)
    assert post(URL, {"user_id": "u00"}).json()["model_version"] == trained.name
    post(f"/api/models/{other.name}/promote", {})
    assert post(URL, {"user_id": "u00"}).json()["model_version"] == other.name
    post("/api/models/rollback", {})
    assert post(URL, {"user_id": "u00"}).json()["model_version"] == trained.name


def test_a_model_by_name(trained, post):
    body = post(URL, {"user_id": "u00", "model": "popular"}).json()
    assert body["algorithm"] == "popular"
    missing = post(URL, {"user_id": "u00", "model": "eas"})
    assert missing.status_code == 404
    assert "did you mean 'ease'?" in missing.json()["title"]


@pytest.mark.parametrize(
    "wrong", [{"n": 0}, {"n": 51}, {"n": "x"}, {"user_id": ""}, {"history": "i00"}, {"model": 3}]
)
def test_what_makes_no_sense(trained, post, wrong):
    assert post(URL, wrong).status_code == 422


def test_before_anything_is_live(db, post, settings_with):
    settings_with(serving={"refresh_seconds": 0})
    live_version.forget()
    response = post(URL, {"user_id": "a"})
    assert (response.status_code, response.json()["code"]) == (503, "not_ready")


def test_in_brief_as_written(trained, post):
    answer = post("/api/recommend/", {"user_id": "u00", "model": "ease"}).json()
    assert list(answer) == ["recommendations"]
    assert list(answer["recommendations"][0]) == ["id", "title", "score"]
    assert answer["recommendations"][0]["id"] == "i00"


def test_a_number_is_an_id(trained, post):
    post("/api/events", {"user_id": 1, "item_id": "i01", "type": "purchase"})
    answer = post("/api/recommend/", {"user_id": 1, "model": "ease"}).json()
    assert int(answer["recommendations"][0]["id"][1:]) % 2 == 1


def test_items_like_an_item(trained, api):
    shown = ids(api.get("/api/items/i04/similar", {"n": 5}))
    assert {int(i[1:]) % 2 for i in shown} == {0}
    assert "i04" not in shown
    assert api.get("/api/items/nope/similar").status_code == 404
    assert api.get("/api/items/i04/similar", {"model": "nope"}).status_code == 404


def test_an_item_that_models_do_not_know(trained, api):
    Item.objects.create(item_id="brand/new", revision=10**9)
    live_version.forget()
    body = api.get("/api/items/brand/new/similar").json()
    assert body["algorithm"] == "popular"


def test_everybody_s_lists(trained, api):
    body = api.get("/api/popular", {"n": 4}).json()
    assert (body["algorithm"], body["total"]) == ("popular", 4)
    scores = [item["score"] for item in body["items"]]
    assert scores == sorted(scores, reverse=True)


def test_one_query_a_request_where_nothing_has_changed(
    trained, post, settings_with, django_assert_num_queries
):
    settings_with(serving={"refresh_seconds": 60})
    post(URL, {"user_id": "u00"})
    with django_assert_num_queries(0):
        assert not post(URL, {"user_id": "u00", "n": 9}).json()["cache_hit"]
    post("/api/events", {"user_id": "u00", "item_id": "i00", "type": "click"})
    with django_assert_num_queries(3):  # events, wishes, and whether they were forgotten
        post(URL, {"user_id": "u00", "n": 9})


def test_reading_is_all_it_takes(trained, caller):
    assert caller("read").get("/api/popular").status_code == 200
    assert caller("write").get("/api/popular").status_code == 403


def test_people_who_like_the_same(tribes, api, post):
    train(models={"user_knn": {}}, evaluate=False)
    post("/api/events", {"session_id": "s", "item_id": "i02", "type": "purchase"})
    train(models={"user_knn": {}}, evaluate=False)
    body = api.get("/api/users/u02/similar", {"n": 4}).json()
    assert body["total"] == len(body["users"]) == 4
    assert {int(user["user_id"][1:]) % 2 for user in body["users"]} == {0}
    scores = [user["score"] for user in body["users"]]
    assert scores == sorted(scores, reverse=True)
    everybody = api.get("/api/users/u02/similar", {"n": 50}).json()["users"]
    assert not {"u02", "session:s"} & {user["user_id"] for user in everybody}
    assert api.delete("/api/users/u04").status_code == 200
    left = api.get("/api/users/u02/similar", {"n": 50}).json()["users"]
    assert {u["user_id"] for u in everybody} - {u["user_id"] for u in left} == {"u04"}
    assert api.get("/api/users/nobody/similar").json()["users"] == []


def test_people_are_not_compared_without_the_model(trained, api):
    response = api.get("/api/users/u02/similar")
    assert (response.status_code, response.json()["code"]) == (409, "not_offered")


@pytest.mark.parametrize("path", ["items/%00/similar", "users/%00/similar"])
def test_an_address_that_no_id_can_have(trained, api, path):
    assert api.get(f"/api/{path}").status_code == 422


def test_scores_say_what_they_mean(tribes, post):
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    found = post("/api/recommendations", {"user_id": "u00", "n": 5}).json()
    assert found["score_meaning"] == "relative"
    assert found["items"][0]["score"] == 1
    assert found["trace"] is None
    train(models={"ease": {"l2": 1.0}}, evaluate=True)
    found = post("/api/recommendations", {"user_id": "u00", "n": 5}).json()
    assert found["score_meaning"] == "chance"
    assert all(0 < item["score"] < 1 for item in found["items"])
    strategy = post("/api/recommendations", {"user_id": "u00", "strategy": "rrf"}).json()
    assert strategy["score_meaning"] == "relative"


def test_a_trace_tells_every_stage_and_the_fate_of_one_item(trained, post, api):
    asked = {"user_id": "u00", "n": 3, "trace": True, "trace_item": "i02", "language": "ko"}
    found = post("/api/recommendations", asked).json()
    told = found["trace"]
    assert [stage["name"] for stage in told["stages"]] == ["source ease", "merge", "gate", "answer"]
    assert [f["item_id"] for f in told["stages"][-1]["first"]] == [
        item["item_id"] for item in found["items"]
    ]
    assert (told["item_id"], told["shown"]) == ("i02", False)
    assert (told["lost_at"], told["reason"]) == ("gate", "seen")
    assert "이미 본 항목" in told["told"]
    by_query = "/api/recommendations?user_id=u00&n=3&trace=true&trace_item=i00"
    assert api.get(by_query).json()["trace"]["told"].startswith("“Item 0” is shown, at place 1.")


def test_what_is_traced_is_neither_logged_nor_kept(trained, post, api):
    asked = {"user_id": "u00", "n": 3}
    traced = post("/api/recommendations", {**asked, "trace": True}).json()
    assert api.get(f"/api/recommendations/{traced['request_id']}").status_code == 404
    assert not post("/api/recommendations", asked).json()["cache_hit"]


def test_a_trace_of_an_item_that_there_is_not(trained, post):
    asked = {"user_id": "u00", "trace_item": "never heard of"}
    assert post("/api/recommendations", asked).status_code == 404
