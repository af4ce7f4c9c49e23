"""What counts as changed, and what a hostile visitor sends."""

import io
import random

from benchmarks import hostile_visitors as bench


def test_changed_counts_places_and_missing_ones():
    before = {"a": ["1", "2"], "b": ["3", "4"]}
    assert bench.changed(before, before) == 0
    assert bench.changed(before, {"a": ["2", "1"], "b": ["3", "4"]}) == 0.5
    assert bench.changed(before, {"a": ["1", "2"], "b": ["3"]}) == 0.25


def test_wishes_push_one_film_beside_the_best_known():
    films = [str(n) for n in range(100)]
    events = list(bench.wishes(films, 300, random.Random(0)))
    assert sum(event["item_id"] == "0" for event in events) >= 100
    assert {event["item_id"] for event in events[2::3]} <= set(films[-20:])


def test_write_recent_moves_the_newest_rating_to_the_moment(tmp_path):
    source, target = tmp_path / "a.inter", tmp_path / "b.csv"
    rows = ["user\titem\trating\ttime", "1\t10\t3\t100", "2\t10\t4\t160", "1\t11\t5\t130"]
    source.write_text("\n".join(rows) + "\n")
    assert bench.write_recent(source, target, 1_000) == ["11", "10"]
    assert target.read_text().splitlines()[1:] == ["1,10,3,940", "2,10,4,1000", "1,11,5,970"]


def test_status_of_reads_the_whole_answer():
    reader = io.BytesIO(
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n"
    )
    assert [bench.status_of(reader), bench.status_of(reader)] == [429, 200]


def test_words_of_more_than_the_bar_are_not_met():
    row = {"events sent": 9, "events taken": 9, "list": "popular", "named": 1}
    shares = {f"changed {name}": 0.0 for name in ("at once", "after training", "after quarantine")}
    attack = bench.Attack("one", 1, 9)
    assert bench.words(attack, [row | shares]).endswith(": met.")
    moved = row | shares | {"changed after training": 0.02}
    assert bench.words(attack, [moved]).endswith("not met.")
