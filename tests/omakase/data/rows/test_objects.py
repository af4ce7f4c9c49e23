"""Items out of JSON Lines, whose values may be anything."""

import pytest

from omakase.data.rows import read_records
from omakase.data.rows.columns import ITEM_NAMES
from omakase.data.rows.objects import read_objects
from omakase.errors import UnreadableFile


def written(path, text):
    file = path / "items.jsonl"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def objects(path, *lines):
    table, rejects = read_objects(written(path, "\n".join(lines) + "\n"), "utf-8", ITEM_NAMES)
    return table.rows(named=True), [(r.line, r.reason) for r in rejects]


def test_each_row_knows_its_line_and_each_wrong_line_is_told(tmp_path):
    rows, wrong = objects(tmp_path, '{"id": "a"}', "", "{oops", "[1]", "7", '{"id": "b"}')
    assert rows == [{"line": 1, "id": "a"}, {"line": 6, "id": "b"}]
    assert wrong == [(3, "bad_json"), (4, "not_an_object"), (5, "not_an_object")]


def test_a_lone_return_is_white_space_and_counts_no_line(tmp_path):
    table, rejects = read_objects(
        written(tmp_path, b'{"id":\r"a"}\r\n{"id": "b"}\n{'), "utf-8", ITEM_NAMES
    )
    assert table.rows() == [(1, "a"), (2, "b")]
    assert [reject.line for reject in rejects] == [3]


def test_values_of_many_types_in_one_column_become_text(tmp_path):
    rows, _ = objects(
        tmp_path,
        '{"id": "a", "x": 1, "y": 1, "z": true, "n": {"k": "값"}}',
        '{"id": "b", "x": "1", "y": 2.5, "z": null, "n": "plain"}',
        '{"id": "c", "x": true}',
    )
    assert [row["x"] for row in rows] == ["1", "1", "true"]
    assert [row["y"] for row in rows] == [1.0, 2.5, None]
    assert [row["z"] for row in rows] == [True, None, None]
    assert [row["n"] for row in rows] == ['{"k": "값"}', "plain", None]


def test_a_column_with_a_list_is_a_column_of_lists_of_text(tmp_path):
    rows, _ = objects(
        tmp_path,
        '{"id": "a", "tags": ["x", 1, {"y": 2}], "sizes": [1, 2]}',
        '{"id": "b", "tags": "p|q", "sizes": 3}',
        '{"id": "c", "tags": [], "sizes": "a|b"}',
        '{"id": "d"}',
    )
    assert [row["tags"] for row in rows] == [["x", "1", '{"y": 2}'], ["p", "q"], [], None]
    assert [row["sizes"] for row in rows] == [["1", "2"], ["3"], ["a|b"], None]


def test_an_id_that_is_no_plain_value_is_refused(tmp_path):
    found = read_records(
        written(tmp_path, '{"id": ["a"]}\n{"id": {"b": 1}}\n{"id": "c"}\n'), ITEM_NAMES
    )
    assert found.table.rows() == [("c",)]
    assert [(r.line, r.reason) for r in found.rejects] == [(1, "bad_type"), (2, "bad_type")]
    assert found.rejects[0].detail == "item_id is neither text nor a number"


def test_numbers_are_ids_by_their_digits(tmp_path):
    huge = "123456789012345678901234567890"
    lines = [f'{{"id": {n}}}' for n in (7, "7.0", 1e3, 2.5, huge)]
    found = read_records(written(tmp_path, "\n".join(lines)), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["7", "1000", "2.5", huge]


def test_a_price_that_is_no_number_costs_the_price_alone(tmp_path):
    lines = ('{"id": "a", "price": [3]}', '{"id": "b", "price": {}}', '{"id": "c", "price": 3}')
    found = read_records(written(tmp_path, "\n".join(lines)), ITEM_NAMES)
    assert found.table.rows() == [("a", None), ("b", None), ("c", 3.0)]
    assert found.rejects == ()
    assert [(w.line, w.reason) for w in found.warnings] == [
        *((1, "field_left_out"), (2, "field_left_out")),
    ]


def test_an_attribute_called_line_keeps_its_values(tmp_path):
    found = read_records(written(tmp_path, '{"id": "a", "line": "Basic"}\n[]\n'), ITEM_NAMES)
    assert found.table.rows(named=True) == [{"item_id": "a", "line_": "Basic"}]
    assert [reject.line for reject in found.rejects] == [2]


@pytest.mark.parametrize("text", ["[\n", "oops\n", '"text"\n7\n', "null\n", '{"a": "\\ud800"}\n'])
def test_no_object_at_all_is_one_sentence(tmp_path, text):
    lines = text.count("\n")
    with pytest.raises(UnreadableFile, match=f"none of its first {lines} lines is a JSON object"):
        read_records(written(tmp_path, text), ITEM_NAMES)
