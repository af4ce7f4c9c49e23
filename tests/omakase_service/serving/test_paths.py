"""Each case of a cold start by its name: who asks, what they get, and why it says so."""

from dataclasses import replace

import pytest

from omakase.pipeline.popularity_prior import PopularityPrior
from omakase_service.catalog.contracts import ItemFields, ItemIn, UserIn
from omakase_service.catalog.services import patch_item, upsert_items, upsert_users
from omakase_service.events.services import record
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.selectors import answer_by_request
from omakase_service.serving import explanations, live_version, services
from omakase_service.serving.contracts import RequestContext
from omakase_service.training.services import train
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
SEOUL = RequestContext(latitude=37.5, longitude=127.0)
NEAR = ("i03", "i08")
BEST = ["i06", "i07", "i10"]
"""Most people chose these."""


@pytest.fixture
def shops(tribes):
    """The two tribes; some items are chosen more, some lie near, one is the newest of all."""
    for n in range(12):
        place = {"latitude": 37.5 + n / 1000, "longitude": 127.0} if f"i{n:02}" in NEAR else {}
        far = {"latitude": 35.1, "longitude": 129.0}
        born = f"2026-01-{20 if n == 11 else 10 - n // 2:02}T00:00:00Z"
        item = {"brand": f"B{n % 3}", "price": n * 1.0, "created": born, **far, **place}
        upsert_items(items=[ItemIn(item_id=f"i{n:02}", **item)])
    chosen = [(user, item) for item in BEST for user in range(12 + BEST.index(item), 25)]
    record(events=[event(f"x{user}", item) for user, item in chosen])
    return train(models={"ease": {"l2": 1.0}, "item_knn": {}, "content": {}}, evaluate=False)


def event(user: str, item: str, **more) -> dict:
    who = {} if more else {"user_id": user}
    return {"item_id": item, "kind": "purchase", "time": 1_700_000_000, **who, **more}


def asked(**question):
    return services.recommend(**question)


def ids(answer) -> list[str]:
    return [each.card.item_id for each in answer.items]


def told(answer) -> dict[str, tuple[str, str]]:
    return {each.card.item_id: (each.why.primary, each.why.text) for each in answer.items}


@pytest.mark.parametrize(
    "who", [{}, {"user_id": "nobody"}, {"session_id": "s"}, {"history": ["?"]}]
)
def test_a_stranger_gets_what_is_popular_and_a_little_of_what_is_new(shops, who):
    answer = asked(n=10, explain=True, **who)
    assert (answer.path, answer.notice, answer.algorithm) == ("stranger", "unknown", "popular")
    assert ids(answer)[:3] == BEST
    assert ids(answer)[5] == "i11"
    assert told(answer)["i11"] == ("new", "One of the newest here")
    assert told(answer)["i06"] == ("list", "Many people choose this now")


def test_how_much_is_new_is_a_setting(shops, settings_with):
    settings_with(serving={"refresh_seconds": 0, "exploration": 0.0})
    live_version.forget()
    none = ids(asked(n=10, refresh=True))
    settings_with(serving={"refresh_seconds": 0, "exploration": 0.5})
    live_version.forget()
    half = ids(asked(n=10, refresh=True))
    assert none[:3] == BEST
    assert half[:4:2] == BEST[:2]
    assert half[1] == "i11"
    assert "i11" not in none


def test_exploration_that_draws_logs_how_likely_each_place_was(shops, settings_with):
    settings_with(serving={"refresh_seconds": 0, "exploration": 0.3, "exploration_draws": True})
    live_version.forget()
    answers = [asked(n=4, refresh=True) for _ in range(60)]
    firsts = [ids(answer)[0] for answer in answers]
    assert set(firsts) == {BEST[0], "i11"}
    for answer in answers:
        first = answer.items[0]
        expected = 0.3 if first.card.item_id == "i11" else 0.7
        assert first.probability == pytest.approx(expected)
        assert all(0 < each.probability < 1 for each in answer.items[:2])
    writer.flush()
    kept = answer_by_request(request_id=answers[0].request_id)
    assert [s.probability for s in kept.items] == [s.probability for s in answers[0].items]


