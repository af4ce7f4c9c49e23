import json
import os
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from omakase.errors import MissingColumns, UnreadableFile
from omakase_service.catalog.models import Item, User
from omakase_service.events import importing
from omakase_service.events.importing import undo_import
from omakase_service.events.models import Event, Import, Kind
from omakase_service.events.services import import_path, record
from omakase_service.platform.exceptions import Conflict, NotFound

pytestmark = pytest.mark.django_db


def write(folder: Path, *lines: str, name: str = "events.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def good(n: int) -> str:
    return f"u{n % 97},i{n % 53},view,,{1_600_000_000 + n}"


FAULTS = [
    ("empty_user", ",i1,view,,1600000000"),
    ("empty_item", "u1,,view,,1600000000"),
    ("empty_kind", "u1,i1,,,1600000000"),
    ("bad_value", "u1,i1,purchase,many,1600000000"),
    ("value_not_finite", "u1,i1,purchase,inf,1600000000"),
    ("value_out_of_range", "u1,i1,rating,-3,1600000000"),
    ("empty_value", "u1,i1,rating,,1600000000"),
    ("bad_time", "u1,i1,view,,the day before yesterday"),
    ("empty_time", "u1,i1,view,,"),
    ("negative_time", "u1,i1,view,,-5"),
    ("time_out_of_range", "u1,i1,view,,99999999999999"),
    ("wrong_columns", "u1,i1,view"),
    ("id_too_long", "u" * 300 + ",i1,view,,1600000000"),
    ("control_character", "u\x07,i1,view,,1600000000"),
    ("nul_byte", "u\x00,i1,view,,1600000000"),
]


def planted(folder: Path) -> tuple[Path, dict[int, str]]:
    """10,000 lines after the header, 40 of them faulty; and which."""
    lines = [good(n) for n in range(10_000)]
    wanted = {}
    for n in range(40):
        place = 7 + n * 243
        # The last one repeats the line before it.
        reason, text = FAULTS[n % len(FAULTS)] if n < 39 else ("duplicate", lines[place - 1])
        lines[place] = text
        wanted[place + 2] = reason
    return write(folder, "user,item,event,value,timestamp", *lines), wanted


def test_forty_faults_of_many_kinds_are_told_and_the_rest_is_stored_once(tmp_path):
    file, wanted = planted(tmp_path)
    done = import_path(file, rejects_to=tmp_path / "rejects.jsonl")
    assert {r.line: r.reason for r in done.rejects} == wanted
    assert len(set(wanted.values())) >= 12
    assert (done.stored, done.known, done.rejected) == (9_960, 0, 40)
    assert Event.objects.count() == 9_960
    kept = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [k["line"] for k in kept] == sorted(wanted)
    again = import_path(file)
    assert (again.stored, again.known, again.rejected) == (0, 9_960, 40)
    assert Event.objects.count() == 9_960


def test_columns_are_guessed_and_kept(tmp_path):
    file = write(
        tmp_path,
        "userId,product,action,quantity,ts,session,device,source,page,duration,position",
        "u,i,buy,2,1600000000,s,phone,mail,/,2.5,3",
    )
    done = import_path(file)
    assert done.guessed["item_id"] == "product"
    row = Event.objects.values().get()
    assert (row["user_id"], row["item_id"], row["kind"]) == ("u", "i", "purchase")
    assert (row["value"], row["time"], row["session_id"]) == (2.0, 1_600_000_000, "s")
    assert (row["device"], row["channel"], row["page"]) == ("phone", "mail", "/")
    assert (row["duration"], row["position"], row["request_id"]) == (2.5, 3, None)


def test_numbers_that_are_none_are_left_out(tmp_path):
    file = write(tmp_path, "user,item,time,duration,position", "u,i,1600000000,long,-1")
    import_path(file)
    row = Event.objects.get()
    assert (row.duration, row.position) == (None, None)


def test_values_are_those_of_the_file(tmp_path):
    import_path(write(tmp_path, "user,item,rating,time", "u,i,4.1,1600000000"))
    assert Event.objects.get().value == 4.1


def test_told_columns_and_kind(tmp_path):
    file = write(tmp_path, "a,b,when", "u,i,1600000000")
    done = import_path(file, mapping={"user_id": "a", "item_id": "b"}, kind="purchase")
    assert done.stored == 1
    assert Event.objects.get().kind == "purchase"


def test_without_times_the_lines_stand_for_them(tmp_path):
    file = write(tmp_path, "user,item", "u,b", "u,a", "u,b")
    assert import_path(file).stored == 3
    order = Event.objects.order_by("time").values_list("item_id", flat=True)
    assert list(order) == ["b", "a", "b"]
    assert import_path(file).known == 3


def test_new_ids_become_bare_rows_or_not(tmp_path):
    import_path(write(tmp_path, "user,item,time", "u,i,1600000000"), create_unknown=False)
    assert not Item.objects.exists()
    import_path(write(tmp_path, "user,item,time", "u,i,1600000001"))
    assert Item.objects.get().item_id == "i"
    assert User.objects.get().user_id == "u"


def test_kinds_that_nobody_declared_are_declared_and_told(tmp_path):
    file = write(tmp_path, "user,item,kind,time", "u,i,tasted,1600000000", "u,i,view,1600000000")
    assert import_path(file).declared == ["tasted"]
    assert Kind.objects.get().weight == 1
    event = {"user_id": "u", "item_id": "j", "kind": "tasted"}
    assert record(events=[event]).stored == 1


def test_a_broken_import_is_taken_up_where_it_broke(tmp_path, monkeypatch):
    file = write(tmp_path, "user,item,kind,value,time", *(good(n) for n in range(95)))
    calls = []

    def breaks(**given):
        calls.append(len(given["rows"]))
        if len(calls) == 3:
            raise RuntimeError("the power went")
        return keep(**given)

    keep = importing.append
    monkeypatch.setattr(importing, "append", breaks)
    with pytest.raises(RuntimeError):
        import_path(file, batch=10)
    assert Event.objects.count() == Import.objects.get().stored == 20
    done = import_path(file, batch=10)
    assert done.resumed_after == 21
    assert done.stored == 75
    job = Import.objects.get()
    assert (job.stored, job.line) == (95, 96)
    assert job.finished
    assert import_path(file, batch=10).resumed_after == 0


def test_a_changed_file_starts_over(tmp_path, monkeypatch):
    file = write(tmp_path, "user,item,time", "u,i,1600000000")
    Import.objects.create(fingerprint="other", path=str(file), line=2)
    os.utime(file, ns=(1, 1))
    assert import_path(file).stored == 1


def test_progress_is_heard_to_the_end(tmp_path):
    file = write(tmp_path, "user,item,kind,value,time", *(good(n) for n in range(50)))
    heard = []
    import_path(file, batch=10, progress=lambda done, total, step: heard.append((done, total)))
    assert len(heard) >= 5
    assert heard == sorted(heard)
    assert heard[-1] == (file.stat().st_size, file.stat().st_size)


def test_a_folder_brings_items_and_users(tmp_path):
    write(
        tmp_path,
        "user_id:token\titem_id:token\trating:float\ttimestamp:float",
        "1\t2\t4\t881250949",
        name="ml-100k.inter",
    )
    write(
        tmp_path,
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq",
        "2\tGoldenEye\t1995\tAction Adventure Thriller",
        name="ml-100k.item",
    )
    write(
        tmp_path,
        "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token",
        "1\t24\tM\ttechnician\t85711",
        name="ml-100k.user",
    )
    done = import_path(tmp_path)
    assert (done.stored, done.items, done.users) == (1, 1, 1)
    item = Item.objects.select_related("category").get()
    assert (item.item_id, item.title, item.category.path) == ("2", "GoldenEye", "Action")
    assert item.tags == ["Adventure", "Thriller"]
    person = User.objects.get()
    assert (person.user_id, person.gender) == ("1", "M")
    assert person.attributes["occupation"] == "technician"
    assert import_path(tmp_path).known == 1


def test_a_field_that_makes_no_sense_is_left_out_and_told(tmp_path):
    write(tmp_path, "user_id,item_id,time", "u,i,1600000000", name="events.csv")
    write(tmp_path, "item_id,title,opening_hours,colour", "i,Lamp,always,red", name="items.csv")
    done = import_path(tmp_path)
    assert [w.reason for w in done.warnings] == ["bad_field"]
    assert "opening_hours" in done.warnings[0].detail
    item = Item.objects.get()
    assert (item.title, item.opening_hours, item.attributes) == ("Lamp", {}, {"colour": "red"})


def test_a_week_in_one_line_becomes_hours_by_day(tmp_path):
    write(tmp_path, "user_id,item_id,time", "u,i,1600000000", name="events.csv")
    write(tmp_path, "item_id,title,opening_hours", "i,Bistro,Mo-Tu 09:00-18:00", name="items.csv")
    assert not import_path(tmp_path).warnings
    assert Item.objects.get().opening_hours == {"Mo": "09:00-18:00", "Tu": "09:00-18:00"}


@pytest.mark.parametrize(
    ("text", "error"),
    [(None, UnreadableFile), ("", UnreadableFile), ("price,colour\n1,red\n", MissingColumns)],
)
def test_what_cannot_be_read_is_one_clear_sentence(tmp_path, text, error):
    file = tmp_path / "x.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(error):
        import_path(file)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("ratings_ordered.parquet", b"PAR1 and nothing more"),
        ("x.inter", b"who\twhat\n1\t2\n"),
        ("x_item2attributes.json", b"[1, 2]"),
    ],
)
def test_a_damaged_folder_of_a_known_layout_is_one_clear_sentence(tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(UnreadableFile, match=re.escape(str(tmp_path))):
        import_path(tmp_path)
    assert not Import.objects.exists()


def test_damage_in_the_middle_keeps_what_came_before_and_goes_on_when_it_is_mended(tmp_path):
    file = tmp_path / "events.parquet"
    names = [f"n{n:04}" for n in range(3000)]
    rows = {"user": names, "item": names, "time": [1_600_000_000 + n for n in range(3000)]}
    pl.DataFrame(rows).write_parquet(file, row_group_size=1000, use_pyarrow=False)
    whole = file.read_bytes()
    at = len(whole) * 2 // 3
    file.write_bytes(whole[:at] + bytes(200) + whole[at + 200 :])
    with pytest.raises(UnreadableFile, match="damaged"):
        import_path(file, batch=500)
    before = Event.objects.count()
    assert before < 3000
    file.write_bytes(whole)
    done = import_path(file, batch=500)
    assert (done.known, done.stored) == (before, 3000 - before)
    assert Event.objects.count() == 3000


def test_a_kind_that_no_column_holds_is_refused(tmp_path):
    rows = [{"user": "u", "item": "i", "kind": kind, "time": 1} for kind in KINDS]
    file = write(tmp_path, *map(json.dumps, rows), name="events.jsonl")
    done = import_path(file)
    assert [(r.line, r.reason) for r in done.rejects] == [(2, "bad_kind"), (3, "bad_kind")]
    assert done.declared == ["k" * 50]
    assert Kind.objects.get().name == Event.objects.get().kind == "k" * 50


KINDS = ("k" * 50, "k" * 51, "a\x00b")


def test_text_beside_the_event_is_cut_and_freed_of_what_no_store_keeps(tmp_path):
    beside = {"page": "/a\x00b" + "x" * 300, "device": "p\x00", "session_id": "s\x00" * 200}
    row = {"user": "u", "item": "i", "time": 1, "request_id": "r" * 99, **beside}
    import_path(write(tmp_path, json.dumps(row), name="events.jsonl"))
    kept = Event.objects.get()
    assert kept.page == ("/ab" + "x" * 300)[:255]
    assert (kept.device, kept.session_id, kept.request_id) == ("p", "s" * 200, "r" * 64)


def test_what_json_does_not_know_is_kept_as_what_it_means(tmp_path):
    """Tables hold NaN for nothing, dates, and lists of them; a store of JSON holds none."""
    write(tmp_path, "user_id,item_id,time", "u,i,1600000000", name="events.csv")
    pl.DataFrame(
        {
            "item_id": ["i", "j"],
            "price": [float("nan"), 3.0],
            "weight": [float("nan"), 1.5],
            "made": [date(2024, 1, 31), None],
            "sizes": [[1.0, float("inf")], [2.0]],
            "part": [{"a": 1}, None],
        }
    ).write_parquet(tmp_path / "items.parquet")
    assert import_path(tmp_path).rejected == 0
    first, second = Item.objects.order_by("item_id")
    assert (first.price, second.price) == (None, 3.0)
    assert first.attributes == {"made": "2024-01-31", "sizes": [1.0], "part": "{'a': 1}"}
    assert second.attributes == {"weight": 1.5, "sizes": [2.0]}


def test_an_item_without_an_id_is_left_out_and_told(tmp_path):
    write(tmp_path, "user_id:token\titem_id:token", "1\t2", name="x.inter")
    write(tmp_path, "item_id:token\ttitle:token", "\tNobody", "2\tSomebody", name="x.item")
    done = import_path(tmp_path)
    assert [item.title for item in Item.objects.all()] == ["Somebody"]
    assert any("item_id" in warning.detail for warning in done.warnings)


def test_a_file_without_times_that_grew_is_asked_about(tmp_path):
    file = write(tmp_path, "user,item", "u,a", "u,b")
    assert import_path(file).stored == 2
    write(tmp_path, "user,item", "u,new", "u,a", "u,b")
    with pytest.raises(Conflict, match=r"another file called events\.csv was imported before"):
        import_path(file)
    assert Event.objects.count() == 2
    assert import_path(file, repeated="replace").stored == 3
    assert Event.objects.count() == 3


def test_undo_leaves_what_others_brought(tmp_path):
    record(events=[{"user_id": "u", "item_id": "i", "kind": "view", "time": 1_600_000_000}])
    folder = tmp_path / "shop"
    folder.mkdir()
    write(folder, "user,item,time", "u,i,1600000005", "v,j,1600000006")
    write(folder, "item_id,title", "i,Tea", "j,Cake", "k,Unsold", name="items.csv")
    done = import_path(folder)
    back = undo_import(number=done.number)
    assert (back.events, back.items, back.users) == (2, 2, 1)
    assert [item.item_id for item in Item.objects.all()] == ["i"]
    assert Event.objects.count() == 1
    with pytest.raises(NotFound):
        undo_import(number=done.number)


def test_the_first_ratings_set_the_scale_and_others_must_keep_to_it(tmp_path):
    ten = [f"u{n},i,{n % 10 + 1},{1_600_000_000 + n}" for n in range(30)]
    assert import_path(write(tmp_path, "user,item,rating,time", *ten)).rejected == 0
    kind = Kind.objects.get(name="rating")
    assert (kind.lowest, kind.highest, kind.weight) == (0, 10, 0.5)
    hundred = [f"u{n},i,{n * 3},{1_600_000_000 + n}" for n in range(1, 30)]
    done = import_path(write(tmp_path, "user,item,rating,time", *hundred, name="more.csv"))
    assert "a scale of 0 to 10" in done.warnings[0].detail
    assert {reject.reason for reject in done.rejects} == {"value_out_of_range"}


def test_kinds_that_mean_one_of_ours_count_like_it(tmp_path):
    done = import_path(write(tmp_path, "user,item,kind,time", "u,i,clicks,1600000000"))
    assert (done.declared, done.meanings) == (["clicks"], {"clicks": "click"})


def test_lines_of_a_receipt_are_the_same_in_a_longer_file(tmp_path):
    lines = ["7,u,tea,2023-01-01", "7,u,tea,2023-01-01"]
    head = "invoice_no,user,item,date"
    assert import_path(write(tmp_path, head, *lines, name="a.csv")).stored == 2
    longer = import_path(write(tmp_path, head, "8,v,tea,2023-01-02", *lines, name="b.csv"))
    assert (longer.stored, longer.known) == (1, 2)
