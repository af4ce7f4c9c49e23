"""Uploads to a store that stumbles, is slow, or dies."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from omakase.errors import StoreError
from omakase.upload import UploadError, UploadPlan, digest, upload

ROWS = np.arange(100, dtype=np.int32)
VECTORS = np.random.default_rng(0).standard_normal((100, 4)).astype(np.float32)


@dataclass
class Made:
    """A store in memory; what it does at each put is planned."""

    fails: tuple[int, ...] = ()
    dies_at: int | None = None
    loses: bool = False
    rows: dict[int, np.ndarray] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    puts: int = 0
    switched: int = 0

    def held(self):
        return len(self.rows)

    def put(self, rows, vectors):
        self.puts += 1
        if self.puts == self.dies_at:
            half = len(rows) // 2  # a store without transactions keeps a part
            self.rows.update(zip(rows[:half].tolist(), vectors[:half], strict=True))
            raise KeyboardInterrupt
        if self.puts in self.fails:
            raise UploadError("busy")
        self.sizes.append(len(rows))
        if not self.loses:
            self.rows.update(zip(rows.tolist(), vectors, strict=True))

    def switch(self):
        self.switched += 1


def sent(store, plan=None, **rest):
    return upload(store, ROWS, VECTORS, plan or UploadPlan(first=10, most=40, least=5), **rest)


class Clock:
    """Each batch takes as long as planned."""

    def __init__(self, *seconds):
        self.times = [t for s in seconds for t in (0.0, s)]

    def __call__(self):
        return self.times.pop(0) if self.times else 0.0


def test_all_arrives_in_order_and_then_the_switch():
    store = Made()
    found = sent(store)
    assert list(store.rows) == list(range(100))
    np.testing.assert_array_equal(np.stack(list(store.rows.values())), VECTORS)
    assert store.switched == 1
    assert (found.rows, found.sent, found.failures) == (100, 100, 0)


def test_quick_answers_make_larger_batches_up_to_the_most():
    store = Made()
    sent(store, clock=Clock())
    assert store.sizes[:4] == [10, 16, 25, 38]
    assert max(store.sizes) <= 40


def test_slow_answers_make_smaller_batches_down_to_the_least():
    store = Made()
    sent(store, UploadPlan(first=40, least=8, most=50), clock=Clock(*[9.0] * 20))
    assert store.sizes[:4] == [40, 20, 10, 8]


def test_an_answer_in_the_wanted_time_leaves_the_size():
    store = Made()
    sent(store, UploadPlan(first=20, wanted_seconds=1), clock=Clock(*[1.0] * 9))
    assert store.sizes == [20] * 5


def test_a_failed_batch_is_sent_again_after_longer_and_longer_pauses():
    store, pauses = Made(fails=(2, 3, 4)), []
    plan = UploadPlan(first=20, least=5, pause_seconds=0.5)
    found = sent(store, plan, pause=pauses.append)
    assert pauses == [0.5, 1, 2]
    assert found.failures == 3
    assert list(store.rows) == list(range(100))


def test_a_store_that_never_answers_is_given_up_and_nothing_is_switched():
    store, pauses = Made(fails=tuple(range(1, 99))), []
    with pytest.raises(StoreError, match="in 4 tries: busy"):
        sent(store, UploadPlan(tries=4), pause=pauses.append)
    assert len(pauses) == 3
    assert not store.switched


def test_vectors_that_did_not_arrive_are_noticed():
    store = Made(loses=True)
    with pytest.raises(StoreError, match="0 of 100"):
        sent(store)
    assert not store.switched


@pytest.mark.parametrize("dies_at", [1, 2, 4, 7])
def test_after_a_death_it_goes_on_without_holes(dies_at):
    store = Made(dies_at=dies_at)
    plan = UploadPlan(first=10, least=10, most=10)
    with pytest.raises(KeyboardInterrupt):
        sent(store, plan)
    assert not store.switched
    found = sent(store, plan)
    assert sorted(store.rows) == list(range(100))
    assert found.sent == 100 - max(0, 10 * (dies_at - 1) + 5 - 10)
    assert store.switched == 1


def test_killed_ten_times_it_ends_complete():
    rng = np.random.default_rng(1)
    store, deaths = Made(), 0
    plan = UploadPlan(first=3, least=3, most=3)
    while not store.switched:
        store.dies_at = store.puts + int(rng.integers(1, 6)) if deaths < 10 else None
        try:
            sent(store, plan)
        except KeyboardInterrupt:
            deaths += 1
    assert deaths == 10
    assert sorted(store.rows) == list(range(100))
    for row, vector in store.rows.items():
        np.testing.assert_array_equal(vector, VECTORS[row])


def test_what_is_complete_already_is_only_switched():
    store = Made()
    sent(store)
    store.sizes.clear()
    found = sent(store, UploadPlan(first=10, least=10, most=10))
    assert found.sent == 10  # the last batch once more, for it might have had holes
    assert store.switched == 2


def test_nothing_to_send_is_switched_to():
    store = Made()
    nothing = np.zeros((0, 4), np.float32)
    assert upload(store, ROWS[:0], nothing, UploadPlan()).rows == 0
    assert store.switched == 1


def test_progress_is_heard():
    heard = []
    sent(Made(), progress=lambda done, total, **figures: heard.append((done, total)))
    assert heard[-1] == (100, 100)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_a_digest_names_these_vectors_and_no_others():
    name = digest(ROWS, VECTORS)
    assert name == digest(ROWS.copy(), VECTORS.copy())
    assert len(name) == 12
    other = VECTORS.copy()
    other[3, 1] += 1
    assert len({name, digest(ROWS, other), digest(ROWS[::-1], VECTORS)}) == 3
    assert digest(ROWS, VECTORS) != digest(ROWS, VECTORS.reshape(50, 8))
