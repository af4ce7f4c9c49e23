"""What commands say of versions, backups and parts that are stored: whole sentences."""

from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from omakase import errors
from omakase_cli import backup, explain, train, verify
from omakase_cli.error_output import FAILED, REMARKS, WAY_OUT, PlainErrors, way_out
from omakase_cli.events.quarantine import cells as quarantine_cells
from omakase_cli.kind.listing import FACTS, cells, facts
from omakase_service.backup.contracts import BackupFile, BackupManifest, BackupTable
from omakase_service.backup.integrity import StoredPart
from omakase_service.events.contracts import KindRule
from omakase_service.events.quarantine_contracts import QuarantineCard
from omakase_service.platform import exceptions
from omakase_service.training.contracts import Stage, VersionCard

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def version(**more) -> VersionCard:
    fields = {
        "name": "v1", "stage": Stage.LIVE, "best": "ease", "models": {}, "window": {"events": 9},
        "created": NOON, "promoted": None,
    }  # fmt: skip
    return VersionCard(**{**fields, **more})


@pytest.mark.parametrize(
    ("more", "lines"),
    [
        ({}, ["Version v1 is live; ease answers."]),
        (
            {"stage": Stage.CANDIDATE},
            ["Version v1 is a candidate. --force makes it live all the same."],
        ),
        (
            {"stage": Stage.CANDIDATE, "withheld": "all figures are zero"},
            [
                "Version v1 is withheld: all figures are zero.",
                "What answered before goes on answering; --force makes this one live.",
            ],
        ),
        (
            {"withheld": "all figures are zero"},
            ["Version v1 is live; ease answers."],
        ),
        (
            {"remarks": ("one [x]", "two")},
            ["one [x]", "two", "Version v1 is live; ease answers."],
        ),
        (
            {"stage": Stage.CANDIDATE, "verdict": {"words": {"en": ("It is worse.",), "ko": ()}}},
            ["It is worse.", "Version v1 is a candidate. --force makes it live all the same."],
        ),
        ({"verdict": {"figures": 1}}, ["Version v1 is live; ease answers."]),
    ],
)
def test_standing_of_a_version_is_told_in_sentences(capsys, more, lines):
    train.show_standing(version(**more))
    written = capsys.readouterr()
    assert written.err.splitlines() == lines
    assert written.out == ""


def test_card_of_a_version_is_plain_for_programs():
    made = version(table={"k": 10}, remarks=("one",), withheld="", verdict={"is_worse": False})
    assert train.card(made) == {
        "version": "v1", "stage": "live", "best": "ease", "window": {"events": 9},
        "table": {"k": 10}, "remarks": ["one"], "withheld": "", "verdict": {"is_worse": False},
    }  # fmt: skip


def manifest(**more) -> BackupManifest:
    fields = {
        "created": "2026-12-01T12:00:00+00:00", "release": "1.0", "vendor": "sqlite",
        "method": "sqlite_online_backup", "secret": "file", "secret_mark": "m",
        "migrations": {"events": "0001"},
        "tables": {"a": BackupTable(rows=1200), "b": BackupTable(rows=34)},
        "files": {
            "database/x": BackupFile(sha256="0", bytes=3 * 2**20),
            "files/y": BackupFile(sha256="0", bytes=2**19),
        },
    }  # fmt: skip
    return BackupManifest(**{**fields, **more})


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("sqlite_online_backup", "SQLite's online backup"),
        ("pg_dump", "pg_dump"),
        ("postgresql_copy", "COPY, table by table"),
    ],
)
def test_backup_is_told_with_its_figures(capsys, method, words):
    backup.show(Path("/b"), manifest(method=method))
    assert capsys.readouterr().err == (
        "/b: 1,234 rows in 2 tables, 2 files, 3.5 MiB, as of 2026-12-01T12:00:00+00:00, by "
        f"{words}.\n"
    )


def test_backup_of_nothing_is_told_too(capsys):
    backup.show(Path("/b"), manifest(tables={}, files={}))
    assert "0 rows in 0 tables, 0 files, 0.0 MiB" in capsys.readouterr().err


