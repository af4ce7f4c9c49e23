"""One answer from a model built again from its arrays."""

import numpy as np
from benchmarks.answer_time import _loaded, _milliseconds

from omakase.conformance.toy_data import everyone, two_tribes


def test_a_model_from_its_arrays_answers_within_a_second():
    data = two_tribes()
    model = _loaded("item_knn", data, 0)
    assert 0 < _milliseconds(model, everyone(data)[:1]) < 1000
    assert np.isfinite(model.score(everyone(data))).all()
