"""The knobs of two towers. No torch here, so that serving can read a configuration."""

from typing import Literal, Self

from pydantic import Field

from omakase.deep.train.plan import FitPlan
from omakase.types import Config


class TowerKnobs(Config):
    """What two towers are made of, and how they are taught."""

    width: int = Field(default=128, ge=1, description="dimensions D of items and people")
    hidden: int = Field(default=256, ge=1, description="width of the layer inside each tower")
    dropout: float = Field(default=0.2, ge=0, lt=1, description="share of units dropped")
    length: int = Field(default=50, ge=1, description="newest history items looked at, L")
    pooling: Literal["attention", "mean"] = Field(
        default="attention", description="how a history becomes one vector"
    )
    temperature: float = Field(default=0.1, gt=0, description="divides the cosines")
    targets: int = Field(default=8, ge=1, description="events after a cut that are foretold, T")
    negatives: int = Field(default=512, ge=1, description="items drawn that a batch shares, K")
    popularity: float = Field(
        default=1.0, ge=0, le=1, description="items are drawn by count to this power; 0: evenly"
    )
    correction: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="share of the logQ correction: 1 foretells what is taken, popularity and all; "
        "0 with popularity 1 leaves taste alone, the setting for new arrivals",
    )
    validation_users: int = Field(
        default=1000, ge=0, description="users whose last item validates and is not learnt from"
    )
    plan: FitPlan = Field(
        default=FitPlan(
            epochs=12,
            batch=256,
            learning_rate=2e-3,
            weight_decay=0.01,
            schedule="cosine",
            validate_every=2,
            patience=4,
        ),
        description="how they are trained",
    )

    def validated_by(self, users: int) -> Self:
        """The same, with the last items of that many users kept from learning."""
        return self.model_copy(update={"validation_users": users})
