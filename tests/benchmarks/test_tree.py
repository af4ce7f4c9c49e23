"""Processes as /proc tells of them, from a folder that was made for the eye."""

import os
from pathlib import Path

import pytest
from benchmarks import tree


def process(proc: Path, pid: int, children: str, kilobytes: int, ticks: tuple[int, int]) -> None:
    folder = proc / str(pid)
    (folder / "task" / str(pid)).mkdir(parents=True)
    (folder / "task" / str(pid) / "children").write_text(children)
    status = f"Name:\tx\nVmRSS:\t {2 * kilobytes} kB\nRssAnon:\t {kilobytes} kB\n"
    (folder / "status").write_text(status)
    user, kernel = ticks
    (folder / "stat").write_text(f"{pid} (a (b) c) S {'0 ' * 10}{user} {kernel} 7 1\n")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    process(tmp_path, 1, "2 4 ", 1024, (100, 20))
    process(tmp_path, 2, "3 ", 512, (10, 0))
    process(tmp_path, 3, "", 256, (5, 1))
    process(tmp_path, 4, "", 256, (0, 0))
    process(tmp_path, 9, "", 10**6, (10**6, 0))
    return tmp_path


def test_all_that_a_process_began_belong_to_it(proc):
    assert list(tree.processes(1, proc)) == [1, 2, 3, 4]
    assert list(tree.processes(4, proc)) == [4]


def test_their_memory_is_added(proc):
    assert tree.memory(1, proc) == (4.0, 2.0)
    assert tree.memory(2, proc) == (1.5, 0.75)


def test_processor_time_of_children_is_counted_also_of_those_that_ended(proc):
    second = os.sysconf("SC_CLK_TCK")
    assert tree.processor_seconds(1, proc) == pytest.approx((136 + 4 * 8) / second)


def test_this_process_takes_something():
    whole, alone = tree.memory(os.getpid())
    assert whole >= alone > 1
    assert tree.processor_seconds(os.getpid()) > 0
