"""Events written in many ways are read as the same events."""

import bz2
import csv
import gzip
import io
import json
import lzma
import unicodedata
from pathlib import Path

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omakase.data.rows import ReadOptions, open_rows
from omakase.data.rows.blocks import Block
from omakase.data.rows.dialect import Dialect, dialect_of
from omakase.data.rows.encoding import detect, encoding_of
from omakase.data.rows.packing import is_archive, is_stray, unpacked
from omakase.data.rows.splitting import split
from omakase.errors import UnreadableFile

files = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ROWS = [
    ("user,1", "item;1", 4.0, 1_706_702_400),
    ('say "hi"', "김치\t찌개", 3.5, 1_706_702_401),
    ("u|3", "it's", 5.0, 1_706_702_402),
    ("o'neil", "#tag", 1.0, 1_706_702_403),
    ("plain", "\U0001f363", 2.0, 1_706_702_404),
]
NAMES = ("user_id", "item_id", "rating", "timestamp")
ids = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn"]),
    min_size=1,
    max_size=6,
).map(lambda text: f"k{text}")
lines = st.lists(
    st.tuples(ids, ids, st.integers(0, 10).map(lambda n: n / 2), st.integers(10**9, 17 * 10**8)),
    min_size=2,
    max_size=8,
)


def read(file, **options):
    batches = open_rows(file, options=ReadOptions(**options)).batches()
    tables = [batch.events for batch in batches]
    return pl.concat(tables).select("user_id", "item_id", "value", "time").rows()


def as_csv(rows, separator=",", ending="\n", quoting=csv.QUOTE_MINIMAL, names=NAMES):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=ending, quoting=quoting)
    writer.writerows([names, *rows])
    return stream.getvalue()


def written(folder, text, name="events.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file


@pytest.mark.parametrize("separator", list(",;\t|^"))
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
def test_open_rows_of_any_separator_reads_the_fields(tmp_path, separator, ending, quoting):
    rows = [(u.replace("\t", " "), i.replace("\t", " "), r, t) for u, i, r, t in ROWS]
    text = as_csv(rows, separator, ending, quoting)
    assert read(written(tmp_path, text)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_open_rows_of_any_unicode_reads_the_letters(tmp_path, encoding):
    rows = [ROWS[0], ROWS[2], ROWS[4], ("사용자", "김치", 3.0, 1_706_702_405)]
    assert read(written(tmp_path, as_csv(rows), encoding=encoding)) == rows


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp949", ["김치찌개", "된장국", "불고기", "비빔밥"]),
        ("euc_jp", ["すし", "ラーメン", "うどん", "てんぷら"]),
        ("cp932", ["すし", "ラーメン", "うどん", "てんぷら"]),
        ("gb18030", ["饺子面条", "米饭茶叶", "豆腐汤圆", "牛肉鸡蛋"]),
        ("cp1251", ["борщ", "пельмени", "блины", "щи"]),
        ("cp1252", ["crème brûlée", "café au lait", "Käsespätzle", "jalapeño"]),
    ],
)
def test_open_rows_of_older_encodings_reads_the_words_without_being_told(tmp_path, encoding, words):
    rows = [(f"u{n}", words[n % 4], 4.0, 1_706_702_400 + n) for n in range(40)]
    file = written(tmp_path, as_csv(rows), encoding=encoding)
    assert read(file) == rows
    assert read(file, encoding=encoding) == rows


@files
@given(lines, st.sampled_from(",;\t|"), st.booleans())
def test_open_rows_of_any_ids_is_what_was_written(tmp_path, rows, separator, all_quoted):
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    file = written(tmp_path, as_csv(rows, separator, quoting=quoting))
    found = read(file, separator=separator, rating_scale=(0, 5))
    wanted = [(*(unicodedata.normalize("NFC", text) for text in row[:2]), *row[2:]) for row in rows]
    assert sorted(found) == sorted(dict.fromkeys(wanted))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ids", [("k\\", "k0"), ("k0", "k\\"), ("a\\", "b\\")])
def test_open_rows_of_ids_that_end_with_a_backslash_is_what_was_written(tmp_path, separator, ids):
    rows = [("k0", "k0", 0.0, 1_000_000_000), (*ids, 0.5, 1_000_000_001)]
    file = written(tmp_path, as_csv(rows, separator, quoting=csv.QUOTE_ALL))
    assert sorted(read(file, rating_scale=(0, 5))) == sorted(rows)


@pytest.mark.parametrize("separator", [",", ";", "|"])  # a tab is in no id
def test_open_rows_of_escaped_marks_and_separators_is_what_was_written(tmp_path, separator):
    rows = [
        ("a", f'the "new" one{separator} cheap', 4.0, 1_706_702_400),
        ("b", "c", 3.0, 1_706_702_401),
    ]
    lines = [separator.join(f'"{_escaped(cell)}"' for cell in row) for row in [NAMES, *rows]]
    file = written(tmp_path, "\n".join(lines) + "\n")
    assert sorted(read(file, rating_scale=(0, 5))) == sorted(rows)


