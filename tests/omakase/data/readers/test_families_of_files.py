"""Files of many families, each written small, and the events that a person reads in them."""

import json
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from omakase.data.readers import load
from omakase.data.readers.survey import survey
from omakase.data.rows import ReadOptions
from omakase.errors import AmbiguousData, MissingColumns, UnreadableFile

from .folders import folder, item, pairs

JAN31 = 1_706_659_200
NOON = JAN31 + 12 * 3600


def read(path, **options):
    """(user, item, kind, value, time) of every event, and (line, reason) of the rest."""
    found = survey(path, ReadOptions(**options))
    events, rejects = [], []
    for batch in (batch for source in found.events for batch in source.batches()):
        events += batch.events.select("user_id", "item_id", "kind", "value", "time").rows()
        rejects += [(reject.line, reject.reason) for reject in batch.rejects]
    return events, rejects


def read_text(tmp_path, text, name="events.csv", **options):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(file, **options)


def view(user, thing, time=None, *, kind="view", value=1.0):
    return (user, thing, kind, value, time)


HEAD = "user_id,item_id,time\n"
PLAIN = {
    "a mark and quotation marks around every name": (
        '\ufeff"user_id","item_id","time"\n"u","i","2024-01-31"\n',
        [view("u", "i", JAN31)],
    ),
    "both ends of lines mixed": (
        HEAD.replace("\n", "\r\n") + "u,i,2024-01-31\nv,j,2024-01-31\r\n",
        [view("u", "i", JAN31), view("v", "j", JAN31)],
    ),
    "formulas of a spreadsheet around ids": (
        HEAD + '="007",="i",2024-01-31\n',
        [view("007", "i", JAN31)],
    ),
    "formulas of a spreadsheet in quotation marks": (
        HEAD + '"=""007""","=""i""",2024-01-31\n',
        [view("007", "i", JAN31)],
    ),
    "ids as floats beside empty ones": (
        HEAD + "1.0,10.0,2024-01-31\n2.0,11.0,2024-01-31\n",
        [view("1", "10", JAN31), view("2", "11", JAN31)],
    ),
    "zeros before ids": (
        HEAD + "0012,0001,2024-01-31\n12,1,2024-01-31\n",
        [view("0012", "0001", JAN31), view("12", "1", JAN31)],
    ),
    "Korean times of a spreadsheet": (
        "회원번호,상품코드,주문일시\nu,i,2024-01-31 오후 12:00:00\n",
        [view("u", "i", NOON)],
    ),
    "Korean columns and kinds": (
        "사용자,상품,행동,일시\nu,i,구매,2024-01-31 12:00\nu,j,찜,2024-01-31 12:00\n",
        [view("u", "i", NOON, kind="purchase"), view("u", "j", NOON, kind="bookmark")],
    ),
    "lines of an owner before the names": (
        "Report of the shop\n\nuser_id,item_id,time\nu,i,2024-01-31\n",
        [view("u", "i", JAN31)],
    ),
    "a separator too many at the end of rows": (
        "user_id,item_id,time\nu,i,2024-01-31,\nv,j,2024-01-31,\n",
        [view("u", "i", JAN31), view("v", "j", JAN31)],
    ),
    "a line end within quotation marks": (
        'user_id,item_id,note,time\nu,i,"two\nlines",2024-01-31\nv,j,one,2024-01-31\n',
        [view("u", "i", JAN31), view("v", "j", JAN31)],
    ),
    "zones at the end of times": (
        HEAD + "u,i,2024-01-31 21:00:00+09\nv,j,2024-01-31 12:00:00+00\n",
        [view("u", "i", NOON), view("v", "j", NOON)],
    ),
    "a decimal comma": (
        "user_id;item_id;rating;time\nu;i;4,5;2024-01-31\nv;j;3;2024-01-31\n",
        [
            view("u", "i", JAN31, kind="rating", value=4.5),
            view("v", "j", JAN31, kind="rating", value=3),
        ],
    ),
    "pieces with thousands": (
        'user_id,item_id,quantity,time\nu,i,"1,200",2024-01-31\nv,j,3,2024-01-31\n',
        [
            view("u", "i", JAN31, kind="purchase", value=1200),
            view("v", "j", JAN31, kind="purchase", value=3),
        ],
    ),
    "likes as words": (
        "user_id,item_id,liked,time\nu,i,TRUE,2024-01-31\nv,j,False,2024-01-31\n",
        [view("u", "i", JAN31, kind="like"), view("v", "j", JAN31, kind="dislike")],
    ),
    "kinds in capitals and with blanks": (
        "user_id,item_id,event,time\nu,i,Add To Cart,2024-01-31\nu,j, VIEW ,2024-01-31\n",
        [view("u", "i", JAN31, kind="cart"), view("u", "j", JAN31)],
    ),
    "thousandths of seconds": (
        HEAD + f"u,i,{NOON}500\nv,j,{NOON}000\n",
        [view("u", "i", NOON), view("v", "j", NOON)],
    ),
    "fourteen digits": (
        HEAD + "u,i,20240131120000\nv,j,20240131000000\n",
        [view("u", "i", NOON), view("v", "j", JAN31)],
    ),
    "signs of another script in ids": (
        HEAD + "\U0001f363,שלום,2024-01-31\n김치,٣,2024-01-31\n",
        [view("\U0001f363", "שלום", JAN31), view("김치", "٣", JAN31)],
    ),
}


