"""Tables that are events only together."""

from omakase.data.readers.survey import survey
from omakase.data.rows import ReadOptions

from .folders import folder


def rows(path, **options):
    found = survey(path, ReadOptions(**options))
    return found, [
        (r["user_id"], r["item_id"], r["kind"], r["time"])
        for source in found.events
        for batch in source.batches()
        for r in batch.events.iter_rows(named=True)
    ]


def test_joined_events_take_times_from_the_head(tmp_path):
    folder(
        tmp_path,
        invoices__csv="invoice_no,customer,date\n1,ann,2023-01-01\n2,bob,2023-01-02\n",
        lines__csv="invoice_no,sku,qty\n2,tea,1\n1,tea,2\n1,tea,2\n3,lost,1\n",
    )
    found, events = rows(tmp_path)
    assert events == [
        ("bob", "tea", "purchase", 1_672_617_600),
        ("ann", "tea", "purchase", 1_672_531_200),
        ("ann", "tea", "purchase", 1_672_531_200),
    ]
    assert found.events[0].name == "lines.csv + invoices.csv"


def test_joined_events_need_a_key_that_names_each_head(tmp_path):
    folder(
        tmp_path,
        events__csv="user_id,item_id\nann,tea\n",
        people__csv="user_id,city\nann,Bonn\nbob,Bonn\n",
        shops__csv="item_id,city\ntea,Bonn\n",
    )
    found, events = rows(tmp_path)
    assert len(events) == 1
    assert not found.notes


def test_joined_events_of_visits_are_no_purchases(tmp_path):
    folder(
        tmp_path,
        visits__csv="visit_no,user_id\n1,ann\n2,bob\n",
        pages__csv="visit_no,article\n1,news\n2,sport\n1,sport\n",
    )
    assert [row[2] for row in rows(tmp_path)[1]] == ["view"] * 3
