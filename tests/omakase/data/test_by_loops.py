"""Data against plain Python: dictionaries for matrices, lists for splits, sums for weights."""

import math
from collections import defaultdict

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.clock import DECAY_FLOOR
from omakase.data.dataset import Dataset
from omakase.data.events import Events
from omakase.data.ids import Vocabulary
from omakase.data.rows.blocks import Block
from omakase.data.rows.columns import EVENT_NAMES, event_columns
from omakase.data.rows.dialect import Dialect
from omakase.data.rows.names import guess, plain
from omakase.data.rows.seen import Seen
from omakase.data.rows.splitting import split
from omakase.data.rows.times import unix_seconds
from omakase.data.splits import by_time, join_events, k_fold, leave_one_out
from omakase.data.weighting import DEFAULT_KINDS, Weighting
from omakase.types import DAY_SECONDS, PAD

quick = settings(max_examples=30, deadline=None)
NAMES = ["u", "김치", "🍣", "U", " u"]
KINDS = ["view", "purchase", "dislike", "rating", "impression", "unheard of"]
rows = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["떡", "x", "é", "e\u0301"]),
        st.sampled_from(KINDS),
        st.integers(0, 9).map(float),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=25,
)


def table(lines):
    columns = ["user_id", "item_id", "kind", "value", "time"]
    return pl.DataFrame(lines, schema=columns, orient="row")


def weight(kind, value):
    known = DEFAULT_KINDS.get(kind)
    if known is None:
        return 1.0
    if known.from_value and value < 3:
        return 0.0
    size = min(known.weight * (value if known.from_value else 1), known.cap)
    return -size if known.negative else size


def says(line):
    """Whether an event is for or against its item; an impression is neither."""
    return line[2] != "impression"


@quick
@given(rows)
def test_the_matrix_is_a_dictionary_of_sums(lines):
    data = Dataset.from_table(table(lines))
    sums = defaultdict(float)
    for user, item, kind, value, _ in filter(says, lines):
        sums[user, item] += weight(kind, value)
    for (user, item), total in sums.items():
        u, i = data.ids.users.row(user), data.ids.items.row(item)
        assert data.matrix[u, i] == pytest.approx(total)
        assert data.positive[u, i] == pytest.approx(max(total, 0))
    assert data.matrix.nnz == len(sums)
    assert data.positive.nnz == sum(total > 0 for total in sums.values())


@quick
@given(rows, st.randoms())
def test_the_order_of_rows_changes_no_id_and_no_sum(lines, random):
    mixed = random.sample(lines, len(lines))
    first, second = Dataset.from_table(table(lines)), Dataset.from_table(table(mixed))
    assert first.ids.digest() == second.ids.digest()
    assert first.kinds == second.kinds
    np.testing.assert_allclose(first.matrix.toarray(), second.matrix.toarray(), rtol=1e-5)


@quick
@given(rows)
def test_events_of_one_second_keep_the_order_they_came_in(lines):
    data = Dataset.from_table(table(lines))
    expected = sorted(lines, key=lambda line: line[4])
    ids = data.ids
    assert [ids.users.ids[u] for u in data.events.users] == [line[0] for line in expected]
    assert [ids.items.ids[i] for i in data.events.items] == [line[1] for line in expected]
    assert [data.kinds[k] for k in data.events.kinds] == [line[2] for line in expected]


@quick
@given(rows, st.integers(1, 5))
def test_a_history_is_the_tail_of_what_a_user_did(lines, length):
    data = Dataset.from_table(table(lines))
    users = np.arange(data.n_users, dtype=np.int32)
    queries = data.queries(users, length=length)
    for user in users:
        name = data.ids.users.ids[user]
        told = sorted(filter(says, lines), key=lambda line: line[4])
        own = [line for line in told if line[0] == name]
        shown = [data.ids.items.ids[i] for i in queries.history[user] if i != PAD]
        assert shown == [line[1] for line in own][-length:]
        hidden = {data.ids.items.ids[i] for i in queries.exclude[user] if i != PAD}
        assert hidden == {line[1] for line in own}


