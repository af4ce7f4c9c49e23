"""Serving over HTTP at its edges: what is refused, what is not there, what is said in words."""

import pytest

from omakase_service.recommendation_log.models import Answer
from omakase_service.serving import live_version
from omakase_service.serving.models import SavedPlacement, Segment
from omakase_service.serving.selectors import placements, segment_rules, spelled_placements
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
URL = "/api/recommendations"
GREEN = {"diversity": 0.5, "exclude": ["i01"]}


def put(api, path: str, body: object):
    return api.put(path, body, content_type="application/json")


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["item_id"] for item in answer.json()["items"]]


# Lists


@pytest.mark.parametrize(
    "body",
    [
        {"n": 0},
        {"n": 10_000},
        {"n": "five"},
        {"user_id": ""},
        {"user_id": ["u00"]},
        {"history": "i01"},
        {"context": {"hour": 24}},
        {"context": "home"},
        {"context": {"mood": "good"}},
        {"filter": ["a"]},
        {"language": "de"},
        {"diversity": 2},
        {"explain": "perhaps"},
        {"usr_id": "u00"},
        [],
    ],
)
def test_recommend_of_a_question_that_makes_no_sense_is_refused(trained, post, body):
    answer = post(URL, body)
    assert answer.status_code == 422, answer.content
    assert not Answer.objects.exists()


@pytest.mark.parametrize("body", ["", "{", '{"n": }', "\xff", "{'n': 1}"])
def test_recommend_of_what_is_no_json_is_refused(trained, api, body):
    answer = api.post(URL, body, content_type="application/json")
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"model": "eaes"}, "ease"),
        ({"strategy": "no such"}, "no such"),
        ({"filter": "item.prise < 3"}, "prise"),
        ({"filter": "item.price <"}, "column 13: the rule ends here, where a value was expected"),
        ({"filter": "item.price"}, "this gives a number; a true or false is wanted here"),
        ({"model": "ease", "strategy": "auto"}, "strategy"),
    ],
)
def test_recommend_what_the_version_cannot_do_is_refused_in_words(trained, post, body, words):
    answer = post(URL, {"user_id": "u00", **body})
    assert 400 <= answer.status_code < 500
    assert words in answer.content.decode()


@pytest.mark.parametrize("cursor", ["x", "x.1", "no.999999999", ".", "🍣.1"])
def test_recommend_of_a_cursor_that_is_none_is_not_found(trained, post, cursor):
    assert post(URL, {"user_id": "u00", "cursor": cursor}).status_code == 404


def test_recommend_cursor_of_somebody_else_is_not_found(trained, post):
    cursor = post(URL, {"user_id": "u00", "n": 2, "paged": True}).json()["next"]
    assert post(URL, {"user_id": "u00", "n": 2, "cursor": cursor}).status_code == 200
    assert post(URL, {"user_id": "u01", "n": 2, "cursor": cursor}).status_code == 404
    assert post(URL, {"n": 2, "cursor": cursor}).status_code == 404


@pytest.mark.parametrize("who", [{"user_id": "한 🍣"}, {"session_id": "שלום"}, {"user_id": "a/b"}])
def test_recommend_to_an_id_of_any_letters_is_everybody_s_list(trained, post, who):
    body = post(URL, who).json()
    assert body["user_context"]["path"] == "stranger"
    assert body["items"]


@pytest.mark.parametrize("path", ["popular", "trending", "newest"])
@pytest.mark.parametrize("n", [1, 12])
def test_everybody_s_lists_are_as_long_as_asked_for(trained, api, path, n):
    found = ids(api.get(f"/api/{path}?n={n}"))
    assert len(found) == len(set(found)) == n


@pytest.mark.parametrize("path", ["popular?n=0", "newest?n=x", "trending?n=100000", "popular?n=-1"])
def test_everybody_s_list_of_a_length_that_makes_no_sense(trained, api, path):
    assert api.get(f"/api/{path}").status_code == 422


@pytest.mark.parametrize("path", ["items/no/similar", "products/no/similar", "items/I00/similar"])
def test_similar_items_of_an_unknown_item_is_not_found(trained, api, path):
    assert api.get(f"/api/{path}").status_code == 404


