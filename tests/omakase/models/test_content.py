"""Content against its own definitions, on a small shop whose right answers are known."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.models import model_checks
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.models import content
from omakase.models.content import Content, ContentConfig
from omakase.types import PAD, Queries

KINDS = ("tea", "coffee", "wine")


def shop(n_users=30, per_kind=8):
    """Each person buys one kind of drink; the last item of each kind has never been bought."""
    ids = [f"{kind}{n}" for kind in KINDS for n in range(per_kind)]
    items = pl.DataFrame(
        {
            "item_id": ids,
            "title": [f"a {kind} of the house" for kind in KINDS for _ in range(per_kind)],
            "category": [kind for kind in KINDS for _ in range(per_kind)],
            "price": [float(n) for _ in KINDS for n in range(per_kind)],
        }
    )
    rng = np.random.default_rng(5)
    rows = [
        (f"u{u}", f"{KINDS[u % 3]}{n}", "purchase", 1.0, time)
        for u in range(n_users)
        for time, n in enumerate(rng.choice(per_kind - 1, 4, replace=False))
    ]
    columns = ["user_id", "item_id", "kind", "value", "time"]
    return Dataset.from_table(pl.DataFrame(rows, schema=columns, orient="row"), items=items)


@pytest.fixture(scope="module")
def data():
    return shop()


@pytest.fixture(scope="module")
def model(data):
    return Content.fit(data, ContentConfig(), rng=np.random.default_rng(0))


def asked(data, *ids):
    return Queries.of(data.ids.items.rows(ids)[None])


def test_an_item_without_events_is_recommended_to_its_people(data, model):
    """Among the three that nobody has bought, each person's kind comes first."""
    queries = data.queries(np.arange(data.n_users, dtype=np.int32))
    new = data.ids.items.rows([f"{kind}7" for kind in KINDS])
    best = model.score(queries)[:, new].argmax(axis=1)
    wanted = [int(user[1:]) % 3 for user in data.ids.users.ids]
    assert best.tolist() == wanted


def test_a_person_with_three_events_gets_their_kind(data, model):
    queries = asked(data, "wine0", "wine1", "wine2")
    best = top_k(mask_rows(model.score(queries), queries.exclude), 4).items[0]
    assert all(data.ids.items.ids[row].startswith("wine") for row in best)


def test_a_disliked_kind_falls(data, model):
    liked = asked(data, "tea0", "wine0")
    disliked = Queries.of(liked.history, weights=np.asarray([[1.0, -1.0]], dtype=np.float32))
    wine = data.ids.items.row("wine3")
    assert model.score(disliked)[0, wine] < model.score(liked)[0, wine]


def test_the_metric_solves_its_two_ridge_regressions(rng):
    """A = argmin |Y A V' - (X'W-weighted co-use without itself)| by plain loops."""
    used = content.binary(shop().positive)
    vectors = rng.normal(size=(used.shape[1], 4)).astype(np.float32)
    config = ContentConfig(l2_users=0.3, l2_items=0.7)
    x, v = used.toarray().astype(np.float64), vectors.astype(np.float64)
    together, alone = np.zeros((4, 4)), np.zeros((4, 4))
    for person in x:
        total, weight = person @ v, max(person.sum(), 1) ** -0.5
        together += weight * np.outer(total, total)
        for item in np.flatnonzero(person):
            alone += weight * np.outer(v[item], v[item])
    warm = v[x.sum(axis=0) > 0]
    items = warm.T @ warm
    left = together + 0.3 * np.trace(together) / 4 * np.eye(4)
    right = items + 0.7 * np.trace(items) / 4 * np.eye(4)
    expected = np.linalg.inv(left) @ (together - alone) @ np.linalg.inv(right)
    np.testing.assert_allclose(content.fit_metric(used, vectors, config), expected, rtol=1e-4)


def test_contributions_add_up_to_the_score_without_popularity(data, model):
    queries = asked(data, "tea0", "wine1", "tea2")
    items = np.asarray([[3, 9, PAD]], dtype=np.int32)
    parts = model.contributions(queries, items)
    assert parts.shape == (1, 3, 3) and (parts[0, 2] == 0).all()
    taste = model.score(queries)[0, items[0, :2]]
    taste = taste - model.config.popularity * model.vectors[items[0, :2], -1]
    np.testing.assert_allclose(parts[0, :2].sum(axis=1), taste, atol=1e-5)


