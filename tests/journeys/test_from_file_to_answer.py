"""A newcomer's way, over real processes and real HTTP: file, import, train, serve, ask, revoke."""

import json
import re
import shlex
import subprocess

import httpx
import pytest
from tests.journeys.conftest import COMMAND, ROOT, House, wait_until


def recommended(served: House, key: str, **asked: object) -> dict[str, object]:
    answer = served.ask(key).post("/api/recommendations", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_person_gets_what_their_tribe_likes(served, key, trained):
    answer = recommended(served, key, user_id="39", n=5)
    assert [int(item["item_id"]) % 2 for item in answer["items"]] == [1] * 5
    assert answer["model_version"] == trained["version"]
    assert answer["algorithm"] == trained["best"]


def test_a_new_event_changes_the_next_answer(served, key):
    first = recommended(served, key, user_id="3", n=5)["items"][0]["item_id"]
    event = {"user_id": "3", "item_id": first, "type": "purchase"}
    stored = served.ask(key).post("/api/events", json=event)
    assert (stored.status_code, stored.json()["stored"]) == (200, 1)
    shown = [item["item_id"] for item in recommended(served, key, user_id="3", n=50)["items"]]
    assert first not in shown


def test_somebody_new_is_known_by_the_first_event(served, key):
    assert recommended(served, key, user_id="new")["algorithm"] == "popular"
    served.ask(key).post("/api/events", json={"user_id": "new", "item_id": "2", "type": "like"})
    answer = recommended(served, key, user_id="new", n=5)
    assert [int(item["item_id"]) % 2 for item in answer["items"]] == [0] * 5


def test_what_goes_with_an_item(served, key):
    answer = served.ask(key).get("/api/items/50/similar?n=5").json()
    assert [int(item["item_id"]) % 2 for item in answer["items"]] == [0] * 5


def test_search_and_chat_are_answered_by_the_server_s_workers(served, key):
    client = served.ask(key)
    assert client.get("/api/search?q=50").status_code == 200
    said = client.post("/api/chat", json={"user_id": "1", "message": "recommend me something"})
    assert (said.status_code, len(said.json()["recommendations"]["items"])) == (200, 5)


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_requests_of_the_readme_work_as_printed(served, key, page):
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = re.findall(r"^curl .*$", text, flags=re.MULTILINE)
    assert len(lines) >= 3
    for line in lines:
        answer = sent(served, line.replace("$KEY", key).replace(":8000", f":{served.port}"))
        assert answer.status_code == 200, (line, answer.text)
        assert answer.json()


def sent(served: House, line: str) -> httpx.Response:
    """What curl would send, without curl."""
    words = shlex.split(line)
    url = next(word for word in words if word.startswith("http"))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    if "-d" not in words:
        return httpx.get(url, headers=headers)
    return httpx.post(url, headers=headers, content=words[words.index("-d") + 1])


def test_a_new_version_answers_without_a_restart(served, key, trained):
    words = ("train", "--models", "ease", "--no-evaluate", "--force", "--json")
    newer = json.loads(served.omakase(*words))
    assert newer["version"] != trained["version"]
    wait_until(lambda: recommended(served, key, user_id="1")["model_version"] == newer["version"])


@pytest.fixture(scope="module")
def staff(served: House) -> httpx.Client:
    words = ("key", "create", "boss", "--scopes", "admin", "--json")
    return served.ask(json.loads(served.omakase(*words))["key"])


def newest_run(staff: httpx.Client) -> dict[str, object]:
    return staff.get("/api/models/status").json()[0]


def test_training_asked_for_over_http_is_done_beside_the_server(staff):
    asked = {"models": ["popular"], "evaluate": False}
    run = staff.post("/api/models/retrain", json=asked).json()
    assert run["state"] == "queued"
    wait_until(lambda: newest_run(staff)["state"] not in ("queued", "running"))
    assert (newest_run(staff)["id"], newest_run(staff)["state"]) == (run["id"], "succeeded")


def test_a_training_that_is_killed_does_not_run_for_ever(served, staff):
    words = [*COMMAND, "train", "--models", "bpr", "--set", "bpr.epochs=1000000", "--no-evaluate"]
    with subprocess.Popen(words, env=served.environment, cwd=served.folder) as training:
        try:
            wait_until(lambda: newest_run(staff)["step"] == "training bpr")
            assert newest_run(staff)["state"] == "running"
        finally:
            training.kill()
    run = newest_run(staff)
    assert (run["state"], run["error"]) == ("failed", "its process ended")


def test_without_a_key_nothing_is_told(served):
    answer = served.ask().post("/api/recommendations", json={"user_id": "1"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthorized"


def test_a_revoked_key_opens_nothing_more(served):
    made = json.loads(served.omakase("key", "create", "short-lived", "--json"))
    assert recommended(served, made["key"], user_id="1")["items"]
    served.omakase("key", "revoke", made["prefix"])
    asked = {"json": {"user_id": "1"}}
    client = served.ask(made["key"])
    wait_until(lambda: client.post("/api/recommendations", **asked).status_code == 401)
