"""What a storm counts as wrong, and what it draws."""

import random
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from benchmarks.fault_storm import drawn_faults, rows_of_kinds
from benchmarks.storm_faults import FAULTS, kinds
from benchmarks.storm_house import compiled_clock
from benchmarks.storm_people import fault_of


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        (["1", "2", "3", "4", "5"], ""),
        (["1", "2", "3", "4"], "4 items, 4 of them different"),
        (["1", "2", "3", "4", "4"], "5 items, 4 of them different"),
        (["1", "2", "3", "4", "9"], "seen or deleted: 9"),
    ],
)
def test_fault_of_list_says_what_no_list_may_be(shown, fault):
    assert fault_of(shown, {"8", "9"}) == fault


def test_drawn_faults_more_than_kinds_has_every_kind():
    assert set(drawn_faults(list(FAULTS), 50, random.Random(0))) == set(FAULTS)


def test_kinds_of_a_small_house_are_at_least_twelve():
    bare = SimpleNamespace(postgres=None, redis=None, qdrant=None, can_fill=False, moved_clock=None)
    left = set(FAULTS) - set(kinds(bare))
    assert left == {
        "database away",
        "Redis away",
        "vector store away",
        "disk full",
        "clock moved",
    }
    assert len(kinds(bare)) >= 12


def test_rows_of_kinds_give_times_and_the_longest():
    rows = rows_of_kinds("SQLite", [("import", 1.0), ("import", 3.0), ("erasure", 2.0)])
    assert [(row["kind"], row["times"], row["longest s"]) for row in rows] == [
        ("erasure", 1, 2.0),
        ("import", 2, 3.0),
    ]


def test_moved_clock_moves_the_time_of_day_and_no_other(tmp_path: Path):
    library = compiled_clock(tmp_path)
    if library is None:
        pytest.skip("no C compiler is installed here")
    clock = tmp_path / "clock"
    clock.write_bytes((7_200).to_bytes(8, sys.byteorder, signed=True))
    code = "import time; print(time.time(), time.monotonic())"
    said = subprocess.check_output(
        [sys.executable, "-c", code],
        env={"LD_PRELOAD": str(library), "MOVED_CLOCK": str(clock)},
        text=True,
    )
    moved, forward = map(float, said.split())
    assert round((moved - time.time()) / 3_600) == 2
    assert round((forward - time.monotonic()) / 3_600) == 0