@quick
@given(rows, rows)
def test_an_id_map_only_grows(first, second):
    old = Dataset.from_table(table(first))
    new = Dataset.from_table(table(second), ids=old.ids)
    assert new.ids.users.ids[: old.n_users] == tuple(old.ids.users.ids)
    assert new.ids.items.ids[: old.n_items] == tuple(old.ids.items.ids)
    assert set(new.ids.users.ids) == {line[0] for line in (*first, *second)}


def test_the_last_row_of_an_item_counts():
    items = pl.DataFrame({"item_id": ["x", "x"], "title": ["old", "new"]})
    data = Dataset.from_table(table([("u", "x", "view", 1.0, 0)]), items=items)
    assert data.items.rows() == [("x", "new")]


def test_ids_as_long_as_a_page_are_told_apart_at_their_last_sign():
    ids = ["가" * 10_000 + end for end in "ab"]
    made = Vocabulary.of(ids)
    assert made.rows([*ids, "가" * 10_000]).tolist() == [0, 1, PAD]
    assert made.ids[1] == ids[1]


def test_no_form_of_an_id_is_taken_for_another():
    forms = ["é", "e\u0301", "E", "e", " e", "e ", "", "0", "00", "e\x00"]
    made = Vocabulary.of(forms)
    assert made.rows(forms).tolist() == list(range(len(forms)))


@quick
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), min_size=1))
def test_weights_are_those_of_the_table(lines):
    events = pl.DataFrame(
        [(kind, float(value), 0) for kind, value in lines],
        schema=["kind", "value", "time"],
        orient="row",
    )
    assert Weighting().weights(events, now=0).tolist() == [weight(k, v) for k, v in lines]


@quick
@given(st.floats(0.5, 100), st.integers(-50, 50))
def test_only_the_past_fades(fade_days, age):
    event = pl.DataFrame({"kind": ["view"], "value": [1.0], "time": [(100 - age) * DAY_SECONDS]})
    found = Weighting(fade_days=fade_days).weights(event, now=100 * DAY_SECONDS)
    kept = max(math.exp(-max(age, 0) / fade_days), DECAY_FLOOR)
    assert found[0] == pytest.approx(kept, rel=1e-5)


def places(part):
    """Events by their value, which numbers them."""
    return [int(value) for value in part.events.values]


def numbered(users, times):
    return Dataset.from_table(
        table(
            [(f"u{u}", "x", "view", float(n), t) for n, (u, t) in enumerate(zip(users, times))]  # noqa: B905
        )
    )


timed = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=4, max_size=30)


@quick
@given(timed)
def test_leave_one_out_by_lists(lines):
    data = numbered(*zip(*lines, strict=True))
    parts = {"train": [], "validation": [], "test": []}
    for user in {user for user, _ in lines}:
        own = sorted((t, n) for n, (u, t) in enumerate(lines) if u == user)
        numbers = [n for _, n in own]
        cut = len(numbers) - 2 if len(numbers) >= 3 else len(numbers)
        parts["train"] += numbers[:cut]
        parts["validation"] += numbers[cut : cut + 1]
        parts["test"] += numbers[cut + 1 :]
    found = leave_one_out(data)
    for name, expected in parts.items():
        assert sorted(places(getattr(found, name))) == sorted(expected), name


@quick
@given(timed, st.sampled_from([0.1, 0.2, 0.3]))
def test_split_by_time_never_learns_from_later_events(lines, share):
    times = [time for _, time in lines]
    if len(set(times[:1])) == len(set(times)):
        times[0] += 100
    data = numbered([user for user, _ in lines], [min(times) - 50, *times[1:]])
    found = by_time(data, validation=share, test=share)
    parts = [part.events.times for part in (found.train, found.validation, found.test)]
    for early in range(3):
        for late in range(early + 1, 3):
            assert not set(parts[early]) & set(parts[late])
            assert max(parts[early], default=-99) < min(parts[late], default=999)
    assert sum(map(len, parts)) == len(lines)