@pytest.mark.parametrize("name", PLAIN)
def test_survey_reads_what_a_person_reads(tmp_path, name):
    text, events = PLAIN[name]
    assert read_text(tmp_path, text) == (events, [])


@pytest.mark.parametrize("name", PLAIN)
def test_survey_reads_the_same_in_another_encoding(tmp_path, name):
    text, events = PLAIN[name]
    assert read_text(tmp_path, text.lstrip("\ufeff").encode("utf-16")) == (events, [])


def test_survey_of_decomposed_and_composed_letters_is_one_person(tmp_path):
    events, _ = read_text(tmp_path, HEAD + "김,i,2024-01-31\n\u1100\u1175\u11b7,j,2024-01-31\n")
    assert {event[0] for event in events} == {"김"}


def test_survey_of_the_same_event_twice_keeps_one_and_says_so(tmp_path):
    text = HEAD + "u,i,2024-01-31 12:00\nu,i,2024-01-31 12:00\nu,i,2024-01-31 12:01\n"
    events, rejects = read_text(tmp_path, text)
    assert events == [view("u", "i", NOON), view("u", "i", NOON + 60)]
    assert rejects == [(3, "duplicate")]


def test_survey_of_the_same_row_twice_without_times_keeps_both(tmp_path):
    events, rejects = read_text(tmp_path, "user_id,item_id\nu,i\nu,i\n")
    assert events == [view("u", "i")] * 2
    assert rejects == []


@pytest.mark.parametrize("word", ["", "NULL", "nan", "None", "N/A", "-", "(null)", "\\N", "?"])
def test_survey_of_words_for_nothing_is_nobody(tmp_path, word):
    text = HEAD + f"u,i,2024-01-31\n{word},j,2024-01-31\nv,{word},2024-01-31\n"
    events, rejects = read_text(tmp_path, text)
    assert events == [view("u", "i", JAN31)]
    assert rejects == [(3, "empty_user"), (4, "empty_item")]


@pytest.mark.parametrize(
    ("rows", "day_first", "times"),
    [
        (["31/01/2024", "01/02/2024"], None, [JAN31, JAN31 + 86_400]),
        (["01/31/2024", "02/01/2024"], None, [JAN31, JAN31 + 86_400]),
        (["01/02/2024", "02/02/2024"], True, [JAN31 + 86_400, JAN31 + 2 * 86_400]),
        (["02/01/2024", "02/02/2024"], False, [JAN31 + 86_400, JAN31 + 2 * 86_400]),
    ],
)
def test_survey_of_slashed_dates_goes_by_what_they_or_the_owner_tell(
    tmp_path, rows, day_first, times
):
    text = HEAD + "".join(f"u{n},i,{day}\n" for n, day in enumerate(rows))
    options = {} if day_first is None else {"day_first": day_first}
    events, _ = read_text(tmp_path, text, **options)
    assert [event[4] for event in events] == times


def test_survey_of_slashed_dates_that_tell_nothing_asks(tmp_path):
    with pytest.raises(AmbiguousData, match="say --day-first or --month-first"):
        read_text(tmp_path, HEAD + "u,i,01/02/2024\nv,j,03/04/2024\n")


@pytest.mark.parametrize(
    ("zone", "shift"), [("Asia/Seoul", -9 * 3600), ("UTC", 0), ("America/New_York", 5 * 3600)]
)
def test_survey_of_a_declared_zone_moves_times_without_one(tmp_path, zone, shift):
    text = HEAD + "u,i,2024-01-31 12:00:00\nv,j,2024-01-31T12:00:00Z\n"
    events, _ = read_text(tmp_path, text, time_zone=zone)
    assert [event[4] for event in events] == [NOON + shift, NOON]


JSON_ROWS = [
    (
        [{"user": {"id": 7}, "items": [{"sku": "a", "qty": 2}, {"sku": "b", "qty": 1}]}],
        {},
        [("7", "a"), ("7", "b")],
    ),
    (
        [{"userId": "u", "product": {"id": "p"}}],
        {"events": {"item_id": "product.id"}},
        [("u", "p")],
    ),
    ([{"user_id": 12345678901234567890, "item_id": "i"}], {}, [("12345678901234567890", "i")]),
    ([{"user_id": "u", "item_id": 5.0}], {}, [("u", "5")]),
    ([{"user_id": "u", "item_id": "i", "extra": {"deep": [1, 2]}}], {}, [("u", "i")]),
    (
        [{"item_id": "i", "user_id": "u"}, {"user_id": "v", "item_id": "j"}],
        {},
        [("u", "i"), ("v", "j")],
    ),
]


