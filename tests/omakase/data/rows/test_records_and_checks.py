"""Items and people out of files, and events row by row: what is kept, and what is said."""

import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omakase.data.rows import Meaning, Reject, Rules, read_records, write_rejects
from omakase.data.rows.attribute_types import typed_columns
from omakase.data.rows.bytes_of_fields import UNIT_SEPARATOR, Dialect, plain_bytes
from omakase.data.rows.checks import check
from omakase.data.rows.columns import ITEM_NAMES, USER_NAMES
from omakase.data.rows.identifiers import NOTHING
from omakase.data.rows.lines import (
    BLANK,
    HIGH,
    MOST_BREAKS,
    NOT_TEXT,
    NUL,
    ODD,
    QUOTES,
    keep_lines,
    lines_of,
)
from omakase.data.rows.options import ReadOptions
from omakase.data.rows.rejects import RAW_LIMIT, SENTENCES
from omakase.data.rows.texts import TextColumns
from omakase.data.rows.times import YEAR_2100, TimeForm

NOW = 1_700_000_000
files = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def written(folder, text, name="items.csv"):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def sentences(found):
    return [(each.line, each.detail) for each in (*found.rejects, *found.warnings)]


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("12.50", 12.5),
        ('"12,50"', 12.5),
        ("₩12000", 12_000.0),
        ('"1,299"', 1299.0),
        ("free", 0.0),
        ("0", 0.0),
        ("", None),
        ("N/A", None),
        ("-", None),
    ],
)
def test_read_records_of_a_price_reads_the_number_without_a_word(tmp_path, price, expected):
    found = read_records(written(tmp_path, f"item_id,price\na,{price}\n"), ITEM_NAMES)
    assert found.table.get_column("price").to_list() == [expected]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("column", "value", "detail"),
    [
        ("price", "dear", "price is 'dear', not a number from 0 to 1e+12; the rest is kept"),
        ("price", "-3", "price is '-3', not a number from 0 to 1e+12; the rest is kept"),
        ("year", "soon", "year is 'soon', not a number from 0 to 3000; the rest is kept"),
        ("year", "3001", "year is '3001', not a number from 0 to 3000; the rest is kept"),
        ("lat", "90.1", "latitude is '90.1', not a number from -90 to 90; the rest is kept"),
        ("lng", "-181", "longitude is '-181', not a number from -180 to 180; the rest is kept"),
    ],
)
def test_read_records_of_a_number_out_of_range_keeps_the_row_and_says_so(
    tmp_path, column, value, detail
):
    found = read_records(written(tmp_path, f"item_id,{column}\na,{value}\nb,1\n"), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["a", "b"]
    assert sentences(found) == [(2, detail)]


@pytest.mark.parametrize("nothing", [word for word in NOTHING if "," not in word])
def test_read_records_of_every_word_for_nothing_is_no_id(tmp_path, nothing):
    found = read_records(written(tmp_path, f"item_id,title\n{nothing},x\nb,y\n"), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["b"]
    assert sentences(found) == [(2, "the item is empty")]


def test_read_records_of_people_says_that_the_user_is_empty(tmp_path):
    found = read_records(written(tmp_path, "user_id,age\n,30\n"), USER_NAMES)
    assert sentences(found) == [(2, "the user is empty")]


def test_read_records_says_which_columns_were_kept_under_their_own_names(tmp_path):
    found = read_records(written(tmp_path, "sku,name,colour,size\na,A,red,L\n"), ITEM_NAMES)
    assert dict(found.columns) == {"item_id": "sku", "title": "name"}
    assert [each.column for each in found.aside] == ["colour", "size"]
    assert found.untyped == ("colour", "size")


def test_read_records_typed_table_has_numbers_truths_and_lists(tmp_path):
    text = "id,weight,zip,on,themes\na,1.5,01234,true,x|y\nb,,99999,FALSE,z\nc,2,1,true,\n"
    found = read_records(written(tmp_path, text), ITEM_NAMES).typed_table
    assert found.get_column("weight").to_list() == [1.5, None, 2.0]
    assert found.get_column("zip").to_list() == ["01234", "99999", "1"]
    assert found.get_column("on").to_list() == [True, False, True]
    assert found.get_column("themes").to_list() == [["x", "y"], ["z"], None]


def test_read_records_of_json_keeps_the_types_of_the_file(tmp_path):
    rows = [
        {"id": 1, "on": True, "size": 2, "more": {"a": [1]}, "tags": "x|y"},
        {"id": 2.0, "on": False, "size": 2.5, "more": None, "tags": ["z"]},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    found = read_records(written(tmp_path, text, "items.jsonl"), ITEM_NAMES)
    assert found.untyped == ()
    assert found.table.get_column("item_id").to_list() == ["1", "2"]
    assert found.table.get_column("on").to_list() == [True, False]
    assert found.table.get_column("size").to_list() == [2.0, 2.5]
    assert found.table.get_column("more").to_list() == ['{"a": [1]}', None]
    assert found.table.get_column("tags").to_list() == [["x", "y"], ["z"]]


def test_read_records_of_a_list_as_id_is_refused_row_by_row(tmp_path):
    text = '{"item_id": ["a"]}\n{"item_id": "b"}\n{"item_id": {"x": 1}}\n'
    found = read_records(written(tmp_path, text, "items.jsonl"), ITEM_NAMES)
    assert found.table.get_column("item_id").to_list() == ["b"]
    assert sentences(found) == [
        (1, "item_id is neither text nor a number"),
        (3, "item_id is neither text nor a number"),
    ]


def test_read_records_of_a_declared_path_leads_into_objects(tmp_path):
    text = '{"id": "a", "info": {"label": {"ko": "떡"}}}\n{"id": "b"}\n'
    found = read_records(
        written(tmp_path, text, "items.jsonl"), ITEM_NAMES, mapping={"title": "info.label.ko"}
    )
    assert found.table.get_column("title").to_list() == ["떡", None]


@files
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "é", "e\u0301"]), st.integers(0, 9))))
def test_read_records_keeps_the_last_row_of_each_id(tmp_path, rows):
    text = "item_id,stock\n" + "".join(f"{name},{number}\n" for name, number in rows)
    if not rows:
        return
    found = read_records(written(tmp_path, text), ITEM_NAMES, encoding="utf-8").table
    last = {name.replace("e\u0301", "é"): str(number) for name, number in rows}
    assert dict(found.select("item_id", "stock").iter_rows()) == last


