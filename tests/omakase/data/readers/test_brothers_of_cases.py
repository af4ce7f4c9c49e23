"""Files as people have them, each a brother of one that was read wrongly once."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from omakase.data.readers.survey import survey
from omakase.data.rows import ReadOptions
from omakase.errors import MissingColumns

Files = Mapping[str, str | bytes]
Event = tuple[str, str, str, float, int | None]
DAY = 86_400
JAN31, FEB01 = 1_706_659_200, 1_706_745_600
TEN, NINE = 10 * 3600, 9 * 3600


def events_of(folder: Path, files: Files) -> tuple[list[Event], list[str]]:
    """Every event of a file or a folder, and the reasons of what was left out."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    path = folder if len(files) > 1 else folder / next(iter(files))
    names = ("user_id", "item_id", "kind", "value", "time")
    batches = [b for source in survey(path, ReadOptions()).events for b in source.batches()]
    events = [tuple(row[n] for n in names) for b in batches for row in b.events.to_dicts()]
    return sorted(events, key=str), [reject.reason for b in batches for reject in b.rejects]


def zipped(name: str, inner: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, inner)
    return target.getvalue()


def two(kind: str = "view", values: tuple[float, float] = (1.0, 1.0), at: int = 0) -> list[Event]:
    """An event of the last of January and one of the day after."""
    return [
        ("1", "a", kind, values[0], JAN31 + at),
        ("2", "b", kind, values[1], FEB01 + at),
    ]


def untimed(*events: tuple[str, str]) -> list[Event]:
    return [(user, item, "view", 1.0, None) for user, item in events]


