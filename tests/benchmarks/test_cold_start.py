"""The bench of cold starts: nobody's answers leak into what models learn."""

import numpy as np
import polars as pl
import pytest
from benchmarks import cold_start

from omakase.data.dataset import Dataset
from omakase.types import PAD, Slate


@pytest.fixture(scope="module")
def data() -> Dataset:
    rng = np.random.default_rng(0)
    rows = [
        (f"u{u:02}", f"i{2 * int(i) + u % 2:02}", "like", float(u * 100 + n))
        for u in range(30)
        for n, i in enumerate(rng.permutation(20)[:18])
    ]
    events = pl.DataFrame(rows, schema=["user_id", "item_id", "kind", "time"], orient="row")
    items = pl.DataFrame(
        {"item_id": [f"i{n:02}" for n in range(40)], "category": ["even", "odd"] * 20}
    )
    users = pl.DataFrame(
        {
            "user_id": [f"u{n:02}" for n in range(30)],
            "categories": [["even"], ["odd"]] * 15,
            "excluded_categories": [[]] * 30,
        },
        schema_overrides={"excluded_categories": pl.List(pl.String)},
    )
    table = events.with_columns(value=pl.lit(1.0))
    return Dataset.from_table(table, items=items, users=users)


@pytest.fixture(scope="module")
def held(data):
    return cold_start.HeldOut.of(data, 0)


def test_a_fifth_is_held_out_whole(held):
    assert len(held.users) == 6
    assert not np.isin(held.learnt.events.users, held.users).any()


def test_the_history_is_the_first_events_and_the_first_ten_never_come_back(held):
    queries = held.queries(3)
    assert queries.history.tolist() == [items[:3].tolist() for items in held.liked]
    assert queries.exclude.tolist() == [items[:10].tolist() for items in held.liked]
    assert (held.queries(0).history == PAD).all()


def test_right_is_what_came_after_the_tenth(held):
    last = np.stack([items[-10:] for items in held.liked])
    hits, right = held.hits(Slate(last, np.zeros(last.shape, np.float32)))
    assert right.tolist() == [8] * 6
    assert hits.sum(axis=1).tolist() == [8] * 6
    assert not hits[:, :2].any()


def test_profiles_travel_with_the_questions(held):
    people = {context.user["categories"] for context in held.queries(0).contexts}
    assert people <= {("even",), ("odd",)}


def test_a_table_rises_with_what_is_known(data):
    rows = cold_start.table(data, 0.5, 0)
    assert [row["events"] for row in rows] == list(cold_start.EVENTS)
    assert rows[-1]["paths"] > rows[0]["popular"]
    assert rows[0]["paths"] > rows[0]["popular"]  # the profile names the right half
    assert len(cold_start.curves(rows)["paths"]) == len(rows)


def test_the_verdict_names_the_numbers_that_are_sure():
    rows = [
        {"data": "toy", "events": 0, "gain 95 %": [-0.2, -0.1]},
        {"data": "toy", "events": 5, "gain 95 %": [0.1, 0.2]},
        {"data": "toy", "events": 10, "gain 95 %": [-0.1, 0.2]},
    ]
    told = cold_start.verdict(rows, "toy")
    assert "better than popularity at 5 events" in told
    assert "worse at 0" in told
