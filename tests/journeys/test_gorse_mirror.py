"""Two servers side by side: one is asked as the owner's Gorse, for it speaks as Gorse does."""

import json
import socket
from pathlib import Path

import httpx
import pytest
from benchmarks.gorse.world import GorseServer, command, moved_in

USERS, ITEMS = 20, 24


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tribes: even people like even items, odd people odd ones; of each, some are left."""
    folder = tmp_path_factory.mktemp("lines")
    rows = [
        {
            "FeedbackType": "star",
            "UserId": f"u{u}",
            "ItemId": f"i{i}",
            "Timestamp": str(1_700_000_000 + 3600 * ((u * 7 + i * 5) % 97)),
        }
        for u in range(USERS)
        for i in range(u % 2, ITEMS, 2)
        if (u + i // 2) % 3
    ]
    (folder / "feedback.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    return folder


@pytest.fixture(scope="module")
def pair(lines: Path):
    """Their server, which has learnt nothing and gives what is popular, and ours before it."""
    with moved_in([lines]) as theirs:
        settings = {"OMAKASE_GORSE__URL": theirs.address, "OMAKASE_GORSE__KEY": theirs.keys.server}
        with moved_in([lines], models="ease", settings=settings) as ours:
            yield theirs, ours
        assert ours.process.returncode == 0
        assert not listens(ours.address)


def listens(address: str) -> bool:
    host, _, port = address.rpartition("//")[2].partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def ask(server: GorseServer, path: str, body: object = None) -> httpx.Response:
    with server.client() as client:
        return client.request(
            "GET" if body is None else "POST",
            path,
            headers={"X-API-Key": server.keys.server},
            **({} if body is None else {"json": body}),
        )


def list_of(server: GorseServer, user: str) -> list[str]:
    return ask(server, f"/api/recommend/{user}?n=3").json()


def test_mirrored_port_writes_to_both_and_shares_the_traffic(pair):
    theirs, ours = pair
    row = {"FeedbackType": "star", "UserId": "new user", "ItemId": "i0", "Timestamp": "2024-05-02"}
    assert ask(ours, "/api/feedback", [row]).json() == {"RowAffected": 1}
    for server in (theirs, ours):
        found = ask(server, "/api/feedback/star/new%20user/i0").json()
        assert found["Timestamp"] == "2024-05-02T00:00:00Z"
    before = [list_of(ours, f"u{n}") for n in range(4)]
    assert before == [list_of(theirs, f"u{n}") for n in range(4)]
    command(["gorse", "share", "100"], ours.folder)
    after = [list_of(ours, f"u{n}") for n in range(4)]
    assert after != before
    for n, ids in enumerate(after):
        assert all(int(item[1:]) % 2 == n % 2 for item in ids)
    report = json.loads(command(["gorse", "mirror", "--json"], ours.folder))
    assert (report["lists"], report["failed"], report["own_shown"]) == (8, 0, 4)
    assert report["own_percent"] == 100


def test_gorse_mirror_asks_both_now(pair):
    theirs, ours = pair
    words = ["gorse", "mirror", "--url", theirs.address, "--key", theirs.keys.server]
    printed = command([*words, "--users", "5", "--n", "3"], ours.folder)
    assert "Lists for the same people" in printed
    said = json.loads(command(["gorse", "mirror", "--json"], ours.folder))
    assert said["lists"] >= 5
    assert 0 <= said["overlap"] <= 1
