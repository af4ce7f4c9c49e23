"""The table of all models, on a small world."""

import numpy as np
import pytest
from benchmarks import quality
from benchmarks.form import Asked

from omakase.conformance.toy_data import two_tribes
from omakase.data.splits import by_time
from omakase.evaluate.compare import Candidate, compare
from omakase.models import ease, popular
from omakase.registry import MODELS


@pytest.fixture(scope="module")
def table():
    config = ease.EaseConfig(l2=1.0)
    return compare({"ease": Candidate(ease.Ease, config)}, by_time(two_tribes(30)), k=3)


def test_a_table_is_titled_by_what_was_asked(table):
    assert quality.title("toy", two_tribes(30), table).startswith("toy, time: 420 events, 3 people")


def test_models_below_popularity_are_named(table):
    named = quality.below("toy", table)
    gap = next(line for line in table.lines if line.model == "ease").over_baseline["ndcg@3"]
    assert named == (
        ["toy: below popular: ease."] if gap.high < 0 else ["toy: no model is below popular."]
    )


def test_every_classical_model_has_its_words():
    classical = [name for name, cls in MODELS.items() if not quality.is_deep(cls)]
    assert popular.Popular in MODELS.values()
    assert set(classical) <= set(quality.WHEN)


FILMS = 30


def rated(folder, n_users=25):
    """A folder in the layout of ML-100K: people of two tastes rate films of their kind."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    lines = ["user_id:token\titem_id:token\trating:float\ttimestamp:float"]
    for time in range(600):
        user = int(rng.integers(n_users))
        film = int(rng.integers(FILMS // 2)) * 2 + user % 2
        lines.append(f"{user}\t{film}\t{int(rng.integers(3, 6))}\t{880_000_000 + 3600 * time}")
    (folder / f"{folder.name}.inter").write_text("\n".join(lines) + "\n")
    return folder


def test_a_quick_run_makes_a_row_a_model_and_says_when_each_is_right(tmp_path, monkeypatch):
    few = {name: MODELS[name] for name in ("ease", "item_knn", "popular", "sasrec")}
    monkeypatch.setattr(quality, "MODELS", few)
    rated(tmp_path / "ml-100k")
    asked = Asked(tmp_path, quick=True, seeds=(0, 1), peer_python=None, name="quality")
    found = quality.quality(asked)
    assert {row["model"] for row in found.rows} == {"ease", "item_knn", "popular"}
    best = found.rows[0]
    assert best["model"] != "popular" and best["data"].startswith("ml-100k, time: ")
    assert any(note.startswith(f"ml-100k: {best['model']} wins") for note in found.notes)
    assert any(note.startswith("`item_knn`: ") for note in found.notes)
    assert not any("`bpr`" in note for note in found.notes)
