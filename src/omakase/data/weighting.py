"""How much an event counts: a weight, a cap and a sign for each kind, fading with age."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from pydantic import Field

from omakase.types import DAY_SECONDS, Config


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

    def weights(
        self, events: pl.DataFrame, now: int
    ) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """(E,) signed weights of rows with `kind`, `value`, `time` (Unix seconds).

        A kind that is not declared counts 1. Events after `now` do not fade.
        """
        known = self.kinds
        names = events.get_column("kind").unique().to_list()
        table = pl.DataFrame(
            {
                "kind": names,
                "_weight": [known.get(n, KindWeight()).weight for n in names],
                "_scales": [known.get(n, KindWeight()).from_value for n in names],
                "_cap": [known.get(n, KindWeight()).cap for n in names],
                "_sign": [-1.0 if known.get(n, KindWeight()).negative else 1.0 for n in names],
            },
            schema_overrides={"kind": pl.String, "_weight": pl.Float64, "_cap": pl.Float64},
        )
        joined = events.select("kind", "value", "time").join(
            table, on="kind", how="left", maintain_order="left"
        )
        scaled = pl.when("_scales").then(pl.col("value") * pl.col("_weight")).otherwise("_weight")
        weight = pl.min_horizontal(scaled, "_cap") * pl.col("_sign")
        if self.fade_days is not None:
            age = (pl.lit(now) - pl.col("time")).clip(lower_bound=0)
            weight = weight * (-age / (self.fade_days * DAY_SECONDS)).exp()
        return joined.select(weight.cast(pl.Float32)).to_series().to_numpy()
