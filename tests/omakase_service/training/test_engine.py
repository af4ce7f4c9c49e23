"""The door to the engine: snapshots and versions out of plain rows, without a database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.build import version as version_build
from omakase.data.snapshot import MANIFEST, read_manifest, read_snapshot
from omakase.errors import ConfigError, EmptyData, UnknownName, UnreadableFile
from omakase.registry import version_store
from omakase_service.events.engine import default_kinds
from omakase_service.platform.contracts import nobody
from omakase_service.training import engine

START = 1_700_000_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)
EASE = {"ease": {"l2": 1.0}}

Line = tuple[int, str, str, str, float | None, int]


def tribes(times: bool = True) -> list[Line]:
    """Even people like even items, odd people odd ones; each ends with another item."""
    pairs = [(u, i) for i in range(12) for u in range(12) if u % 2 == i % 2 and u != i]
    pairs.sort(key=lambda pair: (pair[1] * 7 + pair[0] * 5) % 12)
    return [
        (n, f"u{u:02}", f"i{i:02}", "purchase", None, START + 60 * n if times else n)
        for n, (u, i) in enumerate(pairs, 1)
    ]


def export(folder: Path, lines: list[Line], **more) -> None:
    told = {
        "lines": lambda after: (line for line in lines if line[0] > after),
        "until": lines[-1][0] if lines else 0,
        "items": [],
        "users": [],
    }
    engine.export(folder=folder, **{**told, **more})


LATEST = 2_000_000_000
"""Unix seconds after which events are of the future."""


def build(tmp_path: Path, models=EASE, hears=nobody, evaluate: bool = False, latest=LATEST, **plan):
    return engine.build(
        snapshot=tmp_path / "snapshot",
        kinds=default_kinds(),
        plan=engine.plan_of(models, evaluate=evaluate, **plan),
        latest=latest,
        folder=tmp_path / "versions",
        created=NOW,
        hears=hears,
    )


def spelt_out(folder: Path) -> list[tuple]:
    data = read_snapshot(folder)
    events, ids = data.events, data.ids
    return [
        (ids.users.ids[u], ids.items.ids[i], data.kinds[k], float(v), int(t))
        for u, i, k, v, t in zip(
            *(events.users, events.items, events.kinds, events.values, events.times), strict=True
        )
    ]


line = st.tuples(
    st.sampled_from(["ann", "bob", "철수"]),
    st.sampled_from(["x", "y", "김치"]),
    st.sampled_from(["view", "rating"]),
    st.none() | st.integers(1, 5).map(float),
    st.integers(0, 50),
)


@settings(max_examples=12)
@given(st.lists(line, min_size=1, max_size=20), st.lists(st.integers(1, 20), max_size=5))
def test_exports_step_by_step_are_one_export(tmp_path_factory, rows, cuts):
    """Whatever came between two trainings, the snapshot is that of a store read from scratch."""
    lines = [(3 * n, *row) for n, row in enumerate(rows, 1)]
    stepwise, at_once = (tmp_path_factory.mktemp("export") / name for name in ("a", "b"))
    items = [{"item_id": "x", "title": "X"}]
    for cut in sorted({min(cut, len(lines)) for cut in (*cuts, len(lines))}):
        export(stepwise, lines[:cut], items=items)
    export(at_once, lines, items=items)
    assert spelt_out(stepwise) == spelt_out(at_once)
    assert read_snapshot(stepwise).ids.digest() == read_snapshot(at_once).ids.digest()
    assert read_manifest(stepwise).last_sequence == lines[-1][0]


def test_an_export_asks_for_what_is_new_alone(tmp_path):
    lines, asked = tribes(), []

    def after(number: int):
        asked.append(number)
        return (line for line in lines if line[0] > number)

    for _ in range(2):
        engine.export(folder=tmp_path / "s", lines=after, until=60, items=[], users=[])
    assert asked == [0, 60]


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: (folder / MANIFEST).write_text('{"format": 99}'),
        lambda folder: (folder / MANIFEST).write_bytes(b""),
        lambda folder: folder.with_name("snapshot.erasures").write_text("7"),
        lambda folder: folder.with_name("snapshot.erasures").write_text(""),
        lambda folder: export(folder, [(999, "eve", "x", "view", None, 5)]),
    ],
    ids=["half", "another format", "empty", "somebody was forgotten", "a crash", "another store"],
)
def test_a_snapshot_that_is_not_of_this_store_is_made_anew(tmp_path, harm):
    folder = tmp_path / "snapshot"
    export(folder, tribes()[:30])
    harm(folder)
    export(folder, tribes())
    expected = [(u, i, k, 1.0, t) for _, u, i, k, _, t in tribes()]
    assert spelt_out(folder) == expected


def test_who_was_forgotten_is_in_no_file(tmp_path):
    folder = tmp_path / "snapshot"
    export(folder, tribes(), users=[{"user_id": "u00"}, {"user_id": "u01"}])
    kept = [line for line in tribes() if line[1] != "u00"]
    export(folder, kept, users=[{"user_id": "u01"}], erasures=1)
    assert not any(b"u00" in file.read_bytes() for file in folder.iterdir())
    before = read_manifest(folder).written
    export(folder, kept, users=[{"user_id": "u01"}], erasures=1)
    assert read_manifest(folder).written > before
    assert "u00" not in read_snapshot(folder).ids.users.ids


@pytest.mark.parametrize(
    ("models", "error", "said"),
    [
        ([], ConfigError, "no model"),
        ({}, ConfigError, "no model"),
        (["eese"], UnknownName, "did you mean 'ease'"),
        ({"ease": {"l2": "many"}}, ConfigError, r"ease\.l2"),
        ({"ease": {"l3": 1}}, ConfigError, r"ease\.l3"),
        ({"ease": {}, "ials": {"factors": 0}}, ConfigError, r"ials\.factors"),
    ],
)
def test_a_plan_is_checked_before_anything_is_done(models, error, said):
    with pytest.raises(error, match=said):
        engine.plan_of(models)


def test_a_plan_names_models_or_their_knobs():
    assert engine.plan_of(["ease", "ials"]).models == {"ease": {}, "ials": {}}
    plan = engine.plan_of(EASE, k=3, seed=7, fade_days=None)
    assert plan.as_dict() == {
        "models": EASE,
        "k": 3,
        "metric": "ndcg",
        "seed": 7,
        "fade_days": None,
        "repeats": False,
        "evaluate": True,
    }


def test_a_version_is_told_with_all_that_is_in_it(tmp_path):
    export(tmp_path / "snapshot", tribes())
    built = build(tmp_path)
    folder = tmp_path / "versions" / built.name
    assert built.best == "ease"
    assert set(built.models) == {"ease", *version_build.EVERYBODYS}
    assert built.table == {}
    assert built.window["events"] == 60
    assert (built.window["users"], built.window["items"]) == (12, 12)
    assert (built.window["first"], built.window["last"]) == (START + 60, START + 3600)
    assert built.size_bytes == sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def test_steps_are_counted_to_their_end(tmp_path):
    export(tmp_path / "snapshot", tribes())
    heard = []
    models = {"popular": {}, **EASE}
    build(tmp_path, models, lambda *step: heard.append(step), evaluate=True, k=3)
    done, totals, steps = zip(*heard, strict=True)
    assert list(done) == sorted(done)
    assert len(set(totals)) == 1
    assert done[-1] == totals[0]
    assert [step for step in steps if step.startswith("training")] == [
        *("training popular", "training trending", "training newest", "training ease"),
    ]
    assert steps[-2:] == ("writing", "done")


def test_who_stops_between_two_steps_leaves_nothing(tmp_path):
    export(tmp_path / "snapshot", tribes())

    def stop(done: int, total: int, step: str) -> None:
        if step == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, hears=stop)
    assert not (tmp_path / "versions").exists() or not any((tmp_path / "versions").iterdir())


@pytest.mark.parametrize(("times", "split"), [(True, "time"), (False, "leave-one-out")])
def test_models_are_judged_by_time_where_times_are_known(tmp_path, times, split):
    export(tmp_path / "snapshot", tribes(times))
    built = build(tmp_path, evaluate=True, k=3)
    assert built.table["split"] == split
    assert built.best == "ease"
    assert built.models["ease"]["ndcg@3"] > 0


def test_events_of_one_moment_are_judged_by_their_order(tmp_path):
    lines = [(*line[:5], START) for line in tribes()]
    export(tmp_path / "snapshot", lines)
    assert build(tmp_path, evaluate=True, k=3).table["split"] == "leave-one-out"


def test_what_leaves_nothing_to_predict_is_trained_unjudged(tmp_path):
    export(tmp_path / "snapshot", [(1, "u", "i", "view", None, START)])
    built = build(tmp_path, {"popular": {}}, evaluate=True)
    assert built.table == {}
    assert built.best == "popular"


def test_no_events_are_no_version(tmp_path):
    export(tmp_path / "snapshot", [])
    with pytest.raises(EmptyData):
        build(tmp_path)
    assert not (tmp_path / "versions").exists()


def test_a_damaged_part_of_the_snapshot_is_not_learnt_from(tmp_path):
    export(tmp_path / "snapshot", tribes())
    (part,) = (tmp_path / "snapshot").glob("events-*.parquet")
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    with pytest.raises(UnreadableFile, match="export anew"):
        build(tmp_path)


HYBRID = {"hybrid": {"models": ["item_knn", "transitions"], "pool": 10}}


def test_several_models_together_are_one_version(tmp_path):
    """Their models, what weighs them, and a pipeline of that name; judged like a model."""
    export(tmp_path / "snapshot", tribes())
    heard = []
    built = build(tmp_path, HYBRID, evaluate=True, k=3, hears=lambda *told: heard.append(told))
    version = version_store(tmp_path / "versions").open(built.name)
    assert built.best == "hybrid"
    assert set(built.models) == set(version.pipelines) == {*version.models, "hybrid"}
    assert {"item_knn", "transitions", "popular", "trending", "newest"} == set(version.models)
    assert version.stacks == ("hybrid",)
    assert built.models["hybrid"]["ndcg@3"] > 0
    assert built.models["hybrid"] == version.part_manifest("stacks", "hybrid").metrics
    assert [done for done, _, _ in heard] == sorted(done for done, _, _ in heard)
    assert any(step.startswith("training hybrid, 3 of") for _, _, step in heard)
    suffixes = {p.suffix for p in (tmp_path / "versions" / built.name).rglob("*") if p.is_file()}
    assert suffixes == {".json", ".npy", ".parquet"}


def test_a_judged_model_says_what_its_scores_mean(tmp_path):
    export(tmp_path / "snapshot", tribes())
    store = version_store(tmp_path / "versions")
    version = store.open(build(tmp_path, evaluate=True, k=3).name)
    meant = {name: config["meaning"] for name, config in version.pipelines.items()}
    assert meant["ease"]["stage"] == "source ease"
    assert meant["ease"]["chances"] == sorted(meant["ease"]["chances"])
    assert meant["popular"]["stage"] == "source popular"
    assert meant["newest"] is None  # nobody judged it
    unjudged = store.open(build(tmp_path).name)
    assert not any(config["meaning"] for config in unjudged.pipelines.values())


def newcomers() -> list[Line]:
    """Two hundred people who choose six of twenty items by the same chances, one a minute."""
    rng = np.random.default_rng(0)
    chances = 0.9 ** np.arange(20)
    pairs = [
        (u, i)
        for u in range(200)
        for i in rng.choice(20, 6, replace=False, p=chances / chances.sum())
    ]
    return [
        (n, f"u{u:03}", f"i{i:02}", "purchase", None, START + 60 * n)
        for n, (u, i) in enumerate(pairs, 1)
    ]


def test_a_judged_version_has_learnt_how_much_popularity_counts(tmp_path):
    export(tmp_path / "snapshot", newcomers())
    heard = []
    models = {"item_knn": {}, "popular": {}}
    built = build(tmp_path, models, evaluate=True, k=3, hears=lambda *told: heard.append(told))
    version = version_store(tmp_path / "versions").open(built.name)
    learnt = {name: config["crowd"] for name, config in version.pipelines.items()}
    assert {name for name, crowd in learnt.items() if crowd} <= {built.best}
    assert "learning how much popularity counts" in [step for _, _, step in heard]
    assert [done for done, _, _ in heard] == sorted(done for done, _, _ in heard)
    alone = build(tmp_path, {"item_knn": {}}, evaluate=True, k=3)
    version = version_store(tmp_path / "versions").open(alone.name)
    assert version.pipelines["item_knn"]["crowd"]["known"] > 1
    unjudged = version_store(tmp_path / "versions").open(build(tmp_path, {"item_knn": {}}).name)
    assert unjudged.pipelines["item_knn"]["crowd"] is None


@pytest.mark.parametrize(("patience", "leads"), [(60.0, {"ease", "item_knn"}), (0.0, set())])
def test_models_that_name_what_they_follow_may_lead_if_they_are_quick(
    tmp_path, monkeypatch, patience, leads
):
    monkeypatch.setattr(version_build, "QUICK_SECONDS", patience)
    export(tmp_path / "snapshot", newcomers())
    heard = []

    def learnt(*said, leads, **more):
        heard.append(set(leads))

    monkeypatch.setattr(version_build.cold_start, "learn_cold_start", learnt)
    built = build(tmp_path, {"ease": {}, "item_knn": {}, "biased_mf": {}}, evaluate=True, k=3)
    others = {"ease", "item_knn"} - {built.best}
    assert heard[0] <= others
    assert not patience or heard[0] == others & leads


def test_what_takes_long_to_learn_is_not_learnt_once_more(tmp_path, monkeypatch):
    monkeypatch.setattr(version_build, "LONG_SECONDS", 0.0)
    export(tmp_path / "snapshot", newcomers())
    built = build(tmp_path, {"item_knn": {}}, evaluate=True, k=3)
    version = version_store(tmp_path / "versions").open(built.name)
    assert version.pipelines["item_knn"]["crowd"] is None


def test_a_model_named_beside_the_hybrid_is_the_one_in_it(tmp_path):
    export(tmp_path / "snapshot", tribes())
    built = build(tmp_path, {**HYBRID, "item_knn": {"neighbours": 2}})
    version = version_store(tmp_path / "versions").open(built.name)
    assert built.best == "hybrid"  # named first
    assert version.part_manifest("models", "item_knn").config["neighbours"] == 2


def test_few_events_make_no_hybrid(tmp_path):
    export(tmp_path / "snapshot", tribes()[:1])
    with pytest.raises(EmptyData, match="too few events"):
        build(tmp_path, HYBRID)


def test_old_versions_and_what_was_never_finished_go(tmp_path):
    export(tmp_path / "snapshot", tribes())
    names = [build(tmp_path, {"popular": {}}).name for _ in range(4)]
    folder, later = tmp_path / "versions", datetime.now(UTC) + timedelta(seconds=5)
    gone = engine.delete(folder=folder, keep=1, protect=names[:1], now=later)
    assert gone == tuple(names[1:3])
    assert {path.name for path in folder.iterdir()} == {names[0], names[3]}


def test_events_of_the_future_are_left_out_and_told(tmp_path):
    lines = tribes()
    late = [(len(lines) + n, "odd", "i00", "purchase", None, LATEST + n) for n in (1, 2)]
    export(tmp_path / "snapshot", [*lines, *late])
    built = build(tmp_path)
    assert built.window["events"] == len(lines)
    assert built.window["last"] < LATEST
    assert built.remarks[0].startswith("2 events lie in the future and were left out")
    plain = build(tmp_path, latest=LATEST + 2)
    assert plain.window["events"] == len(lines) + 2
    assert plain.remarks == ()


def test_what_cannot_be_right_is_withheld(tmp_path):
    disliked = [(*line[:3], "dislike", *line[4:]) for line in tribes()]
    export(tmp_path / "snapshot", disliked)
    assert "no event counts for an item" in build(tmp_path).withheld


def test_repeats_show_people_again_what_they_had(tmp_path):
    export(tmp_path / "snapshot", tribes())
    seen = {}
    for repeats in (False, True):
        name = build(tmp_path, repeats=repeats).name
        version = version_store(tmp_path / "versions").open(name)
        seen[repeats] = {config["gate"]["seen"] for config in version.pipelines.values()}
    assert seen == {False: {"hide"}, True: {"show"}}