def test_answer_that_is_kept_keeps_its_draw(shops, settings_with):
    settings_with(serving={"refresh_seconds": 0, "exploration": 0.3, "exploration_draws": True})
    live_version.forget()
    first, again = asked(n=6), asked(n=6)
    assert again.cache_hit
    assert [(r.card.item_id, r.probability) for r in again.items] == [
        (r.card.item_id, r.probability) for r in first.items
    ]


def test_near_a_stranger_comes_what_is_popular_there(shops):
    answer = asked(n=6, context=SEOUL, explain=True)
    assert ids(answer)[:3] == ["i03", "i08", BEST[0]]
    assert told(answer)["i03"] == ("near", "Popular near you")
    assert told(answer)[BEST[0]][0] == "list"
    assert answer.path == "stranger"
    korean = asked(n=6, context=SEOUL, explain=True, language="ko")
    assert told(korean)["i08"] == ("near", "가까운 곳에서 인기 있어요")


def test_a_budget_is_heard(shops):
    answer = asked(n=4, context=RequestContext(budget=6.5), explain=True)
    assert ids(answer)[0] == "i06"
    assert told(answer)["i06"][0] == "budget"
    assert {primary for primary, _ in told(asked(n=9, context=SEOUL, explain=True)).values()} == {
        "near",
        "list",
        "new",
    }


def test_the_hour_and_the_diet_of_a_request_are_heard(shops):
    hours = {"i03": {"월": "09:00-12:00"}, "i08": {"월": ["18:00", "22:00"]}}
    for item_id, week in hours.items():
        patch_item(item_id=item_id, fields=ItemFields(opening_hours=week))
    patch_item(item_id="i07", fields=ItemFields(tags=("vegan",)))
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    monday = {"latitude": 37.5, "longitude": 127.0, "weekday": 0}
    for hour, first in ((10, "i03"), (20, "i08")):
        answer = asked(n=12, context=RequestContext(**monday, hour=hour), explain=True)
        near = [item for item, why in told(answer).items() if why[0] == "near"]
        assert near == [first]
    vegan = asked(n=4, context=RequestContext(diet="vegan"), explain=True)
    assert ids(vegan)[0] == "i07"
    assert told(vegan)["i07"] == ("diet", "Many people choose this, and it suits your diet")


def test_a_profile_leads_where_nothing_was_done(shops):
    upsert_users(users=[UserIn(user_id="ann", categories=["Odd"], brands=["B0"])])
    answer = asked(user_id="ann", n=8, explain=True)
    assert (answer.path, answer.notice, answer.algorithm) == ("profile", "", "profile")
    assert ids(answer)[:2] == ["i03", "i09"]  # odd, and of the brand
    assert ids(answer)[2:4] == ["i06", "i07"]  # either of them, and the most chosen
    assert told(answer)["i03"] == ("profile", "Because you said you like “Odd” and “B0”")
    assert told(answer)["i07"] == ("profile", "Because you said you like “Odd”")
    assert told(asked(user_id="ann", n=8, explain=True, language="ko"))["i07"][1] == (
        "좋아한다고 하셔서 골랐어요: ‘Odd’"
    )


def test_a_profile_near_by_and_what_it_shuns(shops):
    upsert_users(users=[UserIn(user_id="bob", categories=["Odd"], excluded_categories=["Even"])])
    near = asked(user_id="bob", n=12, context=SEOUL)
    assert ids(near)[0] == "i03"
    assert {each.card.category for each in near.items} == {"Odd"}


