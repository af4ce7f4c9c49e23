"""Small made-up worlds with a known right answer."""

import numpy as np

from omakase.data.dataset import Dataset
from omakase.types import Queries


def two_tribes(size: int = 12) -> Dataset:
    """Even people like even items, odd people odd items; each misses the item of its own number."""
    events = [
        (f"u{u:02}", f"i{i:02}", 1.0) for u in range(size) for i in range(u % 2, size, 2) if i != u
    ]
    return Dataset.from_events(events)


def everyone(data: Dataset) -> Queries:
    """All users of the data, with what they did."""
    return data.queries(np.arange(data.n_users, dtype=np.int32))