def test_write_rejects_appends_a_line_of_json_each(tmp_path):
    file = tmp_path / "made" / "rejects.jsonl"
    one = Reject.of("e.csv", 7, "bad_value", "떡,x", found="x")
    two = Reject.of("e.csv", 9, "wrong_columns", found=2, expected=3)
    write_rejects(file, [one])
    write_rejects(file, [two])
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert found == [
        {
            "file": "e.csv",
            "line": 7,
            "reason": "bad_value",
            "detail": "the value 'x' is not a number",
            "raw": "떡,x",
        },
        {
            "file": "e.csv",
            "line": 9,
            "reason": "wrong_columns",
            "detail": "the line has 2 fields where 3 are expected",
            "raw": "",
        },
    ]
    assert "떡" in file.read_text(encoding="utf-8")


def test_reject_keeps_so_much_of_the_row_and_no_more():
    assert len(Reject.of("f", 1, "bad_json", "x" * (RAW_LIMIT + 9)).raw) == RAW_LIMIT


@pytest.mark.parametrize("reason", sorted(SENTENCES))
def test_reject_of_every_reason_is_a_sentence_without_a_gap(reason):
    facts = {"found": "F", "expected": "E", "column": "C"}
    detail = Reject.of("f", 1, reason, **facts).detail
    assert detail
    assert "{" not in detail
    assert detail[0] == detail[0].lower() or detail.startswith(("C ", "'F'"))
    assert not detail.endswith(".")


def checked(meaning=None, rules=None, **row):
    table = pl.DataFrame({"line": [2], **{name: [value] for name, value in row.items()}})
    return check(table, rules or Rules(), now=NOW, kind="view", meaning=meaning)


def event(found):
    assert not found.faults
    return found.events.row(0, named=True)


def sentence(found):
    (fault,) = found.faults
    return SENTENCES[fault.reason].format(**fault.facts)


