"""The protocol of the sequence table, on a world of walks."""

from pathlib import Path

import pytest
from benchmarks import sequences
from benchmarks.form import Asked

from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out
from omakase.presets import Preset


@pytest.fixture
def walks() -> Dataset:
    return Dataset.from_events(
        (f"u{u}", f"i{(u + step) % 30}", 1.0) for step in range(6) for u in range(60)
    )


@pytest.fixture
def small(monkeypatch):
    def preset(name: str) -> Preset:
        config = sequences.Config(
            shape={"width": 8, "blocks": 1, "length": 6},
            objective={"negatives": 8},
            plan={"epochs": 2, "validate_every": 2, "precision": "float32"},
        )
        return Preset("sasrec", config, "walks")

    monkeypatch.setattr(sequences, "preset", preset)


def test_the_preset_is_validated_by_everyone(small):
    config = sequences.settings("any", quick=False)
    assert config.objective.validation_users == sequences.EVERYONE
    assert config.objective.negatives == 8
    assert sequences.settings("any", quick=True).plan.epochs == 1


def test_the_last_item_is_never_learnt_from(walks, small, monkeypatch):
    """Fit sees the part before the test, and holds its last item out for validation."""
    seen = []
    fit = sequences.SasRec.fit
    monkeypatch.setattr(
        sequences.SasRec, "fit", lambda data, *a, **k: seen.append(data) or fit(data, *a, **k)
    )
    split = leave_one_out(walks)
    figures = sequences.trained(split, sequences.settings("any", quick=False), 0)
    assert len(seen[0].events) == len(split.train.events) + len(split.validation.events)
    assert figures["epochs"] == 2
    assert len(figures["curve"].split()) == 1


def test_the_table_ends_with_the_mean_and_what_was_published(walks, small):
    asked = Asked(Path("."), quick=False, seeds=(0, 1), peer_python=None, name="sequences")
    rows = list(sequences.table("toy", walks, sequences.Anchor("any", 0.0, 2.0, "them"), asked))
    assert [r["model"] for r in rows] == ["popular", "any", "any", "any, mean", "published: them"]
    assert rows[3]["recall@10"] == pytest.approx((rows[1]["recall@10"] + rows[2]["recall@10"]) / 2)
    sentence = sequences.verdict("toy", sequences.Anchor("any", 0.0, 2.0, "them"), rows)
    assert "above 0.0" in sentence
    assert "below 2.0" in sentence
