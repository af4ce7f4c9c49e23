"""A version whose vectors lie in a Qdrant server: it goes, answers go on, and it comes back."""

import shutil

import pytest
from tests.omakase.index.qdrant_server import QdrantServer
from tests.omakase_service.indexed import indexed_version

from omakase_service.serving import live_version
from omakase_service.training.services import train, versions_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def qdrant():
    server = QdrantServer()
    yield server
    server.stop()


@pytest.fixture
def served(tribes, qdrant) -> QdrantServer:
    done = train(models={"ials": {"factors": 4, "iterations": 3}}, evaluate=False)
    indexed_version(versions_folder(), done.name, "ials", qdrant.url)
    yield qdrant
    shutil.rmtree(versions_folder())


def asked(post, **more) -> dict:
    return post("/api/recommendations", {"user_id": "u00", "n": 5, **more}).json()


def test_lists_are_looked_up_in_it(served, post):
    body = asked(post)
    assert (body["algorithm"], body["notice"]) == ("ials", "")
    assert served.searches > 0
    assert body["items"][0]["item_id"] == "i00"  # all that is even but what u00 has


def test_answers_without_the_vector_store_say_so(served, post, client):
    whole = asked(post)
    served.stop()
    short = asked(post, refresh=True)
    assert (short["notice"], short["algorithm"]) == ("degraded", "ials")
    assert len(short["items"]) == len(whole["items"])  # what is popular fills the list
    body = client.get("/health/ready").json()
    assert (body["status"], body["parts"]["vectors"]) == ("degraded", "vectors away")
    again = asked(post)
    assert (again["cache_hit"], again["notice"]) == (False, "degraded")
    served.start()
    live_version.refresh()
    assert client.get("/health/ready").json()["status"] == "ok"
    mended = asked(post)
    assert (mended["notice"], mended["cache_hit"]) == ("", False)
    assert [i["item_id"] for i in mended["items"]] == [i["item_id"] for i in whole["items"]]
    assert asked(post)["cache_hit"]


def test_a_process_that_starts_meanwhile_answers_too(served, post):
    served.stop()
    live_version.forget()
    body = asked(post)
    assert body["notice"] == "degraded"
    assert body["items"]


def test_models_that_look_nothing_up_lack_nothing(served, post):
    served.stop()
    assert asked(post, refresh=True)["notice"] == "degraded"
    assert asked(post, model="popular")["notice"] == ""
