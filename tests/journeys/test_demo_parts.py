"""What the demo shows to whoever has to decide, in a real Chromium; with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.chromium import chromium, new_context
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser

LOOKS = [("en-US", 1280), ("ko-KR", 390)]
OF_THE_LIST = "#list > .card"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=LOOKS, ids=["english wide", "korean narrow"])
def look(request) -> tuple[str, int]:
    return request.param


@pytest.fixture
def visit(browser: Browser, served: House, look: tuple[str, int]) -> Iterator[Page]:
    """A page of somebody new, with the line open; anything its script complains of fails."""
    page = opened(browser, served, look)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    live(page)
    yield page
    page.context.close()
    assert complaints == []


@pytest.fixture
def plain(browser: Browser, served: House, look: tuple[str, int]) -> Iterator[Page]:
    """The same without JavaScript."""
    page = opened(browser, served, look, java_script_enabled=False)
    yield page
    page.context.close()


@pytest.fixture
def lamp(served: House, key: str) -> Iterator[str]:
    """An item of which all is known that a page shows."""
    known = {"year": 2001, "genres": ["Fairy Tale"], "currency": "KRW"}
    item = {"item_id": "lamp", "title": "Paper Lantern (2001)", "price": 12900, "attributes": known}
    with served.ask(key) as owner:
        assert owner.post("/api/items", json=item).is_success
        yield "lamp"
        assert owner.delete("/api/items/lamp").status_code == 204


def opened(browser: Browser, served: House, look: tuple[str, int], **more: bool) -> Page:
    locale, width = look
    context = new_context(
        browser,
        viewport={"width": width, "height": 900},
        locale=locale,
        base_url=home(served),
        **more,
    )
    page = context.new_page()
    page.goto("/")
    return page


def home(served: House) -> str:
    return f"http://127.0.0.1:{served.port}"


def live(page: Page) -> None:
    page.locator("#status[data-state=live]").wait_for()


def shown(page: Page) -> list[str]:
    return page.locator(OF_THE_LIST).evaluate_all("all => all.map(each => each.dataset.item)")


def past(page: Page) -> list[str]:
    return page.locator("#past li").evaluate_all("all => all.map(each => each.dataset.item)")


def changed(page: Page, before: list[str]) -> None:
    page.wait_for_function(
        "before => [...document.querySelectorAll('#list > .card')]"
        ".map(each => each.dataset.item).join() !== before",
        arg=",".join(before),
    )


def act(page: Page, kind: str, place: int = 0) -> str:
    before = shown(page)
    page.locator(OF_THE_LIST).nth(place).locator(f"[data-act={kind}]").click()
    changed(page, before)
    return before[place]


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_is_said_which_model_answers_and_how_it_was_chosen(visit):
    answering = visit.locator("#answering")
    assert answering.inner_text() == "popular"
    act(visit, "click")
    expect(answering).not_to_have_text("popular")
    visit.locator(".chosen a").click()
    expect(visit.locator(".contenders tr.live")).to_have_count(1)
    assert visit.locator(".contenders tbody tr").count() >= 3
    assert fits(visit)


def test_two_models_side_by_side(visit):
    act(visit, "click")
    visit.goto("/models")
    sides = visit.locator(".side")
    assert sides.count() == 2
    visit.locator("select[name=right]").select_option("popular")
    visit.locator(".pick button").click()
    expect(sides.nth(1).locator("h3")).to_have_text("popular")
    assert sides.nth(1).locator("li").count() == 10
    assert fits(visit)


def test_diversity_slider_asks_for_another_list(visit):
    act(visit, "click")
    sent: list[str] = []
    visit.on("websocket", lambda line: line.on("framesent", lambda text: sent.append(str(text))))
    visit.reload()
    live(visit)
    visit.wait_for_function("() => Number(list.dataset.seq) >= 1")  # it has a list
    visit.locator("#diversity input").fill("1")
    visit.wait_for_function("n => Number(list.dataset.seq) > n", arg=1)
    assert any('"diversity":1' in text for text in sent)
    assert visit.locator(OF_THE_LIST).count() > 0


def test_why_opens_with_what_the_place_rests_on(visit):
    done = act(visit, "like")
    why = visit.locator(f"{OF_THE_LIST} .why:not([hidden])").first
    why.locator("summary").click()
    expect(why.locator(".cited li").first).to_contain_text("%")
    assert done in why.locator(".cited").inner_text()
    assert "#" in why.locator(".proposed span").inner_text()
    assert fits(visit)


def test_undo_takes_not_interested_back(visit):
    gone = act(visit, "dislike", place=1)
    before = shown(visit)
    assert gone not in before and past(visit) == [gone]
    visit.locator("#toast button").click()
    changed(visit, before)
    assert gone in shown(visit)
    expect(visit.locator("#past li")).to_have_count(0)


def test_history_can_be_edited_and_the_focus_stays_in_it(visit):
    first, second = act(visit, "click"), act(visit, "click")
    before = shown(visit)
    visit.locator(f'#past [data-item="{second}"] button').focus()
    visit.keyboard.press("Enter")
    changed(visit, before)
    assert past(visit) == [first]
    assert visit.evaluate("document.activeElement.closest('#past') !== null")
    visit.reload()
    live(visit)
    assert past(visit) == [first]


def find_lamp(page: Page) -> None:
    """Search until the guide has learnt of it, and open its page."""
    for _ in range(30):
        page.locator("input[name=q]").fill("lantern")
        page.locator(".search button").click()
        page.wait_for_url("**/search?q=lantern")
        if page.locator('#search-list [data-item="lamp"]').count():
            break
    page.locator('#search-list [data-item="lamp"] .name a').click()
    page.wait_for_url("**/item/lamp")


def test_search_and_an_items_page(visit, lamp):
    find_lamp(visit)
    expect(visit.locator(".item .name")).to_have_text("Paper Lantern")
    for place, text in ((".year", "2001"), (".genres", "Fairy Tale"), (".price", "₩12,900")):
        expect(visit.locator(f".item {place}")).to_contain_text(text)
    assert fits(visit)
    live(visit)
    visit.locator(".item [data-act=like]").click()
    expect(visit.locator("#toast.shown")).to_contain_text("Paper Lantern")
    expect(visit.locator(".item.busy")).to_have_count(0)
    visit.goto("/")
    assert past(visit) == ["lamp"]


def test_more_like_an_item(visit):
    visit.goto("/item/7")
    more = visit.locator("#more-list > .card")
    alike = more.evaluate_all("all => all.map(each => each.dataset.item)")
    assert len(alike) > 5 and "7" not in alike
    assert {int(item) % 2 for item in alike[:5]} == {1}


def test_rows_leave_out_what_was_seen_and_turn_personal_after_three(visit):
    personal = visit.locator("#rows [data-personal]")
    assert personal.count() == 0
    done = {act(visit, "click") for _ in range(3)}
    visit.wait_for_function("() => document.querySelectorAll('#rows [data-personal]').length >= 3")
    in_rows = visit.locator("#rows .card").evaluate_all("all => all.map(e => e.dataset.item)")
    assert in_rows and not done & set(in_rows)
    assert visit.locator("#rows .row:not([data-personal])").count() == 1


@pytest.mark.parametrize("kind", ["click", "like", "dislike"])
def test_the_focus_stays_on_the_same_control(visit, kind):
    before = shown(visit)
    visit.locator(OF_THE_LIST).nth(1).locator(f"[data-act={kind}]").focus()
    visit.keyboard.press("Enter")
    changed(visit, before)
    assert visit.evaluate("document.activeElement.dataset.act") == kind
    assert visit.evaluate("document.activeElement.closest('#list') !== null")


def test_a_tab_writes_into_its_own_history_whatever_another_became(visit):
    other = visit.context.new_page()
    other.goto("/")
    other.locator(".change summary").click()
    other.locator("input[name=other]").fill("8")
    other.locator(".panel .main").click()
    live(other)
    before = past(other)
    visit.evaluate("token = 'over'; line.close()")
    live_again(visit)
    done = act(visit, "like")
    assert past(visit) == [done]
    other.reload()
    live(other)
    assert past(other) == before


def live_again(page: Page) -> None:
    """After the line was cut, and the token's end was found out."""
    page.wait_for_function("() => token !== 'over'")
    live(page)


