"""One damaged file costs what is made of it: whole models answer, or an older version."""

from pathlib import Path

import pytest

from omakase_service.serving import live_version
from omakase_service.training.services import train, versions_folder

MODELS = {"ease": {"l2": 1.0}, "user_knn": {}}


def flip(version: str, file: str) -> None:
    path = versions_folder() / version / file
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 255
    path.write_bytes(bytes(raw))


def first(folder: Path, pattern: str) -> str:
    return sorted(folder.glob(pattern))[0].relative_to(folder).as_posix()


@pytest.fixture
def version(tribes) -> str:
    return train(models=MODELS, evaluate=False, force=True).name


def restart() -> None:
    live_version.forget()


def model_state(api) -> tuple[int, str]:
    sent = api.get("/health/ready")
    return sent.status_code, sent.json()["parts"]["model"]


@pytest.mark.parametrize(
    ("part", "answering", "named"),
    [
        ("models/user_knn", "ease", "user_knn"),
        ("models/ease", "user_knn", "ease"),
        ("models/popular", "ease", "popular"),
    ],
)
@pytest.mark.parametrize("file", ["*.npy", "manifest.json"])
def test_damaged_model_whole_ones_answer_and_readiness_names_it(
    version, api, part, answering, named, file
):
    flip(version, first(versions_folder() / version, f"{part}/{file}"))
    restart()
    answer = api.get("/api/recommendations", {"user_id": "u01"}).json()
    assert (bool(answer["items"]), answer["notice"]) == (True, "degraded")
    assert answer["algorithm"] == answering
    status, words = model_state(api)
    assert (status, words.startswith("degraded: "), "damaged" in words, part in words) == (
        200,
        True,
        True,
        True,
    )
    asked = api.get("/api/recommendations", {"user_id": "u01", "model": named}).json()
    assert asked["items"]
    assert asked["algorithm"] != named


def test_damaged_popularity_everybodys_lists_are_answered_by_another(version, api):
    flip(version, first(versions_folder() / version, "models/popular/*.npy"))
    restart()
    answer = api.get("/api/popular").json()
    assert (answer["algorithm"], answer["notice"]) == ("trending", "degraded")
    stranger = api.get("/api/recommendations", {"user_id": "nobody knows"}).json()
    assert stranger["items"]


@pytest.mark.parametrize("file", ["items.parquet", "manifest.json", "ids/manifest.json"])
def test_damaged_version_the_newest_older_one_answers(version, api, file):
    newer = train(models=MODELS, evaluate=False, force=True).name
    (versions_folder() / newer / file).write_bytes(b"{")
    restart()
    answer = api.get("/api/recommendations", {"user_id": "u01"}).json()
    assert (answer["model_version"], answer["notice"]) == (version, "degraded")
    status, words = model_state(api)
    assert (status, newer in words, f"version {version} answers" in words) == (200, True, True)


def test_damaged_version_without_another_says_what_is_wrong(version, api):
    (versions_folder() / version / "items.parquet").write_bytes(b"{")
    restart()
    refused = api.get("/api/recommendations", {"user_id": "u01"})
    assert refused.status_code == 503
    assert "damaged" in refused.json()["title"]
    status, words = model_state(api)
    assert (status, "items.parquet" in words) == (503, True)


def test_whole_version_says_nothing(version, api):
    assert api.get("/api/recommendations", {"user_id": "u01"}).json()["notice"] == ""
    assert model_state(api) == (200, "ok")
