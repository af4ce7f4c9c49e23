"""The search of settings."""

import numpy as np
from benchmarks import gowalla
from benchmarks.gowalla import PUBLISHED, Worth, notes, searched

from omakase.conformance.toy_data import two_tribes
from omakase.data.splits import Split, leave_one_out
from omakase.evaluate.compare import Candidate
from omakase.evaluate.questions import evaluation_queries
from omakase.models.graph_filter import GraphFilter, GraphFilterConfig


def small() -> Split:
    return leave_one_out(two_tribes(30))


def worth_of(split: Split) -> Worth:
    return Worth(split.learnt("validation"), evaluation_queries(split, "validation"))


def test_nothing_near_what_was_found_is_worth_more(monkeypatch):
    grid = {"ridge": (0.01, 0.1, 1.0), "rank": (5, 20), "item_exponent": (0.0, 0.5)}
    monkeypatch.setattr(gowalla, "GRID", grid)
    found, tried = searched(small(), quick=False)
    worth = worth_of(small())
    near = [
        found.config.model_copy(update={name: value}) for name, row in grid.items() for value in row
    ]
    assert worth(found.config) >= max(map(worth, near))
    assert tried >= len({config.model_dump_json() for config in near})


def test_a_setting_is_weighed_once_and_a_graph_cut_to_its_rank():
    worth = worth_of(small())
    first = worth(GraphFilterConfig(rank=5))
    assert worth(GraphFilterConfig(rank=5)) == first
    assert worth(GraphFilterConfig(rank=7)) >= 0
    assert len(worth.known) == 2
    assert len(worth._model(GraphFilterConfig(rank=5)).graph.smoothness) == 5
    assert np.isfinite(list(worth.known.values())).all()


def test_notes_say_where_it_stands():
    chosen = Candidate(GraphFilter, GraphFilterConfig())
    above = {"model": "x", **{name: figure + 0.01 for name, figure in PUBLISHED.items()}}
    half = {**above, "ndcg@20": 0.1}
    assert "x is above" in notes(above, chosen, 3)[1]
    assert "x is not above" in notes(half, chosen, 3)[1]
