"""One person who does the same all day is one voice, and a machine is none."""

import polars as pl
import pytest

from omakase.data.dataset import EVENT_COLUMNS, PAIR_MOST, Dataset
from omakase.data.snapshot import count_busy_days, read_snapshot, write_part
from omakase.data.weighting import KindWeight, Weighting
from omakase.models.popular import Popular, PopularConfig
from omakase.models.trending import Trending, TrendingConfig

NOON = 1_700_000_000 // 86_400 * 86_400 + 43_200


def world(bad: int) -> list[tuple[int, str, str, str, float | None, int]]:
    """Forty people with two items, and one with a third, so many times."""
    good = [(f"u{n}", f"i{n % 2}", NOON - n) for n in range(40)]
    rows = [*good, *(("bad", "pushed", NOON + n // 10) for n in range(bad))]
    return [(n + 1, user, item, "view", None, at) for n, (user, item, at) in enumerate(rows)]


def dataset(bad: int) -> Dataset:
    columns = [[row[1], row[2], row[3], 1.0, row[5]] for row in world(bad)]
    return Dataset.from_table(pl.DataFrame(columns, schema=EVENT_COLUMNS, orient="row"))


@pytest.mark.parametrize(
    ("kind", "config"), [(Popular, PopularConfig()), (Trending, TrendingConfig())]
)
def test_lists_of_everybody_with_one_loud_person_hold_one_voice(kind, config, rng):
    data = dataset(bad=5_000)
    share = kind.fit(data, config, rng=rng).share
    most = config.person_most / (40 + config.person_most)
    assert share[data.ids.items.row("pushed")] == pytest.approx(most, rel=1e-2)


def test_matrix_of_one_loud_person_is_bounded():
    assert dataset(bad=5_000).matrix.max() == PAIR_MOST


def test_matrix_of_amounts_of_money_keeps_them():
    weighting = Weighting(kinds={"purchase": KindWeight(from_value=True)})
    lines = [["ada", "boat", "purchase", 30_000.0, NOON], ["ada", "boat", "purchase", 9.0, NOON]]
    table = pl.DataFrame(lines, schema=EVENT_COLUMNS, orient="row")
    assert Dataset.from_table(table, weighting=weighting).matrix.max() == pytest.approx(30_009)


def test_snapshot_leaves_days_out_that_no_person_made(tmp_path):
    write_part(tmp_path, world(bad=300))
    assert read_snapshot(tmp_path).n_users == 41
    read = read_snapshot(tmp_path, person_day_most=200)
    assert (read.n_users, len(read.events)) == (40, 40)
    assert len(read_snapshot(tmp_path, person_day_most=300).events) == 340
    assert count_busy_days(tmp_path, 200) == (1, 300)
    assert count_busy_days(tmp_path, 300) == count_busy_days(tmp_path, 0) == (0, 0)


def test_snapshot_of_lines_without_times_loses_nobody(tmp_path):
    rows = [(n + 1, "ada", f"i{n % 9}", "view", None, n) for n in range(500)]
    write_part(tmp_path, rows)
    assert len(read_snapshot(tmp_path, person_day_most=200).events) == 500
