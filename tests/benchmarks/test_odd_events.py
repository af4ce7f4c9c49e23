"""The bench of odd events: the words of its table; the path itself is tested in the service."""

from benchmarks import odd_events as bench

FIRST = bench.Standing(0.3, (0.25, 0.35), ("a", "b"), ("c",), ())


def test_a_row_counts_what_stayed():
    found = bench.Standing(0.2, (0.1, 0.3), ("b", "x"), ("c",), ("Odd.",))
    row = bench.row("clicks", {"sent": 3, "taken": 2}, found, FIRST)
    assert (row["popular"], row["list"], row["sent"], row["taken"]) == (1, 1, 3, 2)
    assert row["said"] == "Odd."


def test_the_bar_is_that_nothing_moves_beyond_the_interval():
    before = bench.row("before", {}, FIRST, FIRST) | {"popular": 10}
    assert bench.verdict([before, before | {"ndcg@10": 0.26}]).endswith("the same: met.")
    assert bench.verdict([before, before | {"ndcg@10": 0.2}]).endswith("not met.")
    assert bench.verdict([before, before | {"popular": 7}]).endswith("not met.")


def test_every_declared_kind_comes_at_every_odd_time_and_value(db):
    events = list(bench.odd([f"i{n}" for n in range(10)]))
    kinds = {event["type"] for event in events}
    assert {"rating", "purchase", "remove_from_cart", "impression"} <= kinds
    each = len(bench.ODD_TIMES) + 2 + len(bench.ODD_VALUES)
    assert len(events) == each * len(kinds)
    assert len({event["user_id"] for event in events}) == len(events)
