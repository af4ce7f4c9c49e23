"""What people do."""

import numpy as np
import polars as pl
import pytest

from omakase.synthetic import WORLDS, make
from omakase.synthetic.catalog import created


def numbers(column):
    return column.str.slice(1).cast(pl.Int64).to_numpy()


@pytest.fixture(scope="module")
def shop():
    return make("shop", users=500, items=2_000, events=40_000, seed=5)


@pytest.fixture(scope="module")
def events(shop):
    return pl.concat(shop.events())


@pytest.mark.parametrize("name", WORLDS)
def test_worlds_have_many_kinds_of_events(name):
    kinds = set(pl.concat(make(name, events=20_000).events()).get_column("kind"))
    assert {"view", "like", "dislike", "rating", "bookmark"} <= kinds


def test_a_session_is_one_person_on_one_device(events):
    sessions = events.group_by("session_id").agg(pl.col("user_id", "device").n_unique())
    assert sessions.get_column("user_id").max() == 1
    assert sessions.get_column("device").max() == 1


def test_people_meet_what_they_like(shop, events, rng):
    users, items = numbers(events["user_id"]), numbers(events["item_id"])
    met = shop.affinity(users, items[:, None]).mean()
    shuffled = shop.affinity(users, rng.permutation(items)[:, None]).mean()
    assert met > shuffled + 0.4


def test_what_is_bought_is_liked_more_than_what_is_disliked(shop, events):
    def mean(kind):
        some = events.filter(pl.col("kind") == kind)
        users, items = numbers(some["user_id"]), numbers(some["item_id"])
        return shop.affinity(users, items[:, None]).mean()

    assert mean("purchase") > mean("view") > mean("dislike")


def test_stars_follow_affinity(shop, events):
    rated = events.filter(pl.col("kind") == "rating")
    likes = shop.affinity(numbers(rated["user_id"]), numbers(rated["item_id"])[:, None])[:, 0]
    assert set(rated["value"]) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert np.corrcoef(likes, rated["value"].to_numpy())[0, 1] > 0.6


def test_a_purchase_follows_a_look_at_the_same_item(events):
    bought = events.with_row_index().filter(pl.col("kind") == "purchase").head(200)
    for row in bought.iter_rows(named=True):
        before = events.slice(max(0, row["index"] - 7), min(7, row["index"]))
        same = before.filter(
            pl.col("session_id") == row["session_id"], pl.col("item_id") == row["item_id"]
        )
        assert "view" in same["kind"].to_list()


def test_nothing_is_met_before_it_came(shop, events):
    first = events.group_by("item_id").agg(pl.col("time").min())
    came = created(shop.tastes, numbers(first["item_id"]), shop.days)
    assert (first["time"].to_numpy() >= came).all()


def test_some_people_come_much_oftener(events):
    counts = events["user_id"].value_counts()["count"].sort(descending=True)
    assert counts[:50].sum() > 2 * counts[-50:].sum()
    assert events["user_id"].n_unique() > 480


def test_sessions_keep_to_a_category(shop, events):
    leaves = shop.tastes.leaf(numbers(events["item_id"]))
    users = numbers(events["user_id"])
    sessions, items = events["session_id"].to_numpy(), events["item_id"].to_numpy()
    within = (sessions[1:] == sessions[:-1]) & (items[1:] != items[:-1])
    together = (leaves[1:] == leaves[:-1])[within].mean()
    apart = (leaves[8:] == leaves[:-8])[users[8:] != users[:-8]].mean()
    assert together > apart + 0.2
