import subprocess
import sys

import pytest
from pydantic import ValidationError

from omakase.deep.train.tower_knobs import TowerKnobs


@pytest.mark.parametrize(
    "knobs",
    [{"width": 0}, {"temperature": 0}, {"pooling": "max"}, {"correction": 1.1}, {"targets": 0}],
)
def test_nonsense_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        TowerKnobs(**knobs)


def test_reading_a_configuration_takes_no_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from omakase.models.two_tower import TwoTower, TwoTowerConfig\n"
        "print(TwoTowerConfig().temperature > 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": "src"}, capture_output=True, check=False
    )
    assert done.stdout == b"True\n", done.stderr.decode()
