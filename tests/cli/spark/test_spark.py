"""`omakase spark`, as somebody types it."""

import json

import polars as pl
import pytest
from tests.omakase_spark.conftest import shop

from omakase.serve.recommender import Recommender

PLACE = ("--master", "local[1]", "--memory", "512m", "--partitions", "1")


@pytest.fixture(scope="module", autouse=True)
def installed():
    for package in ("pyspark", "pyarrow", "pandas"):
        pytest.importorskip(package, reason="needs the extra spark: make spark")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    place = tmp_path_factory.mktemp("files")
    shop()[0].write_parquet(place / "events.parquet")
    return place


def test_spark_train_and_recommend_from_files_write_a_version_and_lists(omakase, files, tmp_path):
    versions, lists = tmp_path / "versions", tmp_path / "lists"
    made = omakase(
        "spark", "train", "--data", files, "--versions", versions, "--set",
        "item_knn.neighbours=7", "--json", *PLACE,
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    name = json.loads(made.stdout)["version"]
    assert Recommender.open(versions, "item_knn", version=name).recommend(["i001"], n=3)
    answered = omakase(
        "spark", "recommend", "--data", files, "--version", versions / name, "--model", "item_knn",
        "--n", 4, "--out", lists, *PLACE,
    )  # fmt: skip
    assert answered.exit_code == 0, answered.output
    found = pl.read_parquet(lists / "*.parquet")
    assert found["rank"].max() == 4
    assert found["user_id"].n_unique() == shop()[0]["user_id"].n_unique()


def test_spark_features_writes_two_tables(omakase, files, tmp_path):
    out = tmp_path / "features"
    done = omakase("spark", "features", "--data", files, "--out", out, *PLACE)
    assert done.exit_code == 0, done.output
    assert "popularity" in pl.read_parquet(out / "items.parquet").columns
    assert "recency_days" in pl.read_parquet(out / "users.parquet" / "*.parquet").columns


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "--master", "foo"), "write local[2] for two threads"),
        (("train", "--memory", "2"), "as 512m or 4g"),
        (("train", "--data", "nowhere"), "--data and --versions go together"),
        (("recommend", "--out", ".", "--data", "nowhere"), "is there already"),
        (("train", "--data", "a", "--versions", "b", "--models", "ease"), "it trains ials"),
        (("train", "--data", "a", "--versions", "b", "--models", "item_kn"), "did you mean"),
    ],
)
def test_spark_commands_that_cannot_be_meant_say_so(omakase, words, said):
    done = omakase("spark", *words)
    assert done.exit_code != 0
    assert said in " ".join(done.output.split())
