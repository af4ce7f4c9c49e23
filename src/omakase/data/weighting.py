"""How much an event counts: a weight, a cap and a sign for each kind, fading with age."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from pydantic import Field

from omakase.types import DAY_SECONDS, Config, Weights


class KindWeight(Config):
    """How much one kind of event counts."""

    weight: float = Field(default=1.0, ge=0, description="weight of one event, unitless")
    from_value: bool = Field(
        default=False, description="multiply by the event's own value (a rating, a quantity)"
    )
    cap: float = Field(
        default=float("inf"), gt=0, description="most that one event may count, before fading"
    )
    negative: bool = Field(default=False, description="the event speaks against the item")


DEFAULT_KINDS: Mapping[str, KindWeight] = {
    "view": KindWeight(weight=1.0),
    "click": KindWeight(weight=1.0),
    "share": KindWeight(weight=2.0),
    "like": KindWeight(weight=2.0),
    "bookmark": KindWeight(weight=2.5),
    "cart": KindWeight(weight=3.0),
    "review": KindWeight(weight=3.0),
    "rating": KindWeight(weight=1.0, from_value=True, cap=5.0),
    "purchase": KindWeight(weight=5.0),
    "dislike": KindWeight(weight=2.0, negative=True),
    "not_interested": KindWeight(weight=1.0, negative=True),
    "inappropriate": KindWeight(weight=2.0, negative=True),
    "impression": KindWeight(weight=0.0),
}


class Weighting(Config):
    """The weights of all kinds, and how they fade: exp(-age / fade_days)."""

    kinds: dict[str, KindWeight] = Field(
        default_factory=lambda: dict(DEFAULT_KINDS), description="kind of event to its weight"
    )
    fade_days: float | None = Field(
        default=None, gt=0, description="days after which an event counts 1/e; none: never fades"
    )

    def weights(self, events: pl.DataFrame, now: int) -> Weights:
        """(E,) signed weights of rows with `kind`, `value`, `time` (Unix seconds).

        A kind that is not declared counts 1, and so does a value that is null. Events after `now`
        do not fade.
        """
        kinds = events.get_column("kind")
        names = kinds.unique().to_list()
        known = [self.kinds.get(name, KindWeight()) for name in names]
        codes = kinds.replace_strict(names, range(len(names)), return_dtype=pl.Int32).to_numpy()
        weights = np.asarray([kind.weight for kind in known])[codes]
        scales = np.asarray([kind.from_value for kind in known])[codes]
        values = events.get_column("value").fill_null(1.0).to_numpy()
        weights[scales] *= values[scales]
        weights = np.minimum(weights, np.asarray([kind.cap for kind in known])[codes])
        weights *= np.asarray([-1.0 if kind.negative else 1.0 for kind in known])[codes]
        if self.fade_days is not None:
            ages = np.maximum(0, now - events.get_column("time").to_numpy())
            weights *= np.exp(-ages / (self.fade_days * DAY_SECONDS))
        return weights.astype(np.float32)
