"""Files of a move: which are read, what each row becomes, and what is told of the rest."""

import json
from datetime import UTC, datetime

import pytest

from omakase_service.events.selectors import kinds
from omakase_service.gorse import dump, exports, selectors
from omakase_service.gorse.contracts import (
    BadRequest,
    FeedbackRule,
    GorseFeedback,
    GorseItem,
    GorseUser,
    MoveReport,
)
from omakase_service.gorse.imports import files_of, import_config, import_rows, is_dump
from omakase_service.gorse.services import store_feedback, store_items, store_users
from omakase_service.platform.exceptions import Invalid

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def lines(file, *rows):
    """The file with rows as JSON Lines; a text as it is."""
    texts = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return file


def dumped(file, *sections):
    parts = [
        dump.written_section(section) + b"".join(map(dump.written_row, rows))
        for section, rows in sections
    ]
    file.write_bytes(b"".join([*parts, dump.written_section(dump.END)]))
    return file


def touched(folder, *names):
    for name in names:
        (folder / name).write_text("x")
    return folder


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["feedback.jsonl", "users.jsonl"], ["users.jsonl", "feedback.jsonl"]),
        (
            ["items.jsonl", "config.toml", "site.dump", "other.jsonl"],
            ["config.toml", "items.jsonl"],
        ),
        (["b.dump", "a.dump", "config.toml"], ["config.toml", "a.dump", "b.dump"]),
        (["config.toml"], ["config.toml"]),
    ],
)
def test_files_of_a_folder_come_in_the_order_of_the_move(tmp_path, names, expected):
    assert [file.name for file in files_of(touched(tmp_path, *names))] == expected


def test_files_of_a_file_is_that_file_whatever_its_name(tmp_path):
    file = lines(tmp_path / "whatever", "x")
    assert files_of(file) == [file]


@pytest.mark.parametrize("names", [[], ["users.json", "site.dump.gz", "README"]])
def test_files_of_a_folder_without_any_say_what_is_looked_for(tmp_path, names):
    with pytest.raises(BadRequest) as caught:
        files_of(touched(tmp_path, *names))
    assert str(caught.value) == (
        f"{tmp_path}: there is no dump here, and none of config.toml, users.jsonl, items.jsonl, "
        "feedback.jsonl; give the file, or a folder with some of them"
    )


def test_files_of_a_path_that_is_not_there_say_the_same(tmp_path):
    with pytest.raises(BadRequest, match=r"there is no dump here, and none of config\.toml"):
        files_of(tmp_path / "nowhere")


def test_files_of_a_folder_leave_out_folders_of_their_names(tmp_path):
    (tmp_path / "users.jsonl").mkdir()
    lines(tmp_path / "items.jsonl", {"ItemId": "i"})
    assert [file.name for file in files_of(tmp_path)] == ["items.jsonl"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (bytes(8), True),
        (b"\xff" * 8, True),
        ((-2).to_bytes(8, "little", signed=True), True),
        ((-3).to_bytes(8, "little", signed=True) + b"more", True),
        ((-4).to_bytes(8, "little", signed=True), False),
        ((1).to_bytes(8, "little"), False),
        (b'{"UserId": "u"}\n', False),
        (bytes(7), False),
        (b"", False),
    ],
)
def test_is_dump_goes_by_the_first_eight_bytes(tmp_path, raw, expected):
    (tmp_path / "file").write_bytes(raw)
    assert is_dump(tmp_path / "file") == expected


@pytest.mark.parametrize("name", ["UserId", "USERID", "userid"])
def test_lines_are_known_by_the_fields_of_their_first_row(db, tmp_path, name):
    report = import_rows(lines(tmp_path / "any.txt", {name: "u"}, {"UserId": "v"}))
    assert (report.users, report.items, report.feedback) == (2, 0, 0)
    assert [user.user_id for user in exports.users()] == ["u", "v"]


def test_lines_of_feedback_are_known_though_they_name_a_user_and_an_item(db, tmp_path):
    row = {"FeedbackType": "star", "UserId": "u", "ItemId": "i"}
    assert import_rows(lines(tmp_path / "x", row)).feedback == 1


@pytest.mark.parametrize("row", [{"name": 1}, {}, [], "text", 7, None])
def test_lines_of_something_else_are_refused_by_their_path(db, tmp_path, row):
    file = lines(tmp_path / "x.jsonl", json.dumps(row))
    with pytest.raises(BadRequest) as caught:
        import_rows(file)
    assert str(caught.value) == (
        f"{file}: neither a dump of Gorse nor its JSON Lines: the first row names no UserId, "
        "ItemId or FeedbackType"
    )


def test_lines_that_begin_with_no_json_go_on_behind_it(db, tmp_path):
    report = import_rows(lines(tmp_path / "x.jsonl", "no json", "", {"UserId": "u"}))
    assert (report.users, report.rejected) == (1, 1)
    assert report.refused[0].startswith("x.jsonl, line 1: this is not JSON: ")


def test_lines_without_an_end_of_the_last_are_all_read(db, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"UserId": "a"}\r\n\r\n{"UserId": "b"}')
    assert import_rows(file).users == 2
    assert [user.user_id for user in exports.users()] == ["a", "b"]


def test_lines_of_an_empty_file_are_none(db, tmp_path):
    assert import_rows(lines(tmp_path / "x.jsonl")) == MoveReport()


