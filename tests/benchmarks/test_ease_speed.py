"""What is timed is what is said."""

import numpy as np
from benchmarks.ease_speed import _answer_seconds, _apart, _build, _medians

from omakase.conformance.toy_data import two_tribes


def test_a_build_and_its_answers_take_time():
    model, figures = _build(two_tribes())
    assert figures["build seconds"] > 0
    assert _answer_seconds(model, two_tribes()) > 0


def test_weights_are_compared_place_by_place():
    model, _ = _build(two_tribes())
    corner = np.asarray([2, 5, 7], dtype=np.int32)
    same = model.weights[np.ix_(corner, corner)]
    assert _apart(model, corner, same) == 0
    assert _apart(model, corner, same + np.float32(0.5)) > 0.4


def test_figures_are_medians():
    turns = [{"build seconds": s, "answer seconds": 1.0, "peak MiB": 2.0} for s in (1.0, 9.0, 2.0)]
    assert _medians(turns)["build seconds"] == 2.0