IDS = {"user_id": "u", "item_id": "i"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"kind": "k" * 60},
            f"the kind '{'k' * 40}' is longer than 50 characters or no plain text",
        ),
        ({"value": "many"}, "the value 'many' is not a number"),
        ({"value": "-1"}, "the value '-1' is outside 0 and above"),
        ({"kind": "rating", "value": "6"}, "the value '6' is outside 0 to 5"),
        ({"kind": "rating", "value": ""}, "the rating is empty"),
        ({"value": "inf"}, "the value 'inf' is not a finite number"),
        ({"time": "soon"}, "the time 'soon' is not a date or a time"),
        ({"time": "-1"}, "the time '-1' is before 1970"),
        ({"time": str(YEAR_2100 + 1)}, f"the time '{YEAR_2100 + 1}' is after the year 2100"),
        (
            {"time": str(NOW + 86_401)},
            f"the time '{NOW + 86_401}' lies in the future; check the clock or the time zone",
        ),
        ({"item_id": "x" * 300}, f"the id '{'x' * 40}' is longer than 255 characters"),
        ({"user_id": "a\x07"}, "the id 'a\\x07' holds a control character"),
        ({"user_id": ""}, "the user is empty"),
        ({"item_id": None}, "the item is empty"),
        ({"kind": ""}, "the kind of event is empty"),
        ({"time": ""}, "the time is empty"),
    ],
)
def test_check_of_a_bad_row_says_in_a_sentence_what_is_wrong(row, expected):
    assert sentence(checked(**{**IDS, **row})) == expected


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("yes", "like", 1.0),
        ("1", "like", 1.0),
        ("1.0", "like", 1.0),
        ("추천", "like", 1.0),
        ("no", "dislike", 1.0),
        ("0", "dislike", 1.0),
        ("-1", "dislike", 1.0),
        ("0.0", "dislike", 1.0),
        ("비추천", "dislike", 1.0),
        ("DISLIKE", "dislike", 1.0),
    ],
)
def test_check_of_flags_makes_likes_and_dislikes(text, kind, value):
    found = event(checked(Meaning({}, flags=True), **IDS, value=text))
    assert (found["kind"], found["value"]) == (kind, value)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [("-1", "view", 1.0), ("-1.0", "view", 1.0), ("4", "rating", 4.0)],
)
def test_check_of_a_rating_that_none_gave_is_a_view(value, kind, expected):
    form = Meaning({}, unrated=-1.0)
    found = event(checked(form, **IDS, kind="rating", value=value))
    assert (found["kind"], found["value"]) == (kind, expected)


def test_check_of_an_unrated_value_of_another_kind_stays():
    form = Meaning({}, unrated=0.0)
    found = event(checked(form, **IDS, kind="purchase", value="0"))
    assert (found["kind"], found["value"]) == ("purchase", 0.0)


@pytest.mark.parametrize(
    ("told", "word", "kind"),
    [
        ({"1": "click", "2": "purchase"}, "2", "purchase"),
        ({"Shipped": "purchase"}, "shipped", "purchase"),
        ({"view": "click"}, "VIEW", "click"),
        ({}, "AddToCart", "cart"),
        ({}, "구매", "purchase"),
        ({}, "Strange Thing", "strange thing"),
    ],
)
def test_check_of_declared_words_outweighs_the_usual_ones(told, word, kind):
    assert event(checked(Meaning({}, kinds=told), **IDS, kind=word))["kind"] == kind


def test_check_of_a_date_and_a_clock_puts_both_together():
    row = {"date": "31/01/2022", "time": "10:30 PM"}
    assert event(checked(Meaning({}), **IDS, **row))["time"] == 1_643_668_200
    assert sentence(checked(Meaning({}), **IDS, date="31/01/2024", time="x")) == (
        "the time '31/01/2024 x' is not a date or a time"
    )


def test_check_of_a_zone_moves_the_time():
    seoul = Meaning({}, times=TimeForm(zone="Asia/Seoul"))
    assert event(checked(seoul, **IDS, time="1970-01-01 09:00:05"))["time"] == 5


def test_check_keeps_the_parts_of_a_second_beside_only_where_there_are_any():
    assert event(checked(**IDS, time="5.25"))["micros"] == 250_000
    assert "micros" not in event(checked(**IDS, time="5.0"))


def test_check_of_whole_ids_drops_the_point_in_the_named_column_alone():
    form = Meaning({}, whole=frozenset({"user_id"}))
    found = event(checked(form, user_id="7.0", item_id="7.0"))
    assert (found["user_id"], found["item_id"]) == ("7", "7.0")