def test_lines_of_several_batches_are_all_stored(db, tmp_path):
    heard = []
    rows = [{"UserId": f"u{n:05}"} for n in range(5003)]
    file = lines(tmp_path / "users.jsonl", *rows)
    report = import_rows(file, progress=lambda *words: heard.append(words))
    assert report.users == 5003
    assert [user.user_id for user in exports.users()] == [row["UserId"] for row in rows]
    size = file.stat().st_size
    assert len(heard) == 2
    assert heard[-1] == (size, size, "storing rows")
    assert 0 < heard[0][0] < size


def test_lines_that_the_catalog_does_not_take_are_told_one_by_one(db, tmp_path):
    file = lines(
        tmp_path / "items.jsonl",
        {"ItemId": "a"},
        {"ItemId": "b", "Categories": ["c" * 256]},
        {"ItemId": "c"},
    )
    report = import_rows(file)
    assert report.rejected == 1
    assert report.refused[0].startswith("item 'b': category: ")
    assert [item.item_id for item in exports.items()] == ["a", "c"]


def test_report_of_earlier_files_is_added_to(db, tmp_path):
    report = MoveReport(users=5, rejected=1, refused=["before"])
    again = import_rows(lines(tmp_path / "x.jsonl", {"UserId": "u"}, {"UserId": "/"}), report)
    assert again is report
    assert (report.users, report.rejected, report.refused[0]) == (6, 2, "before")


def test_dump_of_every_section_is_stored(db, tmp_path):
    moment = NOON
    file = dumped(
        tmp_path / "x.dump",
        (dump.USERS, [GorseUser("u", {"a": 1})]),
        (dump.ITEMS, [GorseItem("i", timestamp=moment)]),
        (dump.FEEDBACK, [GorseFeedback("star", "u", "i", 2.0, moment, moment)]),
    )
    report = import_rows(file)
    assert (report.users, report.items, report.feedback, report.rejected) == (1, 1, 1, 0)
    assert list(exports.feedback()) == [GorseFeedback("star", "u", "i", 2.0, moment, moment)]


def test_dump_loses_the_blanks_around_its_ids(db, tmp_path):
    rows = [GorseFeedback("star", " u ", " i", 1.0, NOON, NOON)]
    import_rows(dumped(tmp_path / "x.dump", (dump.FEEDBACK, rows)))
    assert [row.key for row in exports.feedback()] == [("star", "u", "i")]


def test_dump_that_is_damaged_keeps_what_stood_before(db, tmp_path):
    users = [GorseUser(f"u{n:05}") for n in range(5001)]
    file = dumped(tmp_path / "x.dump", (dump.USERS, users))
    file.write_bytes(file.read_bytes()[:-8])
    with pytest.raises(BadRequest, match=r"without its end mark$"):
        import_rows(file)
    assert len(list(exports.users())) == 5000


CONFIG = """
[server]
default_n = 7
[recommend.data_source]
positive_feedback_types = ["rating>=4"]
"""


def test_config_holds_from_then_on_and_the_next_one_replaces_it(db, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    import_config(file)
    config = selectors.config()
    assert (config.known, config.default_n) == (True, 7)
    assert config.positive == (FeedbackRule("rating", ">=", 4.0),)
    file.write_text("")
    import_config(file)
    assert selectors.config().positive == ()
    assert selectors.config().default_n == 10


def test_config_leaves_the_share_of_the_mirror_as_it_is(db, tmp_path):
    from omakase_service.gorse.mirror import own_percent, share_out

    share_out(percent=40)
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    import_config(file)
    assert own_percent() == 40


def test_config_that_cannot_be_read_changes_nothing(db, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    import_config(file)
    file.write_text('[recommend.data_source]\npositive_feedback_types = ["!"]')
    with pytest.raises(BadRequest, match=r"^the type of feedback '!' cannot be read"):
        import_config(file)
    assert selectors.config().default_n == 7


def test_config_with_a_type_that_is_too_long_is_refused(db, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(f'[recommend.data_source]\nread_feedback_types = ["{"k" * 51}"]')
    with pytest.raises(Invalid) as caught:
        import_config(file)
    assert str(caught.value) == f"the kind {'k' * 51!r}: a name has 1 to 50 characters, and no NUL"


def test_config_before_rows_makes_seen_items_count_nothing(db, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    import_config(file)
    store_feedback(rows=[GorseFeedback("glanced", "u", "i", timestamp=NOON)], overwrite=True)
    assert kinds()["glanced"].weight == 0.0
    assert kinds()["rating"].middle == 4.0


def test_export_of_several_pages_has_every_row_once_in_order(db):
    names = [f"n{n:05}" for n in range(5002)]
    store_users(users=[GorseUser(name) for name in reversed(names)])
    store_items(items=[GorseItem(name) for name in reversed(names)])
    assert [user.user_id for user in exports.users()] == names
    assert [item.item_id for item in exports.items()] == names


def test_export_lines_end_each_row(db):
    store_users(users=[GorseUser("a"), GorseUser("밥", ["x"], "c\nd")])
    assert exports.lines("users").decode() == (
        '{"UserId":"a","Labels":null,"Comment":""}\n'
        '{"UserId":"밥","Labels":["x"],"Comment":"c\\nd"}\n'
    )
    assert exports.lines("items") == exports.lines("feedback") == b""


def test_export_leaves_out_feedback_of_the_future(db):
    late = NOON.replace(year=2999)
    store_feedback(rows=[GorseFeedback("star", "u", "i", timestamp=late)], overwrite=True)
    assert list(exports.feedback()) == []
    assert exports.lines("feedback") == b""
