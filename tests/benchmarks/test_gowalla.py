"""The search of settings."""

import numpy as np
from benchmarks.gowalla import GRID, PUBLISHED, candidates, notes

from omakase.conformance.worlds import everyone, two_tribes
from omakase.evaluate.compare import Contender
from omakase.models.graph_filter import Config, GraphFilter


def test_every_place_of_the_grid_is_a_model(rng):
    data = two_tribes(30)
    models = list(candidates(data, quick=False))
    assert len({str(m.config) for m in models}) == np.prod([len(v) for v in GRID.values()])
    assert {len(m.graph.smoothness) for m in models} == {30}
    assert np.isfinite(models[0].score(everyone(data))).all()


def test_notes_say_where_it_stands():
    chosen = Contender(GraphFilter, Config())
    above = {"model": "x", **{name: figure + 0.01 for name, figure in PUBLISHED.items()}}
    half = {**above, "ndcg@20": 0.1}
    assert "x is above" in notes(above, chosen, 3)[1]
    assert "x is not above" in notes(half, chosen, 3)[1]