def test_backup_for_programs_has_rows_by_table():
    assert backup.summary(Path("/b"), manifest(remark="no pg_dump")) == {
        "path": "/b", "created": "2026-12-01T12:00:00+00:00", "method": "sqlite_online_backup",
        "remark": "no pg_dump", "secret": "file", "rows": {"a": 1200, "b": 34}, "files": 2,
        "bytes": 3 * 2**20 + 2**19,
    }  # fmt: skip


def test_parts_that_are_whole_are_told_in_a_table_and_a_sentence(capsys):
    verify.tell([StoredPart("database", "SQLite, 1.0 MiB"), StoredPart("journals", "0 files")])
    written = capsys.readouterr()
    rows = [line.split() for line in written.out.splitlines() if line.strip()]
    assert rows[0] == ["part", "holds", "is"]
    assert rows[2] == ["database", "SQLite,", "1.0", "MiB", "whole"]
    assert rows[3] == ["journals", "0", "files", "whole"]
    assert written.err == "Everything that is stored is as it was written.\n"


def test_part_that_is_damaged_is_told_with_each_fault_and_the_way_out(capsys):
    part = StoredPart("versions", "2 versions", ("v1: a is [gone]", "v1: b"), "train anew")
    verify.tell([StoredPart("database", "x"), part])
    written = capsys.readouterr()
    lines = [line.rstrip() for line in written.out.splitlines() if line.strip()]
    assert lines[-3:] == ["damaged  v1: a is [gone]", "damaged  v1: b", "         train anew."]
    assert lines[-4].split()[-1] == "damaged"
    assert written.err == ""


def rule(**more) -> KindRule:
    return KindRule(**{"name": "rating", **more})


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"weight": 1.0}, "1"),
        ({"weight": 0.5}, "0.5"),
        ({"weight": 2.0, "negative": True}, "-2"),
        ({"weight": 1.0, "from_value": True}, "1 × value"),
        ({"weight": 1.0, "from_value": True, "cap": 5.0}, "1 × value, ≤ 5"),
        ({"weight": 0.0}, "0"),
        ({"weight": 3.0, "cap": 2.5}, "3, ≤ 2.5"),
    ],
)
def test_kind_of_events_is_told_with_what_it_counts(more, counts):
    assert cells(facts(rule(**more)))[1] == counts


@pytest.mark.parametrize(
    ("more", "scale"),
    [
        ({"lowest": 0.0, "highest": 5.0}, "0 to 5"),
        ({"lowest": 1.0, "highest": 10.0}, "1 to 10"),
        ({"lowest": -1.0, "highest": 1e9}, "-1 to 1e+09"),
        ({"lowest": 0.0, "highest": 1e9}, ""),
    ],
)
def test_kind_of_events_is_told_with_its_scale_where_it_has_one(more, scale):
    assert cells(facts(rule(**more)))[2] == scale


@pytest.mark.parametrize(("middle", "shown"), [("none", ""), ("scale", "scale"), (2.5, "2.5")])
def test_kind_of_events_is_told_with_its_middle_where_it_has_one(middle, shown):
    assert cells(facts(rule(middle=middle)))[3] == shown


def test_kind_of_events_is_told_with_what_it_takes_back():
    row = facts(rule(takes_back=("like", "보기")))
    assert cells(row)[4] == "like, 보기"
    assert tuple(row) == FACTS
    assert row["cap"] is None


@pytest.mark.parametrize(
    ("released", "state"), [(None, "aside"), (NOON, "released 2026-12-01 12:00")]
)
def test_quarantine_is_told_in_a_line(released, state):
    card = SimpleNamespace(
        number=3, created=NOON, events=30, released=released, author="terminal", reason="robots"
    )
    assert set(vars(card)) <= set(QuarantineCard.__dataclass_fields__)
    assert quarantine_cells(card) == (3, "2026-12-01 12:00", 30, state, "terminal", "robots")


