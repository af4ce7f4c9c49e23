"""Files as their owners have them: each layout comes out as what it says."""

import gzip
import io
import zipfile
from decimal import Decimal

import polars as pl
import pytest

from omakase.data.readers.survey import survey
from omakase.data.readers.tabular import records_of
from omakase.data.rows import ReadOptions
from omakase.errors import AmbiguousData, MissingColumns, UnreadableFile

from .folders import folder

NEW_YEAR = 1_672_531_200  # 2023-01-01 00:00:00 UTC


def read(path, **options):
    """(user, item, kind, value, time) of every event, and the survey."""
    found = survey(path, ReadOptions(**options))
    rows = [
        (r["user_id"], r["item_id"], r["kind"], r["value"], r["time"])
        for source in found.events
        for batch in source.batches()
        for r in batch.events.iter_rows(named=True)
    ]
    return rows, found


def zipped(**files):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return raw.getvalue()


def parquet(**columns):
    raw = io.BytesIO()
    pl.DataFrame(columns).write_parquet(raw)
    return raw.getvalue()


PLAIN = "user_id,item_id,timestamp\nann,tea,1672531200\nbob,cake,1672531260\n"
VIEWS = [("ann", "tea", "view", 1.0, NEW_YEAR), ("bob", "cake", "view", 1.0, NEW_YEAR + 60)]
RATINGS = [("7", "9", "rating", 4.0, NEW_YEAR), ("8", "9", "rating", 3.0, NEW_YEAR + 60)]

