"""Every model that torch has trained answers without importing it, with the same scores."""

import json
import subprocess
import sys

import numpy as np
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.registry import MODELS

SMALL = {
    "neumf": {"width": 8, "hidden": (8, 4), "plan": {"epochs": 1}},
    "sasrec": {
        "shape": {"width": 8, "heads": 2, "blocks": 1, "length": 6},
        "objective": {"negatives": 8},
        "plan": {"epochs": 1},
    },
    "two_tower": {"width": 8, "hidden": 8, "negatives": 8, "plan": {"epochs": 1}},
    "wide_deep": {"width": 8, "hidden": (8, 4), "plan": {"epochs": 1}},
}
SERVER = """
import json, sys
import numpy as np
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.registry import MODELS
folder, small = sys.argv[1], json.loads(sys.argv[2])
for name, knobs in small.items():
    cls = MODELS[name]
    model = cls.from_arrays(dict(np.load(f"{folder}/{name}.npz")), cls.config_type(**knobs))
    np.save(f"{folder}/{name}.npy", model.score(everyone(two_tribes())))
assert "torch" not in sys.modules, "torch was imported to answer"
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Name to the scores where it was trained and where it was served."""
    folder = tmp_path_factory.mktemp("served")
    here = {}
    for name, knobs in SMALL.items():
        cls = MODELS[name]
        data = two_tribes()
        model = cls.fit(data, cls.config_type(**knobs), rng=np.random.default_rng(0))
        np.savez(folder / f"{name}.npz", **model.arrays())
        here[name] = model.score(everyone(data))
    words = [sys.executable, "-c", SERVER, str(folder), json.dumps(SMALL)]
    done = subprocess.run(words, env={"PYTHONPATH": "src"}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return {name: (scores, np.load(folder / f"{name}.npy")) for name, scores in here.items()}


@pytest.mark.parametrize("name", sorted(SMALL))
def test_served_without_torch(name, answers):
    trained, served = answers[name]
    np.testing.assert_array_equal(served, trained)


def test_no_model_with_a_plan_is_left_out():
    deep = {name for name, cls in MODELS.items() if "plan" in cls.config_type.model_fields}
    assert deep == set(SMALL)
