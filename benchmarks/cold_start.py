"""The first twenty events of a person: what a list is worth after none, one, two, three, five, …

People who liked at least five things after their first twenty events are held out whole, a fifth
for each seed and nobody twice. From the others a version is made as training makes it: the models
are judged on the newest tenth of the events, the best one answers, how much popularity counts
beside it is learnt for each number of events from further people, held back among these
(`omakase.build.cold_start`), and all is written to the disk. The version, opened again, is asked as
serving asks it for each held-out person, with the first n of their events, likes and dislikes, as
history. What they liked afterwards is right (in the restaurants, what they took up). The whole
catalog is ranked.

The more events, the less is left to be right, so lines of the first tables are to be compared
across, not down. In the second tables what was liked after the twentieth event is right for every
n and the first twenty are never shown: there a curve rises by what is known alone, but no list of
somebody with three events is judged by what they chose next.

"paths" is what is served: strangers get what is popular and a tenth of new arrivals, who has named
categories (in the restaurants) what these hold, all others the best model, or another that leads
while events are few, with content and popularity beside it, until they are known. "rule" is the
same version without what was learnt: five events make anybody known, and popularity counts by a
fixed rule before. "leads" is who leads and how much popularity counts beside 1 of it, one for each
seed; – where the best model answers alone.
"own" is how many of the ten popularity alone would not have shown. "gain" is the paired difference
of paths to popularity in NDCG@10, "over rule" that to the rule, each with its 95 % bootstrap
interval over people. Nothing was chosen on these people.

On ML-100K the list of the most popular is hard to beat for somebody of few events: these people
chose from what they were shown, and a service that shows everybody the same learns nothing of
anybody. So popularity never counts more than the model, whatever the past says.

![NDCG@10 by number of events](plots/cold_start.svg)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.form import Asked, Result, Row, run
from benchmarks.plots import Points, save_curves
from omakase.artifacts.version import Version, VersionPart
from omakase.build import cold_start as cold_start_policy
from omakase.build.hybrid import cold_starts
from omakase.build.trainable import contenders
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import by_time
from omakase.data.weighting import EVERY_RATING
from omakase.errors import EmptyData
from omakase.evaluate.accuracy import ndcg
from omakase.evaluate.compare import compare
from omakase.evaluate.confidence import paired_difference
from omakase.evaluate.questions import EvaluationQueries
from omakase.evaluate.run import right_places
from omakase.pipeline.cold_start import Paths, known_from
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.registry import build_pipeline, fit_model, version_store
from omakase.synthetic import as_dataset, make
from omakase.types import Context, Queries, Rows

K = 10
EVENTS = (0, 1, 2, 3, 5, 10, 20)
FIRST = 20
LEAST = 5
FOLDS = 5
FILMS, RESTAURANTS = "ml-100k", "restaurants (made world)"
SAME = ", the same answers for each number"
SINGLES = ("popular", "item_knn", "ease", "content")
LEADS = {"item_knn", "ease", "content"}
KNOBS: Mapping[str, Mapping[str, Any]] = {"content": {"learns": True}}


@dataclass(frozen=True)
class HeldOut:
    """People that no model has seen.

    Attributes:
        data: their events.
        learnt: those of all others.
        users: (Q,) their rows.
    """

    data: Dataset
    learnt: Dataset
    users: Rows

    @classmethod
    def of(cls, data: Dataset, fold: int) -> "HeldOut":
        """One of five fifths of the people who chose enough after their first events."""
        asked = cold_start_policy.after(data, FIRST)
        long = asked.users[asked.relevant >= LEAST] if asked else np.zeros(0, np.int32)
        users = np.sort(np.random.default_rng(0).permutation(long)[fold % FOLDS :: FOLDS])
        theirs = np.isin(data.events.users, users)
        held, rest = (data.with_events(data.events.chosen(each)) for each in (theirs, ~theirs))
        return cls(held, rest, users)

    def asked(self, events: int) -> EvaluationQueries:
        """After their first events; what they liked later is right.

        Raises:
            EmptyData: there are too few such people.
        """
        asked = cold_start_policy.after(self.data, events)
        if asked is None:
            raise EmptyData("too few people with events enough")
        return asked

    def queries(self, events: int) -> Queries:
        """What they would ask after so many events."""
        return replace(self.asked(events).queries(slice(None)), contexts=self._contexts())

    def _contexts(self) -> tuple[Context, ...]:
        if "categories" not in self.data.users.columns:
            return tuple(Context() for _ in self.users)
        chosen = self.data.users[self.users.tolist()]
        wanted = chosen.select("categories", "excluded_categories").to_dicts()
        return tuple(Context(user={k: tuple(v or ()) for k, v in w.items()}) for w in wanted)


@dataclass(frozen=True)
class Served:
    """A version that was made from the others, opened again.

    Attributes:
        version: with the learnt curve.
        ruled: the same without it.
        best: the model that answers.
    """

    version: Version
    ruled: Version
    best: str

    @classmethod
    def of(cls, data: Dataset, folder: Path, seed: int) -> "Served":
        """As training makes it: judged, learnt from everything, written."""
        field = contenders({name: KNOBS.get(name, {}) for name in (*SINGLES, "newest")})
        split = by_time(data)
        asked = {name: field[name] for name in SINGLES}
        table = compare(asked, split, k=K, seeds=[seed], as_served=True)
        figures = {line.model: dict(line.figures) for line in table.lines}
        best, configs = table.winner.model, {name: each.config for name, each in field.items()}
        before, leads = split.before("test"), LEADS - {best}
        crowd = cold_start_policy.learn_cold_start(
            before, alone(best), configs, leads=sorted(leads), seed=seed
        )
        models = {
            name: VersionPart(
                fit_model(name, data, config, seed=seed), name, config, figures.get(name, {})
            )
            for name, config in configs.items()
        }

        def written(known: PipelineConfig) -> Version:
            return version_store(folder).create(
                ids=data.ids,
                items=data.items,
                created=datetime.now(UTC),
                models=models,
                pipelines={**{name: alone(name) for name in models}, best: known},
            )

        learnt = alone(best).model_copy(update={"crowd": crowd})
        return cls(written(learnt), written(alone(best)), best)

    @cached_property
    def ways(self) -> dict[str, Any]:
        """Name to what answers (queries, k)."""
        singles = {
            name: build_pipeline(self.version.pipelines[name], self.version).recommend
            for name in SINGLES
        }
        rule, learnt = (paths(each, self.best) for each in (self.ruled, self.version))
        return {**singles, "rule": rule.recommend, "paths": learnt.recommend}

    def leads(self, events: int) -> str:
        """Who leads and the share of popularity after so many events, as it was learnt."""
        crowd = PipelineConfig.checked(self.version.pipelines[self.best], self.best).crowd
        if crowd is None or not 0 < events < crowd.known:
            return "–"
        steps = zip(crowd.events, crowd.shares, strict=True)
        share = [share for least, share in steps if least <= events][-1]
        return f"{crowd.lead or self.best} {share:g}"


def cold_start(asked: Asked) -> Result:
    """Two tables a data set, and the plot of the first."""
    rows: list[Row] = []
    notes: list[str] = []
    panels: dict[str, dict[str, Points]] = {}
    for name, data in worlds(asked).items():
        found, best = tables(data, asked.seeds[:1] if asked.quick else asked.seeds)
        notes.append(f"{name}: {', '.join(sorted(set(best)))} answers who is known.")
        for answers, own in found.items():
            rows += [{"data": f"{name}{answers}", **each} for each in own]
            notes.append(verdict(own, f"{name}{answers}"))
        panels[name] = curves(found[""])
    if not asked.quick:
        save_curves("cold_start", panels, "events known", f"NDCG@{K}")
    return Result(rows, notes)


def worlds(asked: Asked) -> dict[str, Dataset]:
    """By name; of a quick run the films alone."""
    films = {FILMS: load(asked.folder(FILMS), weighting=EVERY_RATING).dataset}
    return films if asked.quick else {**films, RESTAURANTS: restaurants()}


def restaurants() -> Dataset:
    """Four thousand people and twelve hundred restaurants, by known tastes."""
    return as_dataset(make("restaurants", users=4_000, items=1_200, events=160_000, seed=0))


def tables(data: Dataset, seeds: Sequence[int]) -> tuple[dict[str, list[Row]], list[str]]:
    """Rows by what is right, over the people of all seeds; the best model of each seed."""
    held = [HeldOut.of(data, seed) for seed in seeds]
    with TemporaryDirectory() as folder:
        made = [
            Served.of(each.learnt, Path(folder), seed)
            for each, seed in zip(held, seeds, strict=True)
        ]
        both = list(zip(held, made, strict=True))
        found = {
            "": [row(both, n, later=n) for n in EVENTS],
            SAME: [row(both, n, later=FIRST) for n in EVENTS],
        }
    return found, [each.best for each in made]


def paths(version: Version, best: str) -> Paths:
    """What serving asks of a version."""
    known = PipelineConfig.checked(version.pipelines[best], best)
    cold = cold_starts(version, best, exploration=0.1)
    return Paths({**cold, "known": build_pipeline(known, version)}, few=known_from(known))


def alone(name: str) -> PipelineConfig:
    """One model's own list."""
    return PipelineConfig(
        name=name,
        sources=(SourceSpec(kind="scored", config={"model": name}),),
        fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
    )


