"""The bench of reasons."""

from benchmarks import deletion
from benchmarks.form import Asked
from tests.benchmarks.test_quality import rated

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.registry import MODELS, fit_model

DATA = two_tribes()


def test_reasons_of_ease_are_true_and_popularity_has_none():
    ease = fit_model("ease", DATA, MODELS["ease"].config_type(l2=1))
    found = deletion.tested(ease, everyone(DATA))
    assert found.tested == 12  # the one item that each misses; the rest is of the other tribe
    assert found.share > 0.9
    popular = fit_model("popular", DATA, MODELS["popular"].config_type())
    assert deletion.tested(popular, everyone(DATA)).tested == 0


def test_a_line_says_who_tells_itself():
    row = deletion.line("item_knn", DATA, 5, 0)
    assert row["tells itself"] == "yes"
    assert row["explained"] > 0
    assert deletion.line("popular", DATA, 5, 0)["passed"] is None


def test_the_reasons_of_several_models_together_are_tested_as_they_are_given(monkeypatch):
    few = deletion.HybridConfig(models=("ease", "transitions"), knobs={"ease": {"l2": 1}}, pool=12)
    monkeypatch.setattr(deletion, "HybridConfig", lambda: few)
    walks = [(u, (3 * u + step) % 30) for u in range(30) for step in range(7)]
    data = Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0) for u, i in walks])
    row = deletion.together(data, 6, 0)
    assert row["model"] == "hybrid"
    assert row["explained"] > 0
    assert row["passed"] == 1


def test_a_quick_run_says_whether_the_bar_is_met(tmp_path, monkeypatch):
    folder = rated(tmp_path / "ml-100k")
    few = {name: MODELS[name] for name in ("ease", "item_knn", "popular")}
    monkeypatch.setattr(deletion, "MODELS", few)
    monkeypatch.setattr(deletion, "BAR", ("ease", "item_knn"))
    monkeypatch.setattr(deletion, "together", lambda *_: {"model": "hybrid", "passed": 0.5})
    assert load(folder).dataset.n_users == 25
    monkeypatch.setattr(deletion, "PEOPLE", 20)
    asked = Asked(tmp_path, quick=False, seeds=(0,), peer_python=None, name="deletion")
    found = deletion.deletion(asked)
    assert [row["model"] for row in found.rows][-1] == "popular"
    assert "met" in found.notes[0]
