"""The client for pages in a real Chromium, over a line that is cut."""

import json
from collections.abc import Iterator

import jwt
import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.chromium import chromium, new_context
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser
MADE = """
async ({ url, token }) => {
  const { Omakase } = await import(`${url}/static/omakase/client.js`);
  window.refused = [];
  window.omakase = new Omakase({
    url, token: () => token, every: 50, onReject: (event) => window.refused.push(event.item_id),
  });
}
"""


LISTEN = """
() => {
  window.heard = [];
  window.end = window.omakase.live((message) => window.heard.push(message.type), { n: 5 });
}
"""


REFUSED = """
async () => {
  const pauses = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (work, pause) => (pauses.push(pause), 0);
  window.omakase.track({ type: "view", item_id: "2" });
  pauses.length = 0;
  const error = await window.omakase.flush().catch((each) => each);
  globalThis.setTimeout = setTimeout;
  return { status: error.status, waiting: window.omakase.waiting, pauses };
}
"""
"""What becomes of an event that is refused, and how long the client means to wait."""

LATE = """
async ({ url, token }) => {
  const { Omakase } = await import(`${url}/static/omakase/client.js`);
  window.heard = [];
  window.tries = 0;
  const late = () => {
    window.tries += 1;
    if (window.tries < 3) throw new Error("not yet");
    return token;
  };
  new Omakase({ url, token: late }).live((message) => window.heard.push(message.type));
}
"""
"""A page whose server gives a token when it is asked for the third time."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, served: House) -> Iterator[Page]:
    context = new_context(browser)
    made = context.new_page()
    made.goto(f"http://127.0.0.1:{served.port}/health/live")
    yield made
    context.close()


def client_of(page: Page, served: House, key: str, user: str) -> None:
    """Make the page's client for a person."""
    token = served.ask(key).post("/api/tokens", json={"user_id": user}).json()["token"]
    page.evaluate(MADE, {"url": f"http://127.0.0.1:{served.port}", "token": token})


def stored(served: House, key: str, user: str) -> list[str]:
    told = served.ask(key).get(f"/api/users/{user}/export").raise_for_status().json()
    return [each["event_id"] for each in told["events"]]


def track(page: Page, number: int) -> list[str]:
    """Track views of items; their ids."""
    return page.evaluate(
        "n => Array.from({ length: n }, (_, i) =>"
        " window.omakase.track({ type: 'view', item_id: String(1 + i % 50) }))",
        number,
    )


def test_events_over_a_line_that_is_cut_three_times_arrive_once(page, served, key):
    client_of(page, served, key, "browser1")
    sent: list[str] = []
    for _ in range(3):
        sent += track(page, 200)
        page.context.set_offline(True)
        sent += track(page, 100)
        page.evaluate("() => window.omakase.flush().catch(() => {})")
        assert page.evaluate("() => window.omakase.waiting") >= 100
        page.context.set_offline(False)
    sent += track(page, 100)
    page.wait_for_function("() => window.omakase.waiting === 0")
    arrived = stored(served, key, "browser1")
    assert len(sent) == len(set(sent)) == 1000
    assert sorted(arrived) == sorted(sent)


def test_events_that_a_closed_page_left_are_sent_by_the_next_one(page, served, key):
    client_of(page, served, key, "browser2")
    page.context.set_offline(True)
    left = track(page, 20)
    page.close()
    context = page.context
    context.set_offline(False)
    second = context.new_page()
    second.goto(f"http://127.0.0.1:{served.port}/health/live")
    client_of(second, served, key, "browser2")
    second.wait_for_function("() => window.omakase.waiting === 0")
    assert sorted(stored(served, key, "browser2")) == sorted(left)


def test_event_that_is_never_taken_is_told_and_holds_up_nothing(page, served, key):
    client_of(page, served, key, "browser3")
    page.evaluate(
        "() => { window.omakase.track({ type: 'view', item_id: '' });"
        " window.omakase.track({ type: 'view', item_id: '2' }); }"
    )
    page.wait_for_function("() => window.omakase.waiting === 0")
    assert page.evaluate("() => window.refused") == [""]
    assert len(stored(served, key, "browser3")) == 1


def test_lists_of_the_client_are_those_of_the_api(page, served, key):
    client_of(page, served, key, "1")
    listed = page.evaluate("() => window.omakase.recommend({ n: 3 })")
    assert len(listed["items"]) == 3
    assert len(page.evaluate("() => window.omakase.similar('50', { n: 2 })")["items"]) == 2
    assert page.evaluate("() => window.omakase.search('50')")["items"] == []
    wrong = page.evaluate("() => window.omakase.recommend({ nn: 3 }).catch((e) => e.status)")
    assert wrong == 422


def test_live_line_tells_the_list_and_what_a_click_changes(page, served, key):
    client_of(page, served, key, "browser4")
    page.evaluate(LISTEN)
    page.wait_for_function("() => window.heard.includes('initial_recommendations')")
    page.evaluate("() => window.omakase.track({ type: 'like', item_id: '2' })")
    page.wait_for_function("() => window.heard.includes('recommendations_updated')")
    page.evaluate("() => window.end()")
    heard = page.evaluate("() => window.heard")
    assert heard[:2] == ["connection_established", "initial_recommendations"]


def test_client_whose_token_is_refused_waits_before_it_tries_again(page, served):
    page.evaluate(MADE, {"url": f"http://127.0.0.1:{served.port}", "token": "nobody's"})
    refused = page.evaluate(REFUSED)
    assert refused["status"] == 401
    assert refused["waiting"] == 1
    assert min(refused["pauses"]) >= 250


def test_live_line_comes_back_when_no_token_could_be_had(page, served, key):
    token = served.ask(key).post("/api/tokens", json={"user_id": "browser5"}).json()["token"]
    page.evaluate(LATE, {"url": f"http://127.0.0.1:{served.port}", "token": token})
    page.wait_for_function("() => window.heard.includes('initial_recommendations')")
    assert page.evaluate("() => window.tries") == 3


PUBLIC = """
async ({ url, key }) => {
  const { Omakase } = await import(`${url}/static/omakase/client.js`);
  window.omakase = new Omakase({ url, key, every: 50 });
  const { items } = await window.omakase.recommend({ n: 3 });
  window.omakase.track({ type: "click", item_id: items[0].item_id });
  await window.omakase.flush();
  return { items: items.length, kept: localStorage.getItem(`omakase:session:${key}`) };
}
"""
"""What a page without a server does with a public key."""


def session_of(kept: str) -> str:
    """The session that a token names; nothing is verified here."""
    return str(jwt.decode(kept, options={"verify_signature": False})["sid"])


def test_page_with_a_public_key_is_a_session_that_goes_on_at_the_next_visit(page, served):
    public = json.loads(served.omakase("key", "create", "page", "--scopes", "public", "--json"))
    where = {"url": f"http://127.0.0.1:{served.port}", "key": public["key"]}
    first = page.evaluate(PUBLIC, where)
    assert first["items"] == 3
    page.reload()
    second = page.evaluate(PUBLIC, where)
    assert first["kept"] != second["kept"]
    assert session_of(first["kept"]) == session_of(second["kept"])
