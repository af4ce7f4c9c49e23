"""The count by loops knows the documented rules, on a handful of rows that are counted by hand."""

import numpy as np
from benchmarks.figures_world import Simulated, expected

from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem

MORNING = 1_774_738_800  # 29 March 2026, midnight in Berlin, where this day has 23 hours


def answer(name: str, time: int, *items: str, user: str = "u1") -> LoggedAnswer:
    return LoggedAnswer(name, time, [ShownItem(i, 0.5) for i in items], "ease", "v", user_id=user)


def event(name: str, item: str, time: int, kind: str = "click", **more) -> dict[str, object]:
    return {
        "event_id": name, "item_id": item, "kind": kind, "time": time, "user_id": "u1", **more,
    }  # fmt: skip


def world(answers, events) -> Simulated:
    prices = np.array([[10.0] * 20, [20.0] * 20])
    return Simulated("Europe/Berlin", answers, events, prices)


def sums_of(made: Simulated, upto: int = 1, erased: frozenset[str] = frozenset()):
    return {str(key[0]): dict(one.sums) for key, one in expected(made, set(erased), upto).items()}


def test_an_event_without_a_name_is_of_the_newest_answer_that_showed_the_item():
    answers = [(0, answer("a", MORNING - 60, "i1")), (0, answer("b", MORNING + 60, "i1", "i2"))]
    days = sums_of(world(answers, [(0, event("e", "i1", MORNING + 120))]))
    assert days["2026-03-28"].get("clicks", 0) == 0
    assert days["2026-03-29"]["clicks"] == 1


def test_the_same_event_and_the_same_place_count_once():
    answers = [(0, answer("a", MORNING, "i1"))]
    events = [(0, event("e", "i1", MORNING + 9)), (1, event("e", "i1", MORNING + 9)),
              (1, event("f", "i1", MORNING + 10))]  # fmt: skip
    assert sums_of(world(answers, events))["2026-03-29"]["clicks"] == 1


def test_a_purchase_is_worth_the_price_of_its_batch_times_its_number():
    answers = [(0, answer("a", MORNING, "i1"))]
    bought = event("e", "i1", MORNING + 9, "purchase", value=3.0, request_id="a")
    assert sums_of(world(answers, [(1, bought)]))["2026-03-29"]["revenue"] == 60


def test_who_is_erased_is_in_no_figure():
    answers = [(0, answer("a", MORNING, "i1")), (0, answer("b", MORNING, "i1", user="u2"))]
    made = world(answers, [(0, event("e", "i1", MORNING + 9))])
    assert sums_of(made, erased=frozenset({"u1"}))["2026-03-29"]["requests"] == 1
    assert "clicks" not in sums_of(made, erased=frozenset({"u1"}))["2026-03-29"]


def test_a_day_ends_where_its_clock_says():
    answers = [(0, answer("a", MORNING + 23 * 3_600 - 1, "i1")),
               (0, answer("b", MORNING + 23 * 3_600, "i1"))]  # fmt: skip
    assert sorted(sums_of(world(answers, []))) == ["2026-03-29", "2026-03-30"]


def test_worth_of_a_list_is_by_what_was_taken_and_by_shared_labels():
    answers = [(0, answer("a", MORNING, "i1", "i10", "i13"))]
    events = [(0, event("e", "i1", MORNING + 9))]
    sums = sums_of(world(answers, events))["2026-03-29"]
    # taken: i1 alone, once; i10 has no labels; i1 and i13 share two of three and of four labels
    assert (sums["judged"], sums["bits"], sums["tail"]) == (3, 0 + 1 + 1, 0)
    assert sums["spread"] == 1 and np.isclose(sums["diversity"], 1 - 2 / 12**0.5)
