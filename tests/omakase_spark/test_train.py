"""A version made on Spark is read, and answers, as one of the engine."""

import numpy as np
import polars as pl
import pytest
from tests.omakase_spark.conftest import PLAN, WEIGHTING

from omakase.errors import CapabilityError, UnknownName
from omakase.registry import MODELS, build_pipeline, fit_model
from omakase.serve.recommender import Recommender
from omakase_spark.answers import recommend_all
from omakase_spark.arrow import frame_of
from omakase_spark.train import SparkTraining, train_version


@pytest.fixture(scope="module")
def version(spark, events, tmp_path_factory):
    training = SparkTraining({"item_knn": MODELS["item_knn"].config_type()}, WEIGHTING)
    return train_version(spark, events, training, PLAN, tmp_path_factory.mktemp("versions"))


def test_train_version_has_the_models_of_the_engine(version, data):
    assert version.models == ("item_knn", "newest", "popular", "trending")
    assert version.ids.digest() == data.ids.digest()
    assert version.manifest.window.events == len(data.events)
    assert version.damage() == {}
    for name in version.models:
        expected = fit_model(name, data, MODELS[name].config_type())
        for part, array in expected.arrays().items():
            np.testing.assert_allclose(version.model(name).arrays()[part], array, 1e-6, 1e-9)


def test_train_version_answers_by_the_open_functions(version):
    opened = Recommender.open(version.folder.parent, "item_knn")
    ranked = opened.recommend(["i001"], n=5, explain=True)
    assert len(ranked) == 5 and all(item.reason for item in ranked[:1])
    assert "i001" not in {item.item_id for item in ranked}


def test_recommend_all_gives_the_lists_of_the_engine(spark, events, version, data):
    lists = recommend_all(spark, events, version.folder, "item_knn", WEIGHTING, n=7, parts=3)
    pipeline = build_pipeline(version.pipelines["item_knn"], version)
    slate = pipeline.recommend(data.queries(np.arange(data.n_users, dtype=np.int32)), 7)
    rows = [
        (data.ids.users.ids[user], place + 1, data.ids.items.ids[item], score)
        for user, ranked in enumerate(slate.lists())
        for place, (item, score) in enumerate(ranked)
    ]
    names = ["user_id", "rank", "item_id", "score"]
    expected = pl.DataFrame(rows, schema=names, orient="row").sort("user_id", "rank")
    made = frame_of(lists.toArrow()).sort("user_id", "rank")
    assert made.select(names[:3]).rows() == expected.select(names[:3]).rows()
    np.testing.assert_allclose(made["score"], expected["score"], 1e-6)
    assert "nobody-yet" in set(made["user_id"])


def test_recommend_all_by_a_model_that_is_not_there_says_so(spark, events, version):
    with pytest.raises(UnknownName, match="no model of version"):
        recommend_all(spark, events, version.folder, "item_kn", WEIGHTING, parts=1)


def test_train_version_of_a_model_that_spark_does_not_train_says_so(spark, events, tmp_path):
    training = SparkTraining({"ease": MODELS["ease"].config_type()})
    with pytest.raises(CapabilityError, match="ease cannot be trained on Spark; it trains ials"):
        train_version(spark, events, training, PLAN, tmp_path)
