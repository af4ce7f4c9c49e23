"""The demo site in a real Chromium: what one clicks changes the page that is open."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.chromium import chromium, new_context
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, served: House) -> Iterator[Page]:
    """A page of somebody new, with the line open; anything its script complains of fails."""
    context = new_context(browser, viewport={"width": 1280, "height": 900}, locale="en-US")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto(f"http://127.0.0.1:{served.port}/")
    live(page)
    yield page
    context.close()
    assert complaints == []


def live(page: Page) -> None:
    page.locator("#status[data-state=live]").wait_for()


def shown(page: Page) -> list[str]:
    return page.locator("#list > .card").evaluate_all("all => all.map(each => each.dataset.item)")


def act(page: Page, kind: str, place: int = 0) -> str:
    """Do something with the item at a place of the list, and wait until the list has changed."""
    before = shown(page)
    page.locator("#list > .card").nth(place).locator(f"[data-act={kind}]").click()
    page.wait_for_function(
        "before => [...document.querySelectorAll('#list > .card')]"
        ".map(each => each.dataset.item).join() !== before",
        arg=",".join(before),
    )
    return before[place]


def test_three_clicks_change_the_list_without_a_reload(visit):
    visit.evaluate("window.sameDocument = true")
    assert "somebody new" in visit.locator(".who").inner_text()
    hint = visit.locator("#for-you-hint")
    expect(hint).to_have_text("Popular to begin with. Click what you like.")
    reasons = set(visit.locator("#list .reason").all_inner_texts())
    assert reasons == {"Many people choose this now", "One of the newest here"}
    done: list[str] = []
    for kind in ("click", "like", "click"):
        done.append(act(visit, kind))
        now = shown(visit)
        assert not set(done) & set(now)
        reasons = visit.locator("#list .reason").all_inner_texts()
        assert any(f"“{item}”" in reason for reason in reasons for item in done)
    expect(hint).to_have_text("Chosen from what you did, each with its reason.")
    assert visit.evaluate("window.sameDocument") is True
    assert (
        visit.locator("#past li").evaluate_all("all => all.map(e => e.dataset.item)") == done[::-1]
    )
    heading = visit.locator("#rows [data-row^='because'] h2").first
    expect(heading).to_contain_text(done[-1])


def test_an_event_from_elsewhere_changes_the_open_page(visit, served, key):
    visit.get_by_text("Change person").click()
    visit.locator("input[name=other]").fill("7")
    visit.get_by_role("button", name="Come as this person").click()
    live(visit)
    assert visit.locator(".you strong").inner_text() == "7"
    first = shown(visit)[0]
    event = {"user_id": "7", "item_id": first, "type": "purchase"}
    assert served.ask(key).post("/api/events", json=event).status_code == 200
    visit.locator(f'#list > [data-item="{first}"]').wait_for(state="detached")


def test_what_one_does_not_like_goes_and_stays_away(visit):
    gone = act(visit, "dislike", place=2)
    assert gone not in shown(visit)
    visit.reload()
    live(visit)
    assert gone not in shown(visit)
    assert visit.locator("#past li").first.get_attribute("data-kind") == "dislike"


def test_site_is_usable_by_keyboard_alone(visit):
    button = visit.locator("#list > .card").nth(1).locator(".cover")
    item = shown(visit)[1]
    button.focus()
    visit.keyboard.press("Enter")
    visit.locator(f'#list > [data-item="{item}"]').wait_for(state="detached")
    assert visit.evaluate("document.activeElement.closest('#list') !== null")


def test_korean_and_a_telephone(visit):
    visit.set_viewport_size({"width": 375, "height": 812})
    visit.get_by_role("button", name="한국어").click()
    live(visit)
    expect(visit.locator("#for-you-title")).to_have_text("당신을 위한 추천")
    act(visit, "click")
    assert re.search("[가-힣]", visit.locator("#list .reason").first.inner_text())
    assert visit.evaluate("document.documentElement.scrollWidth") <= 375
    sizes = visit.locator("#list button").evaluate_all(
        "all => all.map(each => Math.min(each.offsetWidth, each.offsetHeight))"
    )
    assert min(sizes) >= 44


def test_a_broken_line_comes_back_and_sends_what_was_kept(visit):
    """The line is cut under the page; a click meanwhile is sent when it is back."""
    visit.evaluate("line.close()")
    before = shown(visit)
    visit.locator("#list > .card").first.locator("[data-act=like]").click()
    live(visit)
    visit.locator(f'#list > [data-item="{before[0]}"]').wait_for(state="detached")
    assert visit.locator("#past li").count() == 1


CONTRAST = """
() => {
  const linear = (c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const weights = [.2126, .7152, .0722];
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3)
    .reduce((sum, c, n) => sum + weights[n] * linear(Number(c)), 0);
  const ground = (each) => {
    const colour = getComputedStyle(each).backgroundColor;
    return /, 0\\)/.test(colour) ? ground(each.parentElement) : colour;
  };
  return [...document.querySelectorAll("p, h1, h2, h3, li, summary, b, a, span:not(.play)")]
    .filter((each) => each.offsetParent && each.textContent.trim() && !each.closest(".toast"))
    .map((each) => [light(getComputedStyle(each).color), light(ground(each))].sort((a, b) => a - b))
    .map(([dark, bright]) => (bright + .05) / (dark + .05));
}
"""
"""WCAG's contrast of every text with what lies behind it."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(visit, scheme):
    visit.emulate_media(color_scheme=scheme)
    assert min(visit.evaluate(CONTRAST)) >= 4.5
