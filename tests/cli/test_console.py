import json

import numpy as np
from rich.console import Console

from omakase_cli import console


def test_json_goes_to_stdout_alone(capsys):
    console.remark("working")
    console.show_json({"mean": np.float32(0.5), "path": 1})
    written = capsys.readouterr()
    assert json.loads(written.out) == {"mean": 0.5, "path": 1}
    assert written.err == "working\n"


def test_a_table_rounds_numbers_and_leaves_gaps(capsys):
    console.show_table("Models", ("model", "ndcg"), [("ease", 0.123456), ("popular", None)])
    written = capsys.readouterr().out
    assert "0.123 " in written
    assert "0.1234" not in written
    assert "None" not in written


def test_logs_hear_of_long_work_with_the_time_left(monkeypatch, capsys):
    clock = iter([5.0, 20.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    lines = console.LineProgress("training", console.err(), started=0.0, spoken=0.0)
    lines(1, 4)
    lines(2, 4, loss=0.25)
    assert capsys.readouterr().err == "training: 50 %, 20 s left loss=0.25\n"


def test_a_terminal_sees_a_bar(monkeypatch):
    terminal = Console(force_terminal=True, width=100, record=True)
    monkeypatch.setattr(console, "err", lambda: terminal)
    with console.progress("reading") as hear:
        hear(1, 2, rows=10)
    assert "reading" in terminal.export_text()


def test_logs_hear_of_every_step(capsys):
    with console.steps() as hear:
        hear(1, 3, "training ease")
    assert capsys.readouterr().err == "1/3 training ease\n"


def test_a_terminal_sees_the_step_beside_the_bar(monkeypatch):
    terminal = Console(force_terminal=True, width=100, record=True)
    monkeypatch.setattr(console, "err", lambda: terminal)
    with console.steps() as hear:
        hear(1, 3, "training ease")
    assert "training ease" in terminal.export_text()
