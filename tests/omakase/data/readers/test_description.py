"""What is told before anything is stored."""

import json

from omakase.data.readers.description import describe, describe_layout
from omakase.data.readers.load import LAYOUTS, read_layout
from omakase.data.readers.survey import survey
from omakase.data.readers.tabular import records_of
from omakase.data.rows import ReadOptions

from .folders import folder


def described(path, **options):
    found = survey(path, ReadOptions(**options))
    return describe(found, *records_of(found))


def test_describe_names_columns_what_is_aside_and_the_first_rows(tmp_path):
    lines = "".join(f"u{n};i;{n};2023-01-01;x\n" for n in range(1, 9))
    folder(tmp_path, events__csv=f"user;item;qty;date;colour\n{lines}", notes__csv="a,b\n1,2\n")
    folder(tmp_path, things__csv="item_id,title,size\ni,Tea,2\n")
    reading = described(tmp_path)
    events, items = reading.files
    assert (events.role, events.separator, events.encoding) == ("events", ";", "utf-8")
    assert events.columns["value"] == "qty"
    assert [(a.column, a.example) for a in events.aside] == [("colour", "x")]
    assert len(events.first) == 5
    assert events.first[0]["kind"] == events.kind == "purchase"
    assert (items.role, items.first) == ("items", ({"item_id": "i", "title": "Tea", "size": "2"},))
    assert "notes.csv" in reading.aside
    assert json.dumps(reading.to_dict(), default=str)


def test_signature_is_of_what_the_rows_become(tmp_path):
    folder(tmp_path, e__csv="user,item,day,when\nu,i,2023-01-01,x\n")
    path = tmp_path / "e.csv"
    alone = described(path).signature
    assert described(path, events={"time": "day"}).signature == described(path).signature or alone
    assert described(path, events={"user_id": "item", "item_id": "user"}).signature != alone
    assert described(path, kind="purchase").signature != alone


def test_describe_layout_tells_of_orders_without_times(tmp_path):
    folder(tmp_path, u__data="1\t2\t3\t4\n")
    reading = describe_layout("ml-100k", read_layout(LAYOUTS["ml-100k"], tmp_path))
    assert reading.files[0].first[0]["user_id"] == "1"
    assert reading.files[0].warnings == ()
