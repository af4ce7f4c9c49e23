import pytest
from pydantic import ValidationError

from omakase.deep.train.objective import Objective


@pytest.mark.parametrize(
    "knobs", [{"loss": "hinge"}, {"negatives": 0}, {"correction": 1.5}, {"validation_users": -1}]
)
def test_nonsense_is_refused(knobs):
    with pytest.raises(ValidationError, match=next(iter(knobs))):
        Objective(**knobs)
