"""The lean measures are those of `evaluate`."""

import numpy as np
import pytest
from benchmarks.given import K, answered, measured, some

from omakase.data.dataset import Dataset
from omakase.data.splits import Split, leave_one_out
from omakase.evaluate.compare import Candidate
from omakase.evaluate.questions import evaluation_queries
from omakase.evaluate.run import evaluate
from omakase.models import item_knn


@pytest.fixture
def split(rng) -> Split:
    events = [(f"u{u}", f"i{i}", 1.0) for u in range(40) for i in rng.permutation(60)[:9]]
    return leave_one_out(Dataset.from_events(events))


def test_agrees_with_evaluate(split, rng):
    model = item_knn.ItemKnn.fit(split.train, item_knn.ItemKnnConfig(), rng=rng)
    figures = answered(model, evaluation_queries(split))
    report = evaluate(model, split, k=K)
    for measure in (f"recall@{K}", f"ndcg@{K}"):
        np.testing.assert_allclose(figures[measure], report.per_query[measure])


def test_a_draw_is_of_the_same_questions(split, rng):
    every = evaluation_queries(split)
    few = some(every, 7, rng)
    assert len(few) == 7
    place = np.searchsorted(every.users, few.users)
    np.testing.assert_array_equal(few.truth.toarray(), every.truth[place].toarray())


def test_a_row_says_what_it_cost(split):
    contender = Candidate(item_knn.ItemKnn, item_knn.ItemKnnConfig())
    row = measured(contender, split.train, evaluation_queries(split)).row("item_knn")
    low, high = row[f"95 % of recall@{K}"]
    assert low <= row[f"recall@{K}"] <= high
    assert row["train seconds"] > 0
