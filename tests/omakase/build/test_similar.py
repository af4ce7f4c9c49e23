import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.build.similar import item_models, similar_pipeline
from omakase.data.dataset import Dataset
from omakase.registry import MODELS
from omakase.types import Queries


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ({"ials", "ease", "item_knn", "content"}, ("item_knn", "content")),
        ({"ease", "popular"}, ("ease",)),
        ({"content"}, ("content",)),
        ({"ials", "popular"}, ()),
    ],
)
def test_item_models_are_one_of_neighbours_and_content(names, asked):
    assert item_models(names) == asked


def test_similar_pipeline_puts_neighbours_and_content_together_by_share():
    kinds = {"a": "x", "b": "y", "c": "x", "d": "y", "e": "z"}
    people = {"p": "ab", "q": "ab", "r": "cd", "s": "abe"}
    events = [(user, item, "view", 1.0, 1) for user, items in people.items() for item in items]
    data = Dataset.from_table(
        pl.DataFrame(events, schema=["user_id", "item_id", "kind", "value", "time"], orient="row"),
        items=pl.DataFrame({"item_id": list(kinds), "category": list(kinds.values())}),
    )
    names = ("item_knn", "content")
    plain = {"item_knn": {}, "content": {"learns": False, "popularity": 0.0}}
    configs = {name: MODELS[name].config_type(**plain[name]) for name in names}
    version = InMemoryVersion.fitted(data, MODELS, configs, np.random.default_rng(0))
    alone = Queries.of(data.ids.items.rows(["a"])[None, :].astype(np.int32))

    def first(share: float) -> str:
        found = similar_pipeline(version, names, share=share).recommend(alone, 3).items[0]
        assert data.ids.items.row("a") not in found
        return str(data.ids.items.ids[found[0]])

    assert (first(0.01), first(0.99)) == ("b", "c")
