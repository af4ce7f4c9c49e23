"""A month of promotion gates: what is worse stays out, what is better comes in

A made cinema lives for sixty days; over the last thirty, a gate judges every night what a team
might bring: recipes that are spoilt in known ways, a routine refresh that differs by chance alone,
and one that is truly better. Each is fitted on what came before the newest tenth of the events and
judged on that tenth, paired person by person, with the product's own gate.

- *shuffled*: learns who liked what from a random permutation of the items;
- *half*: learns from half of the events. Its lists are nearly as good, so figures alone let it
  through; the gate refuses it by the number of events that a version says it has learnt from;
- *in sample*: memorises what it has seen (no regularisation); judged on the events that it learnt
  from, it looks best of all, which is the leak of the future that the gate must not fall for;
- *refresh*: the live recipe with another seed: no better and no worse in truth;
- *better*: a good recipe where a poor one is live.

"better" counts as promoted where the mode is *better* (surely better than the live one);
"not_worse" likewise for the mode of routine refreshes.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from benchmarks.form import Asked, Result, Row, run
from omakase.build.judgement import judge_recipes
from omakase.build.promotion import PromotionConfig, Verdict, decide, has_enough_events
from omakase.data.dataset import Dataset
from omakase.data.splits import by_time
from omakase.evaluate.compare import Candidate
from omakase.models.ease import Ease, EaseConfig
from omakase.models.ials import Ials, IalsConfig
from omakase.models.popular import Popular, PopularConfig
from omakase.synthetic.cinema import CINEMA
from omakase.synthetic.world import World

USERS, ITEMS, EVENTS, DAYS = 400, 200, 12_000, 60
DAY = 86_400
CHANCE = IalsConfig(factors=16, iterations=5)
GOOD = Candidate(Ease, EaseConfig(l2=100.0))
POOR = Candidate(Popular, PopularConfig())


class Shuffled(Ease):
    """EASE whose items were mixed up on the way in."""

    @classmethod
    def fit(cls, data: Dataset, config: Any, *, rng: np.random.Generator, **rest: Any) -> Any:
        items = rng.permutation(data.n_items).astype(np.int32)[data.events.items]
        return super().fit(
            data.with_events(replace(data.events, items=items)), config, rng=rng, **rest
        )


class Half(Ease):
    """EASE that was given half of the events."""

    @classmethod
    def fit(cls, data: Dataset, config: Any, *, rng: np.random.Generator, **rest: Any) -> Any:
        rows = np.flatnonzero(rng.random(len(data.events)) < 0.5)
        return super().fit(data.with_events(data.events.chosen(rows)), config, rng=rng, **rest)


class Reseeded(Ials):
    """The live recipe, begun from other random numbers."""

    @classmethod
    def fit(cls, data: Dataset, config: Any, *, rng: np.random.Generator, **rest: Any) -> Any:
        return super().fit(data, config, rng=np.random.default_rng(rng.integers(2**31)), **rest)


@dataclass(frozen=True)
class Planted:
    """One thing that a team might bring."""

    name: str
    live: Candidate
    new: Candidate
    events: float = 1.0
    """Share of the live version's events that it has learnt from."""


PLANTED = (
    Planted("shuffled", GOOD, Candidate(Shuffled, EaseConfig(l2=100.0))),
    Planted("half", GOOD, Candidate(Half, EaseConfig(l2=100.0)), events=0.5),
    Planted("in sample", GOOD, Candidate(Ease, EaseConfig(l2=1e-3))),
    Planted("refresh", Candidate(Ials, CHANCE), Candidate(Reseeded, CHANCE)),
    Planted("better", POOR, GOOD),
)


def promotion_month(asked: Asked) -> Result:
    """Count what each gate let through."""
    seeds = asked.seeds if len(asked.seeds) > 3 else tuple(range(2 if asked.quick else 10))
    nights = range(30, DAYS, 10 if asked.quick else 1)
    counted: dict[tuple[str, str], list[tuple[int, Verdict]]] = {}
    for seed in seeds:
        data = world(seed)
        for night in nights:
            split = by_time(before(data, night))
            for planted in PLANTED:
                sides = judge_recipes(split, planted.live, planted.new, seed=1000 * seed + night)
                for mode in ("better", "not_worse"):
                    verdict = decide(*sides, PromotionConfig(mode=mode), basis="recipes")
                    counted.setdefault((planted.name, mode), []).append((seed, verdict))
        print(f"seed {seed} done", flush=True)
    shares = {planted.name: planted.events for planted in PLANTED}
    return Result(rows=[row(*key, verdicts, shares[key[0]]) for key, verdicts in counted.items()])


def row(name: str, mode: str, verdicts: list[tuple[int, Verdict]], events: float) -> Row:
    """One line of the table."""
    enough = has_enough_events(EVENTS, int(events * EVENTS), PromotionConfig())
    fit = [(seed, verdict) for seed, verdict in verdicts if verdict.promoted]
    promoted = fit if enough else []
    gaps = [verdict.difference.mean for _, verdict in verdicts if verdict.difference]
    seeds = {seed for seed, _ in verdicts}
    return {
        "brought": name,
        "mode": mode,
        "gates": len(verdicts),
        "promoted": len(promoted),
        "fit by figures": len(fit),
        "share promoted": round(len(promoted) / len(verdicts), 4),
        "seeds in which it ever was": f"{len({seed for seed, _ in promoted})} of {len(seeds)}",
        "mean difference of ndcg@10": round(float(np.mean(gaps)), 4),
        "stopped by a guardrail alone": sum(_by_guardrail(verdict) for _, verdict in verdicts),
    }


def _by_guardrail(verdict: Verdict) -> bool:
    gap = verdict.difference
    return not verdict.promoted and gap is not None and gap.mean > 0 and bool(verdict.broken)


def world(seed: int) -> Dataset:
    """A cinema with its items' categories."""
    made = World(CINEMA, USERS, ITEMS, EVENTS, seed=seed, days=DAYS)
    events = pl.concat(list(made.events()))
    items = pl.concat(list(made.items()))
    return Dataset.from_table(events, items=items.unique("item_id"))


def before(data: Dataset, day: int) -> Dataset:
    """The first days of a world."""
    start = int(data.events.times[0])
    rows = np.flatnonzero(data.events.times < start + day * DAY)
    return data.with_events(data.events.chosen(rows))


if __name__ == "__main__":
    run("promotion_month", promotion_month, __doc__)
