"""A newcomer's way, over real processes and real HTTP: file, import, train, serve, ask, revoke."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-c", "from omakase_cli.main import main; main()"]
PATIENCE_SECONDS = 60.0
USERS, ITEMS = 40, 60


@dataclass
class House:
    """A data folder of its own, and the command line on it."""

    folder: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        own = {"OMAKASE_DATA_FOLDER": str(self.folder / "var"), "PYTHONPATH": str(ROOT / "src")}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OMAKASE_", "DJANGO_"))}
        return kept | own

    def omakase(self, *words: object) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            [*COMMAND, *map(str, words)],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, key: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return House(tmp_path_factory.mktemp("house"), probe.getsockname()[1])


@pytest.fixture(scope="module")
def trained(house: House) -> dict[str, object]:
    """Two tribes, odd and even, each person without every third item of the tribe."""
    lines = ["user_id,item_id,rating,timestamp"]
    for u in range(1, USERS + 1):
        for i in range(1, ITEMS + 1):
            if (u + i) % 2 == 0 and (u + i // 2) % 3:
                lines.append(f"{u},{i},5,{1_700_000_000 + 60 * ((u * 7 + i * 5) % 997)}")
    (house.folder / "ratings.csv").write_text("\n".join(lines) + "\n")
    stored = json.loads(house.omakase("data", "import", "ratings.csv", "--json"))
    assert stored["stored"] == len(lines) - 1
    assert json.loads(house.omakase("data", "import", "ratings.csv", "--json"))["stored"] == 0
    return json.loads(house.omakase("train", "--models", "ials,ease", "--json"))


@pytest.fixture(scope="module")
def key(house: House, trained: dict[str, object]) -> str:
    return str(json.loads(house.omakase("key", "create", "journey", "--json"))["key"])


@pytest.fixture(scope="module")
def served(house: House, key: str) -> Iterator[House]:
    """The house, answering over HTTP until the last test is done; it must stop when asked."""
    words = [*COMMAND, "serve", "--port", str(house.port)]
    with subprocess.Popen(words, env=house.environment, cwd=house.folder) as server:
        try:
            wait_until(lambda: ready(house))
            yield house
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(PATIENCE_SECONDS) is not None


def ready(house: House) -> bool:
    try:
        return house.ask().get("/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(done) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < end, "patience is over"
        time.sleep(0.1)


def recommended(served: House, key: str, **asked: object) -> dict[str, object]:
    answer = served.ask(key).post("/api/recommendations", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_person_gets_what_their_tribe_likes(served, key, trained):
    answer = recommended(served, key, user_id="1", n=5)
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
    newer = json.loads(served.omakase("train", "--models", "ease", "--no-evaluate", "--json"))
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
        wait_until(lambda: newest_run(staff)["step"] == "training bpr")
        assert newest_run(staff)["state"] == "running"
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
