"""What asking somebody new is worth: the list after five and ten questions, by what was asked

The people are those of the bench of cold starts: held out whole, a fifth for each seed, and a
version is made from the others as training makes it. Each is asked about items of the hundred most
popular ones: by the choice of `GET /api/onboarding` ("telling"), about the most popular ones, or
about any, drawn for each person. They can answer about what they had: liked or disliked, as they
did. The answers are their history; without any they stay strangers. What they liked is right,
without anything that any of the three ways asks them about, which no list may show either: the
same people, the same answers for every way. The whole catalog is ranked.

"answered" is the mean number of answers. "paths" is NDCG@10 of what is served, "model" of the best
model alone, which is what is popular where there is no answer; what is served to strangers keeps a
tenth for new arrivals and so lies below that. "gain" is the paired difference of paths to what is
popular, "over popular" that to paths after as many questions about the most popular items, each
with its 95 % bootstrap interval over people. The people of seeds 3 and 4 are those that this was
written with, the others were not looked at before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.cold_start import HeldOut, K, Served, worlds
from benchmarks.form import Asked, Result, Row, run
from omakase.data.dataset import Dataset
from omakase.evaluate.accuracy import ndcg
from omakase.evaluate.confidence import paired_difference
from omakase.evaluate.run import right_places
from omakase.onboarding import item_questions
from omakase.types import PAD, Queries, Rows

NUMBERS = (5, 10)
CANDIDATES = 100
NOTHING = "nothing"
WAYS = (NOTHING, "random", "popular", "telling")
Values = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Round:
    """A number of questions to the people of one seed.

    Attributes:
        held: who is asked.
        served: who asks.
        number: of questions.
        seed: of the questions that are drawn.
    """

    held: HeldOut
    served: Served
    number: int
    seed: int

    @cached_property
    def asked(self) -> Mapping[str, Rows]:
        """Way to (Q, number) items that each person is asked about."""
        size, rng = (len(self.held.users), self.number), np.random.default_rng(self.seed)
        drawn = np.stack([rng.permutation(self._popular)[: self.number] for _ in self.held.users])
        chosen = {"popular": self._popular[: self.number], "telling": self._telling}
        alike = {way: np.broadcast_to(rows, size) for way, rows in chosen.items()}
        return {NOTHING: np.full((size[0], 1), PAD, dtype=np.int32), "random": drawn, **alike}

    @cached_property
    def values(self) -> Mapping[str, Values]:
        """Way to what is told of each person: (Q,) answers, and NDCG@10 of paths and model."""
        return {way: self._told(items) for way, items in self.asked.items()}

    @cached_property
    def _popular(self) -> Rows:
        stranger = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
        scores = self.served.version.model("popular").score(stranger)[0]
        return np.argsort(-scores, kind="stable")[:CANDIDATES].astype(np.int32)

    @cached_property
    def _telling(self) -> Rows:
        version, ids = self.served.version, self.served.version.ids.items
        candidates = [ids.ids[row] for row in self._popular]
        found = item_questions(version, self.served.best, ids, candidates, self.number)
        return ids.rows([item for item, _ in found])

    @cached_property
    def _open(self) -> NDArray[np.bool_]:
        """(Q, N): False where some way asks about the item."""
        allowed = np.ones((len(self.held.users), self.held.data.n_items), dtype=np.bool_)
        for way, items in self.asked.items():
            if way != NOTHING:
                np.put_along_axis(allowed, items, False, axis=1)
        return allowed

    @cached_property
    def _right(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        rows, items = self.held.asked(0).right(slice(None))
        keep = self._open[rows, items]
        return rows[keep], items[keep]

    def _told(self, items: Rows) -> Values:
        weights = self.held.data.matrix[self.held.users].toarray()
        given = np.take_along_axis(weights, np.maximum(items, 0), axis=1) * (items != PAD)
        queries = Queries.of(
            np.where(given != 0, items, np.int32(PAD)),
            users=self.held.users,
            exclude=_listed(~self._open),
            weights=given.astype(np.float32),
        )
        model = self.served.ways[self.served.best]
        shown = {"paths": self.served.ways["paths"], "model": model}
        figures = {name: self._figures(ask(queries, K).items) for name, ask in shown.items()}
        return {"answered": (given != 0).sum(axis=1).astype(np.float64), **figures}

    def _figures(self, shown: Rows) -> NDArray[np.float64]:
        """(Q,)"""
        hits = right_places(shown, K, *self._right, self.held.data.n_items)
        relevant = np.bincount(self._right[0], minlength=len(shown))
        return ndcg(hits, np.maximum(relevant, 1))


def _listed(mask: NDArray[np.bool_]) -> Rows:
    """(Q, E) the columns of (Q, N) that are true, PAD at the end."""
    order = np.argsort(~mask, axis=1, kind="stable")[:, : max(1, int(mask.sum(axis=1).max()))]
    return np.where(np.take_along_axis(mask, order, 1), order, PAD).astype(np.int32)


def onboarding(asked: Asked) -> Result:
    """A table a data set."""
    rows: list[Row] = []
    notes: list[str] = []
    for name, data in worlds(asked).items():
        found = table(data, asked.seeds[:1] if asked.quick else asked.seeds)
        rows += [{"data": name, **row} for row in found]
        notes.append(verdict(found, name))
    return Result(rows, notes)


def table(data: Dataset, seeds: Sequence[int]) -> list[Row]:
    """A row for each number of questions and each way, over the people of all seeds."""
    held = {seed: HeldOut.of(data, seed) for seed in seeds}
    rows = []
    with TemporaryDirectory() as folder:
        made = {seed: Served.of(each.learnt, Path(folder), seed) for seed, each in held.items()}
        for number in NUMBERS:
            rounds = [Round(held[seed], made[seed], number, seed) for seed in seeds]
            rows += [row(rounds, number, way) for way in WAYS]
    return rows


def row(rounds: Sequence[Round], number: int, way: str) -> Row:
    """What one way is worth."""

    def joined(way: str, what: str) -> NDArray[np.float64]:
        return np.concatenate([each.values[way][what] for each in rounds])

    rng = np.random.default_rng(0)
    own = joined(way, "paths")
    gain = paired_difference(own, joined(NOTHING, "model"), rng=rng)
    over = paired_difference(own, joined("popular", "paths"), rng=rng)
    return {
        "questions": number,
        "about": way,
        "people": len(own),
        "answered": float(joined(way, "answered").mean()),
        "paths": float(own.mean()),
        "model": float(joined(way, "model").mean()),
        "gain": gain.mean,
        "gain 95 %": [gain.low, gain.high],
        "over popular": over.mean,
        "over popular 95 %": [over.low, over.high],
    }


def verdict(rows: Sequence[Row], name: str) -> str:
    """Whether its choice of questions is surely better than the most popular ones."""
    told = []
    for row in rows:
        if row["about"] == "telling":
            low, high = row["over popular 95 %"]
            word = (
                "surely better" if low > 0 else "surely worse" if high < 0 else "no sure difference"
            )
            told.append(f"with {row['questions']} questions {word}")
    return f"{name}, its choice beside the most popular items: {', '.join(told)}."


if __name__ == "__main__":
    run("onboarding", onboarding, __doc__)
