"""Lists that were shown become what a stack learns from."""

import numpy as np

from omakase.conformance.toy_data import two_tribes
from omakase.pipeline.logged_examples import FEWEST, LoggedLists, ShownList, past_queries
from omakase.types import PAD

DATA = two_tribes(20)
USERS, ITEMS = DATA.ids.users.ids, DATA.ids.items.ids


def shown(user=USERS[0], time=2**40, items=ITEMS[:3], clicked=(False, True, False), **more):
    return ShownList(user, time, items, clicked, **more)


def test_lists_become_rows_with_ranks_and_clicks():
    lists = LoggedLists.of([shown(items=[ITEMS[2], "unknown", ITEMS[0]], first_rank=11)], DATA)
    assert lists.items.tolist() == [[2, PAD, 0]]
    assert lists.clicked.tolist() == [[False, False, False]], "what is unknown teaches nothing"
    assert lists.ranks.tolist() == [[10, 11, 12]]


def test_lists_without_a_click_or_of_unknown_people_are_left_out():
    told = [shown(clicked=(False,) * 3), shown(user="nobody"), shown()]
    assert len(LoggedLists.of(told, DATA)) == 1


def test_people_ask_by_what_they_had_done_before_the_list():
    user = np.asarray([0, 0], np.int32)
    mine = DATA.events.times[DATA.events.users == 0]
    queries = past_queries(DATA, user, np.asarray([mine.min(), mine.max() + 1]))
    before = (queries.history != PAD).sum(axis=1)
    assert before.tolist() == [0, len(mine)]
    assert queries.history[1, -1] == DATA.events.items[DATA.events.users == 0][-1]


def test_few_lists_are_not_enough():
    assert not LoggedLists.of([shown()], DATA).enough
    assert LoggedLists.of([shown()] * FEWEST, DATA).enough
    assert not LoggedLists.of([], DATA).enough
