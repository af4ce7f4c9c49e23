"""How files will be read, in words, before anything is stored."""

import pytest

from omakase.data.readers.description import FileDescription, FileReading
from omakase.data.rows import Aside
from omakase_cli.data.reading import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_FILES,
    ignore_reading,
    show_reading,
)


def shown(capsys, *files: FileReading, layout: str = "tables", **more) -> list[str]:
    show_reading(FileDescription(layout, files, **more))
    written = capsys.readouterr()
    assert written.err == ""
    return [line.rstrip() for line in written.out.splitlines() if line.strip()]


def file(**more) -> FileReading:
    return FileReading("e.csv", "events", **more)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "e.csv: events"),
        ({"format": "csv"}, "e.csv: events, CSV"),
        ({"format": "parquet"}, "e.csv: events, parquet"),
        ({"format": "jsonl", "encoding": "utf-8"}, "e.csv: events, JSON Lines, utf-8"),
        ({"format": "tsv", "separator": "\t"}, "e.csv: events, tab-separated, separated by tabs"),
        ({"format": "csv", "separator": ","}, "e.csv: events, CSV, separated by commas"),
        ({"format": "csv", "separator": ";"}, "e.csv: events, CSV, separated by semicolons"),
        ({"format": "csv", "separator": "|"}, "e.csv: events, CSV, separated by bars"),
        ({"format": "csv", "separator": " "}, "e.csv: events, CSV, separated by blanks"),
        ({"format": "csv", "separator": "::"}, "e.csv: events, CSV, separated by '::'"),
        ({"format": "xlsx"}, "e.csv: events, xlsx"),
    ],
)
def test_first_line_says_what_a_file_is_and_how_it_is_written(capsys, more, line):
    assert shown(capsys, file(**more))[0].replace("Parquet", "parquet") == line


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"columns": {"user_id": "who", "item_id": "[b]"}},
         "Columns: user_id is 'who', item_id is '[b]'."),
        ({"kind": "view"}, "Every row is a 'view', since no column says otherwise."),
        ({"notes": ("03/04 is the third of April",)}, "Note: 03/04 is the third of April."),
        ({"warnings": ("half of the times are 0",)}, "Warning: half of the times are 0."),
        ({"aside": (Aside("gtin"),)}, "Left aside: 'gtin'."),
        ({"aside": (Aside("gtin", example="0123"),)}, "Left aside: 'gtin' (such as '0123')."),
        ({"aside": (Aside("g", "it is empty", "x"),)}, "Left aside: 'g' (it is empty)."),
        ({"aside": (Aside("a"), Aside("나라"))}, "Left aside: 'a', '나라'."),
    ],
)  # fmt: skip
def test_line_of_a_file_says_what_becomes_of_its_columns(capsys, more, line):
    assert shown(capsys, file(**more))[1:] == [line]


@pytest.mark.parametrize("role", ["items", "users"])
def test_columns_of_items_and_people_are_kept_as_attributes(capsys, role):
    reading = FileReading("x.csv", role, aside=(Aside("colour"),))
    assert shown(capsys, reading) == [f"x.csv: {role}", "Kept as attributes: 'colour'."]


@pytest.mark.parametrize(("number", "ends"), [(MOST_COLUMNS, "'c29'."), (MOST_COLUMNS + 1, ", ….")])
def test_columns_that_are_many_are_not_all_named(capsys, number, ends):
    line = shown(capsys, file(aside=tuple(Aside(f"c{n}") for n in range(number))))[1]
    assert line.endswith(ends)
    assert line.count("'c") == MOST_COLUMNS


def test_first_rows_stand_in_a_table_without_columns_that_are_empty(capsys):
    rows = (
        {"user_id": "u1", "item_id": "i1", "value": None, "time": 1},
        {"user_id": "u2", "item_id": None, "value": None, "time": 2},
    )
    lines = shown(capsys, file(first=rows))
    words = [line.split() for line in lines if "─" not in line]
    assert words[1:] == [
        ["The", "first", "rows,", "as", "events"],
        ["user_id", "item_id", "time"],
        ["u1", "i1", "1"],
        ["u2", "2"],
    ]


@pytest.mark.parametrize(("length", "is_cut"), [(LONGEST_CELL, False), (LONGEST_CELL + 1, True)])
def test_cell_that_is_long_is_cut_with_a_sign(capsys, length, is_cut):
    text = "\n".join(shown(capsys, file(first=({"user_id": "x" * length},))))
    assert ("x" * LONGEST_CELL in text.replace("\n", "")) and ("…" in text) is is_cut


@pytest.mark.parametrize(("number", "rest"), [(MOST_FILES, 0), (MOST_FILES + 1, 1), (99, 79)])
def test_files_that_are_many_are_counted(capsys, number, rest):
    lines = shown(capsys, *(FileReading(f"{n}.csv", "events") for n in range(number)))
    assert lines[:MOST_FILES] == [f"{n}.csv: events" for n in range(MOST_FILES)]
    assert lines[MOST_FILES:] == ([f"… and {rest} files more, likewise."] if rest else [])


def test_layout_that_is_known_is_named_and_tables_are_not(capsys):
    assert shown(capsys, layout="movielens") == ["Read as movielens."]
    assert shown(capsys) == []


def test_what_is_left_aside_and_what_is_noted_of_the_whole_are_told(capsys):
    lines = shown(capsys, aside={"readme.txt": "no table", "[x]": "empty"}, notes=("two halves",))
    assert lines == [
        "Note: two halves.",
        "File left aside: readme.txt: no table.",
        "File left aside: [x]: empty.",
    ]


def test_files_left_aside_that_are_many_are_not_all_named(capsys):
    lines = shown(capsys, aside={f"{n}.txt": "no table" for n in range(99)})
    assert len(lines) == MOST_FILES


def test_programs_hear_nothing_of_it(capsys):
    ignore_reading(FileDescription("movielens", (file(),)))
    assert capsys.readouterr() == ("", "")
