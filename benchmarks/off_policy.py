"""What a policy would have brought, from the log of another.

Two tests. Open Bandit (small): a shop showed fashion by two policies, at random and by Thompson
sampling; from the random policy's log the click rate of the other is estimated, and back, and the
truth is what the other earned itself. Thompson sampling's own probabilities are taken from how
often it showed each item at each position.

A made-up world, where the truth is exact: contexts, a logged policy that prefers what a poor model
likes, a new policy that prefers something else (or, "far", the opposite); one log a seed, every
estimator on each. "bias" is the mean error as a share of the truth, "coverage" how often the 95 %
interval held the truth. The model of rewards that DM and DR use is a quarter too low.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.form import Asked, Result, Row, run
from omakase.errors import OutsideSupport
from omakase.experiments.diagnosis import diagnosis
from omakase.experiments.off_policy import (
    PolicyEstimate,
    PolicyLog,
    SlateLog,
    direct,
    doubly_robust,
    ips,
    slate_by_position,
    slate_pseudo_inverse,
    snips,
    switch_doubly_robust,
)
from omakase.stats.effects import Interval
from omakase.stats.moments import Moments
from omakase.stats.rates import wilson

CAMPAIGNS = ("men", "women")
CONTEXTS = 8
ITEMS = 12
POSITIONS = 3
LOGGED = 4000
DISTANCES = {"near": 8.0, "far": -8.0}
"""How much the logged policy likes what the poor model likes."""


def off_policy(asked: Asked) -> Result:
    """Rows of the shop, then of the world."""
    folder = asked.folder("open-bandit-small")
    shop = [
        row
        for campaign in CAMPAIGNS
        for log, target in (("random", "bts"), ("bts", "random"))
        for row in shop_rows(read(folder, log, campaign), read(folder, target, campaign), campaign)
    ]
    seeds = 50 if asked.quick else 1000
    world = [row for name, liked in DISTANCES.items() for row in world_rows(seeds, name, liked)]
    return Result([*shop, *world], [shop_note(shop), refused()])


# The shop


def read(folder, policy: str, campaign: str) -> pl.DataFrame:
    """One log, with the name of its policy."""
    table = pl.read_csv(
        folder / f"{policy}_{campaign}.csv",
        columns=["item_id", "position", "click", "propensity_score"],
    )
    return table.rename({"propensity_score": "chance"}).with_columns(policy=pl.lit(policy))


def shop_rows(logged: pl.DataFrame, target: pl.DataFrame, campaign: str) -> list[Row]:
    """One policy's click rate from the other's log."""
    log = shop_log(logged, target)
    truth = Moments.of_rate(target["click"].sum(), len(target))
    interval = wilson(truth.total, truth.count)
    names = {"log": logged["policy"][0], "policy": target["policy"][0]}
    return [
        {
            "data": f"Open Bandit, {campaign}",
            **names,
            "estimator": estimate.estimator,
            "estimate": estimate.mean,
            "interval": list(ends(estimate.interval)),
            "truth": truth.mean,
            "truth interval": list(ends(interval)),
            "inside": estimate.interval.covers(truth.mean),
            "effective size": estimate.effective_size,
            "problems": ", ".join(diagnosis(estimate).problems) or "none",
        }
        for estimate in (ips(log), snips(log))
    ]


def shop_log(logged: pl.DataFrame, target: pl.DataFrame) -> PolicyLog:
    """The log, with the other policy's chance of each item at its position."""
    joined = logged.join(chances(target), on=["item_id", "position"], how="left").fill_null(0.0)
    columns = (joined[name].to_numpy().astype(np.float64) for name in ("click", "chance", "share"))
    return PolicyLog(*columns)


def chances(policy: pl.DataFrame) -> pl.DataFrame:
    """What a policy does at each position: its own probability where that is constant, else how
    often it showed an item there. (Thompson sampling changed over the days.)
    """
    shown = policy.group_by("item_id", "position").agg(
        pl.len().alias("times"), pl.col("chance").first()
    )
    share = pl.col("times") / pl.col("times").sum().over("position")
    constant = policy["chance"].n_unique() == 1
    return shown.select(
        "item_id", "position", (pl.col("chance") if constant else share).alias("share")
    )


def shop_note(rows: list[Row]) -> str:
    """How many hold the truth."""
    inside = sum(bool(row["inside"]) for row in rows)
    return f"Open Bandit: {inside} of {len(rows)} intervals hold the click rate the policy earned."


# The world


@dataclass(frozen=True)
class Laws:
    """A world of contexts, items and two policies, all known.

    Attributes:
        rates: (contexts, items) chance of a click.
        logged, target: (contexts, items) probabilities.
        believed: (contexts, items) what a poor model of rewards says.
    """

    rates: np.ndarray
    logged: np.ndarray
    target: np.ndarray
    believed: np.ndarray

    @property
    def truth(self) -> float:
        """What the new policy earns."""
        return float((self.rates * self.target).sum(axis=1).mean())


