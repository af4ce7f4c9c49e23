"""First rows."""

from omakase.data.rows import ReadOptions
from omakase.data.rows.sample import sample_of


def written(path, text, name="e.csv"):
    file = path / name
    file.write_text(text)
    return file


def test_sample_of_a_table_keeps_the_names_of_the_file(tmp_path):
    found = sample_of(written(tmp_path, "line,user\n1,u\n2,v\n"), ReadOptions())
    assert found.rows.rows(named=True) == [{"line": "1", "user": "u"}, {"line": "2", "user": "v"}]
    assert (found.encoding, found.whole) == ("utf-8", True)


def test_sample_of_json_tells_flat_columns_from_nested(tmp_path):
    text = '{"a": {"b": 1}, "c": [1], "d": 2}\n{"a": {"b": 3}, "c": [], "d": [4]}\n{"d": 5}\n'
    found = sample_of(written(tmp_path, text, "e.jsonl"), ReadOptions())
    assert found.flat == ("d", "a.b")
    assert found.rows.get_column("a.b").to_list() == ["1", "3", None]


def test_resolved_looks_within_a_list(tmp_path):
    text = '{"session": 1, "events": [{"aid": 4, "ts": 5}]}\n'
    found = sample_of(written(tmp_path, text, "e.jsonl"), ReadOptions())
    declared = {"user_id": "session", "item_id": "events", "time": "events"}
    assert found.resolved(declared) == {
        "user_id": "session",
        "item_id": "events.aid",
        "time": "events.ts",
    }


def test_sample_of_a_long_file_is_its_beginning(tmp_path):
    rows = "".join(f"u{n},i{n}\n" for n in range(200_000))
    found = sample_of(written(tmp_path, f"user,item\n{rows}"), ReadOptions())
    assert not found.whole
    assert 0 < found.rows.height <= 20_000
