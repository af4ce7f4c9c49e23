"""The knobs of "which item comes next". No torch here, so that serving can read a configuration."""

from typing import Literal

from pydantic import Field

from omakase.types import Config


class Objective(Config):
    """What a next-item model is punished for."""

    loss: Literal["softmax", "sampled", "gbce"] = Field(
        default="sampled",
        description="cross-entropy over all items, over shared negatives, or calibrated binary",
    )
    negatives: int = Field(default=1024, ge=1, description="negatives that a whole batch shares, K")
    popularity: float = Field(
        default=0.0, ge=0, le=1, description="negatives are drawn by count to this power; 0: evenly"
    )
    correction: float = Field(
        default=1.0, ge=0, le=1, description="share of the logQ correction of sampled softmax"
    )
    calibration: float = Field(default=0.75, ge=0, le=1, description="t of gBCE")
    smoothing: float = Field(
        default=0.0, ge=0, lt=1, description="label smoothing; of the whole softmax only"
    )
    left_out: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="share of a history's items that a step does not see, others each time; "
        "against learning short histories by heart",
    )
    initial: Literal["normal", "cooccurrence"] = Field(
        default="normal", description="item vectors start as noise, or from what occurs together"
    )
    validation_users: int = Field(
        default=5000, ge=0, description="users whose last item validates and is not learnt from"
    )