def test_similar_items_under_both_addresses_are_the_same(trained, api):
    assert ids(api.get("/api/items/i00/similar?n=5")) == ids(
        api.get("/api/products/i00/similar?n=5")
    )


def test_similar_users_without_a_model_that_compares_people_says_which(trained, api):
    answer = api.get("/api/users/u00/similar")
    assert answer.status_code == 409
    assert "people are compared by 'user_knn'; train it too" in answer.content.decode()


def test_recommend_brief_names_ids_and_titles(trained, post):
    body = post("/api/recommend/", {"user_id": "u00", "top_k": 2}).json()
    assert set(body) == {"recommendations"}
    assert len(body["recommendations"]) == 2


@pytest.mark.parametrize("body", [{}, {"user_id": ""}, {"user_id": "u", "n": 0}])
def test_recommend_brief_that_makes_no_sense_is_refused(trained, post, body):
    assert post("/api/recommend/", body).status_code == 422


@pytest.mark.parametrize("path", ["popular", "newest", "onboarding", "items/i00/similar"])
def test_lists_without_a_version_say_that_none_is_live(tribes, api, path):
    answer = api.get(f"/api/{path}")
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("application/")


# Explanations


@pytest.mark.parametrize("query", ["", "?user_id=u00", "?item_id=i00"])
def test_explanation_of_no_answer_asks_for_what_is_missing(trained, api, query):
    answer = api.get(f"{URL}/explanation{query}")
    assert answer.status_code == 422
    assert "name a request_id, or a user_id and an item_id" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?request_id=no", "no answer 'no'"),
        ("?user_id=u00&item_id=no", "no answer to 'u00' showed 'no'"),
    ],
)
def test_explanation_of_an_unknown_answer_is_not_found(trained, api, query, words):
    answer = api.get(f"{URL}/explanation{query}")
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_explanation_of_an_item_that_the_answer_has_not_is_not_found(trained, api, post):
    request_id = post(URL, {"user_id": "u00", "n": 1}).json()["request_id"]
    answer = api.get(f"{URL}/explanation?request_id={request_id}&item_id=no")
    assert answer.status_code == 404
    assert "'no' is not in this answer" in answer.content.decode()


# Places


def test_placement_over_http_is_saved_read_replaced_and_deleted(trained, api):
    assert put(api, "/api/placements/home", GREEN).status_code == 200
    assert api.get("/api/placements/home").json()["diversity"] == 0.5
    put(api, "/api/placements/home", {"diversity": 0.25})
    assert api.get("/api/placements/home").json()["exclude"] == []
    assert list(api.get("/api/placements").json()) == ["home"]
    assert api.delete("/api/placements/home").status_code == 204
    assert api.get("/api/placements/home").status_code == 404
    assert api.delete("/api/placements/home").status_code == 404


@pytest.mark.parametrize("name", ["a b", "한국", "a/b", "home.top", "🍣"])
def test_placement_of_any_name_is_found_by_it(trained, api, name):
    assert put(api, f"/api/placements/{name}", GREEN).status_code == 200
    assert api.get(f"/api/placements/{name}").json()["diversity"] == 0.5
    assert placements()[name] == Placement(**GREEN)


@pytest.mark.parametrize(
    "body",
    [
        {"diversity": 2},
        {"diversity": -1},
        {"model": "ease", "strategy": "auto"},
        {"model": "no such"},
        {"filters": ["item.prise < 3"]},
        {"filters": "item.price < 3"},
        {"filters": ["@no_such"]},
        {"boosts": ["item.price +"]},
        {"include": ["no such"]},
        {"pins": {"1": "no such"}},
        {"pins": {"0": "i01"}},
        {"caps": {"category": 2}},
        {"caps": {"no such": 0.5}},
        {"seen_days": -1},
        {"colour": "red"},
        [],
    ],
)
def test_placement_that_makes_no_sense_is_refused_and_not_kept(trained, api, body):
    answer = put(api, "/api/placements/home", body)
    assert 400 <= answer.status_code < 500, answer.content
    assert not SavedPlacement.objects.exists()


