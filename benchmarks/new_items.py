"""New items nobody knows: how soon the good ones are found.

A made-up cinema, whose tastes are known, shows two of a hundred new films to each visitor; what is
clicked is counted, and every fifty visits the rankers get the counts. "fixed share" gives every
new film the same chance, as a share of places for new items does; the others draw by what they have
learnt. "regret" is the clicks that showing the two best films to everybody would have brought
besides, "good" the share of showings that went, in the last quarter, to the ten best films,
"half" the visits after which half of a round's showings went to them. "sums" is how far from 1 the
logged probabilities of all films at a position add up; "own mean" compares the clicks a list of
each ranker's last state with what IPS says of it on the log of softmax ("inside": whether the
interval holds the truth, over the worlds).

![Regret over visits](plots/new_items.svg)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import save_curves
from omakase.artifacts.in_memory import InMemoryVersion
from omakase.bandits.feedback import Feedback
from omakase.experiments.off_policy import SlateLog, slate_by_position
from omakase.rankers.epsilon_greedy import EpsilonGreedy, EpsilonGreedyConfig
from omakase.rankers.linucb import LinUcb, LinUcbConfig
from omakase.rankers.softmax import Softmax, SoftmaxConfig
from omakase.rankers.thompson import Thompson, ThompsonConfig
from omakase.synthetic.cinema import CINEMA
from omakase.synthetic.world import World
from omakase.types import PAD, Queries, Slate

FILMS = 100
BEST = 10
K = 2
VISITS = 50
ROUNDS = 80
MOST = 0.3
"""Click rate of a film that somebody likes very much."""
WORLDS = 6
LOGGED = 4000


@dataclass(frozen=True)
class Cinema:
    """A hundred new films, and the people who look at them.

    Attributes:
        world: with its tastes.
    """

    world: World

    @cached_property
    def films(self) -> np.ndarray:
        """(FILMS,) numbers of new items."""
        numbers = np.arange(self.world.n_items, dtype=np.int64)
        return numbers[self.world.tastes.is_new(numbers)][:FILMS]

    @cached_property
    def chances(self) -> np.ndarray:
        """(users, FILMS) of a click where somebody is shown a film."""
        users = np.arange(self.world.n_users, dtype=np.int64)
        liking = self.world.affinity(users, np.tile(self.films, (len(users), 1)))
        return MOST / (1 + np.exp(-3 * (liking.astype(np.float64) - 1)))

    @cached_property
    def rates(self) -> np.ndarray:
        """(FILMS,) over all people."""
        return self.chances.mean(axis=0)

    def item_vectors(self) -> np.ndarray:
        """(FILMS, D) category, style and price: the features of LinUCB."""
        tastes = self.world.tastes
        leaf, style = np.eye(tastes.n_leaves), np.eye(tastes.n_styles)
        price = tastes.price(self.films)[:, None]
        parts = (leaf[tastes.leaf(self.films)], style[tastes.style(self.films)], 0.3 * price)
        return np.concatenate(parts, axis=1).astype(np.float32)

    def query_vectors(self, queries: Queries) -> np.ndarray:
        """Nothing of the person."""
        return np.zeros((len(queries), self.item_vectors().shape[1]), np.float32)


@dataclass(frozen=True)
class Course:
    """What a ranker did in one world.

    Attributes:
        regret: (ROUNDS,) so far.
        good: (ROUNDS,) share of a round's showings that went to the best films.
        last: the ranker and the scores of its list at the end.
    """

    regret: np.ndarray
    good: np.ndarray
    last: tuple[Any, np.ndarray]


def new_items(asked: Asked) -> Result:
    """A row a ranker, and the plot."""
    worlds = 2 if asked.quick else WORLDS
    cinemas = [Cinema(World(CINEMA, 2000, 5000, 1, seed)) for seed in range(worlds)]
    courses = {name: [course(name, c, n) for n, c in enumerate(cinemas)] for name in RANKERS}
    rows = [row(name, found, cinemas) for name, found in courses.items()]
    if not asked.quick:
        visits = (1 + np.arange(ROUNDS)) * VISITS
        lines = {
            name: list(
                zip(
                    visits.tolist(),
                    np.mean([c.regret for c in found], axis=0).tolist(),
                    strict=True,
                )
            )
            for name, found in courses.items()
        }
        save_curves("new_items", {"a hundred new films": lines}, "visits", "clicks lost so far")
    return Result(rows, [note(rows)])


def ranker(name: str, cinema: Cinema) -> Any:
    """As the registry would build it; nothing was shown yet."""
    parts = InMemoryVersion(pl.DataFrame({"film": range(FILMS)}), {"films": cinema})  # type: ignore[dict-item]
    cls, config = RANKERS[name]
    return cls.of(config, parts)


RANKERS: dict[str, tuple[Any, Any]] = {
    "fixed share": (EpsilonGreedy, EpsilonGreedyConfig(epsilon=1.0, depth=FILMS)),
    "epsilon_greedy": (EpsilonGreedy, EpsilonGreedyConfig(epsilon=0.1, depth=FILMS)),
    "softmax": (Softmax, SoftmaxConfig(temperature=0.1, depth=FILMS)),
    "thompson": (Thompson, ThompsonConfig(depth=FILMS)),
    "linucb": (LinUcb, LinUcbConfig(model="films", depth=FILMS)),
}


def course(name: str, cinema: Cinema, seed: int) -> Course:
    """One ranker in one world."""
    rng = np.random.default_rng([seed, 5])
    drawing, feedback = ranker(name, cinema), Feedback(np.zeros(FILMS), np.zeros(FILMS))
    best = np.sort(cinema.rates)[-K:].sum() * VISITS
    good = np.argsort(-cinema.rates)[:BEST]
    regret, shares = np.zeros(ROUNDS), np.zeros(ROUNDS)
    for n in range(ROUNDS):
        slate = shown(drawing, estimates(feedback), VISITS, rng)
        people = rng.integers(cinema.world.n_users, size=VISITS)
        clicks = rng.random(slate.items.shape) < cinema.chances[people[:, None], slate.items]
        feedback = counted(feedback, slate.items, clicks)
        if hasattr(drawing, "with_feedback"):
            drawing = drawing.with_feedback(feedback)
        regret[n] = best - cinema.rates[slate.items].sum()
        shares[n] = np.isin(slate.items, good).mean()
    return Course(regret.cumsum(), shares, (drawing, estimates(feedback)))


def estimates(feedback: Feedback) -> np.ndarray:
    """(FILMS,) click rates so far, shrunk to the mean of all: the scores of the list."""
    mean = (feedback.clicked.sum() + 1) / (feedback.shown.sum() + 2)
    return (feedback.clicked + 10 * mean) / (feedback.shown + 10)


def shown(drawing: Any, scores: np.ndarray, size: int, rng: np.random.Generator) -> Slate:
    """(size, K) lists of the films, drawn from their order by score."""
    order = np.argsort(-scores, kind="stable").astype(np.int32)
    queries = replace(
        Queries.of(np.full((size, 1), PAD, np.int32)),
        seeds=rng.integers(2**63, size=size, dtype=np.uint64),
    )
    rows = np.tile(order, (size, 1)), np.tile(scores[order].astype(np.float32), (size, 1))
    slate: Slate = drawing.draw(queries, Slate(*rows), K)
    return slate


def counted(feedback: Feedback, items: np.ndarray, clicks: np.ndarray) -> Feedback:
    """With one more round."""
    return Feedback(
        feedback.shown + np.bincount(items.ravel(), minlength=FILMS),
        feedback.clicked + np.bincount(items.ravel(), weights=clicks.ravel(), minlength=FILMS),
    )


def row(name: str, courses: Sequence[Course], cinemas: Sequence[Cinema]) -> Row:
    """Means over the worlds."""
    ends = np.array([each.regret[-1] for each in courses])
    half = 1.96 * float(ends.std(ddof=1)) / np.sqrt(len(ends))
    good = np.mean([each.good for each in courses], axis=0)
    reached = np.flatnonzero(good >= 0.5)
    checks = [
        recovered(each, c, n) for n, (each, c) in enumerate(zip(courses, cinemas, strict=True))
    ]
    sums, own, ips, inside = (np.array(column) for column in zip(*checks, strict=True))
    return {
        "ranker": name,
        "regret": float(ends.mean()),
        "interval": [float(ends.mean()) - half, float(ends.mean()) + half],
        "good": float(good[-ROUNDS // 4 :].mean()),
        "half": int((1 + reached[0]) * VISITS) if len(reached) else None,
        "sums": float(np.abs(sums).max()),
        "own mean": float(own.mean()),
        "by IPS": float(ips.mean()),
        "inside": float(inside.mean()),
        "worlds": len(courses),
    }


def recovered(each: Course, cinema: Cinema, seed: int) -> tuple[float, float, float, bool]:
    """How far the chances miss 1, the last state's clicks a list, and what IPS says of them."""
    drawing, scores = each.last
    rng = np.random.default_rng([seed, 9])
    table = chances(drawing, scores)
    own = float((table * cinema.rates[:, None]).sum())
    logging = Softmax(SoftmaxConfig(temperature=0.5, depth=FILMS))
    log = shown(logging, scores, LOGGED, rng)
    rewards = (rng.random(log.items.shape) < cinema.rates[log.items]).astype(np.float64)
    assert log.probabilities is not None
    target = table[log.items, np.arange(K)]
    estimate = slate_by_position(SlateLog(rewards, log.probabilities, target))
    missed = float(np.abs(table.sum(axis=0) - 1).max())
    return missed, own, estimate.mean, estimate.interval.covers(own)


def chances(drawing: Any, scores: np.ndarray) -> np.ndarray:
    """(FILMS, K) of each film at each position, as a list that held it there would log it."""
    order = np.argsort(-scores, kind="stable").astype(np.int32)
    policy = drawing._policy(order, scores[order].astype(np.float32))
    table = np.zeros((FILMS, K))
    for place in range(FILMS):
        fill = (place + 1) % FILMS
        table[order[place], 0] = policy.chances(np.array([place, fill]))[0]
        table[order[place], 1] = policy.chances(np.array([fill, place]))[1]
    return table


def note(rows: Sequence[Row]) -> str:
    """Regret beside that of the fixed share."""
    fixed = next(r["regret"] for r in rows if r["ranker"] == "fixed share")
    others = [r for r in rows if r["ranker"] != "fixed share"]
    told = ", ".join(f"{r['ranker']} {1 - r['regret'] / fixed:.0%}" for r in others)
    return f"Less regret than by a fixed share: {told}."


if __name__ == "__main__":
    run("new_items", new_items, __doc__)
