"""Thompson sampling over what was shown and clicked."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.bandits.feedback import Feedback
from omakase.errors import ConfigError
from omakase.rankers.thompson import Thompson, ThompsonConfig
from omakase.types import PAD, Queries, Slate

ITEMS = pl.DataFrame({"shown": [1000, 1000, 0, 1000], "clicked": [50, 100, 0, 10]})


def thompson(items=ITEMS, **knobs):
    return Thompson.of(ThompsonConfig(**knobs), InMemoryVersion(items, {}))


def drawn(ranker, k=2, size=1500, scores=(4.0, 3, 2, 1)):
    queries = replace(
        Queries.of(np.full((size, 1), PAD, np.int32)), seeds=np.arange(size, dtype=np.uint64)
    )
    items = np.tile(np.arange(4, dtype=np.int32), (size, 1))
    return ranker.draw(queries, Slate(items, np.tile(np.float32(scores), (size, 1))), k)


def test_thompson_shows_the_clicked_and_tries_the_unknown():
    first = np.bincount(drawn(thompson()).items[:, 0], minlength=4) / 1500
    assert first[1] > 0.6 and 0.05 < first[2] < 0.4
    assert first[3] < 0.01


def test_thompson_draws_items_as_often_as_it_logs():
    slate = drawn(thompson())
    for position in range(2):
        for item in range(4):
            at = slate.items[:, position] == item
            if at.sum() > 20:
                logged = slate.probabilities[at, position]
                assert logged == pytest.approx(logged[0])
                assert at.mean() == pytest.approx(logged[0], abs=0.04)


def test_thompson_with_newer_feedback_forgets_the_older():
    newer = Feedback(np.full(4, 1000.0), np.array([10.0, 10, 10, 200]))
    slate = drawn(thompson().with_feedback(newer), size=50)
    assert (slate.items[:, 0] == 3).all()
    assert slate.probabilities[:, 0] == pytest.approx(1, abs=1e-6)


def test_thompson_before_anything_was_shown_is_uniform():
    slate = drawn(thompson(pl.DataFrame({"n": range(4)})))
    np.testing.assert_allclose(slate.probabilities[:, 0], 0.25, atol=1e-3)


def test_thompson_counts_relevance_too():
    slate = drawn(thompson(relevance=5.0), size=50, scores=(1.0, 2, 3, 4))
    assert (slate.items[:, 0] == 3).all()


def test_thompson_with_half_of_its_columns_is_refused():
    with pytest.raises(ConfigError, match="'shown'"):
        thompson(ITEMS.drop("shown"))
