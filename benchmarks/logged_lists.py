"""Learning from lists that were shown, beside lists as they might have been

A made cinema whose tastes are known. Its people first do what they do (events), from which the
models of a hybrid are learnt. Then a service shows them lists of ten: what the models propose
together, in an order with much chance in it, or with little. A film is clicked where it is looked
at, which happens the less the lower it stands (1 / place), and where its visitor likes it, which
the world knows.
Three stacks over the same models are compared:

- *reconstructed*: learnt from the last tenth of the events and the candidates that there would have
  been, as before;
- *logged, as clicked*: from the lists that were shown, every click alike;
- *logged*: the same with clicks corrected by the propensity of their positions, which is learnt
  from the lists too, and at most two films that were shown and not chosen for each that was: what
  the product does.

Judged by the truth: NDCG@10 of the lists of people who were shown nothing, each film gaining by the
chance that it is clicked where it is looked at, over the best list of the same candidates. The
difference is paired person by person over all worlds; its interval is over worlds, the wider way.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.form import Asked, Result, Row, run
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.build.hybrid import Hybrid, stack_config
from omakase.data.dataset import Dataset
from omakase.data.splits import by_time
from omakase.evaluate.questions import evaluation_queries
from omakase.features.moment import item_columns
from omakase.pipeline.logged_examples import NEGATIVES, LoggedLists
from omakase.pipeline.stack_examples import Impressions, StackLearner
from omakase.rankers.stacked import Stacked, StackedConfig
from omakase.registry import MODELS, build_pipeline, fit_model
from omakase.stacking.examples import StackExamples
from omakase.stacking.propensity import position_propensities
from omakase.stacking.stack import Stack, StackConfig
from omakase.synthetic import as_dataset, make
from omakase.types import PAD, Queries, Slate

USERS, ITEMS, EVENTS, WORLDS = 2_000, 400, 40_000, 10
SHOWN, POOL, LENGTH = 1_500, 50, 10
CHANCE = {"much": 5.0, "little": 1.0}
"""In the order that is shown: the temperature of its places."""
NAMES = ("popular", "item_knn", "ease", "ials", "content")
HEAD = "logistic"


@dataclass(frozen=True)
class House:
    """A world, what was learnt of it, and who looks at what.

    Attributes:
        data: all events.
        before: those that the models have learnt from.
        lists: people who are shown lists; the others judge.
    """

    world: Any
    data: Dataset
    before: Dataset
    parts: InMemoryVersion
    hybrid: Hybrid

    def liking(self, users: NDArray[np.int32], items: NDArray[np.int32]) -> NDArray[np.float64]:
        """(B, C) chance that each film is clicked where it is looked at; 0 at PAD."""
        people = self._numbers(self.data.ids.users.ids)[users]
        films = self._numbers(self.data.ids.items.ids)[np.maximum(items, 0)]
        affinity = self.world.affinity(people, films).astype(np.float64)
        return np.where(items == PAD, 0, 0.5 / (1 + np.exp(-3 * (affinity - 1))))

    @staticmethod
    def _numbers(ids: Any) -> NDArray[np.int64]:
        return np.asarray([int("".join(c for c in key if c.isdigit())) for key in ids], np.int64)

    def proposed(self, queries: Queries) -> Slate:
        """The candidates, as the models propose them together."""
        return build_pipeline(self.hybrid.proposing, self.parts).recommend(queries, POOL)


def logged_lists(asked: Asked) -> Result:
    """A row a way to learn, and the propensities found."""
    worlds = 2 if asked.quick else WORLDS
    found = [one_world(seed) for seed in range(worlds)]
    names = list(found[0][0])
    gains = {name: [each[0][name] for each in found] for name in names}
    rows: list[Row] = [row(name, gains, names[0]) for name in names]
    for chance in CHANCE:
        looks = np.mean([each[1][chance] for each in found], axis=0)
        rows.append(propensity_row(f"found, {chance} chance", looks))
    rows.append(propensity_row("true", 1 / np.arange(1, LENGTH + 1)))
    return Result(rows, [verdict(rows)])


def propensity_row(name: str, looks: NDArray[np.float64]) -> Row:
    """The chance of a look at each position."""
    return {"data": "propensity", "which": name} | {
        f"place {n + 1}": look for n, look in enumerate(looks.tolist())
    }


def one_world(
    seed: int,
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """(people,) true NDCG of each way to learn, and the propensities found."""
    house, rng = built(seed), np.random.default_rng([seed, 7])
    people = rng.permutation(house.data.n_users).astype(np.int32)
    judging = house.data.queries(np.sort(people[SHOWN:]), length=100)
    slate = house.proposed(judging)
    liking = house.liking(judging.users, slate.items)
    before = reconstructed(house, seed)
    scores = {
        "reconstructed": ndcg(house, before, judging, slate, liking),
        "no stack": gains_in_order(liking, liking),
    }
    looks = {}
    for chance, temperature in CHANCE.items():
        lists = shown(house, np.sort(people[:SHOWN]), temperature, rng)
        stacks, looks[chance] = learnt(house, lists, seed)
        for name, stack in stacks.items():
            scores[f"{name}, {chance} chance"] = ndcg(house, stack, judging, slate, liking)
    return scores, looks


def built(seed: int) -> House:
    """A world and models of what came before its newest tenth."""
    world = make("cinema", users=USERS, items=ITEMS, events=EVENTS, seed=seed)
    data = as_dataset(world)
    models = {name: MODELS[name].config_type() for name in NAMES}
    hybrid = Hybrid(models, stack_config(models, HEAD), pool=POOL)
    before = by_time(data).before("test")
    made = {name: fit_model(name, before, config, seed=seed) for name, config in models.items()}
    return House(world, data, before, InMemoryVersion(data.items, made), hybrid)


def shown(
    house: House, people: NDArray[np.int32], temperature: float, rng: np.random.Generator
) -> LoggedLists:
    """A list to each of these people, and what each clicked."""
    queries = house.data.queries(people, length=100)
    slate = house.proposed(queries)
    places = np.where(slate.items == PAD, np.inf, np.arange(slate.items.shape[1]))
    noise = temperature * rng.gumbel(size=places.shape)
    order = np.argsort(places - noise, axis=1)[:, :LENGTH]
    items = np.take_along_axis(slate.items, order, axis=1)
    looked = rng.random(items.shape) < 1 / np.arange(1, LENGTH + 1)
    clicked = looked & (rng.random(items.shape) < house.liking(people, items))
    ranks = np.broadcast_to(np.arange(LENGTH), items.shape).astype(np.int64)
    some = clicked.any(axis=1)
    return LoggedLists(queries[np.flatnonzero(some)], items[some], clicked[some], ranks[some])


def reconstructed(house: House, seed: int) -> Stack:
    """The stack learnt from candidates that there would have been, and what people did then."""
    config = house.hybrid.stack
    assert config is not None
    asked = evaluation_queries(by_time(house.data), "test", mask_seen=True)
    proposing = build_pipeline(house.hybrid.proposing, house.parts)
    learner = StackLearner(proposing, house.parts, house.before, POOL)
    every = np.arange(min(len(asked), 2_000)).astype(np.int32)
    told = learner.examples(config, Impressions(asked.queries(every), asked.truth[every]))
    return fitted_stack(house, told, config, seed)


def learnt(
    house: House, lists: LoggedLists, seed: int
) -> tuple[dict[str, Stack], NDArray[np.float64]]:
    """The stacks learnt from what was shown, and the propensities found."""
    assert house.hybrid.stack is not None
    config = house.hybrid.stack.model_copy(update={"negatives": NEGATIVES})
    clicks = lists.examples(config, house.parts, house.before)
    plain = replace(clicks, weights=None)
    stacks = {
        "logged, as clicked": fitted_stack(house, plain, config, seed),
        "logged": fitted_stack(house, clicks, config, seed),
    }
    return stacks, position_propensities(plain, lists.ranks)


def fitted_stack(house: House, told: StackExamples, config: StackConfig, seed: int) -> Stack:
    """A stack of some examples."""
    rng = np.random.default_rng(seed)
    return Stack.fit(told, config, item_columns(house.before), rng=rng)


def ndcg(
    house: House, stack: Stack, queries: Queries, slate: Slate, liking: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(people,) of the candidates in the order of a stack."""
    parts = replace(house.parts, stacks={"hybrid": stack})
    ranked = Stacked.of(StackedConfig(stack="hybrid"), parts).rank(queries, slate)
    return gains_in_order(house.liking(queries.users, ranked.items), liking)


