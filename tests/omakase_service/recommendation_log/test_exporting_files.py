"""Lists as lines of files: nothing lost, whatever was said of them."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.recommendation_log.contracts import JudgedAnswer, LoggedAnswer, ShownItem
from omakase_service.recommendation_log.exporting import PLACE, SNAPSHOT, write_csv, write_jsonl

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\n"), max_size=6)
PLACES = st.lists(st.tuples(TEXTS, st.floats(0, 1), st.floats(0, 1)), max_size=4)


def judged(*ids: str, clicked=(), converted=(), **more) -> JudgedAnswer:
    items = [ShownItem(key, 0.5, 0.25) for key in ids]
    fields = {"user_id": "ada", "time": 1_700_000_000, **more}
    answer = LoggedAnswer(request_id="r", items=items, algorithm="ease", version="v1", **fields)
    return JudgedAnswer(answer, frozenset(clicked), frozenset(converted))


def as_jsonl(*lists: JudgedAnswer) -> list[dict]:
    out = io.StringIO()
    assert write_jsonl(lists, out) == len(lists)
    return [json.loads(line) for line in out.getvalue().split("\n")[:-1]]


def as_csv(*lists: JudgedAnswer) -> list[dict]:
    out = io.StringIO(newline="")
    assert write_csv(lists, out) == len(lists)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


def test_files_of_no_lists():
    assert as_jsonl() == []
    out = io.StringIO()
    assert write_csv([], out) == 0
    assert out.getvalue() == ",".join([*SNAPSHOT, *PLACE]) + "\r\n"


def test_jsonl_list_without_places_is_a_line_and_in_csv_none():
    assert [line["items"] for line in as_jsonl(judged())] == [[]]
    assert as_csv(judged()) == []


def test_files_say_what_came_of_each_place_and_count_on_from_the_first_rank():
    entry = judged("a", "b", "c", clicked={"a", "b"}, converted={"b"}, first_rank=11)
    (line,) = as_jsonl(entry)
    told = [(p["position"], p["item_id"], p["clicked"], p["converted"]) for p in line["items"]]
    assert told == [(11, "a", True, False), (12, "b", True, True), (13, "c", False, False)]
    rows = [(p["position"], p["item_id"], p["clicked"], p["converted"]) for p in as_csv(entry)]
    assert rows == [tuple(map(str, each)) for each in told]


@pytest.mark.parametrize(
    ("context", "channel", "device", "page"),
    [
        ({}, "", "", ""),
        ({"channel": "web", "device": "phone", "page": "home"}, "web", "phone", "home"),
        ({"attributes": {"channel": "email"}}, "email", "", ""),
        ({"channel": "web", "attributes": {"channel": "email"}}, "web", "", ""),
        ({"attributes": {"device": "watch"}}, "", "", ""),
    ],
)
def test_files_say_where_a_list_was_shown(context, channel, device, page):
    entry = judged("a", context=context)
    for line in (*as_jsonl(entry), *as_csv(entry)):
        assert (line["channel"], line["device"], line["page"]) == (channel, device, page)
    assert as_jsonl(entry)[0]["context"] == context


def test_files_say_nothing_of_who_is_unknown():
    entry = judged("a", user_id=None)
    for line in (*as_jsonl(entry), *as_csv(entry)):
        assert (line["user_id"], line["session_id"]) == ("", "")


def test_files_keep_the_first_second_of_all_time():
    entry = judged("a", time=0)
    assert as_jsonl(entry)[0]["time"] == 0
    assert as_csv(entry)[0]["time"] == "0"


@given(PLACES, TEXTS)
def test_files_hold_every_place_as_it_was(places, placement):
    items = [ShownItem(*place) for place in places]
    entry = JudgedAnswer(LoggedAnswer("r", 5, items, "e", "v", placement=placement), frozenset())
    (line,) = as_jsonl(entry)
    assert line["placement"] == placement
    assert [(p["item_id"], p["score"], p["probability"]) for p in line["items"]] == places
    rows = as_csv(entry)
    assert [(p["item_id"], float(p["score"]), float(p["probability"])) for p in rows] == places
    assert [p["placement"] for p in rows] == [placement] * len(places)


def test_files_name_the_same_of_a_list():
    (line,), (row,) = as_jsonl(judged("a")), as_csv(judged("a"))
    assert {name: str(line[name]) for name in SNAPSHOT} == {name: row[name] for name in SNAPSHOT}
    assert list(row) == [*SNAPSHOT, *PLACE]
