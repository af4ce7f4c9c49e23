"""A set of hashes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows.seen import Seen


@given(st.lists(st.lists(st.integers(1, 60) | st.integers(1, 2**64 - 1))))
def test_it_is_a_set(batches):
    seen, known = Seen(), set()
    for batch in batches:
        expected = [h not in known and h not in batch[:n] for n, h in enumerate(batch)]
        assert seen.first_time(np.asarray(batch, np.uint64)).tolist() == expected
        known.update(batch)
    assert len(seen) == len(known)


def test_it_grows(rng):
    hashes = rng.integers(1, 2**63, 50_000).astype(np.uint64)
    seen = Seen()
    assert seen.first_time(hashes).all()
    assert not seen.first_time(hashes[::-1].copy()).any()


def test_zero_is_a_hash_too():
    assert Seen().first_time(np.zeros(2, np.uint64)).tolist() == [True, False]
