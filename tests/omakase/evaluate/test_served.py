import numpy as np

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.splits import by_time
from omakase.evaluate.compare import Candidate, ComparisonTable, compare
from omakase.evaluate.served import ServedScorer
from omakase.models import ease, popular, random
from omakase.types import PAD, Queries


def pair(rng: np.random.Generator) -> ServedScorer:
    data = two_tribes()
    return ServedScorer(
        ease.Ease.fit(data, ease.EaseConfig(), rng=rng),
        popular.Popular.fit(data, popular.PopularConfig(), rng=rng),
    )


def test_people_with_a_history_get_the_model(rng):
    served, queries = pair(rng), everyone(two_tribes())
    np.testing.assert_array_equal(served.score(queries), served.model.score(queries))


def test_strangers_get_what_is_popular(rng):
    served = pair(rng)
    mixed = Queries.of(np.asarray([[PAD, 2], [PAD, PAD]], dtype=np.int32))
    scores = served.score(mixed)
    np.testing.assert_array_equal(scores[0], served.model.score(mixed)[0])
    np.testing.assert_array_equal(scores[1], served.popular.score(mixed)[1])


def test_in_a_comparison_only_strangers_change():
    split = by_time(two_tribes(), validation=0.1, test=0.3)
    field = {"random": Candidate(random.Random, random.RandomConfig())}
    alone, served = (groups(compare(field, split, as_served=way)) for way in (False, True))
    assert served["random"]["known users"] == alone["random"]["known users"]
    assert served["random"]["new users"] == alone["popular"]["new users"]
    assert served["random"]["new users"] != alone["random"]["new users"]


def groups(table: ComparisonTable) -> dict[str, object]:
    return {line.model: line.reports[0].groups for line in table.lines}