def test_a_profile_follows_what_is_said_and_gives_way_to_what_is_done(shops):
    upsert_users(users=[UserIn(user_id="cho", categories=["Odd"])])
    assert ids(asked(user_id="cho", n=2))[0] == "i07"
    upsert_users(users=[UserIn(user_id="cho", categories=["Even"])])
    assert ids(asked(user_id="cho", n=2)) == ["i06", "i10"]
    record(events=[event("cho", "i06")])
    after = asked(user_id="cho", n=4)
    assert (after.path, after.algorithm, after.notice) == ("few", "ease", "")
    assert "i06" not in ids(after)


def test_the_paths_of_those_who_have_done_something(shops):
    record(events=[event("", f"i{n:02}", session_id="s") for n in (1, 3)])
    assert asked(session_id="s", n=3).path == "session"
    assert asked(history=["i01"], n=3).path == "session"
    assert asked(user_id="x", history=["i01"], n=3).path == "few"
    record(events=[event("", f"i{n:02}", session_id="s") for n in (5, 7, 9)])
    assert asked(session_id="s", n=3).path == "known"
    assert asked(user_id="u00", n=3).path == "known"


def test_few_events_count_crowd_and_content(shops):
    names = {name for name, _ in told_by(asked(history=["i02"], n=8, explain=True))}
    assert names == {"ease", "near", "crowd"}
    names = {name for name, _ in told_by(asked(user_id="u00", n=5, explain=True))}
    assert names == {"ease"}


def told_by(answer) -> list[tuple[str, int]]:
    return [by for each in answer.items for by in each.why.algorithms]


@pytest.mark.parametrize("named", [{"model": "item_knn"}, {"strategy": "rrf"}])
def test_what_is_named_answers_as_it_was_named(shops, named):
    assert asked(history=["i02"], n=3, **named).path == ""
    stranger = asked(n=3, **named)
    assert (stranger.path, stranger.algorithm, stranger.notice) == ("", "popular", "unknown")


def test_a_mode_is_kept_for_those_of_whom_something_is_known(shops):
    bold = RequestContext(mode="exploration")
    assert (asked(history=["i02"], n=3, context=bold).algorithm, asked(context=bold).path) == (
        "auto",
        "stranger",
    )


def test_a_place_with_an_answer_of_its_own_keeps_it(shops, settings_with):
    places = {"own": Placement(model="item_knn"), "pinned": Placement(pins={6: "i05", 1: "i02"})}
    settings_with(serving={"refresh_seconds": 0, "placements": places})
    live_version.forget()
    assert asked(history=["i02"], n=3, placement="own").path == ""
    pinned = asked(n=8, placement="pinned")
    assert pinned.path == "stranger"
    assert (ids(pinned)[0], ids(pinned)[5]) == ("i02", "i05")  # also where what is new would be
    assert "i11" in ids(pinned)
    assert len({*ids(pinned)}) == 8


def test_what_goes_with_an_item_is_said_by_a_model_of_items_whatever_answers(shops):
    live = live_version.now().live
    assert live.best == "ease"
    named = {name: {"model": name} for name in ("ease", "item_knn", "popular", "content")}
    some = {n: e for n, e in live.pipelines.items() if n in ("ease", "item_knn", "popular")}
    others = {name: each for name, each in some.items() if name != "item_knn"}
    people = {"popular": live.pipelines["popular"]}
    for pipelines, by in ((some, "item_knn"), (others, "ease"), (people, "popular")):
        choice = replace(live.choice, best="popular", by_model=pipelines)
        assert choice.similar_by("i02") == named[by]


def test_what_goes_with_an_item_is_said_by_neighbours_and_content_together(tribes):
    upsert_items(items=[ItemIn(item_id="i12", title="Item 12", category="Even")])
    train(models={"ease": {"l2": 1.0}, "content": {}, "popular": {}}, evaluate=False)
    live = live_version.now().live
    assert live.choice.similar_by("i02") == {"strategy": "similar"}
    assert live.choice.similar_by("i12") == {"model": "content"}
    similar = services.similar_items(item_id="i02", n=4)
    assert similar.algorithm == "similar"
    assert {int(key[1:]) % 2 for key in ids(similar)} == {0}
    assert "i02" not in ids(similar)
    assert asked(history=["i02"], n=4, strategy="similar").algorithm == "similar"


