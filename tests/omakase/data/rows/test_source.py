"""Files with many things wrong."""

import random

import polars as pl
import pytest

from omakase.data.rows import Rules, open_rows
from omakase.errors import MissingColumns, UnreadableFile

NOW = 1_710_000_000
HEADER = b"user_id,item_id,kind,value,time\n"


def written(path, raw, name="events.csv"):
    file = path / name
    file.write_bytes(raw)
    return file


def read(file, size=50_000, **how):
    """All events, all rejects, all warnings."""
    batches = list(open_rows(file, now=NOW, **how).batches(size))
    return (
        pl.concat(b.events for b in batches),
        [r for b in batches for r in b.rejects],
        [w for b in batches for w in b.warnings],
    )


def good(line):
    return f"u{line % 97},i{line},rating,{line % 5 + 1},{1_600_000_000 + line}".encode()


FAULTS = {
    "blank_line": b"",
    "line_too_long": b"u,i,rating,3,1600000000," + b"x" * 10_000_000,
    "nul_byte": b"u\x00,i,rating,3,1600000000",
    "bad_encoding": "u,ça,rating,3,1600000000".encode("latin-1"),
    "unbalanced_quotes": b'"u,i,rating,3,1600000000',
    "wrong_columns": b"u,i,rating,3",
    "empty_user": b" ,i,rating,3,1600000000",
    "empty_item": b"u,,rating,3,1600000000",
    "id_too_long": b"u," + b"i" * 300 + b",rating,3,1600000000",
    "control_character": b"u\x07,i,rating,3,1600000000",
    "empty_kind": b"u,i,,3,1600000000",
    "empty_value": b"u,i,rating,,1600000000",
    "bad_value": b"u,i,rating,three,1600000000",
    "value_not_finite": b"u,i,rating,NaN,1600000000",
    "value_out_of_range": b"u,i,rating,6,1600000000",
    "empty_time": b"u,i,rating,3,",
    "bad_time": b"u,i,rating,3,31/31/2020",
    "negative_time": b"u,i,rating,3,-400",
    "time_out_of_range": b"u,i,rating,3,99999999999999999999",
    "duplicate": good(2),
}


def planted(count=10_000, faults=40):
    """A file of so many lines, and what is wrong with which."""
    places = sorted(random.Random(0).sample(range(3, count), faults))
    reasons = [list(FAULTS)[n % len(FAULTS)] for n in range(faults)]
    wrong = dict(zip(places, reasons, strict=True))
    lines = [FAULTS[wrong[n]] if n in wrong else good(n) for n in range(2, count + 2)]
    return HEADER + b"\n".join(lines) + b"\n", wrong


@pytest.mark.parametrize("size", [700, 50_000])
def test_forty_planted_faults_are_found_and_nothing_else(tmp_path, size):
    raw, wrong = planted()
    events, rejects, warnings = read(written(tmp_path, raw), size)
    assert {r.line: r.reason for r in rejects} == wrong
    assert len(rejects) == 40
    assert events.height == 9_960
    assert events.get_column("line").to_list() == [n for n in range(2, 10_002) if n not in wrong]
    assert not warnings


def test_rejects_say_where_and_what(tmp_path):
    rules = Rules(highest_rating=5)
    file = written(tmp_path, HEADER + b"u,i,rating,9,1600000000\n")
    _, (reject,), _ = read(file, rules=rules)
    assert reject.file == "events.csv"
    assert reject.line == 2
    assert reject.detail == "the value '9' is outside 0 to 5"
    assert reject.raw == "u,i,rating,9,1600000000"


def test_reading_goes_on_where_it_stopped(tmp_path):
    raw, wrong = planted(1000, 20)
    file = written(tmp_path, raw)
    first = next(open_rows(file, now=NOW).batches(300))
    events, rejects, _ = read(file, start_after_line=first.last_line)
    lines = [*first.events.get_column("line"), *events.get_column("line")]
    assert lines == [n for n in range(2, 1002) if n not in wrong]
    assert {r.line for r in (*first.rejects, *rejects)} == set(wrong)


def test_batches_are_bounded_and_show_how_far_they_are(tmp_path):
    raw = HEADER + b"".join(good(n) + b"\n" for n in range(1000))
    batches = list(open_rows(written(tmp_path, raw), now=NOW).batches(300))
    assert [b.events.height for b in batches] == [300, 300, 300, 100]
    assert [b.bytes_read for b in batches] == sorted(b.bytes_read for b in batches)
    assert batches[-1].bytes_read == batches[-1].bytes_total == len(raw)
    assert batches[-1].last_line == 1001


def test_dates_of_many_kinds_in_one_file(tmp_path):
    times = ("1706702400", "1706702400000", "2024-01-31T21:00:00+09:00", "2024-01-31 12:00:00")
    rows = [f"u,i{n},view,,{time}\n" for n, time in enumerate((*times, "31/01/2024 12:00"))]
    events, rejects, _ = read(written(tmp_path, HEADER + "".join(rows).encode()))
    assert events.get_column("time").to_list() == [1706702400] * 5
    assert not rejects


def test_future_times_are_left_out(tmp_path):
    events, rejects, warnings = read(written(tmp_path, HEADER + b"u,i,view,,2090-01-01\n"))
    assert (events.height, warnings) == (0, [])
    assert [(r.line, r.reason) for r in rejects] == [(2, "future_time")]


