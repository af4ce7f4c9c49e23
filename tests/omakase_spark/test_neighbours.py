"""Item neighbours on Spark are the engine's, by every likeness."""

import numpy as np
import pytest

from omakase.models.item_knn import ItemKnn, ItemKnnConfig
from omakase_spark.neighbours import item_neighbours


@pytest.mark.parametrize(
    "knobs",
    [
        {"shrinkage": 3.0, "neighbours": 5},
        {"similarity": "pearson", "weighting": "tfidf", "threshold": 0.0},
        {"similarity": "adjusted_cosine", "weighting": "bm25", "alpha": 0.3},
        {"similarity": "jaccard"},
    ],
    ids=lambda knobs: knobs.get("similarity", "cosine"),
)
def test_item_neighbours_are_those_of_the_engine(pairs, data, rng, knobs):
    config = ItemKnnConfig(**knobs)
    made, expected = item_neighbours(pairs, config), ItemKnn.fit(data, config, rng=rng)
    np.testing.assert_array_equal(made.links.starts, expected.links.starts)
    np.testing.assert_array_equal(made.links.items, expected.links.items)
    np.testing.assert_allclose(made.links.weights, expected.links.weights, 1e-6)
    np.testing.assert_array_equal(made.ties, expected.ties)