def test_folds_are_of_one_size_and_of_one_seed(rng):
    data = numbered([0] * 23, range(23))
    first, second = (k_fold(data, 4, np.random.default_rng(5)) for _ in range(2))
    assert sorted(len(each.test.events) for each in first) == [5, 6, 6, 6]
    assert [places(each.test) for each in first] == [places(each.test) for each in second]
    assert [places(each.test) for each in k_fold(data, 4, rng)] != [places(e.test) for e in first]
    for number, each in enumerate(first):
        assert places(each.validation) == places(first[(number + 1) % 4].test)


def test_equal_times_keep_log_order():
    one, two = numbered([0, 0], [1, 5]).events, numbered([0, 0, 0], [0, 1, 5]).events
    both = join_events(one, two)
    assert both.times.tolist() == [0, 1, 1, 5, 5]
    assert both.values.tolist() == [0, 0, 1, 1, 2]


def test_nothing_chosen_is_nothing():
    events = numbered([0, 1], [0, 1]).events
    empty = events.chosen(np.zeros(2, dtype=np.bool_))
    assert isinstance(empty, Events)
    assert len(empty) == 0
    assert join_events(empty, events).times.tolist() == [0, 1]


JSON = Dialect("jsonl", ("a", "b"), b"\x00", quoted=False)
PICKED = {"user_id": "a", "item_id": "b"}


@pytest.mark.parametrize("line", ['{"a":"x",\r"b":"y"}', '\r{"a":"x","b":"y"}\r\r', '{"a":"\r"}'])
def test_a_lone_return_in_json_does_not_end_a_line(line):
    found = split(Block(f'{line}\n{{"a":"u","b":"떡"}}\n'.encode(), 1, 0), JSON, PICKED)
    assert found.last_line == 2
    assert found.rows.height + len(found.faults) == 2
    assert found.rows.rows()[-1] == (2, "u", "떡")


@quick
@given(st.lists(st.text('ab"{}:\r\x0b\x0c\x1c\u2028\\ ', max_size=8), min_size=1, max_size=8))
def test_every_line_of_noise_becomes_a_row_or_a_fault(lines):
    data = "".join(f"{line}\n" for line in lines).encode()
    for dialect in (JSON, Dialect("csv", ("a", "b"), b",", header_line=1)):
        found = split(Block(data, 5, 0), dialect, PICKED)
        told = [*found.rows.get_column("line"), *(fault.line for fault in found.faults)]
        assert sorted(told) == list(range(5, 5 + len(lines)))


@pytest.mark.parametrize("ours", EVENT_NAMES)
def test_every_usual_name_is_found_however_it_is_written(ours):
    for name in EVENT_NAMES[ours]:
        for written in (name, name.upper(), f" {name[:2]}_{name[2:]} ", "-".join(name)):
            assert guess({ours: EVENT_NAMES[ours]}, ["색", written]) == {ours: written}
            assert plain(written) == name


def test_what_is_told_may_have_any_name():
    told = {"user_id": "누구", "item_id": "🍣"}
    assert event_columns("log", ["누구", "🍣", "when"], told) == {**told, "time": "when"}


@quick
@given(st.lists(st.integers(0, 2**64 - 1), max_size=40), st.integers(1, 9))
def test_what_was_seen_does_not_depend_on_the_chunks(hashes, size):
    values = np.asarray(hashes, dtype=np.uint64)
    whole, parts = Seen(), Seen()
    chunks = [parts.first_time(values[at : at + size]) for at in range(0, len(values), size)]
    found = whole.first_time(values)
    assert found.tolist() == [flag for chunk in chunks for flag in chunk.tolist()]
    assert len(whole) == len(parts) == found.sum()


@quick
@given(st.integers(10**8 + 1, 4 * 10**9))
def test_the_size_of_a_number_tells_its_unit(second):
    units = [second * 10**power for power in (0, 3, 6, 9)]
    found = unix_seconds(pl.Series(units))
    assert found.to_list() == pytest.approx([second] * 4)
    assert unix_seconds(pl.Series(map(str, units))).to_list() == pytest.approx([second] * 4)
