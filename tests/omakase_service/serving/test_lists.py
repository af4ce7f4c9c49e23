"""Lists, whoever asks for whatever: what holds of every one of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omakase_service.catalog.contracts import ItemFields, UserIn
from omakase_service.catalog.services import delete_item, patch_item, upsert_users
from omakase_service.events.services import record
from omakase_service.platform.exceptions import NotFound
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.selectors import answer_by_request
from omakase_service.serving import live_version, services
from omakase_service.serving.contracts import ListRequest, RankedList
from omakase_service.serving.hydration import hydrate, is_offered, part_of
from omakase_service.serving.pagination import held_list, hold, place_of, token
from omakase_service.serving.previews import preview_list
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
ALL = [f"i{n:02}" for n in range(12)]
SOME = st.lists(st.sampled_from([*ALL, "no"]), max_size=6, unique=True)
WHO = st.sampled_from(
    [
        {},
        {"user_id": "u00"},
        {"user_id": "u01"},
        {"user_id": "nobody"},
        {"session_id": "s"},
        {"history": ["i00"]},
        {"history": ["i01", "no", "i03"]},
        {"history": []},
    ]
)
HAD = {f"u{u:02}": {f"i{i:02}" for i in range(u % 2, 12, 2) if i != u} for u in range(12)}
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ids(answer) -> list[str]:
    return [each.card.item_id for each in answer.items]


def list_of(**question) -> list[str]:
    return ids(services.recommend(**question))


# Whatever is asked


@FEW
@given(WHO, SOME, st.integers(1, 15), st.sampled_from([None, "ease", "popular"]))
def test_list_holds_no_item_twice_none_excluded_and_no_more_than_asked(
    trained, who, exclude, n, model
):
    answer = services.recommend(n=n, exclude=tuple(exclude), model=model, **who)
    found = ids(answer)
    assert len(found) == len(set(found)) <= n
    assert not set(found) & set(exclude)
    assert set(found) <= set(ALL)
    assert [each.rank for each in answer.items] == list(range(1, len(found) + 1))
    assert all(0 <= each.score <= 1 for each in answer.items)
    assert not set(found) & HAD.get(who.get("user_id", ""), set())
    assert not set(found) & set(who.get("history") or ())


@FEW
@given(WHO, SOME)
def test_list_of_what_is_included_holds_nothing_else(trained, who, include):
    assert set(list_of(n=12, include=tuple(include), **who)) <= set(include)


@FEW
@given(WHO, st.integers(1, 6), st.integers(0, 8))
def test_list_from_a_place_on_is_the_end_of_the_longer_one(trained, who, n, offset):
    longer = services.recommend(n=n + offset, **who)
    rest = services.recommend(n=n, offset=offset, depth=n + offset, **who)
    assert ids(rest) == ids(longer)[offset:]
    assert [each.rank for each in rest.items] == [each.rank for each in longer.items][offset:]


@FEW
@given(WHO, st.sampled_from(["Odd", "Even"]))
def test_list_under_a_filter_holds_what_passes_it(trained, who, category):
    answer = services.recommend(n=12, filter=f'item.category == "{category}"', **who)
    assert {each.card.category for each in answer.items} <= {category}


@FEW
@given(WHO, st.booleans())
def test_list_is_the_same_when_it_is_asked_for_again(trained, who, refresh):
    first = services.recommend(n=5, **who)
    again = services.recommend(n=5, refresh=refresh, **who)
    assert [(e.card, e.score, e.rank) for e in first.items] == [
        (e.card, e.score, e.rank) for e in again.items
    ]
    assert (first.algorithm, first.notice, first.path) == (
        again.algorithm,
        again.notice,
        again.path,
    )


@pytest.mark.parametrize("who", [{"user_id": "u00"}, {"history": ["i00"]}, {}])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_list_that_is_explained_is_the_same_with_words(trained, who, language):
    plain = services.recommend(n=5, **who)
    told = services.recommend(n=5, explain=True, language=language, **who)
    assert ids(plain) == ids(told)
    assert all(each.why is None for each in plain.items)
    for each in told.items:
        korean = any("가" <= letter <= "힣" for letter in each.why.text)
        assert korean is (language == "ko")
        assert 0 <= each.why.confidence <= 1


def test_list_is_logged_as_it_was_given(trained):
    answer = services.recommend(n=4, user_id="u00", placement="home", request_id="r1")
    writer.flush()
    logged = answer_by_request(request_id="r1")
    assert [entry.item_id for entry in logged.items] == ids(answer)
    assert [entry.score for entry in logged.items] == [each.score for each in answer.items]
    assert (logged.user_id, logged.placement, logged.algorithm) == ("u00", "home", answer.algorithm)
    assert (logged.version, logged.first_rank, logged.policy) == (answer.version, 1, answer.path)


@pytest.mark.parametrize("moment", [0, 1_700_000_000, 1_700_000_000.9])
def test_list_is_logged_at_the_second_of_its_clock(trained, moment):
    services.recommend(n=1, request_id="r1", clock=lambda: moment)
    writer.flush()
    assert answer_by_request(request_id="r1").time == int(moment)


def test_list_follows_what_somebody_did_a_moment_ago(trained):
    before = list_of(user_id="u00", n=12)
    taken = before[0]
    record(events=[{"user_id": "u00", "item_id": taken, "kind": "purchase", "time": 1_700_009_000}])
    assert taken not in list_of(user_id="u00", n=12)


def test_list_of_somebody_who_switched_recommendations_off_is_everybody_s(trained):
    everybody = list_of(model="popular", n=12)
    upsert_users(users=[UserIn(user_id="u00", recommendations_on=False)])
    answer = services.recommend(user_id="u00", n=12)
    assert answer.notice == "recommendations_off"
    assert ids(answer) == [key for key in everybody if key not in HAD["u00"]]


@pytest.mark.parametrize("change", [{"active": False}, {"hidden": True}, {"stock": 0}])
def test_list_shows_nothing_that_is_no_longer_offered(trained, change):
    first = list_of(user_id="u00", n=12)[0]
    patch_item(item_id=first, fields=ItemFields(**change))
    assert first not in list_of(user_id="u00", n=12)
    assert first not in list_of(model="popular", n=12)


def test_list_shows_nothing_that_was_deleted(trained):
    first = list_of(user_id="u00", n=12)[0]
    delete_item(item_id=first)
    for question in ({"user_id": "u00"}, {"model": "popular"}, {"history": ["i01"]}):
        assert first not in list_of(n=12, **question)


def test_similar_items_hold_neither_the_item_nor_one_twice(trained):
    found = ids(services.similar_items(item_id="i00", n=12))
    assert "i00" not in found
    assert len(found) == len(set(found)) > 0


@pytest.mark.parametrize("item_id", ["no", "", "I00"])
def test_similar_items_of_no_item_is_not_found(trained, item_id):
    with pytest.raises(NotFound) as refused:
        services.similar_items(item_id=item_id)
    assert str(refused.value) == f"no item {item_id!r}"


@pytest.mark.parametrize("n", [1, 3, 12])
def test_everybodys_list_is_what_a_stranger_gets_of_that_model(trained, n):
    assert ids(services.everybodys(model="popular", n=n)) == list_of(model="popular", n=n)


# Part by part


@FEW
@given(WHO, st.integers(1, 5))
def test_parts_of_a_held_list_show_all_of_it_once(trained, who, n):
    whole = list_of(n=12, **who)
    part = services.recommend(n=n, paged=True, **who)
    found, ranks = ids(part), [each.rank for each in part.items]
    for _ in range(20):
        if not part.next:
            break
        part = services.recommend(n=n, paged=True, cursor=part.next, **who)
        assert len(part.items) <= n
        found += ids(part)
        ranks += [each.rank for each in part.items]
    assert found == whole
    assert ranks == list(range(1, len(found) + 1))


def held(question: ListRequest) -> str:
    return hold(question, RankedList((("i01", 0.9), ("i02", 0.5)), (), "ease", "", 3))


@pytest.mark.parametrize(
    "question",
    [
        ListRequest(user_id="u"),
        ListRequest(session_id="s"),
        ListRequest(),
        ListRequest(user_id="한국 🍣"),
        ListRequest(user_id="a.b"),
    ],
)
def test_held_list_comes_back_to_who_asked(question, settings_with):
    settings_with()
    cursor = token(held(question), 2)
    asked = ListRequest(user_id=question.user_id, session_id=question.session_id, cursor=cursor)
    assert held_list(asked).items == (("i01", 0.9), ("i02", 0.5))
    assert place_of(cursor) == 2


@pytest.mark.parametrize(
    ("owner", "other"),
    [
        ({"user_id": "u"}, {"user_id": "v"}),
        ({"user_id": "u"}, {}),
        ({"user_id": "u"}, {"session_id": "u"}),
        ({"session_id": "s"}, {"user_id": "s"}),
        ({}, {"user_id": "u"}),
    ],
)
def test_held_list_of_somebody_else_is_not_found(owner, other, settings_with):
    settings_with()
    name = held(ListRequest(**owner))
    with pytest.raises(NotFound) as refused:
        held_list(ListRequest(**other, cursor=token(name, 1)))
    assert str(refused.value) == "this list is no longer held; ask anew without a cursor"


@pytest.mark.parametrize("cursor", ["", ".", "x.1", ".1", "x", "\x1f.1", "a\tb.1", "🍣.1"])
def test_held_list_of_no_cursor_is_not_found(cursor, settings_with):
    settings_with()
    with pytest.raises(NotFound):
        held_list(ListRequest(cursor=cursor))


def test_held_lists_of_one_person_have_names_of_their_own(settings_with):
    settings_with()
    question = ListRequest(user_id="u")
    first = held(question)
    second = hold(question, RankedList((("i03", 1.0),), (), "ease", "", 0))
    for name, items in ((first, 2), (second, 1)):
        found = held_list(ListRequest(user_id="u", cursor=token(name, 0)))
        assert len(found.items) == items


@pytest.mark.parametrize(
    "cursor", ["", "x", "x.", "x.-1", "x.1.2", "x.1e3", "x. 1", "x.٣", "x.²", "x.1234567890", "x.a"]
)
def test_place_of_what_is_no_cursor_is_not_found(cursor):
    with pytest.raises(NotFound) as refused:
        place_of(cursor)
    assert str(refused.value) == "there is no such list"


@given(st.integers(0, 999_999_999))
def test_place_of_a_token_is_its_place_whatever_came_before(place):
    assert place_of(token("name", place)) == place
    assert token(token("name", 7), place) == token("name", place)


# Dressed


def ranked(*keys: str) -> RankedList:
    return RankedList(tuple((key, 1.0 - at / 100) for at, key in enumerate(keys)), (), "e", "", 0)


@FEW
@given(
    st.lists(st.sampled_from([*ALL, "no"]), unique=True, max_size=12),
    st.sets(st.sampled_from(ALL), max_size=4),
    st.integers(0, 6),
    st.integers(0, 12),
)
def test_part_of_a_list_is_what_a_loop_takes_of_it(trained, keys, seen, n, offset):
    live = live_version.now().live
    part = part_of(live, ranked(*keys), n, offset=offset, seen=seen)
    expected, end = [], offset
    for at in range(offset, len(keys)):
        if len(expected) == n:
            break
        end = at + 1
        if keys[at] in ALL and keys[at] not in seen:
            expected.append((keys[at], at + 1))
    assert [(each.card.item_id, each.rank) for each in part.items] == expected
    assert part.end == max(end, offset)


def test_part_of_a_list_has_the_reason_and_chance_of_each_place(trained):
    live = live_version.now().live
    found = RankedList((("no", 1.0), ("i01", 0.9)), (), "e", "", 0, probabilities=(0.5, 0.25))
    (one,) = part_of(live, found, 5).items
    assert (one.probability, one.why, one.score) == (0.25, None, 0.9)
    (sure,) = part_of(live, ranked("i01"), 5).items
    assert sure.probability == 1.0


def test_hydrated_list_of_another_length_is_dressed_anew(trained):
    live, found = live_version.now().live, ranked("i01", "i02", "i03")
    assert [len(hydrate(live, found, n).items) for n in (1, 3, 2)] == [1, 3, 2]
    assert hydrate(live, found, 2) is hydrate(live, found, 2)


@pytest.mark.parametrize(
    ("keys", "offered"), [(("i01",), True), (("i01", "no"), False), ((), True)]
)
def test_list_is_offered_where_all_of_it_is(trained, keys, offered):
    assert is_offered(live_version.now().live, ranked(*keys)) is offered


# Shown to nobody


def test_preview_is_the_list_that_would_be_given_and_leaves_no_trace(trained):
    question = ListRequest(user_id="u00", n=4)
    before = writer.waiting()
    preview = preview_list(question)
    assert writer.waiting() == before
    answer = services.recommend(user_id="u00", n=4)
    assert [each.card.item_id for each in preview.items] == ids(answer)
    assert (preview.version, preview.algorithm) == (answer.version, answer.algorithm)
    assert preview.events == answer.events


def test_preview_of_a_placement_holds_what_it_says_and_saves_nothing(trained):
    question = ListRequest(user_id="u00", n=12, placement="home")
    usual = [each.card.item_id for each in preview_list(question).items]
    without = preview_list(question, placement=Placement(exclude=(usual[0],)))
    assert [each.card.item_id for each in without.items] == usual[1:]
    assert [each.card.item_id for each in preview_list(question).items] == usual


def test_preview_of_a_version_that_there_is_not_is_not_found(trained):
    with pytest.raises(NotFound):
        preview_list(ListRequest(user_id="u00"), version="no")


def test_ranked_ids_are_those_of_the_list_and_logged_nowhere(trained):
    before = writer.waiting()
    found = services.ranked_ids(ListRequest(user_id="u00", n=5))
    assert writer.waiting() == before
    assert found == list_of(user_id="u00", n=5)
