import pytest
from pydantic import ValidationError

from omakase.deep.train.plan import FitPlan


def test_a_misspelt_knob_is_an_error():
    with pytest.raises(ValidationError, match="learningrate"):
        FitPlan(learningrate=0.1)


def test_survives_a_manifest():
    plan = FitPlan(epochs=3, checkpoint_folder="somewhere")
    assert FitPlan(**plan.model_dump(mode="json")) == plan
