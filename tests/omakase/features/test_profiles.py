"""The users' table tells of people what a request would tell."""

import numpy as np
import polars as pl

from omakase.features.profiles import profiled
from omakase.types import PAD, Context, Queries

USERS = pl.DataFrame(
    {"user_id": ["a", "b"], "age": [34, None], "gender": ["F", "M"], "zip_code": ["1", "2"]}
)


def asked(users, **rest) -> Queries:
    history = np.full((len(users), 1), PAD, np.int32)
    return Queries.of(history, users=np.asarray(users, np.int32), **rest)


def test_each_is_told_by_their_own_row_without_what_is_not_known():
    found = profiled(asked([1, 0]), USERS)
    assert [dict(context.user) for context in found.contexts] == [
        {"gender": "M"},
        {"age": 34, "gender": "F"},
    ]


def test_profile_of_a_stranger_is_empty():
    found = profiled(asked([PAD, 1]), USERS)
    assert found.contexts[0] == Context()
    assert found.contexts[1].user == {"gender": "M"}


def test_who_tells_of_themselves_is_believed():
    mine = Context(user={"gender": "X"})
    assert profiled(asked([0], contexts=(mine,)), USERS).contexts == (mine,)


def test_a_table_that_tells_nothing_changes_nothing():
    queries = asked([0])
    assert profiled(queries, USERS.select("user_id")) is queries
    assert not profiled(asked([]), USERS).contexts