DATED = "user_id,item_id,time\n1,a,{}\n2,b,{}\n"
CASES: dict[str, tuple[Files, list[Event]]] = {
    "bars": ({"e.csv": "user|item|date\n1|a|2024-01-31\n2|b|2024-02-01\n"}, two()),
    "carets": ({"e.txt": "user_id^item_id^date\n1^a^2024-01-31\n2^b^2024-02-01\n"}, two()),
    "blanks after commas": (
        {"e.csv": "user_id, item_id, date\n1, a, 2024-01-31\n2, b, 2024-02-01\n"},
        two(),
    ),
    "comments first": (
        {"e.csv": "# exported\n# 2024\n" + DATED.format("2024-01-31", "2024-02-01")},
        two(),
    ),
    "an index column": (
        {"e.csv": ",user_id,item_id,time\n0,1,a,2024-01-31\n1,2,b,2024-02-01\n"},
        two(),
    ),
    "UTF-16 with tabs": (
        {"e.csv": "user_id\titem_id\nann\t차\nbob\t떡\n".encode("utf-16")},
        untimed(("ann", "차"), ("bob", "떡")),
    ),
    "Latin letters": (
        {"e.csv": "user_id,item_id\nu1,café\nu2,naïve\n".encode("latin-1")},
        untimed(("u1", "café"), ("u2", "naïve")),
    ),
    "German": (
        {"e.csv": "Kunde;Artikel;Datum\n1;a;31.01.2024\n2;b;01.02.2024\n"},
        two(),
    ),
    "French": (
        {"e.csv": "id_client;id_produit;date;quantité\n1;a;31/01/2024;2\n2;b;01/02/2024;1\n"},
        two("purchase", (2.0, 1.0)),
    ),
    "Spanish": (
        {"e.csv": "usuario,producto,fecha,calificación\n1,a,31/01/2024,5\n2,b,01/02/2024,1\n"},
        two("rating", (5.0, 1.0)),
    ),
    "Japanese": (
        {"e.csv": "ユーザーID,商品ID,日時\n1,a,2024-01-31 10:00\n2,b,2024-02-01 10:00\n"},
        two(at=TEN),
    ),
    "Chinese": (
        {"e.csv": "用户ID,商品ID,行为类型,时间\n1,a,pv,2024-01-31\n2,b,pv,2024-02-01\n"},
        two(),
    ),
    "a JSON array": (
        {"e.json": json.dumps([{"user": 1, "item": "a"}, {"user": 2, "item": "b"}])},
        untimed(("1", "a"), ("2", "b")),
    ),
    "an array within an object": (
        {"e.json": json.dumps({"rows": [{"user": 1, "item": "a"}, {"user": 2, "item": "b"}]})},
        untimed(("1", "a"), ("2", "b")),
    ),
    "JSON by column": (
        {"e.json": json.dumps({"user": [1, 2], "item": ["a", "b"]})},
        untimed(("1", "a"), ("2", "b")),
    ),
    "JSON as pandas writes it": (
        {"e.json": json.dumps({"user": {"0": 1, "1": 2}, "item": {"0": "a", "1": "b"}})},
        untimed(("1", "a"), ("2", "b")),
    ),
    "JSON of pandas, split": (
        {
            "e.json": json.dumps(
                {"columns": ["user", "item"], "index": [0, 1], "data": [[1, "a"], [2, "b"]]},
                indent=1,
            )
        },
        untimed(("1", "a"), ("2", "b")),
    ),
    "a mark before JSON Lines": (
        {"e.jsonl": b'\xef\xbb\xbf{"user":"1","item":"a"}\r\n{"user":"2","item":"b"}\r\n'},
        untimed(("1", "a"), ("2", "b")),
    ),
    "ids and numbers of MongoDB": (
        {
            "e.jsonl": '{"user_id":{"$oid":"1"},"item_id":{"$oid":"a"},'
            '"ts":{"$numberLong":"1706659200000"}}\n'
            '{"user_id":{"$oid":"2"},"item_id":{"$oid":"b"},'
            '"ts":{"$numberLong":"1706745600000"}}\n'
        },
        two(),
    ),
    "dates of .NET": (
        {
            "e.jsonl": '{"user_id":1,"item_id":"a","time":"/Date(1706659200000)/"}\n'
            '{"user_id":2,"item_id":"b","time":"/Date(1706745600000+0900)/"}\n'
        },
        two(),
    ),
    "gzip in a zip": (
        {"x.zip": zipped("in/e.csv.gz", gzip.compress(b"user_id,item_id\n1,a\n2,b\n"))},
        untimed(("1", "a"), ("2", "b")),
    ),
    "two digits of a year first": (
        {"e.csv": "고객번호,상품코드,주문일\n1,a,24.01.31\n2,b,24.02.01\n"},
        two(),
    ),
    "two digits of a year last": (
        {"e.csv": "Kunde;Artikel;Datum\n1;a;31.01.24\n2;b;01.02.24\n"},
        two(),
    ),
    "two digits of a year first and a clock": (
        {"e.csv": DATED.format("24/01/31 10:00", "24/02/01 10:00")},
        two(at=TEN),
    ),
    "days of the week in Korean": (
        {"e.csv": DATED.format("2024년 1월 31일 (수) 오전 10시", "2024년 2월 1일 (목) 오전 10시")},
        two(at=TEN),
    ),
    "dates of mails": (
        {
            "e.csv": DATED.format(
                '"Wed, 31 Jan 2024 19:00:00 +0900"', '"Thu, 01 Feb 2024 19:00:00 +0900"'
            )
        },
        two(at=TEN),
    ),
    "dates of web servers' logs": (
        {"e.csv": DATED.format("[31/Jan/2024:19:00:00 +0900]", "[01/Feb/2024:19:00:00 +0900]")},
        two(at=TEN),
    ),
    "dates of JavaScript": (
        {
            "e.csv": DATED.format(
                "Wed Jan 31 2024 19:00:00 GMT+0900 (Korean Standard Time)",
                "Thu Feb 01 2024 19:00:00 GMT+0900 (Korean Standard Time)",
            )
        },
        two(at=TEN),
    ),
    "a dump of PostgreSQL": (
        {"e.tsv": "1\ta\t2024-01-31 19:00:00+09\n2\tb\t2024-02-01 19:00:00+09\n"},
        two(at=TEN),
    ),
    "folders by year and month": (
        {
            "y=2024/m=01/part-0.csv": "user_id,item_id,time\n1,a,2024-01-31\n",
            "y=2024/m=02/part-0.csv": "user_id,item_id,time\n2,b,2024-02-01\n",
        },
        two(),
    ),
    "what Spark leaves": (
        {
            "_SUCCESS": "",
            ".part-0.csv.crc": "x",
            "part-0.csv": "user_id,item_id\n1,a\n",
            "part-1.csv": "user_id,item_id\n2,b\n",
        },
        untimed(("1", "a"), ("2", "b")),
    ),
    "other columns in each file": (
        {
            "jan.csv": "user_id,item_id,time\n1,a,2024-01-31\n",
            "feb.csv": "item_id,time,user_id,more\nb,2024-02-01,2,x\n",
        },
        two(),
    ),
    "leading zeros": (
        {"e.csv": "user_id,item_id\n007,0010\n7,10\n"},
        untimed(("007", "0010"), ("7", "10")),
    ),
    "ids with and without a point": (
        {"e.csv": "user_id,item_id\n1.0,10\n2,20.0\n"},
        untimed(("1", "10"), ("2", "20")),
    ),
    "thousands in quotation marks": (
        {"e.csv": 'user_id,item_id,price\n1,a,"1,234.50"\n2,b,"2,000"\n'},
        untimed(("1", "a"), ("2", "b")),
    ),
    "yes and no in Korean": (
        {"e.csv": "user_id,item_id,liked\n1,a,예\n2,b,아니오\n"},
        [("1", "a", "like", 1.0, None), ("2", "b", "dislike", 1.0, None)],
    ),
    "thumbs": (
        {"e.csv": "user_id,item_id,thumbs\n1,a,up\n2,b,down\n"},
        [("1", "a", "like", 1.0, None), ("2", "b", "dislike", 1.0, None)],
    ),
    "shares of ten": (
        {"e.csv": "user_id,item_id,rating\n1,a,8/10\n2,b,3/10\n"},
        [("1", "a", "rating", 8.0, None), ("2", "b", "rating", 3.0, None)],
    ),
    "shares of a hundred": (
        {"e.csv": "user_id,item_id,rating\n1,a,80%\n2,b,30%\n"},
        [("1", "a", "rating", 80.0, None), ("2", "b", "rating", 30.0, None)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_survey_file_as_people_have_it_gives_every_event(name, tmp_path):
    files, expected = CASES[name]
    assert events_of(tmp_path, files) == (sorted(expected, key=str), [])


@pytest.mark.parametrize(
    ("text", "expected", "reasons"),
    [
        ("user_id,item_id,quantity\n1,a,2\nTotal,,5\n", ["1"], ["empty_item"]),
        ("user_id,item_id\n1,a\n\\N,b\n", ["1"], ["empty_user"]),
        (DATED.format("2024-01-31", "time"), ["1"], ["bad_time"]),
        (DATED.format("1706659200", "-5"), ["1"], ["negative_time"]),
        (DATED.format("2024-01-31", "2088-01-31"), ["1"], ["future_time"]),
    ],
)
def test_survey_row_that_is_no_event_is_left_out_by_its_reason(text, expected, reasons, tmp_path):
    events, left_out = events_of(tmp_path, {"e.csv": text})
    assert ([user for user, *_ in events], left_out) == (expected, reasons)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("e.csv", "user_id,a,b,c\nu1,5,,3\nu2,,4,1\n"),
        ("e.csv", 'order_id,customer,items\n1,ann,"tea,cake"\n2,bob,tea\n'),
        ("e.jsonl", '{"user_id":"u1","items":["a","b"]}\n{"user_id":"u2","items":["c"]}\n'),
    ],
)
def test_survey_table_that_is_no_list_of_events_is_refused_with_its_columns(name, text, tmp_path):
    with pytest.raises(MissingColumns, match="no column item_id; it has: "):
        events_of(tmp_path, {name: text})