def test_placement_that_was_saved_goes_before_the_settings(settings_with):
    settings_with(serving={"placements": {"home": {"diversity": 0.1}, "cart": {"diversity": 0.2}}})
    SavedPlacement.objects.create(name="home", said={"diversity": 0.9})
    found = placements()
    assert {name: place.diversity for name, place in found.items()} == {"home": 0.9, "cart": 0.2}


def test_placement_of_an_older_release_is_left_out_and_told(caplog):
    SavedPlacement.objects.create(name="old", said={"colour": "red"})
    SavedPlacement.objects.create(name="new", said={"diversity": 0.9})
    assert list(placements()) == ["new"]
    assert "placement old cannot be read" in caplog.text


def test_spelled_placements_have_the_filters_of_segments(caplog, django_assert_num_queries):
    SavedPlacement.objects.create(name="a", said={"filters": ["@cheap"]})
    SavedPlacement.objects.create(name="b", said={"filters": ["@gone"]})
    SavedPlacement.objects.create(name="c", said={"diversity": 0.5})
    Segment.objects.create(name="cheap", of="items", rule="item.price < 3")
    with django_assert_num_queries(2):
        found = spelled_placements()
    assert found["a"].filters == ("(item.price < 3)",)
    assert found["b"].filters == ("@gone",)
    assert found["c"].diversity == 0.5
    assert "placement b: no segment @gone" in caplog.text


def test_spelled_placements_without_segments_cost_one_query(django_assert_num_queries):
    SavedPlacement.objects.create(name="c", said={"diversity": 0.5})
    with django_assert_num_queries(1):
        assert spelled_placements()["c"].diversity == 0.5


# Segments


@pytest.mark.parametrize("name", ["Cheap", "1st", "a-b", "a b", "x" * 41, "한국", "_a"])
def test_segment_of_a_name_that_no_rule_can_hold_is_refused(trained, api, name):
    answer = put(api, f"/api/segments/{name}", {"rule": "item.price < 3"})
    assert answer.status_code == 422
    assert not Segment.objects.exists()


@pytest.mark.parametrize("name", ["a", "cheap_2", "x" * 40])
def test_segment_of_a_name_that_rules_can_hold_is_kept(trained, api, name):
    saved = put(api, f"/api/segments/{name}", {"rule": 'item.category == "Odd"'})
    assert (saved.json()["name"], saved.json()["count"], saved.json()["places"]) == (name, 6, [])
    assert segment_rules() == {name: 'item.category == "Odd"'}
    assert api.delete(f"/api/segments/{name}").status_code == 204
    assert segment_rules() == {}


def test_segment_that_there_is_not_cannot_be_deleted(api):
    answer = api.delete("/api/segments/cheap")
    assert answer.status_code == 404
    assert "no segment 'cheap'" in answer.content.decode()


def test_segment_in_use_names_the_places_that_use_it(trained, api):
    put(api, "/api/segments/odd", {"rule": 'item.category == "Odd"'})
    for place in ("home", "cart"):
        put(api, f"/api/placements/{place}", {"filters": ["@odd"]})
    assert api.get("/api/segments").json()[0]["places"] == ["cart", "home"]
    answer = api.delete("/api/segments/odd")
    assert answer.status_code == 409
    assert "@odd is used at cart, home; take it out of their rules" in answer.content.decode()


# The cache and versions


def test_clear_cache_lets_the_next_answer_be_computed_anew(trained, api, post):
    question = {"user_id": "u00", "n": 3}
    hits = [post(URL, question).json()["cache_hit"] for _ in range(2)]
    assert api.post("/api/cache/clear").status_code == 204
    hits += [post(URL, question).json()["cache_hit"] for _ in range(2)]
    assert hits == [False, True, False, True]


def test_comparison_with_a_version_that_there_is_not_is_not_found(trained, api):
    assert api.get("/api/models/no/comparison").status_code == 404
    name = live_version.now().live.name
    assert api.get(f"/api/models/{name}/comparison?beside=no").status_code == 404
