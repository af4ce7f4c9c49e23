"""The bench of assignment."""

from benchmarks import assignment as bench

USERS = [f"u{n}" for n in range(3000)]


def test_layered_experiments_exclude_each_other():
    row = bench.layered(USERS)
    assert row["in both of one layer"] == 0
    assert row["p of all"] > 1e-4


def test_moved_is_near_the_least():
    row = bench.moved(USERS)
    assert abs(row["moved"] - row["least"]) < 0.05


def test_tests_of_shares_and_pairs_see_what_is_wrong():
    fair = bench.numbers(bench.plan("one"), USERS)
    assert bench.share_test(fair, bench.WEIGHTS) > 1e-4 > bench.share_test(fair, (0.2, 0.3, 0.5))
    other = bench.numbers(bench.plan("two"), USERS)
    assert bench.pair_test(fair, other) > 1e-4 > bench.pair_test(fair, fair)
    assert set(fair.tolist()) == {0, 1, 2}


def test_p_row_tells_the_smallest():
    row = bench.p_row("x", [0.2, 0.5, 0.9], 10)
    assert (row["smallest"], row["tests"]) == (0.2, 3)
