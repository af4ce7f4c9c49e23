"""The scale run, on a world of a few thousand."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks import scale, scale_child
from benchmarks.form import Asked
from benchmarks.scale_child import Folder
from benchmarks.scale_world import World

from omakase.registry import build_pipeline
from omakase.types import PAD


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Folder:
    """A world with its index, its trees and its exact nearest."""
    path = tmp_path_factory.mktemp("scale")
    World(600, 5_000).write(path, lambda said: None)
    made = Folder(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale_child, "LIST_SIZE", 100)
        built = scale_child.build(made, True)
    assert built["lists"] == 50 and built["index MB"] > 0.3
    assert scale_child.learn(made, True)["features"] > 24
    scale_child.truth(made, True)
    return made


def test_two_groups_of_people_share_nobody(folder):
    groups = scale_child.groups(folder, True)
    assert not set(groups["validating"].tolist()) & set(groups["asked"].tolist())
    assert folder.read("truth.asked").shape == (100, 100)


def test_serving_tells_all_that_the_page_shows(folder):
    row = scale_child.serve(folder, True)
    assert row["recall@100"] > 0.9 and row["answers of ten"] == 1
    assert 0 < row["p50 ms cached"] < row["p50 ms"]
    assert {"probes", "search p99 ms", "processor p99 ms", "GB serving", "load s"} <= set(row)
    assert 0 < row["of it not mapped"] <= row["GB serving"]
    recalls = [found for _, found in row["curve"]]
    assert recalls == sorted(recalls) and len(recalls) > 2
    assert folder.index().config.probes == row["probes"]


def test_answers_keep_the_rules(folder):
    pipeline = build_pipeline(scale_child.PIPELINE, folder.parts(folder.index()))
    for person in folder.people(11, 20):
        shown = scale_child.answer(pipeline, folder, person).items[0]
        assert (shown != PAD).all() and len(set(shown.tolist())) == 10
        assert not np.isin(shown, folder.histories[person]).any()
        items = folder.items[shown.tolist()]
        assert items["stock"].min() > 0
        assert items["price"].max() <= 20_000 + 100 * (int(person) % 400)


def test_the_table_of_items_tells_of_popularity_and_price_first(folder):
    table = scale_child.item_table(folder)
    assert table.shape == (5_000, 24)
    liked = folder.read("popularity")
    assert np.corrcoef(table[:, 0], np.log1p(1000 * liked))[0, 1] > 0.99


def test_timing_tells_quantiles_of_both_clocks():
    found = scale_child.timed(lambda person: sum(range(person)), np.arange(50))
    assert found["p50"] <= found["p99"] and found["processor p50"] <= found["processor p99"]


def test_a_run_has_a_row_a_size_and_each_step_a_process(tmp_path, monkeypatch):
    heard = []

    def child(step: str, folder: Path, quick: bool):
        heard.append((step, folder.name))
        return {"curve": [[0.1, 0.9]], **ROW} if step == "serve" else {"build s": 1.0}

    monkeypatch.setattr(scale, "child", child)
    monkeypatch.setattr(scale, "QUICK", (World(20, 500),))
    found = scale.scale(Asked(tmp_path, True, (4,), None, "scale"))
    assert [step for step, _ in heard] == ["build", "learn", "truth", "serve"]
    assert (tmp_path / "scale-500-4" / "vectors.npy").exists()
    assert found.rows[0]["items"] == 500 and "curve" not in found.rows[0]
    assert found.notes[0].startswith("500 items")
    heard.clear()
    scale.scale(Asked(tmp_path, True, (4,), None, "scale"))
    assert [step for step, _ in heard] == ["serve"], "what was done is not done again"


ROW = {"GB serving": 5.0, "p99 ms": 30.0, "p99 ms cached": 0.1, "recall@100": 0.96}


def test_the_verdict_names_what_is_met_and_what_is_not():
    said = scale.verdict({"items": 10_000_000, **ROW})
    assert said == (
        "10,000,000 items: GB serving 5 (meets 6), p99 ms 30 (misses 20), "
        "p99 ms cached 0.1 (meets 2), recall@100 0.960 (meets 0.95)."
    )