def test_reasons_are_the_features_that_match(data, model):
    queries = asked(data, "tea0", "tea1")
    rows = data.ids.items.rows(["tea7", "wine0"])
    (tea, wine) = model.matched(queries, np.asarray([[*rows]]), n=5)[0]
    assert {"category tea", "“tea”"} <= set(tea)
    assert not {"category wine", "“wine”"} & set(wine)
    assert model.matched(queries, np.asarray([[PAD]], dtype=np.int32)) == [[[]]]


def test_recent_events_count_more(data):
    fast = Content.fit(data, ContentConfig(half_life_events=1), rng=np.random.default_rng(0))
    first, last = asked(data, "wine0", "tea0"), asked(data, "tea0", "wine0")
    wine = data.ids.items.row("wine5")
    assert fast.score(last)[0, wine] > fast.score(first)[0, wine]


def test_only_the_last_events_count(data):
    short = Content.fit(data, ContentConfig(last_events=1), rng=np.random.default_rng(0))
    np.testing.assert_allclose(
        short.score(asked(data, "wine0", "tea0")), short.score(asked(data, "tea0")), rtol=1e-5
    )


def test_strangers_get_what_is_popular(data, model):
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    counts = np.bincount(data.events.items, minlength=data.n_items)
    known = counts > 0
    scores = model.score(nobody)[0]
    assert scores[counts.argmax()] == scores[known].max()
    assert np.isfinite(scores).all()


def test_without_learning_it_is_the_cosine_of_the_features(data):
    plain = Content.fit(
        data, ContentConfig(learns=False, popularity=0, factors=999), rng=np.random.default_rng(0)
    )
    dense = plain.features.toarray()
    row = data.ids.items.row("tea0")
    np.testing.assert_allclose(plain.score(asked(data, "tea0"))[0], dense @ dense[row], atol=1e-5)


def test_weights_and_attention_change_what_counts(data):
    by_price = ContentConfig(
        learns=False, popularity=0, fusion="weighted", weights={"text": 0, "category": 0}
    )
    cheap = Content.fit(data, by_price, rng=np.random.default_rng(0))
    scores = cheap.score(asked(data, "tea1"))[0]
    rows = data.ids.items.rows(["wine1", "tea6"])
    assert scores[rows[0]] > scores[rows[1]]
    shares = content.attention_shares([0.9, 0.1])
    assert shares[0] > shares[1] and sum(shares) == pytest.approx(2)
    assert Content.fit(data, ContentConfig(fusion="attention"), rng=np.random.default_rng(0))


def test_few_factors_are_the_best_of_their_rank(data, rng):
    features = Content.fit(data, ContentConfig(), rng=rng).features
    small = content.reduce_features(features, 3, rng)
    sizes = np.linalg.svd(features.toarray(), compute_uv=False)
    lost = np.linalg.norm(small @ small.T - (features @ features.T).toarray())
    np.testing.assert_allclose(lost, np.sqrt((sizes[3:] ** 4).sum()), rtol=1e-3)


def test_sentences_are_one_more_kind(data, monkeypatch):
    calls = SimpleNamespace(paths=[])

    def vectors(texts, path):
        calls.paths.append(str(path))
        return np.eye(len(texts), 5, dtype=np.float32)

    monkeypatch.setattr(content, "sentence_vectors", vectors)
    found = Content.fit(data, ContentConfig(sentences="somewhere"), rng=np.random.default_rng(0))
    assert calls.paths == ["somewhere"]
    assert "sentence 4" in found.names


def test_passes_conformance_with_items_that_are_described(monkeypatch):
    bare = two_tribes()
    kinds = [("even", "odd")[n % 2] for n in range(bare.n_items)]
    told = bare.items.with_columns(pl.Series("category", kinds))
    world = Dataset(bare.ids, bare.kinds, bare.events, told, bare.users)
    monkeypatch.setattr("omakase.conformance.models.two_tribes", lambda: world)
    checks = list(model_checks())
    for check in checks:
        check(Content, ContentConfig(factors=4))
    assert len(checks) >= 9
