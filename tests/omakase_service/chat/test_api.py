"""Conversations and search over HTTP."""

import pytest
from tests.omakase_service.chat.conftest import ids_of

pytestmark = pytest.mark.django_db


def test_chat_with_a_budget_lists_items_within_it(say):
    reply = say("만원 이하로 추천해줘")
    assert reply["understanding"]["intent"] == "budget"
    assert reply["understanding"]["filter"] == "item.price <= 10000"
    assert set(ids_of(reply)) == {"r1", "r2", "r7"}
    assert [chip["label"] for chip in reply["applied"]] == ["10,000원 이하"]
    assert all(each["title"] in reply["answer"] for each in reply["recommendations"]["items"])
    assert reply["recommendations"]["items"][0]["reason"]


def test_chat_critique_refines_and_chips_are_taken_away(say):
    first = say("파스타 먹고 싶어")
    assert set(ids_of(first)) == {"r4", "r5"}
    refined = say("새우 빼고", first)
    assert ids_of(refined) == ["r5"]
    assert [chip["key"] for chip in refined["applied"]] == ["avoid:shrimp", "category"]
    freed = say("다른 건 없어?", refined, remove=["category"])
    assert "r5" not in ids_of(freed) and not {"r2", "r4"} & set(ids_of(freed))
    assert freed["turn"] == 3


def test_chat_restart_forgets_all_that_was_asked_for(say):
    first = say("파스타 먹고 싶어")
    anew = say("다시 처음부터", first)
    assert (anew["applied"], anew["recommendations"]) == ([], None)
    assert len(ids_of(say("추천해줘", anew, n=8))) == 8


def test_chat_with_an_unmet_diet_names_the_substitute(say):
    reply = say("비건 식당 추천해줘")
    assert set(ids_of(reply)) == {"r3", "r5"}
    assert "비건은 없어서 채식 가능한" in reply["answer"]


@pytest.mark.parametrize("message", ["할랄 식당 추천해줘", "halal food please"])
def test_chat_with_an_impossible_diet_lists_nothing_and_says_so(say, message):
    reply = say(message)
    assert reply["recommendations"] is None
    assert [chip["kind"] for chip in reply["impossible"]] == ["diet"]
    assert reply["impossible"][0]["label"] in reply["answer"]
    assert say("더 싼 데", reply)["recommendations"] is None


def test_chat_why_and_detail_speak_of_the_item_pointed_at(say):
    first = say("파스타 먹고 싶어")
    second = first["recommendations"]["items"][1]
    why = say("두 번째는 왜 추천했어?", first)
    assert (why["understanding"]["intent"], why["recommendations"]) == ("why", None)
    assert second["title"] in why["answer"] and second["reason"] in why["answer"]
    detail = say("두 번째 자세히 알려줘", why)
    assert f"{second['price']:,.0f}원" in detail["answer"]


def test_chat_in_english_answers_in_english(say):
    reply = say("something under 9000 won, no shrimp")
    assert set(ids_of(reply)) == {"r1", "r7"}
    assert reply["answer"].startswith("How about these?")
    assert say("hello")["recommendations"] is None


def test_chat_of_another_person_is_not_found(say, post):
    reply = say("추천해줘", user_id="u1")
    body = {"message": "더 싼 데", "conversation_id": reply["conversation_id"], "user_id": "u2"}
    assert post("/api/chat", body).status_code == 404
    path = f"/api/chat/{reply['conversation_id']}/feedback"
    assert post(path, {"user_id": "u2", "satisfaction": 1}).status_code == 404
    assert post(path, {"user_id": "u1", "satisfaction": 6}).status_code == 422
    assert post(path, {"user_id": "u1", "satisfaction": 5, "chosen": ["r1"]}).status_code == 204


def test_chat_is_exported_and_erased_with_its_person(say, post, api):
    reply = say("만원 이하로 추천해줘", user_id="u1")
    post(f"/api/chat/{reply['conversation_id']}/feedback", {"user_id": "u1", "satisfaction": 4})
    stored = api.get("/api/users/u1/export").json()
    (talk,) = stored["further"]["conversations"]
    assert (talk["satisfaction"], talk["turns"][0]["message"]) == (4, "만원 이하로 추천해줘")
    assert api.delete("/api/users/u1").status_code == 200
    body = {"message": "hi", "conversation_id": reply["conversation_id"], "user_id": "u1"}
    assert post("/api/chat", body).status_code == 404


def test_search_forgives_typing_mistakes_and_leaves_out_what_is_not_offered(street, api):
    def found(words):
        return [each["item_id"] for each in api.get("/api/search", {"q": words}).json()["items"]]

    assert found("김치찌게")[0] == "r1"
    assert set(found("파스타")) >= {"r4", "r5"}
    api.patch("/api/items/r5", {"hidden": True}, content_type="application/json")
    assert "r5" not in found("파스타")
    assert found("qqqq") == []


def test_search_knows_what_is_sold_out_and_back_before_the_guide_is_renewed(
    street, api, settings_with
):
    settings_with(serving={"refresh_seconds": 0}, chat={"refresh_seconds": 3600})

    def found(words):
        return [each["item_id"] for each in api.get("/api/search", {"q": words}).json()["items"]]

    assert "r5" in found("파스타")
    for stock, is_there in ((0, False), (3, True)):
        api.patch("/api/items/r5", {"stock": stock}, content_type="application/json")
        assert ("r5" in found("파스타")) is is_there
    api.delete("/api/items/r5")
    assert "r5" not in found("파스타")


def test_search_for_a_person_holds_the_same_items(street, api):
    plain = api.get("/api/search", {"q": "파스타"}).json()
    own = api.get("/api/search", {"q": "파스타", "user_id": "u1"}).json()
    assert {i["item_id"] for i in own["items"]} == {i["item_id"] for i in plain["items"]}
