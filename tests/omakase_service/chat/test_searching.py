"""Search, rules from words and messages over HTTP: what is found, refused and said."""

import pytest

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.chat.models import Conversation, Turn
from omakase_service.chat.services.ruling import LONGEST, rule_from_words
from omakase_service.chat.services.searching import search
from omakase_service.events.services import record
from omakase_service.serving import live_version

pytestmark = pytest.mark.django_db
PASTA = {"r4", "r5"}


def found(query: str, n: int = 5, **who) -> list[str]:
    return [each.card.item_id for each in search(query=query, n=n, **who)]


# Search


@pytest.mark.parametrize("n", [1, 2, 5, 100])
def test_search_finds_no_more_than_asked_for_best_first(street, n):
    hits = search(query="파스타", n=n)
    assert len(hits) <= n
    assert [each.rank for each in hits] == list(range(1, len(hits) + 1))
    assert [each.score for each in hits] == sorted((each.score for each in hits), reverse=True)
    assert hits[0].score == 1.0
    assert hits[0].card.item_id in PASTA


def test_search_of_fewer_is_the_beginning_of_more(street):
    assert found("파스타", 1) == found("파스타", 5)[:1]


@pytest.mark.parametrize("query", ["zzzzqqqq", "🍣", "שלום", "!!!", "   "])
def test_search_of_what_nothing_fits_finds_nothing(street, query):
    assert found(query) == []


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("삼겹살", "r6"),
        ("왕 삼겹살", "r6"),
        ("라온 피자", "r8"),
        ("새봄칼국수", "r7"),
        ("\u1111\u1175\u110c\u1161", "r8"),
        ("비빔밥", "r3"),
    ],
)
def test_search_finds_a_title_by_its_words_however_they_are_written(street, query, first):
    assert found(query)[0] == first


@pytest.mark.parametrize("change", [{"active": False}, {"hidden": True}, {"stock": 0}])
def test_search_finds_nothing_that_is_not_offered(street, change):
    patch_item(item_id="r4", fields=ItemFields(**change))
    assert "r4" not in found("파스타", 50)
    assert "r5" in found("파스타", 50)


def test_search_knows_the_card_of_now(street):
    patch_item(item_id="r8", fields=ItemFields(price=1.5))
    (hit,) = [each for each in search(query="피자", n=5) if each.card.item_id == "r8"]
    assert hit.card.price == 1.5


def test_search_without_a_version_finds_the_same(street):
    before = found("파스타")
    live_version.forget()
    assert found("파스타") == before


def test_search_for_a_person_holds_the_same_items_with_their_scores(street, settings_with):
    settings_with(
        serving={"refresh_seconds": 0}, chat={"refresh_seconds": 0, "personal_search": True}
    )
    plain = {each.card.item_id: each.score for each in search(query="파스타", n=50)}
    personal = {
        each.card.item_id: each.score for each in search(query="파스타", n=50, user_id="u0")
    }
    assert personal == plain
    assert set(found("파스타", 50, session_id="nobody")) == set(plain)


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=a&n=0", "?q=a&n=x", f"?q={'x' * 3000}", "?q=a&user_id="]
)
def test_search_over_http_that_makes_no_sense_is_refused(street, api, query):
    assert api.get(f"/api/search{query}").status_code == 422


def test_search_over_http_tells_how_many_it_found(street, api):
    body = api.get("/api/search", {"q": "파스타", "n": 2}).json()
    assert body["total"] == len(body["items"]) == 2
    assert {each["item_id"] for each in body["items"]} == PASTA


# Rules from words


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("words", ["만원 이하 한식", "한식만 보여줘", "양식 말고"])
def test_rule_from_words_lifts_and_sinks_what_it_passes(street, words, language):
    found = rule_from_words(words=words, language=language)
    assert found.filter
    assert found.lift == f"1 + ({found.filter})"
    assert found.sink == f"1 - 0.5 * ({found.filter})"
    assert 0 <= found.matches <= 8
    assert found.meant


@pytest.mark.parametrize("words", ["", " ", "!!!", "🍣", "x" * (LONGEST * 20)])
def test_rule_from_words_without_sense_is_none(street, words):
    found = rule_from_words(words=words, language="en")
    assert (found.filter, found.lift, found.sink) == ("", "", "")


def test_rule_from_words_looks_at_the_beginning_of_a_long_sentence(street):
    late = "가" * LONGEST + " 양식"
    assert rule_from_words(words=late, language="ko").filter == ""


def test_rule_from_words_keeps_nothing_of_what_was_said(street):
    rule_from_words(words="만원 이하 한식", language="ko")
    assert not Conversation.objects.exists()
    assert not Turn.objects.exists()


# Messages over HTTP


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": "x" * 2001},
        {"message": "a\x00"},
        {"message": 7},
        {"message": "a", "n": 0},
        {"message": "a", "user_id": ""},
        {"message": "a", "latitude": 91},
        {"message": "a", "longitude": -181},
        {"message": "a", "language": "de"},
        {"message": "a", "remove": ["x"] * 51},
        {"message": "a", "remove": "x"},
        {"message": "a", "mesage": "b"},
    ],
)
def test_chat_of_a_message_that_makes_no_sense_is_refused_and_not_kept(street, post, body):
    assert post("/api/chat", body).status_code == 422
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("message", ["x", "🍣", "שלום", "a" * 2000, "\n", "?!", "'; DROP TABLE"])
def test_chat_of_any_letters_is_answered(say, message):
    reply = say(message)
    assert reply["answer"]
    assert Turn.objects.get().message == message


@pytest.mark.parametrize("conversation_id", ["no", "🍣", "a/b", "' OR 1=1"])
def test_chat_in_no_conversation_is_not_found(street, post, conversation_id):
    answer = post("/api/chat", {"message": "파스타", "conversation_id": conversation_id})
    assert answer.status_code == 404
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"satisfaction": 0},
        {"satisfaction": 6},
        {"satisfaction": 2.5},
        {"satisfaction": "good"},
        {"satisfaction": 3, "turn": 0},
        {"satisfaction": 3, "turn": "first"},
        {"chosen": "r1"},
        {"chosen": [""]},
        {"contentment": 3},
    ],
)
def test_chat_feedback_that_makes_no_sense_is_refused(say, post, body):
    key = say("파스타")["conversation_id"]
    assert post(f"/api/chat/{key}/feedback", body).status_code == 422
    row = Conversation.objects.get()
    assert (row.satisfaction, row.chosen) == (None, [])


def test_chat_list_is_of_as_many_as_asked_for(say):
    for n in (1, 3):
        assert len(say("한식 추천해줘", n=n)["recommendations"]["items"]) == n


def test_chat_in_a_session_goes_on_in_that_session_alone(say, post):
    reply = say("파스타", session_id="s1")
    assert say("더 싼 곳", reply, session_id="s1")["turn"] == 2
    body = {"message": "더 싼 곳", "conversation_id": reply["conversation_id"]}
    assert post("/api/chat", {**body, "session_id": "s2"}).status_code == 404
    assert post("/api/chat", body).status_code == 404


def test_chat_keeps_out_what_a_person_had(say):
    record(events=[{"user_id": "new", "item_id": "r4", "kind": "purchase", "time": 1_700_000_900}])
    items = say("파스타", user_id="new")["recommendations"]["items"]
    assert [each["item_id"] for each in items] == ["r5"]
