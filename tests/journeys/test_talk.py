"""A talk with the guide, from the first wish to the choice: in a real Chromium and a terminal."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.chromium import chromium, new_context
from tests.journeys.conftest import House, free_port, serving
from tests.patience import PATIENCE_SECONDS
from websockets.sync.client import ClientConnection, connect

LOOKS = [("ko-KR", 390), ("en-US", 1280)]
SAID = {
    "ko-KR": ("찌개 먹고 싶어", "12,000원 이하로", "새우 빼고", "다른 거 보여줘"),
    "en-US": ("I feel like stew", "under 12000", "no shrimp", "something else"),
}
WHY = {"ko-KR": "첫 번째는 왜?", "en-US": "why the first one?"}
SCREENSHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A world of restaurants, learnt and served with its site."""
    house = House(tmp_path_factory.mktemp("street"), free_port())
    world = ("restaurants", "--users", 80, "--items", 240, "--events", 3000)
    house.omakase("data", "generate", *world, "--to", "street")
    house.omakase("data", "import", "street")
    house.omakase("train", "--models", "ease", "--no-evaluate")
    with serving(house):
        yield house


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=LOOKS, ids=["korean narrow", "english wide"])
def look(request) -> tuple[str, int]:
    return request.param


@pytest.fixture
def visit(browser: Browser, street: House, look: tuple[str, int]) -> Iterator[Page]:
    """The page of talks; anything its script complains of fails."""
    locale, width = look
    home = f"http://127.0.0.1:{street.port}"
    context = new_context(
        browser, viewport={"width": width, "height": 900}, locale=locale, base_url=home
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto("/")
    page.locator(".to-talk").click()
    yield page
    context.close()
    assert complaints == []


def send(page: Page, message: str) -> None:
    """Type a message, and wait until its answer is whole."""
    number = page.locator(".guide").count()
    page.locator("#say input").fill(message)
    page.locator("#say button").click()
    settled(page, number + 1)


def settled(page: Page, turns: int) -> None:
    expect(page.locator(".guide")).to_have_count(turns)
    expect(page.locator(".guide[aria-busy]")).to_have_count(0)


def last_list(page: Page) -> list[str]:
    picks = page.locator(".guide").last.locator(".pick-one")
    return picks.evaluate_all("all => all.map(each => each.dataset.item)")


def keep_screenshot(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants to look at it."""
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)


@pytest.mark.browser
def test_talk_page_asks_refines_explains_and_is_chosen_from(visit, look):
    locale, width = look
    lists = []
    for message in SAID[locale]:
        send(visit, message)
        lists.append(last_list(visit))
    assert all(lists) and not set(lists[-1]) & set(lists[-2])
    assert visit.locator("#chips li").count() >= 2
    send(visit, WHY[locale])
    assert last_list(visit) == []
    spoken = visit.locator(".guide .spoken").last.inner_text()
    first = visit.locator(f'[data-item="{lists[-1][0]}"] a').last.inner_text()
    assert first in spoken
    keep_screenshot(visit, f"talk-{width}")
    choose = visit.locator(f'[data-item="{lists[-1][0]}"] .choose')
    choose.click()
    expect(choose).to_have_attribute("aria-pressed", "true")
    visit.locator(".rating button").nth(4).click()
    expect(visit.locator(".rating button").nth(4)).to_have_attribute("aria-pressed", "true")
    assert visit.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_talk_page_chip_that_is_taken_away_holds_no_more(visit, look):
    locale, _ = look
    send(visit, SAID[locale][0])
    send(visit, SAID[locale][1])
    chips = visit.locator("#chips button")
    labels = chips.all_inner_texts()
    chips.nth(len(labels) - 1).click()
    settled(visit, 3)
    assert visit.locator("#chips button").all_inner_texts() == labels[:-1]


@pytest.mark.browser
def test_talk_page_is_usable_by_keyboard_and_has_large_targets(visit, look):
    visit.locator("#say input").focus()
    visit.keyboard.type(SAID[look[0]][0])
    visit.keyboard.press("Enter")
    settled(visit, 1)
    sizes = visit.locator(".talk button").evaluate_all(
        "all => all.map(each => Math.min(each.offsetWidth, each.offsetHeight))"
    )
    assert min(sizes) >= 44


@pytest.mark.browser
def test_talk_page_with_a_message_in_its_address_begins_with_it(visit, look):
    visit.goto(f"/talk?message={SAID[look[0]][1]}")
    settled(visit, 1)
    assert len(last_list(visit)) == 5 and visit.url.endswith("/talk")


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_chat_in_the_terminal_refines_and_explains(street, locale):
    said = [word for message in (*SAID[locale], WHY[locale]) for word in ("-m", message)]
    lines = street.omakase("chat", *said, "--json")
    replies = [json.loads(part) for part in split_objects(lines)]
    assert len(replies) == 5 and all(reply["items"] for reply in replies[:4])
    assert "shrimp" not in replies[2]["answer"].lower() and "새우" not in replies[2]["answer"]
    assert (replies[4]["intent"], replies[4]["items"]) == ("why", [])


def test_talk_over_a_websocket_is_answered_in_parts_and_goes_on(street):
    key = json.loads(street.omakase("key", "create", "line", "--scopes", "read", "--json"))["key"]
    address = f"ws://127.0.0.1:{street.port}/ws/recommendations/"
    with connect(
        address, subprotocols=["omakase", f"bearer.{key}"], open_timeout=PATIENCE_SECONDS
    ) as line:
        assert json.loads(line.recv())["type"] == "connection_established"
        first = spoken_parts(line, {"message": "찌개 먹고 싶어"})
        later = {"message": "12,000원 이하로", "conversation_id": first["conversation_id"]}
        second = spoken_parts(line, later)
    assert second["turn"] == 2 and len(second["applied"]) == 2
    assert all(item["price"] <= 12000 for item in second["recommendations"]["items"])


def spoken_parts(line: ClientConnection, message: dict[str, str]) -> dict[str, Any]:
    """The whole answer to a message; its list came before it."""
    line.send(json.dumps({"type": "say", "ref": message["message"], **message}))
    parts = [json.loads(line.recv(PATIENCE_SECONDS))]
    while parts[-1]["type"] != "talk_answer":
        parts.append(json.loads(line.recv(PATIENCE_SECONDS)))
    assert parts[0]["type"] == "talk_list"
    assert {part["ref"] for part in parts} == {message["message"]}
    return dict(parts[-1])


def split_objects(text: str) -> list[str]:
    """JSON objects that stand one after another."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text.rstrip()):
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end + len(text[end:]) - len(text[end:].lstrip())
    return found
