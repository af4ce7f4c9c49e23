"""What a person sees of numbers, gaps and long work; what a program reads of odd values."""

import json
import math
import re
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from omakase_cli import console


def printed(capsys, title: str, columns, rows) -> list[str]:
    console.show_table(title, columns, rows)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ("", ""),
        ("text", "text"),
        (0, "0"),
        (1234567, "1234567"),
        (-3, "-3"),
        (True, "True"),
        (0.0, "0"),
        (0.5, "0.5"),
        (0.123456, "0.123"),
        (1234.5, "1.23e+03"),
        (-0.00012345, "-0.000123"),
        (math.inf, "inf"),
        (math.nan, "nan"),
        (Path("a/b"), "a/b"),
        (date(2026, 12, 1), "2026-12-01"),
        ("[REC]", "[REC]"),
        (":cat:", ":cat:"),
    ],
)
def test_cell_of_a_table_is_the_value_as_people_read_it(capsys, value, shown):
    *_, row = [line for line in printed(capsys, "", ("name", "held"), [("row", value)]) if line]
    assert row.split()[1:] == ([shown] if shown else [])


@pytest.mark.parametrize(
    ("values", "is_right"),
    [
        ((1, 22), True),
        ((1.5, 2.0), True),
        (("1", "22"), True),
        (("1.5", "2"), True),
        (("a", 22), True),
        (("a", "b"), False),
        (("1.2.3", "b"), False),
        (("", ""), False),
        ((None, "text"), False),
        ((None, 7), True),
    ],
)
def test_column_that_holds_a_number_stands_at_the_right(capsys, values, is_right):
    lines = printed(capsys, "", ("a column with a long name", "end"), [(v, "|") for v in values])
    first = next(line for line in lines if line.endswith("|"))
    bare = first.rstrip("|").rstrip("\n")
    text = str(values[0] if values[0] is not None else "")
    ends_at = bare.rstrip().__len__()
    if text:
        assert (ends_at == len("  a column with a long name".rstrip())) is is_right


def test_table_has_its_title_above_its_columns_and_its_rows_in_order(capsys):
    lines = printed(capsys, "Jobs", ("number", "kind"), [(2, "train"), (1, "roll_up")])
    words = [line.split() for line in lines if line.strip() and "─" not in line]
    assert words == [["Jobs"], ["number", "kind"], ["2", "train"], ["1", "roll_up"]]


def test_table_without_rows_shows_its_columns(capsys):
    lines = printed(capsys, "", ("number", "kind"), [])
    assert [line.split() for line in lines if line.strip() and "─" not in line] == [
        ["number", "kind"]
    ]


@pytest.mark.parametrize("word", ["낱말" * 80, "sku-" * 60, "https://shop.example/" + "p" * 200])
def test_word_that_is_longer_than_a_line_is_shown_to_its_end(capsys, word):
    shown = "".join(printed(capsys, "", ("id", "end"), [(word, "")]))
    assert word in re.sub(r"\s", "", shown)
    assert "…" not in shown


@pytest.mark.parametrize(
    ("payload", "read"),
    [
        ({}, {}),
        ([], []),
        ({"a": None}, {"a": None}),
        ({1: "one", 2: "two"}, {"1": "one", "2": "two"}),
        ({"path": Path("a/b")}, {"path": "a/b"}),
        ({"day": date(2026, 12, 1)}, {"day": "2026-12-01"}),
        ({"at": datetime(2026, 12, 1, tzinfo=UTC)}, {"at": "2026-12-01T00:00:00+00:00"}),
        ({"row": np.arange(3)}, {"row": [0, 1, 2]}),
        ({"x": np.float64(0.25)}, {"x": 0.25}),
        ({"x": math.nan}, {"x": None}),
        ({"x": math.inf}, {"x": None}),
        ({"낱말": "떡볶이 🍜"}, {"낱말": "떡볶이 🍜"}),
        ([{"a": (1, 2)}], [{"a": [1, 2]}]),
    ],
)
def test_json_for_programs_is_plain_whatever_it_holds(capsys, payload, read):
    console.show_json(payload)
    written = capsys.readouterr().out
    assert json.loads(written) == read
    assert written.endswith("\n") and not written.endswith("\n\n")


def test_json_for_programs_keeps_letters_as_they_are(capsys):
    console.show_json({"이름": "가게"})
    assert capsys.readouterr().out == '{\n  "이름": "가게"\n}\n'


@pytest.mark.parametrize("parts", [("a.json",), ("a", "b", "c.json"), ("가게", "표.json")])
def test_json_in_a_file_makes_the_folders_above_it(tmp_path, capsys, parts):
    file = tmp_path.joinpath(*parts)
    console.save_json({"n": 1}, file)
    assert json.loads(file.read_text(encoding="utf-8")) == {"n": 1}
    assert capsys.readouterr().out == ""