def _escaped(cell):
    return str(cell).replace('"', '\\"')


@files
@given(lines)
def test_open_rows_of_json_lines_and_parquet_say_the_same(tmp_path, rows):
    named = [dict(zip(NAMES, row, strict=True)) for row in rows]
    lined = written(
        tmp_path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in named), "e.jsonl"
    )
    table = tmp_path / "e.parquet"
    pl.DataFrame(named).write_parquet(table)
    told = {"rating_scale": (0, 5)}
    assert read(lined, **told) == read(table, **told)


@pytest.mark.parametrize(
    ("ending", "pack"),
    [
        ("gz", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_unpacked_files_are_read_as_plain_ones(tmp_path, ending, pack):
    rows = [ROWS[0], ROWS[2]]
    packed = written(tmp_path, pack(as_csv(rows).encode()), f"events.csv.{ending}")
    room = tmp_path / "room"
    room.mkdir()
    assert is_archive(packed)
    (member,) = unpacked(packed, packed.name, room)
    assert read(member.path) == rows


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,i,4,1706702400,more", "wrong_columns"),
        ("a,i,4", "wrong_columns"),
        ('"a,i,4,1706702400', "unbalanced_quotes"),
        ("a\x00,i,4,1706702400", "nul_byte"),
        ("a,i,four,1706702400", "bad_value"),
        ("a,i,4,soon", "bad_time"),
        (",i,4,1706702400", "empty_user"),
        ("a,,4,1706702400", "empty_item"),
        ("a,i,,1706702400", "empty_value"),
        ("a,i,4,", "empty_time"),
        ("a,i,99,1706702400", "value_out_of_range"),
        ("a,i,4,-5", "negative_time"),
    ],
)
def test_open_rows_sets_one_bad_line_aside_and_reads_its_neighbours(tmp_path, text, reason):
    around = as_csv([(f"u{n}", "i", 4, 1_706_702_400 + n) for n in range(60)]).splitlines()
    around.insert(4, text)
    file = written(tmp_path, "\n".join(around) + "\n")
    batches = list(open_rows(file, options=ReadOptions()).batches())
    rejects = [reject for batch in batches for reject in batch.rejects]
    assert [(r.line, r.reason) for r in rejects] == [(5, reason)]
    assert sum(batch.events.height for batch in batches) == 60
    assert rejects[0].raw.startswith(text.split("\x00")[0][:5])


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_open_rows_without_a_last_line_end_reads_the_last_row(tmp_path, size):
    rows = [(f"u{n}", "i", 4.0, 1_706_702_400 + n) for n in range(size)]
    assert read(written(tmp_path, as_csv(rows).rstrip("\n"))) == rows


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("sep=;\nuser;item;rating\nu;i;4\n", {}),
        ("# export of 2024\n\nuser,item,rating\nu,i,4\n", {}),
        ("\n\n  \nuser,item,rating\nu,i,4\n", {}),
        ("#user,item,rating\nu,i,4\n", {}),
        ("user::item::rating\nu::i::4\n", {}),
        ("user item rating\nu1 i1 4\nu2 i2 5\n", {"separator": " "}),
        ("user~item~rating\nu~i~4\n", {"separator": "~"}),
        ("user||item||rating\nu||i||4\n", {"separator": "||"}),
        ("'user','item','rating'\n'u','i','4'\n", {}),
        ("user,item,rating,\nu,i,4,\n", {}),
        ("user\titem\trating\nu\ti\t4\n", {"separator": "\\t"}),
        ("user\titem\trating\nu\ti\t4\n", {"separator": "tab"}),
        ("u,i,4\n", {"columns": ("user", "item", "rating"), "header": False}),
        ("u,i,4\n", {"columns": ("user", "item", "rating")}),
    ],
)
def test_open_rows_of_other_dialects_reads_the_first_row(tmp_path, text, options):
    found = open_rows(written(tmp_path, text), options=ReadOptions(**options)).batches()
    (batch,) = found
    user, item, value = batch.events.select("user_id", "item_id", "value").row(0)
    assert (user[0], item[0], value) == ("u", "i", 4.0)
    assert not batch.rejects


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("user,item,item\nu,i,j\n", ("user", "item", "item 2")),
        ("user,,item\nu,x,i\n", ("user", "column 2", "item")),
        (" user , item \nu,i\n", ("user", "item")),
        ('"user","item, long"\nu,i\n', ("user", "item, long")),
        ("% user,item\nu,i\n", ("user", "item")),
        ("1,2,3\n4,5,6\n", ("column 1", "column 2", "column 3")),
    ],
)
def test_dialect_of_names_gives_each_column_one_of_its_own(tmp_path, text, columns):
    assert dialect_of(written(tmp_path, text), "csv").columns == columns


