"""The bench of variety."""

import numpy as np
from benchmarks import diversity
from benchmarks.form import Asked
from tests.benchmarks.test_quality import rated

from omakase.types import Context, Queries, Slate


class Hears:
    """A pipeline that keeps what it was asked."""

    def recommend(self, queries, k):
        self.asked = queries
        return Slate(queries.history[:, :k], queries.weights[:, :k])


def test_every_request_turns_the_knob():
    pipeline = Hears()
    diversity.Turned(pipeline, 0.7).recommend(Queries.of(np.zeros((2, 3), np.int32)), 2)
    assert pipeline.asked.contexts == (Context(diversity=0.7),) * 2


def test_a_quick_run_has_a_row_a_ranker_and_place(tmp_path, monkeypatch):
    rated(tmp_path / "ml-100k")
    monkeypatch.setattr(
        diversity, "RANKERS", {"mmr": {"model": "ials"}, "novelty": {"model": "popular"}}
    )
    monkeypatch.setattr(diversity, "apart", lambda *_: 0.5)
    asked = Asked(tmp_path, quick=True, seeds=(0,), peer_python=None, name="diversity")
    found = diversity.diversity(asked)
    assert [(r["ranker"], r["knob"]) for r in found.rows] == [
        (name, knob) for name in ("mmr", "novelty") for knob in (0.0, 0.5, 1.0)
    ]
    assert found.rows[0]["kept"] == 1
    novel = [r["novelty@10"] for r in found.rows if r["ranker"] == "novelty"]
    assert novel == sorted(novel)
    assert len(found.notes) == 2