def test_json_in_a_file_takes_the_place_of_what_was_there(tmp_path):
    file = tmp_path / "a.json"
    file.write_text("x" * 1000)
    console.save_json([1], file)
    assert json.loads(file.read_text()) == [1]


def test_json_in_a_file_that_is_called_a_dash_goes_to_stdout(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    console.save_json({"n": 1}, Path("-"))
    assert json.loads(capsys.readouterr().out) == {"n": 1}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["plain", "[red]x[/red]", "[/b]", ":smile:", "가" * 300, "a\tb"])
def test_remark_is_one_line_on_stderr_as_it_stands(capsys, text):
    console.remark(text)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.rstrip("\n").expandtabs() == text.expandtabs()
    assert written.err.count("\n") == 1


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    own = Clock()
    monkeypatch.setattr(console.time, "monotonic", own)
    return own


def test_line_of_long_work_comes_no_sooner_than_its_time(clock, capsys):
    hear = console.LineProgress("reading", console.err(), started=0.0, spoken=0.0)
    for second in range(1, 10):
        clock.now = float(second)
        hear(second, 100)
    assert capsys.readouterr().err == ""
    clock.now = console.LINE_SECONDS
    hear(10, 100)
    assert capsys.readouterr().err == "reading: 10 %, 90 s left\n"


def test_line_of_long_work_comes_again_after_as_long(clock, capsys):
    hear = console.LineProgress("reading", console.err(), started=0.0, spoken=0.0)
    for second in range(1, 41):
        clock.now = float(second)
        hear(second, 40)
    assert capsys.readouterr().err.splitlines() == [
        "reading: 25 %, 30 s left",
        "reading: 50 %, 20 s left",
        "reading: 75 %, 10 s left",
        "reading: 100 %, 0 s left",
    ]


@pytest.mark.parametrize(("done", "total"), [(0, 10), (5, 0), (0, 0)])
def test_line_of_long_work_waits_until_something_is_known(clock, capsys, done, total):
    hear = console.LineProgress("reading", console.err(), started=0.0, spoken=0.0)
    clock.now = 100.0
    hear(done, total)
    assert capsys.readouterr().err == ""
    hear(1, 2)
    assert capsys.readouterr().err == "reading: 50 %, 100 s left\n"


def test_line_of_long_work_ends_in_its_figures(clock, capsys):
    hear = console.LineProgress("training", console.err(), started=0.0, spoken=0.0)
    clock.now = 20.0
    hear(1, 2, loss=0.123456, people=12345.0)
    assert capsys.readouterr().err == "training: 50 %, 20 s left loss=0.1235 people=1.234e+04\n"


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(10, 10**6))
def test_time_left_is_that_of_what_is_left_at_the_pace_so_far(done, more, seconds):
    written = StringIO()
    terminal = Console(file=written, width=200, force_terminal=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console.time, "monotonic", lambda: seconds)
        console.LineProgress("work", terminal, started=0.0, spoken=0.0)(done, done + more)
    assert written.getvalue().endswith(f" %, {seconds * more / done:.0f} s left\n")


def test_progress_in_a_log_is_silent_where_work_is_short(capsys):
    with console.progress("reading") as hear:
        for done in range(5):
            hear(done, 5)
    assert capsys.readouterr().err == ""


def test_progress_on_a_terminal_shows_figures_and_leaves_nothing(monkeypatch):
    terminal = Console(force_terminal=True, width=120, record=True)
    monkeypatch.setattr(console, "err", lambda: terminal)
    with console.progress("[b]reading") as hear:
        hear(1, 2, loss=0.5)
        hear(2, 2)
    assert "[b]reading" in terminal.export_text()


def test_progress_on_a_terminal_takes_work_whose_end_is_unknown(monkeypatch):
    terminal = Console(force_terminal=True, width=120, record=True)
    monkeypatch.setattr(console, "err", lambda: terminal)
    with console.progress("counting") as hear:
        hear(7, 0)
    assert "counting" in terminal.export_text()


def test_progress_lets_what_fails_in_it_through():
    with pytest.raises(ZeroDivisionError), console.progress("reading"):
        raise ZeroDivisionError


def test_steps_in_a_log_are_a_line_each_in_order(capsys):
    with console.steps() as hear:
        for done, step in enumerate(("reading [1]", "judging", "학습")):
            hear(done, 3, step)
    assert capsys.readouterr().err.splitlines() == ["0/3 reading [1]", "1/3 judging", "2/3 학습"]
