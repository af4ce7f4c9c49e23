"""Recorded answers of a real Gorse, asked again of a real server of ours; and the rules of that.

The recordings may not be passed on: where they do not lie beside the checkout, that is skipped.
"""

from pathlib import Path

import httpx
import pytest
from benchmarks import gorse_replay
from benchmarks.gorse import client_calls, data_rules, list_rules
from benchmarks.gorse.list_rules import ListWorld
from benchmarks.gorse.recording import Given, Recorded
from benchmarks.gorse.shapes import differences
from benchmarks.gorse.world import MODELS, moved_in

FOLDER = Path(__file__).parent.parent.parent.parent / "shared" / "gorse"
recorded = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no recordings of Gorse in ../shared/gorse beside the checkout"
)


@pytest.fixture(scope="module")
def from_dump():
    """A server moved in by the dump."""
    with moved_in([FOLDER / "config.toml", FOLDER / gorse_replay.DUMP]) as server:
        yield server


@pytest.fixture(scope="module")
def from_lines():
    """A server moved in by JSON Lines, which has learnt."""
    paths = [FOLDER / "config.toml", *(FOLDER / name for name in gorse_replay.LINES)]
    with moved_in(paths, models=MODELS) as server:
        yield server


def wrong_of(rows):
    return [(row["n"], row["request"], row["why"]) for row in rows if row["right"] == "no"]


@recorded
def test_import_in_any_way_any_order_and_twice_gives_the_same_rows(from_dump):
    rows = list(gorse_replay.imported(FOLDER, from_dump))
    assert (len(rows), wrong_of(rows)) == (5, [])


@recorded
def test_data_requests_are_answered_as_recorded(from_dump):
    rows = list(gorse_replay.data_rows(FOLDER, from_dump))
    assert (len(rows), wrong_of(rows)) == (152, [])
    assert sum(row["right"] != "yes" for row in rows) == len(data_rules.FAULTS)


@recorded
def test_list_requests_are_answered_by_the_recorded_rules(from_lines):
    rows = list(gorse_replay.list_rows(FOLDER, from_lines))
    assert (len(rows), wrong_of(rows)) == (101, [])


@recorded
@pytest.mark.parametrize("make", [client_calls.made, client_calls.made_async])
def test_pygorse_gets_what_it_got(from_lines, make):
    calls = client_calls.calls_of(FOLDER / "recorded_pygorse.jsonl")
    wrong = make(from_lines.address, from_lines.keys.server, calls)
    assert (len(wrong), [each for each in wrong if each]) == (30, [])


def row_of(path="/api/users", answer=None, n=900, status=200, text="", method="GET", sent=None):
    headers = {"content-type": "application/json"}
    return Recorded(n, "", method, path, {}, sent, status, headers, answer, text)


def given_of(answer=None, status=200, kind="application/json"):
    return Given(status, httpx.Headers({"content-type": kind}), answer, "")


def test_data_rules_see_another_status_type_and_answer():
    row = row_of(answer={"UserId": "a"})
    assert data_rules.judged(row, given_of({"UserId": "a"})) == ([], "")
    wrong, _ = data_rules.judged(row, given_of({"UserId": "b"}, 201, "text/plain"))
    assert len(wrong) == 3


def test_data_rules_leave_empty_ids_out():
    row = row_of(answer={"Cursor": "x", "Users": [{"UserId": ""}, {"UserId": "1"}]})
    page = {"Cursor": "y", "Users": [{"UserId": "1"}, {"UserId": "2"}]}
    assert data_rules.judged(row, given_of(page)) == ([], "")


def test_list_rules_see_what_a_list_must_not_hold():
    world = ListWorld({"1": {"seen"}}, {"ok": {"a"}, "seen": {"a"}, "odd": set()}, {"gone"})
    row = row_of("/api/recommend/1?n=4&category=a", ["w", "x", "y", "z"])
    wrong, _ = list_rules.judged(row, given_of(["ok", "seen", "odd", "gone"]), world)
    assert [each.partition(":")[0] for each in wrong] == [
        "hidden or deleted items",
        "not in the category a",
        "items that they had",
    ]
    wrong, _ = list_rules.judged(row, given_of(["ok", "ok"]), world)
    assert wrong == ["2 places, not 4", "an id twice"]


def test_list_rules_follow_what_requests_change():
    world = ListWorld({}, {})
    world.after(row_of("/api/item/i", method="DELETE"), given_of())
    sent = [{"UserId": "u", "ItemId": "j"}]
    world.after(row_of("/api/feedback", method="POST", sent=sent), given_of())
    world.after(row_of("/api/recommend/u?write-back-type=s"), given_of(["k"]))
    assert (world.gone, world.touched) == ({"i"}, {"u": {"j", "k"}})


def test_differences_are_of_fields_and_kinds():
    assert differences({"a": 1, "b": [{"c": "x"}]}, {"a": 2.5, "b": [{"c": "y"}, {"c": "z"}]}) == []
    assert differences(None, []) == []
    assert differences({"a": 1}, {"a": "1", "b": 2}) == [
        "answer.b: not there",
        "answer.a: number there, text here",
    ]


def test_client_calls_see_another_exception():
    call = {"call": "get_user", "raises": "GorseException", "status_code": 404, "message": "no"}
    assert client_calls.judged(call, {"UserId": "a"}, None) != []
    assert client_calls.judged({"call": "get_user", "returns": {"a": 1}}, {"a": 1}, None) == []
