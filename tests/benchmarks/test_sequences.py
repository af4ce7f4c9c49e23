"""The protocol of the sequence table, on a world of walks."""

from pathlib import Path

import pytest
from benchmarks import sequences
from benchmarks.form import Asked

from omakase.build.presets import Preset
from omakase.data.dataset import Dataset
from omakase.data.splits import leave_one_out


@pytest.fixture
def walks() -> Dataset:
    return Dataset.from_events(
        (f"u{u}", f"i{(u + step) % 30}", 1.0) for step in range(6) for u in range(60)
    )


@pytest.fixture
def small(monkeypatch, tmp_path):
    monkeypatch.setattr(sequences.tempfile, "gettempdir", lambda: str(tmp_path))

    def preset(name: str) -> Preset:
        config = sequences.SasRecConfig(
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


def test_a_killed_run_goes_on_where_it_was(walks, small, monkeypatch):
    split, config = leave_one_out(walks), sequences.settings("any", quick=False)
    undisturbed = sequences.trained(split, config, 0)

    def stop(done: int, total: int, **figures: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr(sequences, "told", stop)
        config = config.model_copy(
            update={"plan": config.plan.model_copy(update={"checkpoint_every": 1})}
        )
        with pytest.raises(KeyboardInterrupt):
            sequences.trained(split, config, 0)
    folder = sequences.unfinished(split.before("test"), config, 0)
    assert (folder / "training.npz").exists()
    again = sequences.trained(split, config, 0)
    assert not (folder / "training.npz").exists()
    assert again["ndcg@10"] == undisturbed["ndcg@10"]
    assert again["curve"] == undisturbed["curve"]


def test_a_seed_that_is_done_is_not_trained_again_until_all_are(walks, small, monkeypatch):
    fits = []
    fit = sequences.SasRec.fit
    monkeypatch.setattr(
        sequences.SasRec, "fit", lambda *a, rng, **k: fits.append(rng) or fit(*a, rng=rng, **k)
    )
    split, config = leave_one_out(walks), sequences.settings("any", quick=False)
    first = sequences.trained(split, config, 0)
    asked = Asked(Path("."), quick=False, seeds=(0, 1), peer_python=None, name="sequences")
    anchor = sequences.Anchor("any", 0.0, 2.0, "them")
    rows = list(sequences.table("toy", walks, anchor, asked))
    assert len(fits) == 2, "seed 0 was done before"
    assert rows[1]["ndcg@10"] == pytest.approx(first["ndcg@10"], rel=1e-5)
    assert list(sequences.table("toy", walks, anchor, asked))[1]["curve"] == rows[1]["curve"]
    assert len(fits) == 4, "another benchmark measures anew"


def test_runs_of_other_settings_seeds_or_data_are_kept_apart(walks, small):
    config = sequences.settings("any", quick=False)
    places = {
        sequences.unfinished(walks, config, 0),
        sequences.unfinished(walks, config, 1),
        sequences.unfinished(walks, sequences.settings("any", quick=True), 0),
        sequences.unfinished(leave_one_out(walks).train, config, 0),
    }
    assert len(places) == 4
    assert sequences.unfinished(walks, config, 0) in places


def test_only_data_that_are_there_are_asked_for(tmp_path):
    (tmp_path / "s3rec-Beauty").mkdir()
    asked = Asked(tmp_path, quick=False, seeds=(0,), peer_python=None, name="sequences")
    assert sequences.present(asked, sequences.ANCHORS) == ["s3rec-Beauty"]
    assert sequences.present(asked, {"ml-1m": sequences.ANCHORS["s3rec-Beauty"]}) == []