def test_duplicates_are_found_across_blocks(tmp_path):
    rows = b"".join(good(n) + b"\n" for n in range(200_000))
    events, rejects, _ = read(written(tmp_path, HEADER + rows + good(5) + b"\n"))
    assert events.height == 200_000
    assert [(r.line, r.reason) for r in rejects] == [(200_002, "duplicate")]


def test_without_times_nothing_is_a_duplicate(tmp_path):
    events, rejects, _ = read(written(tmp_path, b"user,item\nu,i\nu,i\n"))
    assert events.height == 2
    assert events.get_column("time").null_count() == 2
    assert not rejects


def test_blank_lines_at_the_end_are_no_faults(tmp_path):
    _, rejects, _ = read(written(tmp_path, HEADER + b"\nu,i,view,,5\n\n \n\n"))
    assert [r.line for r in rejects] == [2]


def test_a_byte_order_mark_and_windows_line_ends(tmp_path):
    raw = b"\xef\xbb\xbf" + (HEADER + b"u,i,view,,5\n").replace(b"\n", b"\r\n")
    events, rejects, _ = read(written(tmp_path, raw))
    assert events.row(0, named=True)["time"] == 5
    assert not rejects


def test_korean_files_of_windows(tmp_path):
    raw = "사용자,상품,시각\n철수,김치,5\n".encode("cp949")
    told = {"user_id": "사용자", "item_id": "상품", "time": "시각"}
    events, rejects, _ = read(written(tmp_path, raw), encoding="cp949", mapping=told)
    assert events.row(0)[1:3] == ("철수", "김치")
    assert not rejects


def test_json_lines_with_everything_wrong(tmp_path):
    raw = (
        b'{"user":"a","item":7,"rating":4,"time":"2024-01-31T12:00:00Z"}\n'
        b'{"user":"a","item":8,"rating":NaN,"time":1}\n'
        b'{"user":"","item":8,"rating":4,"time":1}\n'
        b'{"user":"a","rating":4,"time":1}\n'
        b'{"user":"a","item":[8],"rating":4,"time":1}\n'
        b'["a"]\n'
        b'{"user":"a","item":8,"rating":40,"time":1}\n'
    )
    events, rejects, _ = read(written(tmp_path, raw, "e.jsonl"))
    assert events.rows() == [(1, "a", "7", "rating", 4.0, 1706702400)]
    assert [r.reason for r in rejects] == [
        *("bad_json", "empty_user", "empty_item", "bad_type", "not_an_object"),
        "value_out_of_range",
    ]


def test_parquet_is_checked_like_text(tmp_path):
    file = tmp_path / "e.parquet"
    pl.DataFrame(
        {"user": [1, 1, None], "item": ["x", "x", "y"], "rating": [4.0, 4.0, 3.0], "time": [9] * 3}
    ).write_parquet(file)
    events, rejects, _ = read(file, size=2)
    assert events.rows() == [(1, "1", "x", "rating", 4.0, 9)]
    assert [(r.line, r.reason) for r in rejects] == [(2, "duplicate"), (3, "empty_user")]
    assert '"item_id": "y"' in rejects[1].raw


def test_movielens_files_need_no_header(tmp_path):
    events, rejects, _ = read(written(tmp_path, b"1::1193::5::978300760\n1::66::77::1\n", "r.dat"))
    assert events.rows() == [(1, "1", "1193", "rating", 5.0, 978300760)]
    assert rejects[0].raw == "1::66::77::1"


def test_what_is_beside_comes_along(tmp_path):
    raw = b"user,item,session,device,colour\nu,i,s1,phone,red\n"
    events, _, _ = read(written(tmp_path, raw))
    assert events.select("session_id", "device").rows() == [("s1", "phone")]
    assert "colour" not in events.columns


def test_guesses_are_told(tmp_path):
    source = open_rows(written(tmp_path, b"who,sku,t\n"), mapping={"user_id": "who"})
    assert source.guessed == {"item_id": "sku"}
    assert not source.timed


def test_kinds_may_be_given_and_declared(tmp_path):
    file = written(tmp_path, b"user,item\nu,i\n")
    events, _, _ = read(file, rules=Rules(kind="purchase"))
    assert events.get_column("kind").to_list() == ["purchase"]
    _, rejects, _ = read(file, rules=Rules(kind="purchase", kinds=("view",)))
    assert [r.detail for r in rejects] == ["'purchase' is not a declared kind of event"]


def test_files_that_cannot_be_opened_at_all(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        open_rows(tmp_path / "no.csv")
    with pytest.raises(MissingColumns, match="no column user_id, item_id"):
        open_rows(written(tmp_path, b"a,b\n1,2\n"))
    with pytest.raises(UnreadableFile, match="unknown format"):
        open_rows(written(tmp_path, b"a", "a.xls"))


@pytest.mark.parametrize("seed", range(8))
def test_noise_never_ends_the_reading(tmp_path, seed):
    source = random.Random(seed)
    noise = bytes(source.choice(b'abc,,,"\n\n\r\x00\xff1234-:.') for _ in range(5000))
    file = written(tmp_path, HEADER + good(7) + b"\n" + noise + b"\n" + good(1) + b"\n")
    events, rejects, _ = read(file)
    assert events.get_column("item_id").to_list()[-1] == "i1"
    assert events.height + len(rejects) <= noise.count(b"\n") + 3
