"""Ids are of one length, rise with time, and nobody draws another's."""

import os
import re
from concurrent.futures import ThreadPoolExecutor

from omakase_service.platform import ids
from omakase_service.platform.ids import chance, new_id


def test_an_id_is_32_hexadecimal_digits_and_later_ones_are_greater(monkeypatch):
    moments = iter([1, 2, 10**18, 10**18 + 1])
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(moments))
    drawn = [new_id() for _ in range(4)]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in drawn)
    assert drawn == sorted(drawn)


def test_two_of_one_nanosecond_differ(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 7)
    assert len({new_id() for _ in range(3 * ids.AT_A_TIME)}) == 3 * ids.AT_A_TIME


def test_threads_never_draw_the_same():
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: chance(), range(4000)))
    assert len(set(drawn)) == len(drawn) == 4000
    assert {len(each) for each in drawn} == {ids.DIGITS}


def test_a_child_does_not_draw_what_its_parent_has_ready():
    chance()
    ready = set(ids.id_pool)
    reads, writes = os.pipe()
    if not (child := os.fork()):
        os.write(writes, chance().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reads, 100).decode() not in ready