def gains_in_order(
    liking: NDArray[np.float64], candidates: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(people,) NDCG@10 of lists, over the best order of their candidates."""
    worth = 1 / np.log2(2 + np.arange(LENGTH))
    best = (-np.sort(-candidates, axis=1)[:, :LENGTH] * worth).sum(axis=1)
    return np.asarray((liking[:, :LENGTH] * worth).sum(axis=1) / best)


def row(name: str, gains: dict[str, list[NDArray[np.float64]]], base: str) -> Row:
    """One line of the table, with the difference from what was before."""
    gaps = np.asarray(
        [(own - other).mean() for own, other in zip(gains[name], gains[base], strict=True)]
    )
    half = 2.262 * gaps.std(ddof=1) / np.sqrt(len(gaps)) if len(gaps) > 1 else 0.0
    return {
        "learnt from": name,
        "ndcg@10": float(np.mean([each.mean() for each in gains[name]])),
        "difference": float(gaps.mean()),
        "interval": [float(gaps.mean() - half), float(gaps.mean() + half)],
        "worlds it is better in": f"{int((gaps > 0).sum())} of {len(gaps)}",
        "people": int(sum(len(each) for each in gains[name])),
    }


def verdict(rows: list[Row]) -> str:
    """The bar in a sentence."""
    own = [r for r in rows if str(r.get("learnt from")).startswith("logged, ")]
    told = [
        f"{r['learnt from']} {r['difference']:+.4f} "
        f"({r['interval'][0]:+.4f} to {r['interval'][1]:+.4f})"
        for r in own
        if "as clicked" not in r["learnt from"]
    ]
    return "NDCG@10 by true liking beside reconstructed lists: " + "; ".join(told) + "."


if __name__ == "__main__":
    run("logged_lists", logged_lists, __doc__)