@pytest.mark.parametrize(
    ("scale", "declared", "bounds"),
    [
        ((0.0, 10.0), {}, (0.0, 10.0)),
        ((-5.0, 5.0), {"highest_rating": 3.0}, (-5.0, 3.0)),
        ((1.0, 9.0), {"lowest_rating": 0.0, "highest_rating": 5.0}, (0.0, 5.0)),
    ],
)
def test_rules_on_a_scale_keep_what_is_declared(scale, declared, bounds):
    found = Rules(**declared).on_scale(scale)
    assert (found.lowest_rating, found.highest_rating) == bounds


def typed(*texts, name="x", decimal="."):
    table = pl.DataFrame({name: list(texts)}, schema={name: pl.String})
    column = typed_columns(table, [name], decimal=decimal).get_column(name)
    return column.dtype, column.to_list()


@pytest.mark.parametrize(
    ("texts", "dtype", "values"),
    [
        (["1", "-2", None], pl.Int64, [1, -2, None]),
        (["1", "2.5", "n/a"], pl.Float64, [1.0, 2.5, None]),
        (["0", "0.5"], pl.Float64, [0.0, 0.5]),
        (["01", "2"], pl.String, ["01", "2"]),
        (["1234567890"], pl.String, ["1234567890"]),
        (["999999999"], pl.Int64, [999_999_999]),
        (["1", "x"], pl.String, ["1", "x"]),
        (["1,5", "2"], pl.String, ["1,5", "2"]),
        (["true", "FALSE", ""], pl.Boolean, [True, False, None]),
        (["true", "yes"], pl.String, ["true", "yes"]),
        (["a|b", "c", ""], pl.List(pl.String), [["a", "b"], ["c"], None]),
        ([" a | b ||"], pl.List(pl.String), [["a", "b"]]),
        (["", "null", None], pl.String, ["", "null", None]),
        ([], pl.String, []),
        (["٣"], pl.String, ["٣"]),
    ],
)
def test_typed_columns_are_what_all_of_their_values_are(texts, dtype, values):
    assert typed(*texts) == (dtype, values)


def test_typed_columns_of_a_declared_comma_are_numbers():
    assert typed("1,5", "2", decimal=",") == (pl.Float64, [1.5, 2.0])


@pytest.mark.parametrize(
    ("name", "is_code"),
    [
        ("zip", True),
        ("shop_id", True),
        ("Phone", True),
        ("model no", True),
        ("상품코드", True),
        ("전화번호", True),
        ("width", False),
        ("paid", False),
        ("piano", False),
        ("number_of_rooms", False),
    ],
)
def test_typed_columns_called_like_codes_stay_text(name, is_code):
    dtype, _ = typed("1", "2", name=name)
    assert (dtype == pl.String) is is_code


def test_typed_columns_are_those_that_are_named():
    table = pl.DataFrame({"a": ["1"], "b": ["1"], "c": [1.5]})
    found = typed_columns(table, ["a", "c", "absent"], decimal=".")
    assert found.schema == {"a": pl.Int64, "b": pl.String, "c": pl.Float64}


TEXTS = pl.DataFrame(
    {
        "a": [" x1 ", None, "n/a", "y"],
        "b": [None, None, "", "-"],
        "n": [1, 2, 3, 4],
        "c": ["1", "2", "3", "Return"],
    },
    schema_overrides={"b": pl.String},
)


def test_text_columns_give_the_values_that_are_there():
    found = TextColumns(TEXTS)
    assert [found.values(name).to_list() for name in "abc"] == [
        ["x1", "y"],
        [],
        ["1", "2", "3", "Return"],
    ]
    assert ("a" in found, "n" in found, "z" in found) == (True, False, False)


@pytest.mark.parametrize(
    ("share", "names"), [(0.0, {"a", "c"}), (0.5, {"a", "c"}), (0.75, {"c"}), (0.8, set())]
)
def test_text_columns_with_digits_need_such_a_share(share, names):
    assert TextColumns(TEXTS).with_digits(share) == names


def test_text_columns_with_words_do_not_mind_the_case():
    assert TextColumns(TEXTS).with_words(["return", "void"]) == {"c"}
    assert TextColumns(TEXTS).with_words([]) == frozenset()


def test_text_columns_of_no_rows_and_of_no_text_hold_nothing():
    empty = TextColumns(TEXTS.clear())
    assert empty.values("a").to_list() == []
    assert empty.with_digits(0.0) == frozenset()
    assert TextColumns(TEXTS.select("n")).with_words(["x"]) == frozenset()


