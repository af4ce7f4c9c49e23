"""A version is built, asked, explained, saved and opened again in a few lines, without a server."""

import subprocess
import sys

import polars as pl
import pytest

from omakase.build.version import BuildPlan, build_version
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import UnknownIds
from omakase.serve.recommender import Recommender


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    plan = BuildPlan(models={"ease": {"l2": 1.0}}, evaluate=False)
    return build_version(two_tribes(), plan, tmp_path_factory.mktemp("versions"))


@pytest.fixture(scope="module")
def recommender(built) -> Recommender:
    return Recommender.of(built)


def test_recommend_history_of_a_tribe_gives_its_items_and_none_of_the_history(recommender):
    ranked = recommender.recommend(["i00", "i02"], n=3)
    assert {item.item_id for item in ranked} <= {"i04", "i06", "i08", "i10"}
    assert [item.score for item in ranked] == sorted((i.score for i in ranked), reverse=True)


def test_recommend_excluded_and_unknown_items_stay_out(recommender):
    ranked = recommender.recommend(["i00", "nowhere"], n=10, exclude=["i04"])
    assert not {"i00", "i04", "nowhere"} & {item.item_id for item in ranked}


def test_recommend_without_history_gives_what_is_popular(recommender):
    assert len(recommender.recommend([], n=5)) == 5


@pytest.mark.parametrize(("language", "words"), [("en", "Because"), ("ko", "i00")])
def test_recommend_explained_cites_the_history(recommender, language, words):
    ranked = recommender.recommend(["i00"], n=2, explain=True, language=language)
    assert all(words in item.reason for item in ranked)
    assert recommender.recommend(["i00"], n=1)[0].reason == ""


def test_similar_item_of_the_tribe_comes_first(recommender):
    assert recommender.similar("i01", n=1)[0].item_id in {"i03", "i05", "i07", "i09", "i11"}


def test_similar_unknown_item_is_refused(recommender):
    with pytest.raises(UnknownIds, match="nowhere"):
        recommender.similar("nowhere")


def test_open_newest_version_answers_as_the_built_one(built, recommender):
    folder = built.version.folder.parent
    opened = Recommender.open(folder, built.best)
    assert opened.recommend(["i00"], n=4) == recommender.recommend(["i00"], n=4)


def test_titles_of_items_are_shown_where_there_are_some(tmp_path):
    items = pl.DataFrame({"item_id": ["i00", "i02"], "title": ["Tea", None]})
    data = Dataset.from_table(
        pl.DataFrame(
            {
                "user_id": ["a", "a", "b"],
                "item_id": ["i00", "i02", "i00"],
                "kind": ["view"] * 3,
                "value": [1.0] * 3,
                "time": [1, 2, 3],
            }
        ),
        items=items,
    )
    plan = BuildPlan(models={"popular": {}}, evaluate=False)
    ranked = Recommender.of(build_version(data, plan, tmp_path)).recommend([], n=2)
    assert [item.title for item in ranked] == ["Tea", "i02"]


def test_names_of_the_package_are_imported_when_asked_for():
    """`import omakase` costs nothing, and Django is not needed for any of it."""
    code = (
        "import sys; sys.modules['django'] = None\n"
        "import omakase\n"
        "assert 'numpy' not in sys.modules\n"
        "assert all(getattr(omakase, name) for name in omakase.__all__)\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