def test_what_goes_with_an_item_is_not_what_everybody_has(shops):
    similar = services.similar_items(item_id="i02", n=4)
    assert (similar.path, similar.algorithm) == ("", "similar")
    assert {int(key[1:]) % 2 for key in ids(similar)} == {0}


def test_what_is_no_longer_offered_leaves_every_path(shops):
    upsert_users(users=[UserIn(user_id="dan", categories=["Even"])])
    record(events=[event("eve", "i02")])
    people = [{}, {"user_id": "dan"}, {"user_id": "eve"}, {"history": ["i04"]}, {"context": SEOUL}]
    assert all("i06" in ids(asked(n=12, **who)) for who in people)
    patch_item(item_id="i06", fields=ItemFields(stock=0))
    assert not any("i06" in ids(asked(n=12, **who)) for who in people)
    patch_item(item_id="i06", fields=ItemFields(stock=1))
    assert all("i06" in ids(asked(n=12, refresh=True, **who)) for who in people)


def test_the_path_is_kept_and_its_reasons_can_be_had_later(shops):
    upsert_users(users=[UserIn(user_id="fay", categories=["Odd"])])
    answer = asked(user_id="fay", n=3)
    kept = asked(user_id="fay", n=3)
    assert (kept.cache_hit, kept.path) == (True, "profile")
    writer.flush()
    later = explanations.explanation(request_id=answer.request_id)
    assert (later.answer.policy, later.recomputed) == ("profile", True)
    assert later.items[0].why.text == "Because you said you like “Odd”"
    stranger = asked(n=3)
    (first, *_) = explanations.explanation(request_id=stranger.request_id).items
    assert first.why.primary == "list"


def test_a_trace_goes_by_the_same_path(shops):
    upsert_users(users=[UserIn(user_id="gil", categories=["Odd"])])
    answer, found = services.recommend_with_trace(
        services.ListRequest(user_id="gil", n=3), request_id="r", item_id="i07"
    )
    assert answer.path == "profile"
    names = [stage.name for stage in found.stages]
    assert names[:4] == ["source said", "source here", "source crowd", "source newest"]
    assert found.shown


def test_a_held_list_says_by_which_path_it_was_made(shops):
    first = asked(n=3, paged=True)
    assert first.next
    assert asked(n=3, cursor=first.next).path == "stranger"


def test_who_is_known_is_as_the_version_has_learnt(shops, monkeypatch):
    curve = PopularityPrior(events=(1, 2), shares=(1e6, 0.0), known=3)
    monkeypatch.setattr("omakase.build.cold_start.learn_cold_start", lambda *_, **__: curve)
    train(models={"ease": {"l2": 1.0}})
    one, two, three = (asked(history=[f"i{n:02}" for n in range(1, k)], n=3) for k in (2, 3, 4))
    assert [answer.path for answer in (one, two, three)] == ["session", "session", "known"]
    assert ids(one) == BEST
    assert ids(two) != BEST


def test_a_version_that_has_learnt_nothing_of_it_knows_people_from_five_events(shops, monkeypatch):
    monkeypatch.setattr("omakase.build.cold_start.learn_cold_start", lambda *_, **__: None)
    train(models={"ease": {"l2": 1.0}})
    answers = (asked(history=[f"i{n:02}" for n in range(k)], n=3) for k in (1, 4, 5))
    assert [answer.path for answer in answers] == ["session", "session", "known"]


def test_what_is_stocked_again_is_back_in_lists_that_were_kept(shops):
    record(events=[event("eve", "i02")])
    assert "i06" in ids(asked(user_id="eve", n=12))
    for stock, is_there in ((0, False), (5, True)):
        patch_item(item_id="i06", fields=ItemFields(stock=stock))
        assert ("i06" in ids(asked(user_id="eve", n=12))) is is_there