@pytest.mark.parametrize(
    ("raw", "dialect", "plain"),
    [
        (b"a::b\n", Dialect("dat", (), UNIT_SEPARATOR, joint=b"::"), b"a\x1fb\n"),
        (
            b"  a \t b \n c d\n",
            Dialect("csv", (), UNIT_SEPARATOR, spaced=True),
            b"a\x1fb\nc\x1fd\n",
        ),
        (b"a b\r\n", Dialect("csv", (), UNIT_SEPARATOR, spaced=True), b"a\x1fb\n"),
        (b'"a \\"b\\"",c\\\\d\n', Dialect("csv", (), b",", escaped=True), b'"a ""b""",c\\d\n'),
        (b"'a','b''s'\n", Dialect("csv", (), b",", single=True), b'"a","b\'\'s"\n'),
        (b"'a','b'\r\n", Dialect("csv", (), b",", single=True), b'"a","b"\r\n'),
        (b"a,b\n", Dialect("csv", (), b","), b"a,b\n"),
    ],
)
def test_plain_bytes_have_one_byte_between_fields(raw, dialect, plain):
    assert plain_bytes(raw, dialect) == plain


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (b"\n", BLANK),
        (b" \t\r\n", BLANK),
        (b"a\x00b,c\n", NUL),
        (b'a"b,c\n', ODD),
        (b'"a"b,c\n', ODD),
        (b'"a" ,c\n', 0),
        (b'"a""b",c\n', 0),
        ("é,c\n".encode(), HIGH),
        (b"\xff,c\n", HIGH | NOT_TEXT),
        (b'"a,c\n', QUOTES),
        (b"a,c\n", 0),
    ],
)
def test_lines_of_one_line_tell_what_is_wrong_with_it(raw, flag):
    lines = lines_of(raw, b",", quoted=True)
    assert lines.flags.tolist() == [flag]
    assert (len(lines), lines.rest, lines.lines) == (1, len(raw), 1)


def test_lines_of_a_field_over_line_ends_are_one_record():
    raw = b'a,"1\n2\n3"\nb,c\n'
    lines = lines_of(raw, b",", quoted=True, expected=2)
    assert lines.starts.tolist() == [0, 10]
    assert lines.ends.tolist() == [9, 13]
    assert lines.offsets.tolist() == [0, 3]
    assert lines.lines == 4
    assert keep_lines(raw, lines, lines.offsets == 3) == b"b,c\n"


def test_lines_of_a_record_of_another_width_stand_each_alone():
    lines = lines_of(b'"a\nb,c\nd",e,f\n', b",", quoted=True, expected=2)
    assert lines.offsets.tolist() == [0, 1, 2]
    spare = lines_of(b'"a\nb",c,\n', b",", quoted=True, expected=2, spare=1)
    assert spare.offsets.tolist() == [0]


def test_lines_of_a_record_that_is_open_at_the_end_wait_where_more_follows():
    raw = b'a,b\nc,"d\ne\n'
    waiting = lines_of(raw, b",", quoted=True, expected=2, final=False)
    assert (len(waiting), waiting.rest, waiting.lines) == (1, 4, 1)
    final = lines_of(raw, b",", quoted=True, expected=2)
    assert len(final) == 3
    assert final.flags.tolist() == [0, QUOTES, 0]


def test_lines_of_a_field_over_too_many_line_ends_are_not_one_record():
    fields = b'"' + b"\n" * MOST_BREAKS + b'"\n'
    assert len(lines_of(fields, b",", quoted=True)) == 1
    longer = b'"' + b"\n" * (MOST_BREAKS + 1) + b'"\n'
    assert len(lines_of(longer, b",", quoted=True)) == MOST_BREAKS + 2


def test_merged_options_take_columns_of_both_and_the_rest_of_the_first():
    mine = ReadOptions(items={"title": "t"}, day_first=None, kinds={"1": "view"})
    under = ReadOptions(items={"title": "u", "price": "p"}, day_first=True, users={"age": "a"})
    merged = mine.merged(under)
    assert merged.items == {"title": "t", "price": "p"}
    assert merged.users == {"age": "a"}
    assert merged.day_first is None
    assert merged.kinds == {"1": "view"}
    assert ReadOptions().merged(ReadOptions()) == ReadOptions()


def test_declaring_options_leaves_out_what_is_none():
    found = ReadOptions.declaring(kind=None, format="csv", header=False)
    assert found.model_fields_set == {"format", "header"}
