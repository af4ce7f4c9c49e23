"""Dumps and JSON Lines come in any order, as often as one likes, and give the same."""

import json
from datetime import UTC, datetime
from itertools import permutations

import pytest

from omakase_service.catalog import selectors as catalog
from omakase_service.events.selectors import event_count, kinds, lines_of
from omakase_service.gorse import dump, exports
from omakase_service.gorse.contracts import BadRequest, GorseFeedback, GorseItem, GorseUser
from omakase_service.gorse.imports import files_of, import_config, import_rows, is_dump
from omakase_service.gorse.wire import shown_feedback, shown_item, shown_user

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
USERS = [GorseUser("김 하나", {"age": "30"}, "vip"), GorseUser("u2", ["a", "b"]), GorseUser("u3")]
ITEMS = [
    GorseItem("i1", False, ("Drama", "War"), NOON, {"genre": ["Drama"]}, "밤의 열차"),
    GorseItem("i2", True, (), None, None, "x" * 600),
    GorseItem("i3"),
]
FEEDBACK = [
    GorseFeedback("rating", "김 하나", "i1", 4.0, NOON, NOON),
    GorseFeedback("rating", "u2", "i1", 2.0, NOON, NOON, "so so"),
    GorseFeedback("star", "u2", "i3", 0.0, NOON, NOON),
]


@pytest.fixture
def files(tmp_path):
    """The same rows as a dump and as JSON Lines."""
    parts = [(dump.USERS, USERS), (dump.ITEMS, ITEMS), (dump.FEEDBACK, FEEDBACK)]
    raw = b"".join(
        dump.written_section(section) + b"".join(map(dump.written_row, rows))
        for section, rows in parts
    )
    (tmp_path / "site.dump").write_bytes(raw + dump.written_section(dump.END))
    for name, shown, rows in (
        ("users", shown_user, USERS),
        ("items", shown_item, ITEMS),
        ("feedback", shown_feedback, FEEDBACK),
    ):
        lines = [json.dumps(shown(row), ensure_ascii=False) for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def everything():
    return list(exports.users()), list(exports.items()), list(exports.feedback())


def by_id(rows, name):
    return sorted(rows, key=lambda row: getattr(row, name).encode())


@pytest.mark.parametrize("order", list(permutations(("users", "items", "feedback"))))
def test_import_rows_in_any_order_and_twice_gives_the_same(db, files, order):
    for name in (*order, *order):
        import_rows(files / f"{name}.jsonl")
    users, items, feedback = everything()
    assert by_id(users, "user_id") == by_id(USERS, "user_id")
    assert by_id(items, "item_id") == by_id(ITEMS, "item_id")
    assert sorted(row.key for row in feedback) == sorted(row.key for row in FEEDBACK)
    assert event_count() == len(FEEDBACK)


def test_import_rows_of_a_dump_over_json_lines_changes_nothing(db, files):
    for name in ("feedback", "items", "users"):
        import_rows(files / f"{name}.jsonl")
    before = (event_count(), catalog.counts(), [row.key for row in exports.feedback()])
    seqs = [line["seq"] for line in lines_of(user_id="u2")]
    report = import_rows(files / "site.dump")
    assert (report.users, report.items, report.feedback, report.rejected) == (3, 3, 3, 0)
    assert before == (event_count(), catalog.counts(), [row.key for row in exports.feedback()])
    assert seqs == [line["seq"] for line in lines_of(user_id="u2")]


def test_import_rows_that_cannot_be_stored_are_told_with_their_line(db, tmp_path):
    file = tmp_path / "items.jsonl"
    good, slash = json.dumps({"ItemId": "ok"}), json.dumps({"ItemId": "a/b"})
    file.write_text(f"{good}\n{slash}\nnot json\n\n{json.dumps({'ItemId': 7})}\n")
    report = import_rows(file)
    assert (report.items, report.rejected) == (1, 3)
    assert "items.jsonl, line 2: ItemId 'a/b' holds a slash" in report.refused[0]
    assert "line 3: this is not JSON" in report.refused[1]
    assert "line 5: Item.ItemId is a text, not a number" in report.refused[2]


def test_import_rows_of_something_else_are_refused(db, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"name": 1}\n')
    with pytest.raises(BadRequest, match="names no UserId, ItemId or FeedbackType"):
        import_rows(file)


def test_import_rows_with_values_outside_their_scale_are_kept_and_told(db, tmp_path):
    file = tmp_path / "feedback.jsonl"
    row = {"FeedbackType": "rating", "UserId": "u", "ItemId": "i", "Value": 9, "Timestamp": "2024"}
    file.write_text(json.dumps(row) + "\n")
    report = import_rows(file)
    assert (report.feedback, report.unlearnt, event_count()) == (1, 1, 0)
    assert [row.value for row in exports.feedback()] == [9.0]


def test_import_config_declares_kinds(db, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(
        '[recommend.data_source]\npositive_feedback_types = ["rating>=4"]\n'
        'read_feedback_types = ["seen"]\nnegative_feedback_types = ["hate"]\n'
    )
    import_config(file)
    known = kinds()
    assert known["rating"].middle == 4.0
    assert known["seen"].weight == 0.0
    assert known["hate"].negative


def test_files_of_a_folder_are_its_lines_or_else_its_dump(files, tmp_path):
    names = [file.name for file in files_of(files)]
    assert names == ["users.jsonl", "items.jsonl", "feedback.jsonl"]
    for name in names:
        (files / name).unlink()
    assert [file.name for file in files_of(files)] == ["site.dump"]
    assert is_dump(files / "site.dump")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(BadRequest, match="there is no dump here"):
        files_of(empty)
