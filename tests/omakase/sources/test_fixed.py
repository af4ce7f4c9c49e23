"""One order for everybody."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.data.dataset import Dataset
from omakase.registry import MODELS
from omakase.sources.fixed import FixedConfig, FixedSource
from omakase.types import PAD, Queries


@pytest.fixture
def source(rng):
    """Item i was bought by i people."""
    rows = [(f"u{u}", f"i{i:03}", 1.0) for i in range(40) for u in range(i)]
    data = Dataset.from_events(rows)
    parts = InMemoryVersion.fitted(data, MODELS, {"popular": MODELS["popular"].config_type()}, rng)
    return FixedSource.of("popular", FixedConfig(model="popular"), parts)


def ask(exclude, **more):
    nobody = np.full((len(exclude), 1), PAD, np.int32)
    return replace(Queries.of(nobody, exclude=np.asarray(exclude, np.int32)), **more)


def test_the_same_for_all(source):
    slate = source.candidates(ask([[PAD], [PAD]]), 3)
    assert slate.items.tolist() == [[38, 37, 36], [38, 37, 36]]
    assert (np.diff(slate.scores, axis=1) < 0).all()


def test_walks_past_what_each_excludes(source):
    slate = source.candidates(ask([[38, PAD], [37, 35]]), 3)
    assert slate.items.tolist() == [[37, 36, 35], [38, 36, 34]]


def test_walks_as_far_as_it_must(source):
    """Only the least popular are allowed: they are at the far end."""
    slate = source.candidates(ask([[PAD], [1]], allowed=np.arange(39) < 3), 2)
    assert slate.items.tolist() == [[2, 1], [2, 0]]


def test_more_than_there_are(source):
    slate = source.candidates(ask([[0]]), 100)
    assert slate.items[0].tolist()[:38] == list(range(38, 0, -1))
    assert (slate.items[0, 38:] == PAD).all()
