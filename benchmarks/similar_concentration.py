"""What goes with an item: how often the same film is in the lists of MovieLens 100K

Each model is asked for the ten films that go with each film, as the service asks it: what it says
to somebody who has seen only that. "most in" is the share of all lists that hold the film which is
in most of them, "films" how many different ones are in any. A model of people answers with what is
popular; `similar` therefore asks a model of items, whatever answers people. The lines below the
table are what the first of these says of films that many know.
"""

from collections import Counter

import numpy as np

from benchmarks.form import Asked, Result, Row, run
from omakase.arrays.topk import top_k
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.registry import MODELS, fitted
from omakase.types import Queries, Rows
from omakase_service.serving.engine.recommender import ITEM_MODELS

LONGEST = 10
NAMES = ("ease", "item_knn", "content", "ials", "user_knn", "bpr")
KNOWN = (
    "Star Wars", "Toy Story", "Fargo", "Godfather, The", "Lion King, The", "Scream", "Alien",
    "English Patient, The", "E.T. the Extra-Terrestrial", "Casablanca",
)  # fmt: skip
MOST_SHARE = 0.15


def similar_concentration(asked: Asked) -> Result:
    """A line for each model, and the lists of ten films."""
    data = load(asked.folder("ml-100k")).dataset
    rows: list[Row] = []
    lines: list[str] = []
    for name in NAMES[:2] if asked.quick else NAMES:
        lists = similar_lists(name, data, asked.seeds[0])
        rows.append(row(name, lists))
        if name == ITEM_MODELS[0]:
            lines = [films(data, lists, title) for title in KNOWN]
    first = next(each for each in rows if each["model"] == ITEM_MODELS[0])
    verdict = "met" if float(str(first["most in"])) <= MOST_SHARE else "not met"
    lines.append(
        f"The bar is {MOST_SHARE} for what is asked first, {first['model']}: "
        f"{first['most in']}: {verdict}. Content is asked where no other compares items."
    )
    return Result(rows, lines)


def similar_lists(name: str, data: Dataset, seed: int) -> Rows:
    """(N, LONGEST) what goes with each item, itself left out."""
    model = fitted(name, data, MODELS[name].config_type(), seed=seed)
    alone = np.arange(data.n_items, dtype=np.int32)[:, None]
    scores = np.array(model.score(Queries.of(alone)))
    np.put_along_axis(scores, alone, -np.inf, axis=1)
    return top_k(scores, LONGEST).items


def row(name: str, lists: Rows) -> Row:
    """How much the lists of one model repeat themselves."""
    counts = Counter(int(item) for item in lists.ravel() if item >= 0)
    most = counts.most_common(1)[0][1] / len(lists)
    return {"model": name, "lists": len(lists), "most in": round(most, 3), "films": len(counts)}


def films(data: Dataset, lists: Rows, title: str) -> str:
    """One film and what goes with it, in words."""
    titles = data.items.get_column("title").to_list() if data.items is not None else []
    known = [str(each).rsplit(" (", 1)[0] for each in titles]
    names = [known[item] for item in lists[known.index(title)][:5] if item >= 0]
    return f"{title}: {'; '.join(names)}"


if __name__ == "__main__":
    run("similar_concentration", similar_concentration, __doc__)
