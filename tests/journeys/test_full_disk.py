"""A server on a real small disk that runs full, and has room again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.journeys.conftest import (
    COMMAND,
    House,
    free_port,
    ready,
    wait_until,
)
from tests.patience import PATIENCE_SECONDS

SIZE = 96 * 2**20
MOST = 5_000
pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a disk"
)


@contextmanager
def disk(kind: str, folder: Path) -> Iterator[Path]:
    """A file system of its own; skipped where this machine mounts none."""
    place, image = folder / "disk", folder / "image"
    place.mkdir()
    if kind == "tmpfs":
        words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    else:
        with image.open("wb") as file:
            file.truncate(SIZE)
        words = ["mount", "-o", "loop", str(image), str(place)]
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=False)
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip(f"no {kind} can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def fill(place: Path) -> Iterator[None]:
    """To the last byte, until the block ends."""
    path = place / "filler"
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        for size in (2**16, 2**9, 1):
            with suppress(OSError):
                while os.write(file, bytes(size)):
                    pass
        yield
    finally:
        os.close(file)
        path.unlink()


def event(name: str) -> dict[str, str]:
    return {"event_id": name, "user_id": "3", "item_id": "2", "type": "view"}


def answers(client: httpx.Client) -> dict[str, int]:
    """What becomes of each kind of request."""
    listed = {"user_id": "3", "n": 3}
    return {
        "list": client.post("/api/recommendations", json=listed).status_code,
        "similar": client.get("/api/items/2/similar").status_code,
        "search": client.get("/api/search?q=50").status_code,
        "page": client.get("/").status_code,
        "live": client.get("/health/live").status_code,
        "ready": client.get("/health/ready").status_code,
        "metrics": client.get("/metrics").status_code,
    }


ALL_WELL = dict.fromkeys(("list", "similar", "search", "page", "live", "ready", "metrics"), 200)


@pytest.mark.parametrize("kind", ["tmpfs", "ext4"])
def test_server_on_a_full_disk_answers_lists_and_refuses_events(
    kind: str, house: House, trained: dict[str, Any], key: str, tmp_path: Path
) -> None:
    with disk(kind, tmp_path) as place:
        shutil.copytree(
            house.folder / "var", place / "var", ignore=shutil.ignore_patterns("metrics")
        )
        small = House(place, free_port())
        words = [*COMMAND, "serve", "--site", "--port", str(small.port)]
        with (
            subprocess.Popen(words, env=small.environment, cwd=place) as server,
            small.ask(key) as client,
        ):
            try:
                wait_until(lambda: ready(small))
                kept = [f"{kind}-{n}" for n in range(50)]
                for name in kept:
                    assert client.post("/api/events", json=event(name)).status_code == 200
                with fill(place):
                    kept += refuses_events(client, kind)
                wait_until(lambda: client.get("/health/ready").json()["status"] == "ok")
                assert answers(client) == ALL_WELL
                assert client.post("/api/events", json=event(f"{kind}-later")).json()["stored"]
                stored = client.get("/api/users/3/export").json()["events"]
                assert {*kept, f"{kind}-later"} <= {each["event_id"] for each in stored}
                with fill(place):
                    until_refused(client, f"{kind}-last")
                    server.send_signal(signal.SIGTERM)
                    assert server.wait(PATIENCE_SECONDS) == 0
            finally:
                server.kill()


def until_refused(client: httpx.Client, name: str) -> list[str]:
    """Events until one is refused; the ids of those before, which found room in files that were."""
    kept: list[str] = []
    while len(kept) < MOST:
        answer = client.post("/api/events", json=event(f"{name}-{len(kept)}"))
        if answer.status_code != 200:
            assert answer.status_code == 503, answer.text
            assert "disk full" in answer.json()["title"]
            return kept
        kept.append(f"{name}-{len(kept)}")
    raise AssertionError(f"{MOST} events found room on a full disk")


def refuses_events(client: httpx.Client, kind: str) -> list[str]:
    """In words that name the disk, while everything else goes on; the ids of those it took."""
    kept = until_refused(client, f"{kind}-full")
    for n in range(100):
        kept += until_refused(client, f"{kind}-full-{n}")
        assert client.post("/api/recommendations", json={"user_id": f"u{n}"}).status_code == 200
    assert answers(client) == ALL_WELL
    said = client.post("/api/chat", json={"user_id": "3", "message": "recommend me something"})
    assert (said.status_code, "disk is full" in said.text) in ((200, False), (503, True)), said.text
    health = client.get("/health/ready").json()
    assert health["status"] == "degraded"
    assert health["parts"]["journal"] == "the disk is full; events are refused"
    return kept