def figures(held: HeldOut, ways: Mapping[str, Any], events: int, later: int) -> dict[str, Any]:
    """Name to (Q,) NDCG@10 after so many events, of what they liked after `later` events."""
    queries, right = held.queries(events), held.asked(later)
    asked = replace(queries, exclude=right.queries(slice(None)).exclude)
    found = {}
    for name, ask in ways.items():
        shown = ask(asked, K).items
        hits = right_places(shown, K, *right.right(slice(None)), held.data.n_items)
        found[name] = ndcg(hits, right.relevant)
    return found


def own(held: HeldOut, ways: Mapping[str, Any], events: int) -> NDArray[np.float64]:
    """(Q,) how many of the ten of "paths" popularity would not have shown after so many events."""
    shown, popular = (ways[name](held.queries(events), K).items for name in ("paths", "popular"))
    both = zip(shown.tolist(), popular.tolist(), strict=True)
    return np.asarray([float(len(set(mine) - set(theirs))) for mine, theirs in both])


def row(both: Sequence[tuple[HeldOut, Served]], events: int, later: int) -> Row:
    """NDCG@10 of each way, and how much better paths are than popularity, and than the rule."""
    found = [figures(held, served.ways, events, later) for held, served in both]
    values = {name: np.concatenate([each[name] for each in found]) for name in found[0]}
    differ = np.concatenate([own(held, served.ways, events) for held, served in both])
    rng = np.random.default_rng(0)
    gain = paired_difference(values["paths"], values["popular"], rng=rng)
    over = paired_difference(values["paths"], values["rule"], rng=rng)
    return {
        "events": events,
        "leads": ", ".join(served.leads(events) for _, served in both),
        "people": len(values["paths"]),
        **{name: float(each.mean()) for name, each in values.items()},
        "own": float(differ.mean()),
        "gain": gain.mean,
        "gain 95 %": [gain.low, gain.high],
        "over rule": over.mean,
        "over rule 95 %": [over.low, over.high],
    }


def curves(rows: list[Row]) -> dict[str, Points]:
    """A line for each way."""
    names = (*SINGLES, "rule", "paths")
    return {name: [(float(r["events"]), float(r[name])) for r in rows] for name in names}


def verdict(own: Sequence[Row], name: str) -> str:
    """Where paths are surely better or worse than popularity, and than the rule."""
    return (
        f"{name}: "
        + "; ".join(
            f"than {other}, surely better at {_numbers(own, key, 1)} events, surely worse at "
            f"{_numbers(own, key, -1)}"
            for other, key in (("popularity", "gain 95 %"), ("the rule", "over rule 95 %"))
        )
        + "."
    )


def _numbers(rows: Sequence[Row], key: str, sign: int) -> str:
    """The numbers of events whose interval lies on one side of nothing."""
    sure = [row["events"] for row in rows if min(sign * end for end in row[key]) > 0]
    return ", ".join(map(str, sure)) or "none"


if __name__ == "__main__":
    run("cold_start", cold_start, __doc__)
