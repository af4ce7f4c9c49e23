"""What is free, and refusing what does not fit."""

from types import SimpleNamespace

import pytest

from omakase.arrays import memory
from omakase.errors import TooLarge


def test_this_machine_has_some_memory():
    free = memory.available_bytes()
    assert free is not None
    assert 1 << 20 < free < 1 << 50


def test_little_is_allowed():
    memory.require_bytes("a list", 10)
    assert memory.available_bytes() > 10


def test_request_beyond_memory_is_refused_with_both_figures():
    with pytest.raises(TooLarge, match=r"a table needs about 1048576\.0 GiB") as caught:
        memory.require_bytes("a table", 1 << 50)
    assert caught.value.needed_bytes == 1 << 50
    assert caught.value.available_bytes < 1 << 50


def test_unknown_memory_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: None)
    assert memory.require_bytes("a table", 1 << 60) is None


def test_meminfo_is_in_kibibytes():
    text = "MemTotal:       100 kB\nMemAvailable:    7 kB\n"
    assert memory.meminfo_bytes(text) == 7 * 1024
    assert memory.meminfo_bytes("MemTotal: 1 kB\n") is None


def test_a_container_leaves_its_limit_less_what_it_uses(tmp_path):
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("400\n")
    assert memory.container_bytes(tmp_path) == 600


def test_an_older_container_is_understood(tmp_path):
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text("1000")
    (tmp_path / "memory/memory.usage_in_bytes").write_text("1400")
    assert memory.container_bytes(tmp_path) == 0


@pytest.mark.parametrize("limit", ["max", str((1 << 63) - 4096)])
def test_no_limit_is_no_figure(tmp_path, limit):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text("400")
    assert memory.container_bytes(tmp_path) is None


def test_outside_a_container_there_is_no_figure(tmp_path):
    assert memory.container_bytes(tmp_path) is None


def test_the_smaller_of_machine_and_container_counts(monkeypatch):
    monkeypatch.setattr(memory, "machine_bytes", lambda: 50)
    monkeypatch.setattr(memory, "container_bytes", lambda root: 20)
    assert memory.available_bytes() == 20


def test_pages_answer_where_there_is_no_meminfo(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "absent")
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert memory.machine_bytes() > 1 << 20


def test_memory_unknown_where_pages_are_not_counted(monkeypatch, tmp_path):
    """Some systems know neither of /proc nor of these names."""

    def unknown(name):
        raise ValueError(name)

    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "absent")
    monkeypatch.setattr(memory.sys, "platform", "freebsd")
    monkeypatch.setattr(memory.os, "sysconf", unknown)
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    assert memory.available_bytes() is None
    memory.require_bytes("anything", 1 << 60)


@pytest.mark.parametrize(("answers", "expected"), [(1, 77), (0, None)])
def test_windows_is_asked_its_own_way(monkeypatch, tmp_path, answers, expected):
    def status(pointer):
        memory.ctypes.cast(pointer, memory.ctypes.POINTER(memory.MemoryStatus))[0].available = 77
        return answers

    kernel = SimpleNamespace(GlobalMemoryStatusEx=status)
    monkeypatch.setattr(memory.ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "absent")
    monkeypatch.setattr(memory.sys, "platform", "win32")
    assert memory.machine_bytes() == expected


def test_a_limit_that_is_no_number_is_no_figure(tmp_path):
    (tmp_path / "memory.max").write_text("1000")
    (tmp_path / "memory.current").write_text("nonsense")
    assert memory.container_bytes(tmp_path) is None


def test_exactly_what_is_free_is_allowed_and_a_byte_more_is_not(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 100)
    memory.require_bytes("a list", 100)
    with pytest.raises(TooLarge):
        memory.require_bytes("a list", 101)
