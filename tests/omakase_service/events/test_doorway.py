"""What of a file's rows is let into the log."""

import time

import pytest

from omakase_service.events.contracts import ImportBatch, KindIn, KindRule, RowError
from omakase_service.events.doorway import REFUSALS, Doorway
from omakase_service.events.import_tally import SHOWN, Tally
from omakase_service.events.services import declare_kind, record

COLUMNS = ("event_id", "user_id", "item_id", "kind", "value", "time")
KINDS = {
    "view": KindRule("view"),
    "rating": KindRule("rating", 2.0, from_value=True, cap=10.0, highest=5.0, middle="scale"),
}
DOOR = Doorway(KINDS, latest=1000)


def row(kind="view", value=None, moment=10, n=0):
    return (f"e{n}", "u", "i", kind, value, moment)


def batch(*rows, columns=COLUMNS, rejects=()):
    return ImportBatch(list(rows), columns, list(rejects), [], last_line=9, done=1, total=2)


@pytest.mark.parametrize(
    ("each", "reason"),
    [
        (row(), ""),
        (row(moment=1000), ""),
        (row(moment=1001), "future_time"),
        (row("rating", 5.0), ""),
        (row("rating", 0.0), ""),
        (row("rating", 5.1), "value_out_of_range"),
        (row("rating", -0.1), "value_out_of_range"),
        (row("rating", None), ""),
        (row("rating", 9.0, 1001), "future_time"),
        (row("never heard of", 1e300), ""),
    ],
)
def test_row_is_let_in_by_its_time_and_the_scale_of_its_kind(each, reason):
    passed = DOOR.passing(batch(each))
    if not reason:
        assert (passed.rows, passed.rejects) == ([each], [])
        return
    assert passed.rows == []
    [error] = passed.rejects
    assert (error.reason, error.detail) == (reason, REFUSALS[reason])
    assert (error.file, error.line) == ("", 0)
    assert error.raw == ",".join(map(str, each[1:6]))


def test_rows_that_are_let_in_keep_their_order_and_the_batch_its_place():
    rows = [row(n=1), row(moment=2000, n=2), row(n=3), row("rating", 9.0, n=4), row(n=5)]
    before = RowError("f", 3, "bad", "words")
    passed = DOOR.passing(batch(*rows, rejects=[before]))
    assert [each[0] for each in passed.rows] == ["e1", "e3", "e5"]
    assert [error.reason for error in passed.rejects] == [
        "bad",
        "future_time",
        "value_out_of_range",
    ]
    assert (passed.last_line, passed.done, passed.total) == (9, 1, 2)


def test_batch_that_is_let_in_whole_is_the_same():
    whole = batch(row(), row(n=1))
    assert DOOR.passing(whole) is whole


def test_columns_of_a_batch_may_stand_anywhere():
    columns = ("event_id", "time", "value", "kind")
    passed = DOOR.passing(batch(("e", 5, 9.0, "rating"), ("f", 5, 1.0, "rating"), columns=columns))
    assert passed.rows == [("f", 5, 1.0, "rating")]


def test_scale_of_the_first_ratings_becomes_that_of_the_kind():
    door = Doorway(KINDS, latest=1000, is_bound=False)
    wider = door.on_scale((1.0, 10.0))
    rule = wider.kinds["rating"]
    assert (rule.lowest, rule.highest) == (1.0, 10.0)
    assert rule.weight * rule.highest == KINDS["rating"].weight * KINDS["rating"].highest
    assert wider.kinds["view"] == KINDS["view"]
    assert wider.passing(batch(row("rating", 9.0))).rejects == []
    assert door.kinds["rating"].highest == 5.0


@pytest.mark.parametrize(
    ("is_bound", "scale"), [(True, (1.0, 10.0)), (False, None), (False, (0.0, 5.0))]
)
def test_scale_that_is_settled_unknown_or_the_same_changes_nothing(is_bound, scale):
    door = Doorway(KINDS, latest=1000, is_bound=is_bound)
    assert door.on_scale(scale) is door


def test_limits_name_a_scale_only_where_ratings_have_one(settings_with):
    settings_with(events={"future_seconds": 60})
    assert DOOR.limits == {"lowest_rating": 0.0, "highest_rating": 5.0, "future_seconds": 60}
    assert Doorway(KINDS, 1000, is_bound=False).limits == {"future_seconds": 60}


def test_doorway_of_now_ends_where_clocks_may_run_ahead(db, settings_with):
    settings_with(events={"future_seconds": 3600})
    before = int(time.time())
    door = Doorway.now()
    assert before + 3600 <= door.latest <= int(time.time()) + 3600
    assert door.kinds["purchase"].weight == 5.0


def test_doorway_of_now_is_bound_once_ratings_are_stored_or_declared(db):
    assert not Doorway.now().is_bound
    record(events=[{"user_id": "u", "item_id": "i", "kind": "rating", "value": 3}])
    assert Doorway.now().is_bound


def test_doorway_of_now_is_bound_by_a_declared_scale(db):
    declare_kind(name="rating", said=KindIn(highest=10))
    door = Doorway.now()
    assert door.is_bound
    assert door.limits["highest_rating"] == 10


def errors(number):
    return [RowError("f", line, "bad", "words") for line in range(number)]


def test_tally_counts_rows_and_keeps_the_first_refused():
    tally = Tally(kinds=set())
    tally.add(batch(row(), row(n=1), row(n=2), rejects=errors(2)), stored=1)
    tally.add(batch(row(), rejects=errors(1)), stored=0)
    assert (tally.stored, tally.known, tally.rejected) == (1, 3, 3)
    assert len(tally.rejects) == 3


@pytest.mark.parametrize("before", [0, SHOWN - 1, SHOWN, SHOWN + 5])
def test_tally_shows_no_more_than_it_keeps(before):
    tally = Tally(kinds=set(), warnings=errors(before), rejects=errors(before))
    bad = errors(20)
    many = ImportBatch([], COLUMNS, bad, bad, last_line=9, done=1, total=2)
    for _ in range(3):
        tally.add(many, stored=0)
    tally.warn(bad)
    kept = max(before, min(SHOWN, before + 60))
    assert len(tally.rejects) == kept
    assert len(tally.warnings) == max(before, min(SHOWN, before + 80))
    assert tally.rejected == 60


def test_tally_gives_the_memory_of_ids_back():
    tally = Tally(kinds={"view"}, items={"i"}, users={"u"})
    tally.forget_ids()
    assert (tally.items, tally.users, tally.kinds) == (set(), set(), {"view"})