@pytest.mark.parametrize(("rows", "options", "expected"), JSON_ROWS)
def test_survey_of_json_lines_finds_ids_wherever_they_stand(tmp_path, rows, options, expected):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    events, rejects = read_text(tmp_path, text, "events.jsonl", **options)
    assert [event[:2] for event in events] == expected
    assert rejects == []


def test_survey_of_json_lines_sets_bad_ones_aside_by_their_number(tmp_path):
    text = '{"user_id":"u","item_id":"i"}\n\nno json\n[1]\n{"user_id":["x"],"item_id":"i"}\n'
    text += '{"user_id":true,"item_id":"i"}\n{"item_id":"i"}\n{"user_id":"v","item_id":"j"}\n'
    events, rejects = read_text(tmp_path, text, "events.jsonl")
    assert [event[:2] for event in events] == [("u", "i"), ("v", "j")]
    assert rejects == [
        (2, "blank_line"),
        (3, "bad_json"),
        (4, "not_an_object"),
        (5, "bad_type"),
        (6, "bad_type"),
        (7, "empty_user"),
    ]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("user_id", [1, 2], ["1", "2"]),
        ("user_id", [1.0, 2.0], ["1", "2"]),
        ("user_id", [Decimal("1.00"), Decimal("2.00")], ["1", "2"]),
        ("user_id", pl.Series(["x", "y"], dtype=pl.Categorical), ["x", "y"]),
        ("user_id", pl.Series(["x", "y"], dtype=pl.Enum(["y", "x"])), ["x", "y"]),
    ],
)
def test_survey_of_typed_ids_of_parquet_is_their_text(tmp_path, column, values, expected):
    file = tmp_path / "events.parquet"
    pl.DataFrame({column: values, "item_id": ["i", "j"]}).write_parquet(file)
    events, rejects = read(file)
    assert [event[0] for event in events] == expected
    assert rejects == []


@pytest.mark.parametrize(
    ("values", "times"),
    [
        ([date(2024, 1, 31), date(2024, 2, 1)], [JAN31, JAN31 + 86_400]),
        ([datetime(2024, 1, 31, 12), datetime(2024, 1, 31)], [NOON, JAN31]),  # noqa: DTZ001
        ([NOON, JAN31], [NOON, JAN31]),
        ([NOON * 1000, JAN31 * 1000], [NOON, JAN31]),
        (["2024-01-31 12:00", "2024-01-31"], [NOON, JAN31]),
    ],
)
def test_survey_of_typed_times_of_parquet_is_their_seconds(tmp_path, values, times):
    file = tmp_path / "events.parquet"
    pl.DataFrame({"user_id": ["u", "v"], "item_id": ["i", "j"], "time": values}).write_parquet(file)
    events, _ = read(file)
    assert [event[4] for event in events] == times


def test_survey_of_parquet_counts_rows_from_one_where_it_refuses(tmp_path):
    file = tmp_path / "events.parquet"
    pl.DataFrame({"user_id": ["u", None, "w"], "item_id": ["i", "j", None]}).write_parquet(file)
    assert read(file) == ([view("u", "i")], [(2, "empty_user"), (3, "empty_item")])


def test_load_of_a_folder_puts_events_items_and_people_together(tmp_path):
    folder(
        tmp_path,
        events__csv=HEAD + "u,i,2024-01-31\nv,i,2024-01-31\n",
        products__csv="product_id,name,price\ni,김치,₩3000\nz,떡,\n",
        customers__csv="customer_id,age,city\nu,30,Seoul\n",
    )
    loaded = load(tmp_path)
    assert sorted(pairs(loaded)) == [("u", "i"), ("v", "i")]
    assert item(loaded, "i")["title"] == "김치"
    assert item(loaded, "i")["price"] == 3000
    assert loaded.dataset.n_items == 2
    assert loaded.dataset.users.get_column("city").to_list() == ["Seoul", None]


def test_load_of_parts_of_one_log_reads_them_in_the_order_of_their_names(tmp_path):
    folder(
        tmp_path,
        part_2__csv="user_id,item_id\nu,b\n",
        part_1__csv="user_id,item_id\nu,a\n",
        part_3__csv="",
    )
    loaded = load(tmp_path)
    assert pairs(loaded) == [("u", "a"), ("u", "b")]
    assert not loaded.timed


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ({"a__xyz": "x"}, UnreadableFile, "no CSV, JSON Lines, Parquet or other readable file"),
        ({"README__md": "x"}, UnreadableFile, "no CSV, JSON Lines, Parquet or other readable file"),
        ({"a__csv": "colour,size\nred,1\n"}, MissingColumns, "user_id"),
        (
            {"a__csv": "user_id,age\nu,1\n", "b__csv": "item_id,title\ni,T\n"},
            MissingColumns,
            "no file",
        ),
    ],
)
def test_load_of_a_folder_without_events_says_what_is_missing(tmp_path, files, error, words):
    folder(tmp_path, **files)
    with pytest.raises(error, match=words):
        load(tmp_path)
