"""A list that is kept says what it said when it was made, however often it is asked for."""

import pytest

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.serving import live_version
from omakase_service.serving.contracts import RankedList
from omakase_service.serving.hydration import hydrate, is_offered, part_of

pytestmark = pytest.mark.django_db
URL = "/api/recommendations"
OF_EACH_REQUEST = {"request_id", "response_time_ms", "cache_hit"}


@pytest.mark.parametrize(
    "question",
    [
        {"user_id": "u00"},
        {"user_id": "u00", "n": 3},
        {"user_id": "u00", "explain": True, "language": "en"},
        {"user_id": "u00", "explain": True, "language": "ko"},
        {"user_id": "u00", "placement": "home", "exclude": ["i01"]},
        {"user_id": "nobody"},
        {"history": ["i03"], "n": 4},
        {"session_id": "nobody", "filter": 'item.category == "Odd"'},
    ],
)
def test_kept_made_and_made_anew_say_the_same(trained, post, question):
    fresh = {**question, "refresh": True}
    answers = [post(URL, each) for each in (question, question, question, fresh)]
    assert [answer.status_code for answer in answers] == [200] * 4
    said = [answer.json() for answer in answers]
    assert [body["cache_hit"] for body in said] == [False, True, True, False]
    assert len({body["request_id"] for body in said}) == 4
    plain = [{k: v for k, v in body.items() if k not in OF_EACH_REQUEST} for body in said]
    assert plain[0]["items"] and plain[1:] == plain[:1] * 3


def test_pages_after_the_first_are_the_same_whether_it_was_kept(trained, post):
    question = {"user_id": "u00", "n": 2, "paged": True}
    first = [post(URL, question).json() for _ in range(2)]
    second = [post(URL, {**question, "cursor": body["next"]}).json() for body in first]
    assert first[0]["items"] == first[1]["items"]
    assert second[0]["items"] == second[1]["items"]
    assert [item["rank"] for item in second[0]["items"]] == [3, 4]


def test_a_list_is_dressed_once_while_the_catalog_stays(trained):
    now, found = (
        live_version.now().live,
        RankedList((("i01", 0.9), ("i02", 0.5)), (), "ease", "", 0),
    )
    part = hydrate(now, found, 2)
    assert hydrate(now, found, 2) is part
    assert [shown.card.item_id for shown in hydrate(now, found, 1).items] == ["i01"]
    patch_item(item_id="i01", fields=ItemFields(title="Anew"))
    assert hydrate(live_version.now().live, found, 2).items[0].card.title == "Anew"


def test_what_is_not_offered_any_more_is_left_out_and_the_next_takes_its_place(trained):
    found = RankedList((("i01", 0.9), ("i02", 0.5), ("gone", 0.4), ("i03", 0.3)), (), "ease", "", 0)
    assert not is_offered(live_version.now().live, found)
    patch_item(item_id="i01", fields=ItemFields(active=False))
    part = part_of(live_version.now().live, found, 2)
    assert [(s.card.item_id, s.rank) for s in part.items] == [("i02", 2), ("i03", 4)]
    seen = part_of(live_version.now().live, found, 2, offset=1, seen={"i02"})
    assert [s.card.item_id for s in seen.items] == ["i03"]
