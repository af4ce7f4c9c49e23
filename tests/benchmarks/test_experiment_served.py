import random
from collections import deque
from itertools import islice

import httpx
import numpy as np
import pytest
from benchmarks import experiment_served as bench
from benchmarks.served import Server

from omakase.synthetic import make

WORLD = make("cinema", users=40, items=60, events=10)


def comparison(variant, control, treatment, lift, low, high, metric="clicks"):
    return {
        "metric": metric,
        "variant": variant,
        "control_mean": control,
        "treatment_mean": treatment,
        "lift": lift,
        "lift_low": low,
        "lift_high": high,
    }


FOUND = {
    "state": "winner",
    "leader": "ease",
    "ratio_p": 0.7,
    "units": {"popular": 10, "newest": 20, "ease": 10},
    "comparisons": [
        comparison("newest", 0.2, 0.1, -0.5, -0.8, -0.1),
        comparison("ease", 0.2, 0.5, 1.5, 0.9, None),
        comparison("ease", 9.0, 9.0, 0.0, 0.0, 0.0, metric="ctr"),
    ],
}
TRUTH = {"popular": np.array([0.2]), "newest": np.array([0.1]), "ease": np.array([0.35])}


def visits(**more):
    return bench.Visits(Server("", ""), WORLD, 0, deque(), **more)


def test_click_chances_rise_with_affinity_and_fall_with_the_place():
    items = [f"M{n:08}" for n in range(10)]
    chances = bench.click_chances(WORLD, 3, items)
    liking = WORLD.affinity(np.array([3]), np.arange(10)[None])[0]
    looked = chances / bench.LOOK ** np.arange(10)
    assert (np.argsort(looked) == np.argsort(liking)).all()
    assert chances.min() > 0 and looked.max() < bench.MOST
    same = bench.click_chances(WORLD, 3, items[:1] * 10)
    assert (np.diff(same) < 0).all()


def test_turns_ask_for_each_person_with_and_without_in_balanced_order():
    asked = list(islice(bench.turns(2), 8))
    assert [each["placement"] for each in asked[:4]] == ["plain", "timed", "timed", "plain"]
    assert [each["user_id"] for each in asked[:4]] == ["U00000000"] * 2 + ["U00000001"] * 2
    assert asked[:4] == asked[4:]


def test_ratios_compare_those_with_to_those_without_an_experiment():
    row = bench.ratios_of([1.0, 2.0, 2.0, 1.0] * 5 + [99.0])
    assert (row["pairs timed"], row["p50 ms without"]) == (10, 1.0)
    assert (row["p50 of the latency without"], row["p95 of the latency without"]) == (2.0, 2.0)


def test_clickers_of_the_results_are_rates_times_people():
    assert bench.clickers(FOUND) == 2 + 2 + 5


def test_whole_counts_what_was_acknowledged_and_is_not_there():
    row = bench.whole(visits(listed=set(range(41)), clickers=set(range(12)), repeats=3), FOUND)
    assert (row["exposed"], row["lost exposures"]) == (40, 1)
    assert (row["clickers counted"], row["lost clickers"], row["sent again"]) == (9, 3, 3)


def test_compared_says_which_interval_holds_the_true_lift():
    newest, ease = bench.compared(FOUND, TRUTH)
    assert (newest["true lift"], newest["covered"], newest["truly best"]) == (-0.5, True, False)
    assert ease["true lift"] == pytest.approx(0.75)
    assert (ease["covered"], ease["truly best"]) == (False, True)


@pytest.mark.parametrize(
    ("leader", "ratio", "words"),
    [("ease", 1.02, "right; 1 of 2"), ("newest", 1.2, "not shown; 1 of 2")],
)
def test_words_judge_the_winner_and_the_latency(leader, ratio, words):
    total = {"people": 41, "kills": 5, "p50 of the latency without": ratio}
    total |= bench.whole(visits(), FOUND | {"leader": leader})
    said = bench.words([total, *bench.compared(FOUND, TRUTH)])
    assert words in said[1]
    assert ("kept" if ratio < bench.BAR else "missed") in said[2]


def test_visitor_whose_request_is_cut_off_asks_again_and_clicks_once(monkeypatch):
    monkeypatch.setattr(bench, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(bench, "click_chances", lambda world, person, items: np.array([1.0, 0.0]))
    sent, cuts = [], iter([True, False, True, False])

    def answer(request):
        sent.append((request.url.path, request.content))
        if next(cuts):
            raise httpx.ReadError("cut off")
        items = [{"item_id": "M00000001"}, {"item_id": "M00000002"}]
        return httpx.Response(200, json={"items": items, "request_id": "r1"})

    everybody = visits()
    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://server") as client:
        everybody.visit(client, 7)
    assert (everybody.listed, everybody.clickers, everybody.repeats) == ({7}, {7}, 2)
    assert [path for path, _ in sent] == [bench.LISTS] * 2 + ["/api/events"] * 2
    assert sent[2] == sent[3] and b"U00000007-M00000001" in sent[2][1]


def test_workers_die_as_people_come_and_everybody_comes(monkeypatch):
    dead = []
    monkeypatch.setattr(bench, "workers", lambda pid: [pid + 1])
    monkeypatch.setattr(bench, "kill", lambda worker: dead.append(worker) or True)
    monkeypatch.setattr(bench, "PAUSE_SECONDS", 0.0)
    everybody = bench.Visits(Server("127.0.0.1:1", "", 7), WORLD, 0, deque(range(12)))

    def come(client, person):
        while len(dead) < 2 and len(everybody.listed) > 12 * (len(dead) + 1) / 3:
            pass  # the next person comes when the worker is dead
        everybody.listed.add(person)

    monkeypatch.setattr(everybody, "visit", come)
    assert bench.visited(everybody, 2, random.Random(0)) == 2
    assert (everybody.listed, dead) == (set(range(12)), [8, 8])
