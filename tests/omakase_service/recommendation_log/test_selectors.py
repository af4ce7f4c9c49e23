"""Reads of the log of answers: the newest, what came of them, and how algorithms do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.platform.exceptions import NotFound
from omakase_service.recommendation_log import selectors
from omakase_service.recommendation_log.contracts import LoggedAnswer, OutcomeKind, ShownItem
from omakase_service.recommendation_log.models import Answer, Outcome
from omakase_service.recommendation_log.selectors import plain_answer
from omakase_service.recommendation_log.store import settled_answer, write

T = 1_700_000_000
HOUR = 3600
FIELDS = {
    "policy": "auto",
    "placement": "home",
    "notice": "unknown",
    "cache_hit": True,
    "latency_ms": 1.5,
    "first_rank": 3,
    "context": {"hour": 0, "attributes": {"a": "한"}},
}


def logged(request_id="r", *ids: str, time: int = T, **more) -> LoggedAnswer:
    items = [ShownItem(key, 1.0 - 0.1 * at, 0.5) for at, key in enumerate(ids or ("i1", "i2"))]
    fields = {"user_id": "ada", "algorithm": "ease", "version": "v1", **more}
    return LoggedAnswer(request_id=request_id, time=time, items=items, **fields)


def stored(*answers: LoggedAnswer) -> list[Answer]:
    """Write answers; their rows."""
    before = set(Answer.objects.values_list("pk", flat=True))
    write(answers=answers)
    return list(Answer.objects.exclude(pk__in=before).order_by("pk"))


def came(row: Answer, item_id: str, kind: str = "click", **more) -> Outcome:
    number = Outcome.objects.count()
    fields = {"event_id": f"e{number}", "rank": 1, "time": T + 60, **more}
    return Outcome.objects.create(answer=row, item_id=item_id, kind=kind, **fields)


# By request


@pytest.mark.django_db
def test_answer_by_request_is_what_was_written():
    answer = logged(**FIELDS)
    stored(answer)
    assert selectors.answer_by_request(request_id="r") == answer


@pytest.mark.django_db
def test_answer_by_request_keeps_reasons_at_their_places():
    reasons = [{"text": "because"}, None, {"text": "그래서"}]
    items = [ShownItem(f"i{at}", 0.5, 1.0, why) for at, why in enumerate(reasons)]
    stored(LoggedAnswer("r", T, items, "ease", "v1"))
    found = selectors.answer_by_request(request_id="r")
    assert [entry.why for entry in found.items] == reasons


@pytest.mark.django_db
def test_answer_by_request_that_was_used_twice_is_the_newest():
    stored(logged("r", "a"), logged("r", "b"))
    assert [e.item_id for e in selectors.answer_by_request(request_id="r").items] == ["b"]


@pytest.mark.django_db
def test_outcomes_of_a_request_that_was_used_twice_are_those_of_the_newest():
    first, second = stored(logged("r", "a"), logged("r", "b"))
    came(first, "a")
    came(second, "b")
    assert [o.item_id for o in selectors.outcomes_of(request_id="r")] == ["b"]


@pytest.mark.django_db
def test_outcomes_of_an_answer_come_in_the_order_of_time():
    (row,) = stored(logged("r", "a", "b"))
    came(row, "b", "conversion", time=T + 9, rank=2, value=3.5)
    came(row, "b", "click", time=T + 5, rank=2)
    came(row, "a", "impression", time=T + 5)
    found = selectors.outcomes_of(request_id="r")
    assert [(o.item_id, o.kind, o.rank, o.time, o.value) for o in found] == [
        ("b", OutcomeKind.CLICK, 2, T + 5, None),
        ("a", OutcomeKind.IMPRESSION, 1, T + 5, None),
        ("b", OutcomeKind.CONVERSION, 2, T + 9, 3.5),
    ]


@pytest.mark.django_db
def test_answer_and_outcomes_of_an_unknown_request():
    stored(logged("r"))
    with pytest.raises(NotFound) as refused:
        selectors.answer_by_request(request_id="R")
    assert str(refused.value) == "no answer 'R'"
    assert selectors.outcomes_of(request_id="R") == []


# Of a person


@pytest.mark.django_db
def test_newest_with_an_item_is_the_newest_that_showed_it():
    stored(logged("a", "x"), logged("b", "x", time=T + 5), logged("c", "y", time=T + 9))
    stored(logged("d", "x", time=T + 99, user_id="bob"))
    assert selectors.newest_with(user_id="ada", item_id="x").request_id == "b"


@pytest.mark.django_db
def test_newest_with_an_item_of_one_second_is_the_one_that_was_written_last():
    stored(logged("a", "x"), logged("b", "x"))
    assert selectors.newest_with(user_id="ada", item_id="x").request_id == "b"


@pytest.mark.django_db
@pytest.mark.parametrize(("look", "found"), [(1, False), (2, True)])
def test_newest_with_an_item_looks_at_so_many(look, found):
    stored(logged("a", "x"), logged("b", "y", time=T + 1))
    if found:
        assert selectors.newest_with(user_id="ada", item_id="x", look=look).request_id == "a"
    else:
        with pytest.raises(NotFound) as refused:
            selectors.newest_with(user_id="ada", item_id="x", look=look)
        assert str(refused.value) == "no answer to 'ada' showed 'x'"


@pytest.mark.django_db
def test_answers_of_a_user_are_all_of_theirs_oldest_first():
    stored(logged("a"), logged("b", user_id="bob"), logged("c", user_id=None, session_id="ada"))
    stored(logged("d", time=T - 100))
    found = selectors.answers_of(user_id="ada")
    assert [answer.request_id for answer in found] == ["a", "d"]
    assert selectors.answer_count(user_id="ada") == 2
    assert selectors.answer_count(user_id="nobody") == 0


@pytest.mark.django_db
def test_answer_times_are_of_a_user_and_of_their_sessions():
    stored(
        logged("a", time=1),
        logged("b", time=2, user_id=None, session_id="s1"),
        logged("c", time=3, user_id=None, session_id="s2"),
        logged("d", time=4, user_id=None),
        logged("e", time=5, user_id="bob", session_id="s1"),
    )
    assert sorted(selectors.answer_times_of(user_id="ada", session_ids=["s1"])) == [1, 2, 5]
    assert selectors.answer_times_of(user_id="ada", session_ids=[]) == [1]


@pytest.mark.django_db
def test_recent_answers_to_a_user_are_the_newest_with_what_they_did():
    first, second = stored(logged("a", "x", "y"), logged("b", "x", time=T + 1))
    came(first, "x", "click")
    came(first, "x", "conversion")
    came(first, "y", "impression")
    found = selectors.recent_answers(user_id="ada", limit=9)
    assert [(e.answer.request_id, e.clicked, e.converted) for e in found] == [
        ("b", frozenset(), frozenset()),
        ("a", {"x"}, {"x"}),
    ]
    assert len(selectors.recent_answers(user_id="ada", limit=1)) == 1
    assert second.request_id == "b"


# In pages


@pytest.mark.django_db
def test_answers_after_a_number_are_those_up_to_another():
    rows = stored(*(logged(f"r{n}") for n in range(4)))
    numbers = [row.pk for row in rows]
    found = selectors.answers_after(number=numbers[0], until=numbers[2], limit=9)
    assert [(number, plain["request_id"]) for number, plain in found] == [
        (numbers[1], "r1"),
        (numbers[2], "r2"),
    ]
    assert len(selectors.answers_after(number=0, until=numbers[3], limit=3)) == 3
    assert selectors.answers_after(number=numbers[3], until=10**9, limit=3) == []


def test_plain_answer_has_its_places_by_rank_and_an_id_of_its_own():
    answer = logged(**FIELDS)
    plain = plain_answer(answer)
    assert plain["id"] == answer.key.hex
    assert plain["items"] == [
        {"rank": 3, "item_id": "i1", "score": 1.0, "probability": 0.5},
        {"rank": 4, "item_id": "i2", "score": 0.9, "probability": 0.5},
    ]
    assert {name: plain[name] for name in FIELDS} == FIELDS
    assert plain_answer(logged(**FIELDS))["id"] != plain["id"]


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_judged_after_in_parts_of_any_size_has_each_once(limit):
    stored(*(logged(f"r{n}", time=T + n) for n in range(7)))
    found, number = [], 0
    while True:
        number, part = selectors.judged_after(since=T + 2, number=number, limit=limit)
        if not part:
            break
        assert len(part) <= limit
        found += [each.answer.request_id for each in part]
    assert found == ["r2", "r3", "r4", "r5", "r6"]


@pytest.mark.django_db
def test_judged_after_the_last_stays_at_its_number():
    assert selectors.judged_after(since=0, number=17, limit=5) == (17, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"user_id": None, "session_id": "s"}, True),
        ({"user_id": None}, False),
        ({"first_rank": 11}, False),
        ({"placement": "cart"}, False),
        ({"time": T - 1}, False),
        ({"items": []}, False),
    ],
)
def test_judged_answers_are_first_parts_to_somebody_at_the_place(more, counts):
    items = more.pop("items", [ShownItem("a", 1.0)])
    fields = {"user_id": "ada", "placement": "home", "time": T, **more}
    write(answers=[LoggedAnswer("r", items=items, algorithm="e", version="v", **fields)])
    found = selectors.judged_answers(placement="home", since=T, limit=9)
    assert bool(found) is counts


@pytest.mark.django_db
def test_clicked_lists_are_read_once_however_often_they_were_clicked():
    first, second, third = stored(*(logged(f"r{n}", "a", "b") for n in range(3)))
    came(first, "a")
    came(third, "a")
    came(third, "b")
    came(second, "a", "impression")
    found = selectors.clicked_lists(limit=9)
    assert [(e.answer.request_id, e.clicked) for e in found] == [
        ("r0", {"a"}),
        ("r2", {"a", "b"}),
    ]
    assert [e.answer.request_id for e in selectors.clicked_lists(limit=1)] == ["r2"]


# Of experiments


def by_variant(number: int, **more) -> LoggedAnswer:
    context = {"experiment": "e1", "variant": "b"}
    return logged(f"r{number}", time=T + number, context=context, **more)


@pytest.mark.django_db
def test_exposed_answers_are_those_of_experiments_up_to_a_number():
    rows = stored(logged("usual"), by_variant(1), logged("usual"), by_variant(2), by_variant(3))
    end, found = selectors.exposed_answers(after=0, until=rows[3].pk, limit=99)
    assert end == rows[3].pk
    assert [(e.number, e.time, e.variant, e.shown) for e in found] == [
        (rows[1].pk, T + 1, "b", 2),
        (rows[3].pk, T + 2, "b", 2),
    ]
    assert (found[0].user_id, found[0].session_id, found[0].experiment) == ("ada", "", "e1")


@pytest.mark.django_db
def test_exposed_answers_count_the_usual_ones_to_the_limit():
    rows = stored(logged("usual"), logged("usual"), by_variant(1))
    end, found = selectors.exposed_answers(after=0, until=rows[-1].pk, limit=2)
    assert (end, found) == (rows[1].pk, [])


@pytest.mark.django_db
def test_exposed_answers_where_nothing_follows_stay_at_their_number():
    assert selectors.exposed_answers(after=5, until=99, limit=9) == (5, [])


@pytest.mark.django_db
def test_exposed_outcomes_end_before_an_answer_that_was_not_looked_at():
    first, second = stored(by_variant(1), by_variant(2))
    one, _, late = came(first, "i1"), came(second, "i1"), came(first, "i2", value=2.0)
    end, found = selectors.exposed_outcomes(after=0, answers_until=first.pk, limit=9)
    assert (end, [each.number for each in found]) == (one.pk, [one.pk])
    end, found = selectors.exposed_outcomes(after=end, answers_until=second.pk, limit=9)
    assert end == late.pk
    assert [each.value for each in found] == [0.0, 2.0]


@pytest.mark.django_db
def test_exposed_outcomes_of_usual_answers_are_passed_over():
    (row,) = stored(logged("usual"))
    outcome = came(row, "i1")
    assert selectors.exposed_outcomes(after=0, answers_until=row.pk, limit=9) == (outcome.pk, [])


# What a place has shown


@pytest.mark.django_db
def test_shown_items_of_a_user_at_a_place_since_a_moment():
    stored(
        logged("a", "x", placement="home"),
        logged("b", "y", placement="home", time=T - 1),
        logged("c", "z", placement="cart"),
        logged("d", "w", placement="home", user_id="bob"),
        logged("e", "v", placement="home", user_id=None, session_id="s"),
        logged("f", "u", placement="home", session_id="s"),
    )

    def shown(**who) -> set[str]:
        return selectors.shown_items(placement="home", since=T, limit=9, **who)

    assert shown(user_id="ada", session_id=None) == {"x", "u"}
    assert shown(user_id="ada", session_id="s") == {"x", "u"}
    assert shown(user_id=None, session_id="s") == {"v"}
    assert shown(user_id=None, session_id="no") == set()


@pytest.mark.django_db
def test_shown_items_look_at_the_newest_answers():
    stored(logged("a", "x"), logged("b", "y", time=T + 1), logged("c", "z", time=T - 1))
    place = {"placement": "", "since": 0, "user_id": "ada", "session_id": None}
    assert selectors.shown_items(limit=2, **place) == {"x", "y"}


# How algorithms do


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("times", "p50", "p95", "p99"),
    [
        ([7], 7, 7, 7),
        ([1, 2], 1, 2, 2),
        ([3, 1, 2], 2, 3, 3),
        (range(1, 101), 50, 95, 99),
        (range(1, 21), 10, 19, 20),
        ([5] * 10, 5, 5, 5),
    ],
)
def test_performance_tells_the_least_time_that_holds_for_the_share(times, p50, p95, p99):
    stored(*(logged(f"r{n}", latency_ms=float(ms)) for n, ms in enumerate(times)))
    (found,) = selectors.performance(since=0)
    assert (found.p50_ms, found.p95_ms, found.p99_ms) == (p50, p95, p99)


@pytest.mark.django_db
def test_performance_counts_each_algorithm_apart_and_by_name():
    rows = stored(
        logged("a", "x", "y", algorithm="popular"),
        logged("b", "x", algorithm="ease", cache_hit=True),
        logged("c", "x", "y", "z", algorithm="ease"),
        logged("d", algorithm="ease", time=T - 1),
    )
    came(rows[2], "x")
    came(rows[2], "y")
    came(rows[2], "y", "conversion", value=2.5)
    came(rows[2], "z", "conversion")
    ease, popular = selectors.performance(since=T)
    assert (ease.algorithm, popular.algorithm) == ("ease", "popular")
    assert (ease.requests, ease.cache_hits, ease.shown) == (2, 1, 4)
    assert (ease.clicks, ease.conversions, ease.value) == (2, 2, 2.5)
    assert (ease.ctr, ease.conversion_rate) == (0.5, 1.0)
    assert (popular.ctr, popular.conversion_rate, popular.value) == (0.0, 0.0, 0.0)


@pytest.mark.django_db
def test_performance_rate_of_clicks_is_of_impressions_where_any_is_reported():
    (row,) = stored(logged("a", "w", "x", "y", "z"))
    came(row, "w", "impression")
    came(row, "x", "impression")
    came(row, "w")
    (found,) = selectors.performance(since=0)
    assert (found.impressions, found.shown, found.ctr) == (2, 4, 0.5)


@pytest.mark.django_db
def test_performance_of_nothing_is_nothing():
    assert selectors.performance(since=0) == []
    stored(logged("a", placement="home"))
    assert selectors.performance(since=0, placement="cart") == []


@pytest.mark.django_db
def test_engagement_by_hour_counts_answers_and_those_that_were_clicked():
    midnight = 19_676 * 86_400
    rows = stored(
        logged("a", time=midnight),
        logged("b", time=midnight + HOUR - 1),
        logged("c", time=midnight + HOUR),
        logged("d", time=midnight + 86_400),
        logged("e", time=midnight + 2 * HOUR, version="v2"),
        logged("f", time=midnight + 23 * HOUR),
    )
    came(rows[0], "i1")
    came(rows[0], "i2")
    came(rows[1], "i1", "conversion")
    came(rows[3], "i1")
    span = {"since": midnight, "until": midnight + 86_401}
    assert selectors.engagement_by_hour(version="v1", **span) == {0: (3, 2), 1: (1, 0), 23: (1, 0)}
    shorter = {"since": midnight + 1, "until": midnight + HOUR}
    assert selectors.engagement_by_hour(version="v1", **shorter) == {0: (1, 0)}
    assert selectors.engagement_by_hour(version="no", **span) == {}


@pytest.mark.django_db
def test_pace_since_is_the_mean_of_the_milliseconds():
    stored(logged("a", latency_ms=2.0), logged("b", latency_ms=4.0, time=T + 1))
    assert selectors.pace_since(time=T) == (2, 3.0)
    assert selectors.pace_since(time=T + 1) == (1, 4.0)
    assert selectors.pace_since(time=T + 2) == (0, None)


# Written once


@pytest.mark.django_db
def test_write_of_an_answer_again_leaves_one():
    answer = logged()
    stored(answer)
    assert stored(answer) == []
    assert Answer.objects.count() == 1


@pytest.mark.django_db
def test_write_of_nothing_and_of_an_empty_list():
    write(answers=[])
    assert settled_answer() == 0
    write(answers=[LoggedAnswer("r", T, [], "ease", "v1")])
    row = Answer.objects.get()
    assert (row.n_items, row.items, row.whys, row.context) == (0, [], [], {})
    assert settled_answer() == row.pk


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@pytest.mark.django_db
@given(
    st.lists(st.tuples(TEXTS, st.floats(0, 1), st.floats(0, 1)), max_size=4),
    st.dictionaries(TEXTS, TEXTS | st.integers(-9, 9) | st.booleans(), max_size=3),
)
def test_write_of_any_letters_is_read_back(places, context):
    Answer.objects.all().delete()
    items = [ShownItem(*place) for place in places]
    answer = LoggedAnswer("r", T, items, "ease", "v1", context=context)
    write(answers=[answer])
    assert selectors.answer_by_request(request_id="r") == answer