def trace(**more):
    stage = SimpleNamespace(name="gate", count=2, milliseconds=0.5, first=(("a", 1.0),), place=None)
    why = SimpleNamespace(confidence=0.5, text="because [x]")
    fields = {
        "algorithm": "ease", "version": "v1", "events": 3, "stages": [stage],
        "items": [("a", 0.25)], "whys": [why], "told": "It is not offered.",
    }  # fmt: skip
    return SimpleNamespace(**{**fields, **more})


def test_list_is_told_stage_by_stage(capsys):
    explain.show(trace(), None)
    written = capsys.readouterr()
    lines = [line.split() for line in written.out.splitlines() if line.strip() and "─" not in line]
    assert lines[0] == ["ease,", "version", "v1,", "3", "events", "to", "go", "by"]
    assert lines[2] == ["gate", "2", "0.5", "a"]
    assert lines[4] == ["1", "a", "0.25", "0.5", "because", "[x]"]
    assert written.err == ""


@pytest.mark.parametrize(("place", "shown"), [(None, "–"), (7, "7")])
def test_item_that_is_asked_about_has_its_place_at_each_stage(capsys, place, shown):
    found = trace()
    found.stages[0].place = place
    explain.show(found, "b")
    written = capsys.readouterr()
    row = next(line for line in written.out.splitlines() if "gate" in line)
    assert row.split()[-1] == shown
    assert written.err == "It is not offered.\n"


@pytest.mark.parametrize("cls", WAY_OUT)
def test_way_out_of_every_error_is_a_sentence(cls):
    assert WAY_OUT[cls].endswith((".", "why."))
    assert "`omakase" in WAY_OUT[cls] or "--" in WAY_OUT[cls] or "Choose" in WAY_OUT[cls]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.NotReady("no version"), "Train one: `omakase train`."),
        (errors.OnlyRepeats("test", 3), "--repeats"),
        (errors.EmptyData("none"), "`omakase data validate PATH` shows why."),
        (errors.UnreadableFile("x"), "`omakase data list`"),
        (errors.MissingColumns("x", ["user_id"], ["who"]), "--map user_id=THEIR_NAME"),
        (errors.UnknownIds(["x"]), "`omakase data import PATH`"),
        (errors.UnknownName("model", "x", ["a"]), "`omakase models`"),
        (errors.UnknownName("model among those chosen", "x", ["a"]), "`omakase models`"),
        (errors.UnknownName("column of ours", "x", ["a"]), ""),
        (errors.UnknownName("preset", "x", ["a"]), ""),
        (errors.ArtifactError("x"), "Train again: `omakase train`."),
        (errors.TooLarge("x", 2, 1), "more memory"),
        (errors.ConfigError("x"), ""),
        (exceptions.Invalid("x"), ""),
        (exceptions.NotFound("x"), ""),
        (exceptions.Conflict("x"), ""),
    ],
)
def test_way_out_of_an_error_is_that_of_its_kind(error, words):
    advice = way_out(error)
    assert (words in advice) if words else advice == ""


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (exceptions.Invalid("no [such] word"), ["no [such] word"]),
        (exceptions.NotReady("none live"), ["none live", "Train one: `omakase train`."]),
        (errors.ConfigError("가나다 :smile:"), ["가나다 :smile:"]),
        (FileNotFoundError(2, "No such file or directory", "a/b"),
         ["a/b: No such file or directory"]),
        (PermissionError(13, "Permission denied", "가게"), ["가게: Permission denied"]),
    ],
)  # fmt: skip
def test_error_of_a_command_is_a_line_and_the_way_out(error, lines):
    app = typer.Typer(cls=PlainErrors, pretty_exceptions_enable=False)

    @app.command()
    def fails() -> None:
        raise error

    @app.callback()
    def group() -> None:
        """Makes a group of one command."""

    result = CliRunner().invoke(app, ["fails"])
    assert result.exit_code == FAILED
    assert result.stderr.splitlines() == lines
    assert result.stdout == ""


def test_code_of_remarks_is_neither_success_nor_failure():
    assert REMARKS not in (0, FAILED, 2)


def test_stages_of_a_version_are_words():
    assert issubclass(Stage, Enum)
    assert {stage.value for stage in Stage} >= {"live", "candidate"}
