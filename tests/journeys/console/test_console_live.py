"""Figures of now over the WebSocket: who hears them, what changes, and that nobody polls."""

import json
import re
import time

import pytest
from playwright.sync_api import expect
from tests.patience import PATIENCE_SECONDS
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

pytestmark = pytest.mark.browser
OVER = 4401


def line_to(house, cookies=(), origin=None):
    """A WebSocket to the console with a browser's cookies."""
    words = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    return connect(
        f"ws://127.0.0.1:{house.port}/ws/console/",
        additional_headers={"Cookie": words} if words else {},
        origin=origin or f"http://127.0.0.1:{house.port}",
    )


def note_stamp_in(stamps):
    """What keeps the stamp of each frame that comes over a line."""

    def note(frame):
        stamps.append(json.loads(frame)["stamp"])

    return note


def test_live_figures_of_staff_are_told_at_once(furnished, inside):
    with line_to(furnished, inside) as line:
        figures = json.loads(line.recv(PATIENCE_SECONDS))
    assert figures["type"] == "live"
    assert {"answers", "milliseconds", "events", "clicks", "purchases", "stamp"} <= figures.keys()


@pytest.mark.parametrize("who", ["nobody", "foreign page"])
def test_live_figures_are_told_to_staff_alone(furnished, inside, who):
    cookies = inside if who == "foreign page" else ()
    origin = "https://elsewhere.example" if who == "foreign page" else None
    with line_to(furnished, cookies, origin) as line, pytest.raises(ConnectionClosed) as end:
        line.recv(PATIENCE_SECONDS)
    assert end.value.rcvd.code == OVER


def test_overview_follows_what_happens_without_asking(console, furnished, key):
    stamps = []
    console.page.on("websocket", lambda line: line.on("framereceived", note_stamp_in(stamps)))
    page = console.open("")
    expect(page.locator("[data-line]")).to_be_visible()
    figure = page.locator("[data-figure=clicks]")
    expect(figure).to_have_text(re.compile(r"\d"))  # a dash until the first figures
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    before = int(figure.inner_text().replace(",", ""))
    moment = int(time.time())
    clicks = [
        {"user_id": "3", "item_id": str(item), "type": "click", "time": moment} for item in range(3)
    ]
    for click in clicks:
        furnished.ask(key).post("/api/events", json=click).raise_for_status()
    expect(figure).not_to_have_text(f"{before:,}")
    renewals = [url for url in asked if "/console/" in url and "/ws/" not in url]
    # A job or an alert of that moment is news, and news alone is asked for.
    assert len(renewals) <= len(set(stamps)) - 1


def test_jobs_are_renewed_as_soon_as_one_is_asked_for(console, furnished, key):
    page = console.open("")
    expect(page.locator("[data-line]")).to_be_visible()
    made = furnished.ask(key).post("/api/jobs", json={"kind": "prune_jobs"})
    made.raise_for_status()
    with page.expect_request(lambda request: request.url.endswith("/console/")):
        furnished.ask(key).post("/api/jobs", json={"kind": "prune_jobs"}).raise_for_status()
