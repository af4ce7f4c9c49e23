"""An index from the terminal: built, looked at, verified."""

import json

import pytest

from omakase.errors import ConfigError
from omakase.registry import version_store
from omakase_cli.index import build
from omakase_service.training.selectors import live_version
from omakase_service.training.services import versions_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def vectors(tribes, omakase):
    """A live version of a model with vectors."""
    asked = ("--models", "ials", "--set", "ials.factors=4", "--no-evaluate")
    assert omakase("train", *asked).exit_code == 0
    return live_version()


def test_a_new_version_asks_the_index(vectors, omakase):
    before = json.loads(omakase("recommend", "--user", "u00", "--json").stdout)
    result = omakase("index", "build", "ials", "--kind", "faiss_hnsw", "--k", "5")
    assert result.exit_code == 0, result.stderr
    assert "12 of 12 vectors; recall@5" in result.stderr and "is live" in result.stderr
    live = live_version()
    assert live != vectors
    opened = version_store(versions_folder()).open(live)
    assert opened.pipelines["ials"]["sources"][0]["kind"] == "indexed"
    after = json.loads(omakase("recommend", "--user", "u00", "--json").stdout)
    first, second = ([i["item_id"] for i in each["items"]] for each in (before, after))
    assert second[0] == first[0] == "i00" and set(second) == set(first)  # the others tie


def test_status_and_verify_tell_of_it(vectors, omakase):
    nothing = omakase("index", "status")
    assert "has no index" in nothing.stderr
    built = omakase("index", "build", "ials", "--kind", "faiss_flat", "--k", "5", "--json")
    told = json.loads(built.stdout)
    assert told["vectors"] == 12 and told["recall"] > 0.8 and told["live"] is True
    listed = json.loads(omakase("index", "status", "--json").stdout)
    (row,) = listed["indexes"]
    assert (row["index"], row["kind"], row["recall"]) == ("ials", "faiss_flat", told["recall"])
    assert "faiss_flat" in omakase("index", "status").stdout
    verified = omakase("index", "verify", "--k", "5", "--recall", "0.8")
    assert verified.exit_code == 0 and "Index ials is good: 12 of 12" in verified.stderr
    figures = json.loads(
        omakase("index", "verify", "ials", "--k", "5", "--recall", "0.8", "--json").stdout
    )
    assert figures["ials"]["good"] is True


def test_a_candidate_leaves_the_live_version_alone(vectors, omakase):
    asked = ("--kind", "exact", "--no-promote", "--json")
    told = json.loads(omakase("index", "build", "ials", *asked).stdout)
    assert told["live"] is False and live_version() == vectors
    named = omakase("index", "status", "--version", told["version"])
    assert "exact" in named.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ails",), "ials"),
        (("popular",), "no vectors"),
        (("ials", "--kind", "faiss"), "faiss_"),
        (("ials", "--set", "lists"), "KNOB=VALUE"),
        (("ials", "--set", "links=1", "--kind", "faiss_hnsw"), "faiss_hnsw.links"),
        (("ials", "--version", "nobody"), "no version 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(vectors, omakase, words, said):
    result = omakase("index", "build", *words)
    assert result.exit_code == 1 and said in result.stderr and "Traceback" not in result.stderr


def test_knobs_are_written_as_in_json():
    found = build.pairs(["lists=10", "path=/a=b", "graph=true"])
    assert found == {"lists": 10, "path": "/a=b", "graph": True}
    with pytest.raises(ConfigError, match="lists=1000"):
        build.pairs(["=3"])
