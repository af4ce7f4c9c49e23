"""Nets that go on from an earlier fit: what was learnt stays, whatever its row is now."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.data.earlier_fit import EarlierFit
from omakase.models.ease import Ease
from omakase.protocols import WarmStarts
from omakase.registry import MODELS, fit_model, refit_model
from omakase.types import Queries

PLAN = {"epochs": 30, "batch": 16, "learning_rate": 0.02, "precision": "float32"}
STILL = {**PLAN, "update_epochs": 1, "update_rate": 1e-9}
KNOBS: dict[str, dict[str, Any]] = {
    "sasrec": {
        "shape": {"width": 16, "blocks": 1, "heads": 1, "length": 8},
        "objective": {"validation_users": 0, "negatives": 8},
        "attributes": ("side",),
    },
    "neumf": {"hidden": (8,), "width": 8, "validation_users": 0, "dropout": 0.0},
    "wide_deep": {
        "hidden": (8,),
        "width": 8,
        "validation_users": 0,
        "dropout": 0.0,
        "user": {"values": ("side",)},
        "item": {"values": ("side",), "numbers": ("price",)},
        "crosses": (("side", "side"),),
    },
}
SIZE = 12
WARM = [name for name, kind in MODELS.items() if issubclass(kind, WarmStarts)]


def world(extra: int = 0) -> Dataset:
    """Two sides who like their own; `extra` new people and items, whose names come first.

    What is new has an attribute of its own, which is the commonest, so every row moves.
    """
    people = [f"a{n:02}" for n in range(extra)] + [f"u{n:02}" for n in range(SIZE)]
    goods = [f"a{n:02}" for n in range(extra)] + [f"i{n:02}" for n in range(SIZE)]
    events = [
        (user, item, "view", 1.0, 100 * at + (10_000 if "a" in (user[0], item[0]) else 0))
        for user in people
        for at, item in enumerate(goods)
        if int(user[1:]) % 2 == int(item[1:]) % 2 and user[1:] != item[1:]
    ]
    schema = {"user_id": str, "item_id": str, "kind": str, "value": float, "time": int}
    return Dataset.from_table(
        pl.DataFrame(events, schema=schema, orient="row"),
        items=pl.DataFrame(
            {
                "item_id": goods,
                "side": ["new" if g[0] == "a" else f"s{int(g[1:]) % 2}" for g in goods],
                "price": [float(len(goods) - n) for n in range(len(goods))],
            }
        ),
        users=pl.DataFrame(
            {
                "user_id": people,
                "side": ["new" if p[0] == "a" else f"s{int(p[1:]) % 2}" for p in people],
            }
        ),
    )


def config_of(name: str, plan: dict[str, Any]) -> Any:
    return MODELS[name].config_type.checked({**KNOBS[name], "plan": plan}, name)


def old_scores(model: Any, data: Dataset) -> np.ndarray:
    """(SIZE, SIZE) of the people and items that were there from the beginning."""
    users = data.ids.users.rows([f"u{n:02}" for n in range(SIZE)])
    items = data.ids.items.rows([f"i{n:02}" for n in range(SIZE)])
    history = data.ids.items.rows([f"i{n % 2 + 2 * k:02}" for n in range(SIZE) for k in range(3)])
    asked = Queries.of(history.reshape(SIZE, 3), users=users)
    return model.score(asked)[:, items]


def test_every_net_over_ids_starts_warm():
    assert set(WARM) == set(KNOBS)


@pytest.mark.parametrize("name", WARM)
def test_refit_without_steps_keeps_what_was_learnt_at_its_new_rows(name):
    before, now = world(), world(extra=14)
    config = config_of(name, STILL)
    model = fit_model(name, before, config, seed=1)
    earlier = EarlierFit.of(before.ids, now.ids, int(before.events.times.max()))
    again = refit_model(name, model, earlier, now, config, seed=2)
    expected, found = old_scores(model, before), old_scores(again, now)
    assert np.corrcoef(expected.ravel(), found.ravel())[0, 1] > 0.9
    if name == "sasrec":  # of the others the norms of a batch move with what they see
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("name", WARM)
def test_refit_goes_on_after_it_was_saved(name):
    data = world()
    config = config_of(name, {**PLAN, "update_epochs": 2})
    model = fit_model(name, data, config, seed=1)
    saved = MODELS[name].from_arrays(model.arrays(), config)
    rows = EarlierFit.of(data.ids, data.ids, 0)
    again = refit_model(name, saved, rows, data, config, seed=2)
    assert len(again.arrays()["curve"]) == 2
    direct = refit_model(name, model, rows, data, config, seed=2)
    np.testing.assert_array_equal(old_scores(again, data), old_scores(direct, data))


@pytest.mark.parametrize("name", WARM)
def test_refit_of_a_fit_without_weights_fits_anew(name):
    data = world()
    config = config_of(name, {**PLAN, "epochs": 3, "update_epochs": 1})
    arrays = fit_model(name, data, config, seed=1).arrays()
    bare = {n: array for n, array in arrays.items() if not n.startswith("weights.")}
    old = MODELS[name].from_arrays(bare, config)
    again = refit_model(name, old, EarlierFit.of(data.ids, data.ids, 0), data, config, seed=1)
    assert len(again.arrays()["curve"]) == 3


@pytest.mark.parametrize("name", WARM)
def test_refit_learns_what_came_in_since(name):
    """Side 0 turns to a new item; before, nobody could tell it from another new one."""
    before = world()
    lines = [
        *zip(
            [before.ids.users.ids[u] for u in before.events.users],
            [before.ids.items.ids[i] for i in before.events.items],
            strict=True,
        ),
    ]
    late = [(f"u{n:02}", "hit") for n in range(0, SIZE, 2)]
    times = [*(before.events.times.tolist()), *(20_000 + n for n in range(len(late)))]
    people, goods = zip(*lines, *late, strict=True)
    table = pl.DataFrame({"user_id": people, "item_id": goods, "time": times}).with_columns(
        kind=pl.lit("view"), value=pl.lit(1.0)
    )
    items = before.items.vstack(
        pl.DataFrame(
            {"item_id": ["hit", "miss"], "side": [None, None], "price": [1.0, 1.0]},
            schema=before.items.schema,
        )
    )
    now = Dataset.from_table(table, items=items, users=before.users)
    config = config_of(name, {**PLAN, "update_epochs": 40, "update_rate": 1.0})
    model = fit_model(name, before, config, seed=1)
    earlier = EarlierFit.of(before.ids, now.ids, int(before.events.times.max()))
    scores = refit_model(name, model, earlier, now, config, seed=2).score(
        now.queries(now.ids.users.rows(["u00", "u02", "u04"]))
    )
    hit, miss = now.ids.items.rows(["hit", "miss"])
    assert (scores[:, hit] > scores[:, miss]).all()


def test_refitted_of_a_model_that_cannot_go_on_is_a_fit():
    data = world()
    model = fit_model("ease", data, Ease.config_type(), seed=0)
    earlier = EarlierFit.of(data.ids, data.ids, 0)
    again = refit_model("ease", model, earlier, data, Ease.config_type(), seed=0)
    np.testing.assert_array_equal(old_scores(again, data), old_scores(model, data))