FILES = {
    "JSON Lines named .json": (
        "reviews__json",
        '{"reviewerID": "7", "asin": "9", "overall": 4.0, "unixReviewTime": 1672531200}\n'
        '{"reviewerID": "8", "asin": "9", "overall": 3.0, "unixReviewTime": 1672531260}\n',
        RATINGS,
    ),
    "a list in JSON": (
        "events__json",
        '[{"user": "ann", "item": "tea", "time": 1672531200},\n'
        ' {"user": "bob", "item": "cake", "time": 1672531260}]',
        VIEWS,
    ),
    "a document in JSON": (
        "events__json",
        '{"page": 1,\n "data": [{"user": "ann", "item": "tea", "time": 1672531200},'
        ' {"user": "bob", "item": "cake", "time": 1672531260}]}',
        VIEWS,
    ),
    "dictionaries of Python": (
        "reviews__json",
        "{'reviewerID': '7', 'asin': '9', 'overall': 4.0, 'unixReviewTime': 1672531200}\n"
        "{'reviewerID': '8', 'asin': '9', 'overall': 3.0, 'unixReviewTime': 1672531260}\n",
        RATINGS,
    ),
    "a list within each object": (
        "train__jsonl",
        '{"session": 5, "events": [{"aid": 1, "ts": 1672531200007, "type": "clicks"},'
        ' {"aid": 2, "ts": 1672531260007, "type": "orders"}]}\n',
        [("5", "1", "clicks", 1.0, NEW_YEAR), ("5", "2", "orders", 1.0, NEW_YEAR + 60)],
    ),
    "a nested field": (
        "track__jsonl",
        '{"userId": "ann", "event": "Product Viewed", "properties": {"product_id": "tea"},'
        ' "timestamp": "2023-01-01T00:00:00.123Z", "type": "track"}\n',
        [("ann", "tea", "product viewed", 1.0, NEW_YEAR)],
    ),
    "the type of a thing": (
        "watch__csv",
        "user_id,item_id,type,timestamp\nann,tea,Movie,1672531200\nbob,cake,TV,1672531260\n",
        VIEWS,
    ),
    "likes and dislikes": (
        "likes__csv",
        "user_id,item_id,liked,timestamp\nann,tea,True,1672531200\nbob,cake,False,1672531260\n",
        [("ann", "tea", "like", 1.0, NEW_YEAR), ("bob", "cake", "dislike", 1.0, NEW_YEAR + 60)],
    ),
    "out of the cart": (
        "oct__csv",
        "event_time,event_type,product_id,user_id\n"
        "2023-01-01 00:00:00 UTC,remove_from_cart,tea,ann\n",
        [("ann", "tea", "remove_from_cart", 1.0, NEW_YEAR)],
    ),
    "a scale of ten": (
        "BX-Book-Ratings__csv",
        '"User-ID";"ISBN";"Book-Rating"\r\n"1";"034X";"10"\r\n"2";"034X";"7"\r\n',
        [("1", "034X", "rating", 10.0, None), ("2", "034X", "rating", 7.0, None)],
    ),
    "a scale of a hundred": (
        "ratings__csv",
        "user_id,item_id,score,timestamp\n7,9,100,1672531200\n8,9,60,1672531260\n",
        [("7", "9", "rating", 100.0, NEW_YEAR), ("8", "9", "rating", 60.0, NEW_YEAR + 60)],
    ),
    "decimal commas": (
        "ratings__csv",
        "user_id;item_id;rating;timestamp\n7;9;4,5;1672531200\n8;9;3,0;1672531260\n",
        [("7", "9", "rating", 4.5, NEW_YEAR), ("8", "9", "rating", 3.0, NEW_YEAR + 60)],
    ),
    "a review over two lines": (
        "reviews__csv",
        'user_id,item_id,rating,review,timestamp\n7,9,4,"good,\nwould ""buy"" again\n",1672531200\n'
        "8,9,3,fine,1672531260\n",
        RATINGS,
    ),
    "Korean of Windows": (
        "reviews__csv",
        "회원번호,업소명,평점,방문일시\n00018,할매순대국,4,2023-01-01 00:00:00\n".encode("cp949"),
        [("00018", "할매순대국", "rating", 4.0, NEW_YEAR)],
    ),
    "a preamble": ("events__csv", f"# Shop\n# 2023\n\n{PLAIN}", VIEWS),
    "a title above": ("events__csv", f"Events of my shop\n{PLAIN}", VIEWS),
    "a hint of Excel": (
        "events__csv",
        f"sep=;\r\n{PLAIN.replace(',', ';')}",
        VIEWS,
    ),
    "a separator too many": (
        "events__csv",
        PLAIN.replace("00\n", "00,\n").replace("60\n", "60,\n"),
        VIEWS,
    ),
    "nothing but blanks between": (
        "ratings__txt",
        "7 9 4\n8 9 3\n",
        [(*row[:4], None) for row in RATINGS],
    ),
    "no names: Taobao": (
        "UserBehavior__csv",
        "ann,tea,40,pv,1672531200\nbob,cake,40,buy,1672531260\n",
        [VIEWS[0], ("bob", "cake", "purchase", 1.0, NEW_YEAR + 60)],
    ),
    "no names: Steam": (
        "steam-200k__csv",
        "7,Dota,purchase,1.0,0\n7,Dota,play,30.3,0\n",
        [("7", "Dota", "purchase", 1.0, None), ("7", "Dota", "play", pytest.approx(30.3), None)],
    ),
    "no names at all": (
        "export__csv",
        "7,9,4,1672531200\n8,9,3,1672531260\n",
        RATINGS,
    ),
    "gz": ("events__csv__gz", gzip.compress(PLAIN.encode()), VIEWS),
    "zip": ("events__zip", zipped(events__csv=PLAIN), VIEWS),
    "ids of formulas": (
        "events__csv",
        'user_id,item_id,timestamp\nann,"=""007""",1672531200\n',
        [("ann", "007", "view", 1.0, NEW_YEAR)],
    ),
    "ids with a point": (
        "events__csv",
        "user_id,item_id,timestamp\n1.0,7,1672531200\n2.0,7,1672531260\n",
        [("1", "7", "view", 1.0, NEW_YEAR), ("2", "7", "view", 1.0, NEW_YEAR + 60)],
    ),
    "ids that only look like numbers": (
        "ga4__csv",
        "event_date,event_timestamp,event_name,user_pseudo_id,item_id\n"
        "20230101,1672531200000005,view_item,1017.2017,7\n",
        [("1017.2017", "7", "view", 1.0, NEW_YEAR)],
    ),
    "ids of databases": (
        "e__parquet",
        parquet(user_id=[Decimal(7)], item_id=[Decimal("9.00")], timestamp=[NEW_YEAR]),
        [("7", "9", "view", 1.0, NEW_YEAR)],
    ),
    "a flag that is no kind": (
        "e__parquet",
        parquet(user_id=["ann"], item_id=["tea"], timestamp=[NEW_YEAR], event=[True]),
        VIEWS[:1],
    ),
    "a date and a clock": (
        "events__csv",
        "user_id,item_id,date,time\nann,tea,2023-01-01,00:00:00\nbob,cake,2023-01-01,00:01:00\n",
        VIEWS,
    ),
    "the name of a date": (
        "orders__csv",
        "order_id,customer_id,sku,qty,status,order_date\n0,ann,tea,1,completed,2023-01-01\n",
        [("ann", "tea", "purchase", 1.0, NEW_YEAR)],
    ),
    "a date by what stands there": (
        "events__csv",
        "user_id,item_id,zuletzt\nann,tea,2023-01-01 00:00:00\nbob,cake,2023-01-01 00:01:00\n",
        VIEWS,
    ),
    "plays": (
        "plays__tsv",
        "user_id\tartist_id\tartist\tplays\nann\tx\tArtist\t300\n",
        [("ann", "x", "view", 300.0, None)],
    ),
    "words of an exporter": (
        "feedback__csv",
        "FeedbackType,UserId,ItemId,Timestamp\nstar,ann,tea,2023-01-01 00:00:00\n",
        [("ann", "tea", "star", 1.0, NEW_YEAR)],
    ),
    "anime without a rating": (
        "rating__csv",
        "user_id,anime_id,rating\n" + "".join(f"{n},20,{n % 10 - 1 or 5}\n" for n in range(30)),
        [
            (str(n), "20", "view", 1.0, None)
            if n % 10 == 0
            else (str(n), "20", "rating", float(n % 10 - 1 or 5), None)
            for n in range(30)
        ],
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_comes_out_as_what_it_says(tmp_path, case):
    name, raw, expected = FILES[case]
    folder(tmp_path, **{name: raw})
    rows, _ = read(tmp_path / name.replace("__", "."))
    assert rows == expected


@pytest.mark.parametrize("case", FILES)
def test_a_file_in_a_folder_is_read_the_same(tmp_path, case):
    name, raw, expected = FILES[case]
    folder(tmp_path, **{name: raw})
    assert read(tmp_path)[0] == expected


WRITTEN_TIMES = {
    "compact": "20230101001125",
    "german": "01.01.2023 00:11:25",
    "korean": "2023. 1. 1. 오전 12:11:25",
    "am and pm": "1/1/2023 12:11:25 AM",
    "postgres": "2023-01-01 00:11:25.000037+00",
    "zone": "2022-12-31 19:11:25 EST",
    "spreadsheet": "44927.007928",
    "milliseconds": "1672531885100",
    "mail": "Sun, 01 Jan 2023 00:11:25 GMT",
}


@pytest.mark.parametrize("form", WRITTEN_TIMES)
def test_times_are_moments(tmp_path, form):
    later = {"compact": "20230228000000", "spreadsheet": "44985.5", "milliseconds": "1677540000000"}
    second = later.get(form, "2023-02-28 10:00:00")
    folder(
        tmp_path,
        e__csv=f'user_id,item_id,timestamp\nu,i,"{WRITTEN_TIMES[form]}"\nu,j,{second}\n',
    )
    rows, _ = read(tmp_path / "e.csv")
    assert rows[0][4] == 1_672_531_885
    assert len(rows) == 2


def test_dates_that_can_be_read_both_ways_are_asked_about(tmp_path):
    folder(tmp_path, e__csv="user_id,item_id,date\nu,i,1/2/2023 0:11\nu,j,3/4/2023 0:11\n")
    with pytest.raises(AmbiguousData, match=r"'1/2/2023 0:11': say --day-first or --month-first"):
        read(tmp_path / "e.csv")
    (first, _), _ = read(tmp_path / "e.csv", day_first=False)
    assert first[4] == NEW_YEAR + 86_400 + 660


def test_one_date_late_in_the_file_tells_the_order_of_all(tmp_path):
    lines = "".join(f"u{n},i,{n % 12 + 1:02}/{n % 7 + 1:02}/2023\n" for n in range(80_000))
    folder(tmp_path, e__csv=f"user_id,item_id,date\n{lines}u,i,01/31/2023\n")
    source = survey(tmp_path / "e.csv", ReadOptions()).events[0]
    assert not source.sample.whole
    assert not source.meaning.times.day_first


def test_dates_in_both_orders_are_asked_about(tmp_path):
    folder(tmp_path, e__csv="user_id,item_id,date\nu,i,31/01/2023\nu,j,01/31/2023\n")
    with pytest.raises(AmbiguousData, match="some dates in 'date' have the day first"):
        read(tmp_path / "e.csv")


def test_markers_of_nothing_are_nobody(tmp_path):
    markers = ("<NA>", "#N/A", "NaT", "(null)", "-", "nil", "NULL", "None", "N/A", "")
    lines = "".join(f"{marker},i,{NEW_YEAR + n}\n" for n, marker in enumerate(markers))
    folder(tmp_path, e__csv=f"user_id,item_id,timestamp\n{lines}ann,tea,{NEW_YEAR}\n")
    rows, found = read(tmp_path / "e.csv")
    assert rows == VIEWS[:1]
    (batch,) = found.events[0].batches()
    assert [r.reason for r in batch.rejects] == ["empty_user"] * len(markers)


def test_rounded_ids_are_warned_of(tmp_path):
    lines = "".join(f"u{n},8.80E+12,{NEW_YEAR + n}\n" for n in range(5))
    folder(tmp_path, e__csv=f"user_id,item_id,timestamp\n{lines}")
    (warning,) = survey(tmp_path / "e.csv", ReadOptions()).events[0].meaning.warnings
    assert "'8.80E+12'" in warning
    assert "a spreadsheet rounded them" in warning


def test_clicks_within_one_second_stay_three(tmp_path):
    times = [f"u,i,{NEW_YEAR}{millis}" for millis in (100, 400, 900, 900)]
    folder(tmp_path, e__csv="\n".join(("user_id,item_id,timestamp", *times)) + "\n")
    rows, found = read(tmp_path / "e.csv")
    assert rows == [("u", "i", "view", 1.0, NEW_YEAR)] * 3
    (batch,) = found.events[0].batches()
    assert batch.events.get_column("micros").to_list() == [100_000, 400_000, 900_000]


def test_the_same_article_twice_on_a_receipt_is_bought_twice(tmp_path):
    lines = "7,ann,tea,1,2023-01-01\n" * 2
    folder(tmp_path, e__csv=f"invoice_no,customer,sku,qty,date\n{lines}")
    assert len(read(tmp_path / "e.csv")[0]) == 2


def test_leftovers_empty_parts_and_notes_are_passed_over_and_told(tmp_path):
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._part0.csv").write_bytes(b"\0\5")
    folder(
        tmp_path,
        part0__csv=PLAIN,
        part1__csv="",
        README__md="# Data",
        picture__xyz="x",
        **{"._part0__csv": "\0\5"},
    )
    rows, found = read(tmp_path)
    assert rows == VIEWS
    assert found.aside["part1.csv"] == "it is empty"
    assert {"README.md", "picture.xyz", "._part0.csv", "__MACOSX/._part0.csv"} <= set(found.aside)


def test_packed_and_plain_parts_are_read_together(tmp_path):
    head, first, second, _ = PLAIN.split("\n")
    folder(tmp_path, a__csv=f"{head}\n{first}\n")
    folder(tmp_path, b__csv__gz=gzip.compress(f"{head}\n{second}\n".encode()))
    assert read(tmp_path)[0] == VIEWS


def test_the_names_of_files_tell_views_from_purchases(tmp_path):
    folder(tmp_path, views__csv=PLAIN, purchases__csv=PLAIN)
    rows, _ = read(tmp_path)
    assert sorted(row[2] for row in rows) == ["purchase", "purchase", "view", "view"]


def test_orders_and_their_lines_are_joined(tmp_path):
    folder(
        tmp_path,
        orders__csv="order_id,user_id,order_dow\n1,ann,2\n2,bob,3\n",
        order_products__csv="order_id,product_id\n1,tea\n2,tea\n2,cake\n",
        products__csv="product_id,product_name,aisle\ntea,Tea,1\ncake,Cake,2\n",
    )
    rows, found = read(tmp_path)
    assert [row[:3] for row in rows] == [
        *(("ann", "tea", "purchase"), ("bob", "tea", "purchase"), ("bob", "cake", "purchase")),
    ]
    assert "joined by 'order_id'" in found.notes[0]
    (items,), _ = records_of(found)
    assert items.table.get_column("title").to_list() == ["Tea", "Cake"]


def test_tables_of_a_shop_that_are_no_events_are_left_aside(tmp_path):
    folder(
        tmp_path,
        events__csv="timestamp,visitorid,event,itemid\n1672531200000,ann,addtocart,tea\n",
        category_tree__csv="categoryid,parentid\n1016,213\n809,169\n",
        item_properties__csv="timestamp,itemid,property,value\n" + "1,tea,colour,red\n" * 3,
    )
    rows, found = read(tmp_path)
    assert rows == [("ann", "tea", "cart", 1.0, NEW_YEAR)]
    assert set(found.aside) == {"category_tree.csv", "item_properties.csv"}


ITEMS = {
    "names of H&M": ("item_id,prod_name\ntea,Green\n", "Green", None),
    "a price in dollars": ("item_id,title,price\ntea,Green,$12.99\n", "Green", 12.99),
    "a price in won": ('item_id,title,price\ntea,Green,"₩12,000"\n', "Green", 12_000.0),
    "a price in thousands": ('item_id,title,price\ntea,Green,"1,299.00"\n', "Green", 1299.0),
    "a price in euros": ('item_id,title,price\ntea,Green,"12,50 €"\n', "Green", 12.5),
    "a price of nothing": ("item_id,title,price\ntea,Green,Free\n", "Green", 0.0),
    "a price that is none": ("item_id,title,price\ntea,Green,ask us\n", "Green", None),
    "backslashes": (
        '"ISBN";"Book-Title"\n"tea";"The \\"Big\\" Book; 0"\n',
        'The "Big" Book; 0',
        None,
    ),
    "Korean": ("상품코드,상품명,가격\ntea,녹차,3000\n", "녹차", 3000.0),
}


@pytest.mark.parametrize("case", ITEMS)
def test_items_keep_their_title_whatever_the_price(tmp_path, case):
    raw, title, price = ITEMS[case]
    folder(tmp_path, events__csv=PLAIN, items__csv=raw)
    (items,), _ = records_of(survey(tmp_path, ReadOptions()))
    row = items.table.row(0, named=True)
    assert (row["title"], row.get("price")) == (title, price)
    assert not items.rejects


def test_items_may_be_mapped(tmp_path):
    folder(tmp_path, events__csv=PLAIN, things__csv="item_id,bezeichnung\ntea,Grün\n")
    found = survey(tmp_path, ReadOptions(items={"title": "bezeichnung"}))
    (items,), _ = records_of(found)
    assert items.table.rows(named=True) == [{"item_id": "tea", "title": "Grün"}]


def test_options_outweigh_what_is_detected(tmp_path):
    folder(tmp_path, e__csv="a^1,5^31.01.2023\nb^4,5^01.02.2023\n")
    options = {
        "separator": "^",
        "header": False,
        "columns": ("item", "rating", "date"),
        "decimal": ",",
        "date_format": "%d.%m.%Y",
        "time_zone": "Asia/Seoul",
        "events": {"user_id": "item", "item_id": "item"},
    }
    with pytest.raises(MissingColumns):
        read(tmp_path / "e.csv", **{**options, "events": {"user_id": "nobody"}})
    rows, _ = read(tmp_path / "e.csv", **options)
    assert rows == [
        ("a", "a", "rating", 1.5, NEW_YEAR + 30 * 86_400 - 9 * 3600),
        ("b", "b", "rating", 4.5, NEW_YEAR + 31 * 86_400 - 9 * 3600),
    ]


def test_words_of_a_file_may_be_given_kinds(tmp_path):
    folder(tmp_path, e__csv="user_id,item_id,behavior_type,user_geohash\nu,i,3,x\nu,j,4,x\n")
    assert [row[2] for row in read(tmp_path / "e.csv")[0]] == ["cart", "purchase"]
    told = {"events": {"kind": "behavior_type"}, "kinds": {"3": "stare"}}
    assert [row[2] for row in read(tmp_path / "e.csv", **told)[0]] == ["stare", "4"]


def test_a_folder_says_which_file_lacks_what(tmp_path):
    folder(tmp_path, a__csv="colour,size\nred,1\n", b__csv="weight,size\n2,1\n")
    with pytest.raises(MissingColumns, match=r"a\.csv has colour, size; b\.csv has weight, size"):
        read(tmp_path)


def test_a_damaged_archive_is_one_clear_sentence(tmp_path):
    folder(tmp_path, e__zip=b"PK\3\4 no archive")
    with pytest.raises(UnreadableFile, match="cannot be unpacked"):
        read(tmp_path / "e.zip")