def test_clicks_without_a_line_are_kept_over_a_reload(visit):
    context = visit.context
    cut = context.new_page()
    cut.route_web_socket("**/ws/**", lambda line: line.close())
    cut.goto("/")
    item = shown(cut)[0]
    cut.locator(OF_THE_LIST).first.locator("[data-act=like]").click()
    assert "omakase.outbox" in cut.evaluate("Object.keys(localStorage).join()")
    cut.close()
    visit.reload()
    live(visit)
    visit.wait_for_function("() => Object.keys(localStorage).length === 0")
    visit.reload()
    assert past(visit) == [item]


def test_all_of_it_works_without_javascript(plain, lamp):
    first = shown(plain)[0]
    plain.locator(OF_THE_LIST).first.locator("[data-act=like]").click()
    assert past(plain) == [first] and first not in shown(plain)
    gone = shown(plain)[1]
    plain.locator(OF_THE_LIST).nth(1).locator("[data-act=dislike]").click()
    assert past(plain) == [gone, first] and gone not in shown(plain)
    plain.locator(f'#past [data-item="{gone}"] button').click()
    assert past(plain) == [first]
    plain.locator(f"{OF_THE_LIST} .why summary").first.click()
    assert plain.locator(f"{OF_THE_LIST} .why[open] .cited li").count() >= 1
    plain.locator("#diversity input").fill("1")
    plain.locator("#diversity button").click()
    assert "diversity=1" in plain.url
    find_lamp(plain)
    plain.goto("/models?left=ease&right=popular")
    assert plain.locator(".side").count() == 2
    assert fits(plain)
