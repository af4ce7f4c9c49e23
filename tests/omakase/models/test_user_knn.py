"""User neighbours against their definition."""

import numpy as np
import pytest

from omakase.arrays.ties import LARGEST
from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.user_knn import UserKnn, UserKnnConfig
from omakase.types import PAD, Queries


@pytest.fixture
def ratings() -> Dataset:
    rng = np.random.default_rng(3)
    pairs = [(u, i) for u in range(30) for i in range(12) if rng.random() < 0.4]
    return Dataset.from_events(
        [(f"u{u:02}", f"i{i:02}", float(rng.integers(1, 6))) for u, i in pairs]
    )


def likeness_by_hand(data: Dataset, config: UserKnnConfig) -> np.ndarray:
    """(U, U) of all pairs, from the formula of each similarity."""
    x = data.matrix.toarray().astype(np.float64)
    seen = x != 0
    if config.similarity == "jaccard":
        both = seen.astype(float) @ seen.T
        count = seen.sum(axis=1)
        return both / (count[:, None] + count - both + config.shrinkage)
    axis = {"cosine": None, "pearson": 1, "adjusted_cosine": 0}[config.similarity]
    if axis is not None:
        x -= np.where(seen, x.sum(axis, keepdims=True) / seen.sum(axis, keepdims=True), 0)
    squares = (x**2).sum(axis=1)
    sizes = squares[:, None] ** config.alpha * squares ** (1 - config.alpha)
    with np.errstate(invalid="ignore"):  # a person without levels has no size
        return np.nan_to_num((x @ x.T) / (sizes + config.shrinkage))


@pytest.mark.parametrize("similarity", ["cosine", "adjusted_cosine", "pearson", "jaccard"])
@pytest.mark.parametrize("shrinkage", [0.0, 5.0])
@pytest.mark.parametrize("alpha", [0.5, 0.8])
def test_the_nearest_people_vote(ratings, rng, similarity, shrinkage, alpha):
    config = UserKnnConfig(
        similarity=similarity, shrinkage=shrinkage, alpha=alpha, neighbours=6, threshold=0.01
    )
    near = likeness_by_hand(ratings, config)
    np.fill_diagonal(near, 0)
    near[near < 0.01] = 0
    for row in near:
        row[np.argsort(-row, kind="stable")[6:]] = 0
    expected = near @ ratings.matrix.toarray()
    scores = UserKnn.fit(ratings, config, rng=rng).score(everyone(ratings))
    if similarity == "jaccard":  # equal shares are common: any of them may be the sixth
        assert np.median(abs(scores - expected)) < 1e-5
    else:
        np.testing.assert_allclose(scores, expected, rtol=1e-3, atol=1e-5)


def test_a_stranger_with_the_same_past_is_answered_as_a_twin(ratings, rng):
    """Only that a member is not their own neighbour tells the two apart."""
    model = UserKnn.fit(ratings, UserKnnConfig(neighbours=1), rng=rng)
    member = ratings.queries(np.asarray([4], dtype=np.int32))
    stranger = Queries.of(member.history, weights=member.weights)
    assert model.near(stranger).indices.tolist() == [4]
    assert model.near(member).indices.tolist() != [4]


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = UserKnn.fit(data, UserKnnConfig(), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_a_dislike_in_the_past_turns_people_away(rng):
    """Liking 0 and disliking 1 is the taste of the even, and no odd person is near."""
    model = UserKnn.fit(two_tribes(), UserKnnConfig(), rng=rng)
    history = np.asarray([[0, 1]], dtype=np.int32)
    torn = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    assert (model.near(torn).indices % 2 == 0).all()
    scores = model.score(torn)[0]
    assert (scores[::2] > LARGEST).all()
    assert (scores[1::2] <= LARGEST).all()


def test_the_dislikes_of_neighbours_subtract(rng):
    data = Dataset.from_events([("a", "x", 1.0), ("a", "y", -1.0), ("b", "x", 1.0)])
    model = UserKnn.fit(data, UserKnnConfig(), rng=rng)
    scores = model.score(Queries.of(np.asarray([[0]], dtype=np.int32)))[0]
    assert scores[0] > 0
    assert scores[1] < 0


def test_an_empty_past_has_no_neighbour_and_gets_what_is_popular(ratings, rng):
    model = UserKnn.fit(ratings, UserKnnConfig(weighting="bm25"), rng=rng)
    nobody = Queries.of(np.full((2, 1), PAD, dtype=np.int32))
    assert model.near(nobody).nnz == 0
    counts = np.bincount(ratings.events.items, minlength=12)
    assert (counts[model.score(nobody).argmax(axis=1)] == counts.max()).all()


def test_weights_the_query_as_it_weighed_the_people(ratings, rng):
    """A member's likeness to another is the same from the stored row and from the history."""
    config = UserKnnConfig(
        weighting="bm25", similarity="adjusted_cosine", neighbours=29, threshold=0.0
    )
    model = UserKnn.fit(ratings, config, rng=rng)
    near = model.near(everyone(ratings)).toarray()
    np.testing.assert_allclose(near, near.T, rtol=1e-4, atol=1e-6)
