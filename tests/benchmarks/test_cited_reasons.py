"""The bench of what reasons cite, on a few people."""

import numpy as np
from benchmarks import cited_reasons as bench

from omakase.conformance.toy_data import two_tribes
from omakase.explain.reasons import Reason
from omakase_service.events.contracts import HistoryEvent

DATA = two_tribes()


def test_no_reason_of_simulated_people_cites_what_speaks_against():
    chance = np.random.default_rng(0)
    pasts = [bench.history(chance, DATA.ids.items.ids) for _ in range(40)]
    people = [bench.query(DATA, past) for past in pasts]
    forbidden = [bench.refused(DATA, past) for past in pasts]
    pipeline = bench.pipeline_of("item_knn", DATA, 0)
    row = bench.line("simulated", "item_knn", pipeline, people, forbidden)
    assert row["people"] == 40 and row["against"] == 0
    assert any(forbidden) and row["cite"] > 0


def test_a_reason_that_cites_what_speaks_against_is_counted(monkeypatch):
    told = [[Reason("history", 1.0, ((3, 1.0),), ()), Reason("taste", 0.0, (), ())]]
    monkeypatch.setattr(bench, "reasons", lambda *asked: told)
    pipeline = bench.pipeline_of("item_knn", DATA, 0)
    people = bench.rated(DATA)[:1]
    row = bench.line("toy", "item_knn", pipeline, people, [frozenset({3})])
    assert (row["reasons"], row["cite"], row["against"]) == (2, 1, 1)


def test_what_may_not_be_cited_is_read_off_the_events():
    names = DATA.ids.items.ids
    past = [
        HistoryEvent(names[0], "rating", 2.0, 1),
        HistoryEvent(names[1], "rating", 3.0, 2),
        HistoryEvent(names[2], "purchase", None, 3),
        HistoryEvent(names[2], "return", None, 4),
        HistoryEvent(names[3], "cart", None, 5),
        HistoryEvent(names[3], "remove_from_cart", None, 6),
        HistoryEvent(names[3], "purchase", None, 7),
        HistoryEvent(names[4], "inappropriate", None, 8),
    ]
    assert bench.refused(DATA, past) == {0, 2, 4}
