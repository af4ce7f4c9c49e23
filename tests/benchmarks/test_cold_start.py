"""The bench of cold starts: nobody's answers leak into what models learn."""

import numpy as np
import polars as pl
import pytest
from benchmarks import cold_start
from benchmarks.cold_start import EVENTS, FIRST, SAME, HeldOut, Served

from omakase.data.dataset import Dataset
from omakase.errors import EmptyData
from omakase.types import PAD, Slate

PEOPLE, ITEMS = 200, 80


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Even people choose even items, odd people odd ones; all have twenty-eight."""
    rng = np.random.default_rng(0)
    rows = [
        (f"u{u:03}", f"i{2 * int(i) + u % 2:02}", "like", float(200_000_000 + n * 1000 + u))
        for u in range(PEOPLE)
        for n, i in enumerate(rng.permutation(ITEMS // 2)[:28])
    ]
    events = pl.DataFrame(rows, schema=["user_id", "item_id", "kind", "time"], orient="row")
    items = pl.DataFrame(
        {
            "item_id": [f"i{n:02}" for n in range(ITEMS)],
            "category": ["even", "odd"] * (ITEMS // 2),
        }
    )
    users = pl.DataFrame(
        {
            "user_id": [f"u{n:03}" for n in range(PEOPLE)],
            "categories": [["even"], ["odd"]] * (PEOPLE // 2),
            "excluded_categories": [[]] * PEOPLE,
        },
        schema_overrides={"excluded_categories": pl.List(pl.String)},
    )
    table = events.with_columns(value=pl.lit(1.0))
    return Dataset.from_table(table, items=items, users=users)


@pytest.fixture(scope="module")
def held(data):
    return HeldOut.of(data, 0)


@pytest.fixture(scope="module")
def found(data):
    return cold_start.tables(data, (0,))


def test_a_fifth_is_held_out_whole_and_nobody_twice(data, held):
    assert len(held.users) == PEOPLE // 5
    assert not np.isin(held.learnt.events.users, held.users).any()
    others = [HeldOut.of(data, fold).users for fold in range(1, 5)]
    assert len(set(np.concatenate([held.users, *others]).tolist())) == PEOPLE


@pytest.mark.parametrize("events", [1, 3, FIRST])
def test_the_first_events_are_told_and_the_others_are_right(data, held, events):
    line = data.timeline
    queries, asked = held.queries(events), held.asked(events)
    rows, items = asked.right(slice(None))
    for place, user in enumerate(held.users):
        own = data.events.items[line.order[line.starts[user] : line.starts[user + 1]]].tolist()
        assert queries.history[place].tolist() == own[:events]
        assert set(items[rows == place].tolist()) == set(own[events:])


def test_without_events_nothing_is_told(held):
    assert (held.queries(0).history == PAD).all()
    assert held.asked(0).relevant.tolist() == [28] * len(held.users)


def test_nobody_has_done_so_much(held):
    with pytest.raises(EmptyData):
        held.asked(28)


def test_profiles_travel_with_the_questions(held):
    people = {context.user["categories"] for context in held.queries(0).contexts}
    assert people <= {("even",), ("odd",)}


def test_a_perfect_list_is_worth_all_of_it(held):
    rows, items = held.asked(3).right(slice(None))
    best = np.stack([items[rows == place][:10] for place in range(len(held.users))]).astype("i4")

    def knows(queries, k):
        return Slate(best[:, :k], np.zeros((len(queries), k), np.float32))

    got = cold_start.figures(held, {"all": knows}, 3, 3)["all"]
    assert got.tolist() == pytest.approx([1.0] * len(held.users))


def test_what_popularity_would_not_have_shown_is_counted(held):
    def shows(*items):
        return lambda queries, k: Slate(
            np.tile(np.asarray(items, np.int32), (len(queries), 1)),
            np.ones((len(queries), len(items)), np.float32),
        )

    differ = cold_start.own(held, {"paths": shows(1, 2, 3), "popular": shows(3, 9, 8)}, 2)
    assert differ.tolist() == [2.0] * len(held.users)


def test_the_tables_are_of_the_same_people(found):
    rows, best = found
    assert best[0] in cold_start.SINGLES
    for lines in (rows[""], rows[SAME]):
        assert [row["events"] for row in lines] == list(EVENTS)
        assert {row["people"] for row in lines} == {PEOPLE // 5}
        assert lines[0]["paths"] > lines[0]["popular"]  # the profile names the right half
        assert lines[0]["paths"] == lines[0]["rule"]  # nothing to learn about strangers
        assert lines[0]["leads"] == "–"
    assert rows[""][-1]["paths"] == rows[SAME][-1]["paths"]
    assert len({row["popular"] for row in rows[SAME]}) == 1
    assert len(cold_start.curves(rows[""])["paths"]) == len(EVENTS)


def test_the_rule_is_a_version_that_has_learnt_nothing(held, tmp_path):
    made = Served.of(held.learnt, tmp_path, 0)
    with_curve, without = (
        each.pipelines[made.best]["crowd"] for each in (made.version, made.ruled)
    )
    assert with_curve is not None
    assert without is None
    assert made.leads(0) == made.leads(with_curve["known"]) == "–"


def test_the_verdict_names_the_numbers_that_are_sure():
    rows = [
        {"events": 0, "gain 95 %": [-0.2, -0.1], "over rule 95 %": [0.0, 0.0]},
        {"events": 5, "gain 95 %": [0.1, 0.2], "over rule 95 %": [0.1, 0.2]},
        {"events": 10, "gain 95 %": [-0.1, 0.2], "over rule 95 %": [0.2, 0.3]},
    ]
    told = cold_start.verdict(rows, "toy")
    assert "than popularity, surely better at 5 events, surely worse at 0;" in told
    assert "than the rule, surely better at 5, 10 events, surely worse at none." in told
