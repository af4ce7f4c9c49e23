"""What events count, held to arrays worked out one step after another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.arrays.event_weights import LARGEST, RULE, event_weights
from omakase.data.weighting import KindWeight
from omakase.types import Stance

NUMBERS = st.floats(-10, 10, allow_nan=False, width=32)
RULES = st.builds(
    KindWeight,
    weight=st.sampled_from([0.0, 0.5, 1.0, 3.0, 2e9]),
    from_value=st.booleans(),
    cap=st.sampled_from([0.25, 5.0, float("inf")]),
    negative=st.booleans(),
    lowest=st.sampled_from([-2.0, 0.0, 1.0]),
    highest=st.sampled_from([2.0, 5.0, 1e9]),
)
EVENTS = st.lists(st.tuples(st.integers(0, 2), st.none() | NUMBERS, NUMBERS), max_size=20)


def expected(rule: KindWeight, value: float, threshold: float) -> tuple[float, int]:
    """Of one event, in plain words."""
    size = rule.weight
    if rule.from_value:
        believed = 1.0 if np.isnan(value) else float(np.clip(value, rule.lowest, rule.highest))
        size = min(rule.weight, LARGEST) * believed
    size = float(np.clip(size, -min(rule.cap, LARGEST), min(rule.cap, LARGEST)))
    if rule.negative:
        return -size, int(np.sign(-size))
    if value < threshold:
        return 0.0, Stance.AGAINST
    return size, int(np.sign(size))


@given(st.tuples(RULES, RULES, RULES), EVENTS)
def test_event_weights_are_those_of_each_event_alone(rules, events):
    kinds = np.array([kind for kind, _, _ in events], dtype=np.int64)
    values = np.array([value for _, value, _ in events], dtype=np.float64)
    thresholds = np.array([threshold for _, _, threshold in events], dtype=np.float64)
    table = np.array([[float(getattr(rule, name)) for name in RULE] for rule in rules])
    weights, stances = event_weights(table, kinds, values, thresholds)
    each = [expected(rules[k], v, t) for k, v, t in zip(kinds, values, thresholds, strict=True)]
    assert weights.tolist() == pytest.approx([weight for weight, _ in each])
    assert stances.tolist() == [stance for _, stance in each]
    assert (weights.dtype, stances.dtype) == (np.float64, np.int8)