def laws(liked: float) -> Laws:
    """One world for all seeds."""
    rng = np.random.default_rng(7)
    rates = rng.beta(2, 12, (CONTEXTS, ITEMS))
    poor = rates + 0.05 * rng.standard_normal(rates.shape)
    believed = np.clip(0.7 * rates + 0.02 + 0.02 * rng.standard_normal(rates.shape), 0, 1)
    return Laws(rates, softmax(liked * poor), softmax(20 * rates), believed)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Rows add up to 1."""
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def world_rows(seeds: int, name: str, liked: float) -> list[Row]:
    """A row an estimator."""
    world = laws(liked)
    estimates: dict[str, list[PolicyEstimate]] = {}
    for seed in range(seeds):
        rng = np.random.default_rng([seed, 11])
        for estimate in (*choices(world, rng), *slates(world, rng)):
            estimates.setdefault(estimate.estimator, []).append(estimate)
    truths = {"slate_positions": slate_truth(world), "slate_pseudo_inverse": slate_truth(world)}
    return [
        world_row(name, estimator, found, truths.get(estimator, world.truth))
        for estimator, found in estimates.items()
    ]


def world_row(name: str, estimator: str, found: list[PolicyEstimate], truth: float) -> Row:
    """Bias and coverage of one estimator."""
    means = np.array([each.mean for each in found])
    return {
        "data": f"made-up world, {name}",
        "estimator": estimator,
        "truth": truth,
        "bias": float(means.mean() / truth - 1),
        "spread": float(means.std(ddof=1) / truth),
        "coverage": float(np.mean([each.interval.covers(truth) for each in found])),
        "effective size": float(np.mean([each.effective_size for each in found])),
        "logs": len(found),
        "of each": LOGGED,
    }


def choices(world: Laws, rng: np.random.Generator) -> list[PolicyEstimate]:
    """One item a context."""
    contexts = rng.integers(CONTEXTS, size=LOGGED)
    items = drawn(world.logged[contexts], rng)
    rewards = (rng.random(LOGGED) < world.rates[contexts, items]).astype(np.float64)
    log = PolicyLog(rewards, world.logged[contexts, items], world.target[contexts, items])
    predicted = (world.believed * world.target).sum(axis=1)[contexts]
    models = predicted, world.believed[contexts, items]
    return [
        ips(log),
        snips(log),
        direct(log, predicted),
        doubly_robust(log, *models),
        switch_doubly_robust(log, *models),
    ]


def slates(world: Laws, rng: np.random.Generator) -> list[PolicyEstimate]:
    """Three positions, each drawn by itself from its own third of the items."""
    contexts = rng.integers(CONTEXTS, size=LOGGED)
    columns = [slate_column(world, contexts, part, rng) for part in parts()]
    log = SlateLog(*(np.stack(each, axis=1) for each in zip(*columns, strict=True)))
    return [slate_by_position(log), slate_pseudo_inverse(log)]


def slate_column(
    world: Laws, contexts: np.ndarray, part: slice, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rewards and both probabilities of one position."""
    logged, target = (within(policy, part)[contexts] for policy in (world.logged, world.target))
    items = drawn(logged, rng)
    rows = np.arange(len(contexts))
    clicks = rng.random(len(contexts)) < world.rates[:, part][contexts, items]
    return clicks.astype(np.float64), logged[rows, items], target[rows, items]


def slate_truth(world: Laws) -> float:
    """Clicks a list under the new policy."""
    sums = ((world.rates[:, part] * within(world.target, part)).sum(axis=1) for part in parts())
    return float(sum(each.mean() for each in sums))


def parts() -> list[slice]:
    """Each position's items."""
    width = ITEMS // POSITIONS
    return [slice(n * width, (n + 1) * width) for n in range(POSITIONS)]


def within(policy: np.ndarray, part: slice) -> np.ndarray:
    """A policy over some of the items."""
    return policy[:, part] / policy[:, part].sum(axis=1, keepdims=True)


def drawn(chances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) one choice of each row."""
    edges = np.cumsum(chances, axis=1)
    return (rng.random((len(chances), 1)) * edges[:, -1:] > edges).sum(axis=1)


def refused() -> str:
    """A policy that does what the log never did."""
    log = PolicyLog(np.ones(200), np.full(200, 0.5), np.full(200, 0.4), unsupported=0.3)
    estimators: Mapping[str, Callable[[PolicyLog], PolicyEstimate]] = {"ips": ips, "snips": snips}
    for name, estimator in estimators.items():
        try:
            estimator(log)
        except OutsideSupport as error:
            words = str(error)
        else:
            raise SystemExit(f"{name} did not refuse a policy outside the log's support")
    return f"A policy outside the log's support is refused: “{words}”"


def ends(interval: Interval) -> tuple[float, float]:
    """Low and high."""
    return interval.low, interval.high


if __name__ == "__main__":
    run("off_policy", off_policy, __doc__)
