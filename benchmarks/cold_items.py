"""Items that nobody has used yet: are they shown to the right people.

A tenth of the items with events is drawn, and all their events are taken out of training, so that
a model knows nothing of them but what they are. Then every person who used one of them is asked
for, with the rest of what they did as history. "Whole catalog" ranks all items against each other,
history masked, the held-out ones among those that everybody knows; "held-out only" is a shelf of
new arrivals. A list at random is the bar: ten times its recall over the whole catalog. The content
model lets popularity count a little by default, which items that everybody knows have more of; with
`popularity` 0, the setting for new arrivals, taste alone decides. That setting was singled out on
draws 0 to 2; the figures here are of draws made afterwards. Two towers, the deep model of content,
stand beside it with their defaults, and with `correction` 0, which leaves taste alone; they are
trained on the first draw only. Draws are repeated once a seed; intervals are 95 % bootstrap
intervals over people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.form import Asked, Result, run
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.compare import Candidate
from omakase.evaluate.confidence import interval
from omakase.evaluate.report import Report
from omakase.evaluate.run import evaluate
from omakase.models import content, popular, random, two_tower
from omakase.protocols import Model
from omakase.types import Queries, Rows, Scores

K = 20
SHARE = 0.1
FIELD: Mapping[str, Candidate] = {
    "random": Candidate(random.Random, random.RandomConfig()),
    "popular": Candidate(popular.Popular, popular.PopularConfig()),
    "content, plain cosine": Candidate(
        content.Content, content.ContentConfig(learns=False, popularity=0)
    ),
    "content": Candidate(content.Content, content.ContentConfig()),
    "content, popularity 0": Candidate(content.Content, content.ContentConfig(popularity=0)),
}
DEEP: Mapping[str, Candidate] = {
    "two towers": Candidate(two_tower.TwoTower, two_tower.TwoTowerConfig()),
    "two towers, taste alone": Candidate(
        two_tower.TwoTower, two_tower.TwoTowerConfig(correction=0)
    ),
}


@dataclass(frozen=True)
class Shelf:
    """A model that may only choose among some items."""

    model: Model[Any]
    items: Rows

    def score(self, queries: Queries) -> Scores:
        """(B, N), -inf at items that are not on the shelf."""
        scores = self.model.score(queries)
        shown = np.full_like(scores, -np.inf)
        shown[:, self.items] = scores[:, self.items]
        return shown


def cold_items(asked: Asked) -> Result:
    """A row a data set, place and model."""
    names = ("online-retail",) if asked.quick else ("ml-1m", "online-retail")
    seeds = asked.seeds[:1] if asked.quick else asked.seeds
    rows: list[dict[str, Any]] = []
    for name in names:
        data = load(asked.folder(name), weighting=EVERY_RATING).dataset
        rows += list(measured(name, data, seeds))
    return Result(rows, [sentence(rows, name) for name in names])


def measured(name: str, data: Dataset, seeds: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """All models on all draws; figures are means over people and draws."""
    found: dict[tuple[str, str], list[Report]] = {}
    for seed in seeds:
        split, cold = held_out(data, np.random.default_rng(seed))
        field = {**FIELD, **DEEP} if seed == seeds[0] else FIELD
        for model_name, contender in field.items():
            rng = np.random.default_rng(seed)
            model = contender.cls.fit(split.train, contender.config, rng=rng)
            for place, each in {
                "whole catalog": model,
                "held-out only": Shelf(model, cold),
            }.items():
                report = evaluate(each, split, k=K, name=model_name)
                found.setdefault((place, model_name), []).append(report)
    for (place, model_name), reports in found.items():
        chance = np.mean([r.figures[f"recall@{K}"] for r in found[place, "random"]])
        yield row(f"{name}, {place}", model_name, reports, float(chance))


def held_out(data: Dataset, rng: np.random.Generator) -> tuple[Split, Rows]:
    """Train without a tenth of the items, test on their events, and which they are."""
    used = np.unique(data.events.items)
    cold = rng.choice(used, round(SHARE * len(used)), replace=False)
    is_cold = np.isin(data.events.items, cold)
    nothing = np.zeros(len(data.events), dtype=np.bool_)
    parts = [data.with_events(data.events.chosen(m)) for m in (~is_cold, nothing, is_cold)]
    return Split("held-out items", *parts), np.sort(cold)


def row(data: str, model: str, reports: list[Report], chance: float) -> dict[str, Any]:
    """One line: recall, its interval, how many times chance."""
    values = np.concatenate([report.per_query[f"recall@{K}"] for report in reports])
    low, high = interval(values[None], rng=np.random.default_rng(0))
    recall = float(np.mean([report.figures[f"recall@{K}"] for report in reports]))
    return {
        "data": data,
        "model": model,
        f"recall@{K}": recall,
        f"recall@{K} 95 %": [float(low[0]), float(high[0])],
        f"ndcg@{K}": float(np.mean([report.figures[f"ndcg@{K}"] for report in reports])),
        "times random": recall / chance,
        "people": reports[0].counts.queries,
    }


def sentence(rows: list[dict[str, Any]], name: str) -> str:
    """What the content model reaches, in words."""
    times = {
        line["data"]: line["times random"]
        for line in rows
        if line["model"] == "content, popularity 0" and line["data"].startswith(name)
    }
    said = [f"{value:.1f} times random ({place.split(', ')[1]})" for place, value in times.items()]
    return f"{name}: content with popularity 0 finds unseen items {' and '.join(said)}."


if __name__ == "__main__":
    run("cold_items", cold_items, __doc__)