def test_dialect_of_another_number_of_names_is_refused(tmp_path):
    file = written(tmp_path, "u,i,4\nv,j,5\n")
    with pytest.raises(UnreadableFile) as caught:
        dialect_of(file, "csv", options=ReadOptions(columns=("user", "item")))
    assert str(caught.value) == (
        f"{file}: 2 names of columns are given, and its lines have 3 fields"
    )


@pytest.mark.parametrize("text", ["[1]\n", "nothing\n", '"a"\n1\n'])
def test_dialect_of_json_without_objects_is_refused(tmp_path, text):
    file = written(tmp_path, text, "e.jsonl")
    with pytest.raises(UnreadableFile) as caught:
        dialect_of(file, "jsonl")
    count = len(text.splitlines())
    assert str(caught.value) == f"{file}: none of its first {count} lines is a JSON object"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"", "utf-8"),
        (b"a,b\n", "utf-8"),
        ("김치\n".encode(), "utf-8"),
        ("김치찌개 된장국\n".encode("cp949") * 9, "cp949"),
        ("a,b\nc,d\n".encode("utf-16-le"), "utf-16-le"),
        ("a,b\nc,d\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_detect_names_the_encoding_of_bytes(tmp_path, raw, name):
    assert detect(written(tmp_path, raw)) == name


def test_encoding_of_a_mark_outweighs_what_is_declared(tmp_path):
    file = written(tmp_path, "김치\n", encoding="utf-8-sig")
    assert encoding_of(file, "cp949") == "utf-8"
    assert encoding_of(written(tmp_path, "김치\n", encoding="utf-16"), "cp949") == "utf-16"
    assert encoding_of(written(tmp_path, "x\n"), "cp949") == "cp949"


def test_encoding_of_a_name_that_nobody_knows_is_refused(tmp_path):
    file = written(tmp_path, "x\n")
    with pytest.raises(UnreadableFile) as caught:
        encoding_of(file, "klingon")
    assert str(caught.value) == (
        f"{file}: no encoding named 'klingon'; usual: utf-8, utf-16, cp949, latin-1"
    )


@pytest.mark.parametrize(
    ("name", "stray"),
    [
        ("events.csv", False),
        (".hidden.csv", True),
        ("in/.git/events.csv", True),
        ("../events.csv", False),
        ("./events.csv", False),
        ("README", True),
        ("readme.csv", True),
        ("LICENSE.txt", True),
        ("~$book.xlsx", True),
        ("Thumbs.db", True),
        ("desktop.ini", True),
        ("notes.MD", True),
        ("report.pdf", True),
        ("part-0.crc", True),
        ("photo.jpg", True),
        ("my readme.csv", False),
        ("log.csv", False),
        ("events.log", True),
        ("김치.csv", False),
    ],
)
def test_is_stray_of_names_that_hold_nobodys_data(name, stray):
    assert is_stray(Path(name)) is stray


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        ([], []),
        ({"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}, [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
        ({"a": [1, 2], "b": [3, 4]}, [{"a": 1, "b": 3}, {"a": 2, "b": 4}]),
        ({"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}, [{"a": 1, "b": 3}, {"a": 2, "b": 4}]),
        ({"small": [{"a": 1}], "large": [{"a": 2}, {"a": 3}]}, [{"a": 2}, {"a": 3}]),
        ([["a", "b"], [1, 2, 3], [4]], [{"a": 1, "b": 2}, {"a": 4}]),
        ([{"a": "김치"}], [{"a": "김치"}]),
        ([{"a": 2**70}], None),
    ],
)
def test_unpacked_documents_in_other_orders_are_rows(tmp_path, document, rows):
    file = written(tmp_path, json.dumps(document, indent=1), "e.json")
    room = tmp_path / "room"
    room.mkdir()
    (member,) = unpacked(file, file.name, room)
    found = [json.loads(line) for line in member.path.read_text(encoding="utf-8").splitlines()]
    assert found == (document if rows is None else rows)


fields = st.text('ab ",;\t김', max_size=4)


@files
@given(st.lists(st.tuples(fields, fields, fields), min_size=1, max_size=6), st.sampled_from(",;"))
def test_split_of_what_the_module_of_python_writes_is_what_it_reads(tmp_path, rows, separator):
    text = as_csv(rows, separator, quoting=csv.QUOTE_ALL, names=("x", "y", "z"))
    body = text.split("\n", 1)[1].encode()
    dialect = Dialect("csv", ("x", "y", "z"), separator.encode(), header_line=1)
    found = split(Block(body, 2, 0), dialect, {"a": "x", "b": "y", "c": "z"})
    assert not found.faults
    told = [tuple(field or None for field in row[1:]) for row in found.rows.rows()]
    assert told == [tuple(field or None for field in row) for row in rows]
    assert found.rows.get_column("line").to_list() == list(range(2, len(rows) + 2))
