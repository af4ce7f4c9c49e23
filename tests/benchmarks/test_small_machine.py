"""What the benchmark of small machines reads and makes, without a server."""

from contextlib import nullcontext

import pytest
from benchmarks import small_machine
from benchmarks.tree import proportional


def test_proportional_reads_the_share_in_megabytes(tmp_path):
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "smaps_rollup").write_text("Rss:\t4096 kB\nPss:\t2048 kB\nPss_Anon:\t1 kB\n")
    assert proportional(7, tmp_path) == 2.0
    assert proportional(8, tmp_path) == 0.0


def test_control_group_has_the_limit_and_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(small_machine, "GROUPS", (tmp_path, tmp_path))
    made = []
    with small_machine.control_group(512) as group:
        made.append((group.parent, (group / "memory.limit_in_bytes").read_text()))
        (group / "memory.limit_in_bytes").unlink()  # a real one's files go with it
    assert made == [(tmp_path, "512")]
    assert list(tmp_path.iterdir()) == []


def test_control_group_that_cannot_be_made_is_none(tmp_path, monkeypatch):
    nowhere = tmp_path / "nowhere"
    monkeypatch.setattr(small_machine, "GROUPS", (nowhere, nowhere))
    with small_machine.control_group(512) as group:
        assert group is None


@pytest.mark.parametrize(("megabytes", "word"), [(399.0, "kept"), (401.0, "missed")])
def test_bar_is_named_in_the_notes(monkeypatch, tmp_path, megabytes, word):
    monkeypatch.setattr(small_machine, "processes", lambda pid: [pid])
    monkeypatch.setattr(small_machine, "proportional", lambda pid: megabytes)
    monkeypatch.setattr(small_machine, "_ask", lambda server, number: None)
    monkeypatch.setattr(small_machine, "limited", lambda server: "as it is")
    monkeypatch.setattr(small_machine, "environment_of_user", nullcontext)
    monkeypatch.setattr(small_machine, "served", no_server)
    asked = small_machine.Asked(tmp_path, True, (0,), None, "small_machine")
    (tmp_path / "ml-100k").mkdir()
    monkeypatch.setattr(small_machine, "_highest", small_machine_row)
    monkeypatch.setattr(small_machine, "trains", lambda server: lambda: False)
    found = small_machine.benchmark(asked)
    assert word in found.notes[0]
    assert found.notes[1] == "Within 512 MiB: as it is."


def small_machine_row(moment, server, is_under_way):
    return small_machine.measured_row(moment, server)


class no_server:
    """In the place of one that answers."""

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return small_machine.Server("127.0.0.1:1", "", 1)

    def __exit__(self, *_):
        return None
