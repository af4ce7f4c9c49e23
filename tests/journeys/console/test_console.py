"""An owner's tasks in the console, in a real Chromium: two languages, two widths, two schemes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.journeys.console.console_house import ROBOT_EVENTS, run_job, visit

pytestmark = pytest.mark.browser

PAGES = (
    "", "figures/", "versions/", "versions/compare", "experiments/", "experiments/one?name=first",
    "experiments/new",
    "placements/", "placements/one?name=shelf", "placements/flow?name=shelf&person=3",
    "placements/words?words=no+5", "people/",
    "people/one?id=3&why=5", "items/",
    "items/one?id=5&user=3", "conversations/", "data/", "sources/", "kinds/",
    "jobs/", "jobs/1/", "cluster/", "segments/", "widgets/",
    "alerts/", "alerts/quarantine?user=5", "digests/?id=3", "keys/",
    "settings/",
)  # fmt: skip
SEVERE = ("serious", "critical")


def test_pages_fit_and_have_no_serious_fault_of_accessibility(look):
    axe, faults = Axe(), []
    wide = look.page.viewport_size["width"]
    for path in PAGES:
        page = look.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= wide, path
        assert page.locator("html").get_attribute("lang") == look.language
        found = axe.run(page).response["violations"]
        faults += [
            (path, each["id"], node["html"][:160])
            for each in found
            if each["impact"] in SEVERE
            for node in each["nodes"]
        ]
    assert faults == []


def test_door_tells_of_a_wrong_password_and_lets_nobody_past(browser, furnished):
    console = visit(browser, furnished, "ko", 390, "dark")
    console.log_in("administer", "wrong")
    expect(console.page.get_by_role("alert")).to_contain_text("맞지 않습니다")
    console.open("versions/")
    assert "/console/login?next=/console/versions/" in console.page.url
    console.page.context.close()


def test_find_why_an_item_is_not_shown(console):
    page = console.open("items/?q=5")
    page.get_by_role("link", name="5", exact=True).click()
    console.fill("Person", "3")
    console.press("Say why")
    expect(page.locator("#main .big")).to_contain_text("5")
    lost = page.get_by_role("region", name=console.say("Stage by stage"))
    expect(lost.get_by_text(console.say("lost here"))).to_be_visible()


def test_hide_an_item_and_show_it_again(console):
    console.open("items/one?id=8")
    console.press("Hide it everywhere")
    expect(console.page.locator("#main")).to_contain_text(
        console.say("It is hidden: it is offered, and never recommended.")
    )
    console.press("Show it again")
    assert console.message() == console.say("The item {id} may be shown again.", id="8")


def test_promote_a_version_and_roll_back(console):
    page = console.open("versions/")
    before = page.locator("tr.best a").inner_text()
    page.locator("tbody tr:not(.best) a").first.click()
    console.press("Promote")
    expect(page.locator("tr.best a")).not_to_have_text(before)
    console.press("Roll back")
    expect(page.locator("tr.best a")).to_have_text(before)


def test_compare_two_versions_for_one_person(console):
    page = console.open("versions/compare")
    names = page.locator("select[name=left] option").all_inner_texts()
    page.locator("select[name=left]").select_option(names[0])
    page.locator("select[name=right]").select_option(names[1])
    console.fill("Person", "3")
    console.press("Show")
    expect(page.locator("ol.items")).to_have_count(2)


def test_start_and_end_an_experiment(console):
    name = {"en": "first", "ko": "second"}[console.language]
    page = console.open(f"experiments/one?name={name}")
    console.press("Start")
    expect(page.locator(".actions .state")).to_have_text(console.say("active"))
    console.press("Pause")
    expect(page.locator(".actions .state")).to_have_text(console.say("paused"))
    console.press("End the experiment")
    expect(page.locator(".actions .state")).to_have_text(console.say("completed"))


def test_read_yesterdays_clicks_by_placement(console):
    run_job(console, "roll_up")
    page = console.open("figures/")
    rows = page.locator("#yesterday tbody tr")
    expect(rows).to_have_count(2)
    cells = [(row.locator("th"), row.locator("td").nth(2)) for row in rows.all()]
    clicks = {place.inner_text(): number.inner_text() for place, number in cells}
    assert clicks == {"home": "6", "cart": "6"}


def test_read_yesterdays_revenue_by_placement(console):
    run_job(console, "roll_up")
    page = console.open("figures/")
    titles = page.locator("#yesterday thead th").all_inner_texts()
    column = titles.index(console.say("Revenue")) - 1
    rows = page.locator("#yesterday tbody tr").all()
    cells = [(row.locator("th"), row.locator("td").nth(column)) for row in rows]
    revenue = {place.inner_text(): number.inner_text() for place, number in cells}
    assert revenue == {"home": "300", "cart": "400"}


def test_make_an_experiment_by_its_form(console):
    name = f"form-{console.language}"
    page = console.open("experiments/")
    page.get_by_role("link", name=console.say("New experiment")).click()
    console.fill("Name of the experiment", name)
    console.fill("Placement", name)
    console.press("Keep as a draft")
    expect(page.locator(".message.error")).to_contain_text(
        console.say("Say what the new variant changes: a model, a rule or the diversity.")
    )
    expect(page.locator("input[name=name]")).to_have_value(name)
    console.fill("Diversity", "0.5")
    console.press("Keep as a draft")
    assert console.message() == console.say("The experiment {name} is written down.", name=name)
    expect(page.locator("h1")).to_have_text(name)
    console.press("Start")
    expect(page.locator(".actions .state")).to_have_text(console.say("active"))


def test_mend_an_alert_by_putting_a_robot_aside_and_bring_it_back(console):
    name, number = f"robot-{console.language}", f"{ROBOT_EVENTS:,}"
    run_job(console, "check_alerts")
    page = console.open("alerts/")
    page.get_by_role("link", name=console.say("Put aside what {name} did", name=name)).click()
    expect(page.locator("form.card")).to_contain_text(
        console.say("all they did: {n} events", n=number)
    )
    console.fill("Why, for who looks at it later", "a robot")
    console.press("Put these events aside")
    run_job(console, "check_alerts")
    console.open("alerts/")
    left = page.get_by_role("link", name=console.say("Put aside what {name} did", name=name))
    expect(left).to_have_count(0)
    console.open(f"people/one?id={name}")
    page.locator("#aside form button").click()
    console.open(f"people/one?id={name}")
    expect(page.locator("#aside")).to_contain_text(console.say("Put {n} events aside …", n=number))


def test_import_a_file_with_faults_and_take_it_back(console, tmp_path):
    file = tmp_path / f"new-{console.language}.csv"
    file.write_text("who;what;how\nzoe;5;like\nzoe;;like\nyan;7;like\n")
    page = console.open("data/")
    page.locator("input[type=file]").set_input_files(file)
    console.press("Look at it")
    page.locator("input[name=map_user_id]").fill("who")
    page.locator("input[name=map_item_id]").fill("what")
    page.locator("input[name=map_kind]").fill("how")
    console.press("Read it anew")
    expect(page.locator(".big")).to_have_text(
        console.say("{rows} events can be stored, {rejected} rows are refused.", rows=2, rejected=1)
    )
    expect(page.locator("#main")).to_contain_text(console.say("line {n}", n=3))
    console.press("Import")
    expect(page.locator("#job .state").first).to_have_text(console.say("succeeded"))
    with page.expect_download() as download:
        page.get_by_text(console.say("All refused rows as a file")).click()
    assert '"line":3' in download.value.path().read_text().replace(" ", "")
    console.open("data/")
    page.locator("form[action$='/data/undo'] button").first.click()
    expect(page.locator("td .state").first).to_have_text(console.say("taken back"))


def test_change_a_weight_and_reset_it(console):
    page = console.open("kinds/")
    weight = page.get_by_label(console.say("Weight of {name}", name="click"), exact=True)
    weight.fill("1.5")
    console.press("Save {name}", name="click")
    expect(weight).to_have_value("1.5")
    console.press("Reset {name}", name="click")
    expect(weight).to_have_value("1")


def test_make_a_key_use_it_and_revoke_it(console, furnished):
    page, name = console.open("keys/"), f"shop-{console.language}"
    console.fill("Who uses it", name)
    console.press("Make the key")
    secret = page.locator("#secret").inner_text()
    assert furnished.ask(secret).get("/api/recommendations?user_id=3").status_code == 200
    console.open("keys/")
    assert secret not in page.content()
    console.press("Revoke the key of {name}", name=name)
    expect(page.get_by_text(name, exact=True)).to_have_count(0)


def test_cancel_a_job_and_retry_it(console, furnished, key):
    """Training is asked for twice: the second waits for the first, and is cancelled at once.

    The first may be done before it is cancelled; other journeys know the version of before.
    """
    live = furnished.ask(key).get("/api/models").json()["live"]
    page = console.open("versions/")
    with page.expect_navigation():
        console.press("Train a new version")
    first = page.url
    console.open("versions/")
    console.press("Train a new version")
    console.press("Cancel")
    state = page.locator("#job .state").first
    expect(state).to_have_text(console.say("cancelled"))
    console.press("Retry")
    expect(page.locator("h1")).not_to_have_text(first)
    console.press("Cancel")
    page.goto(first)
    if page.get_by_role("button", name=console.say("Cancel"), exact=True).count():
        console.press("Cancel")
    ends = "|".join(re.escape(console.say(word)) for word in ("cancelled", "succeeded", "failed"))
    expect(state).to_have_text(re.compile(f"^({ends})$"))
    if furnished.ask(key).get("/api/models").json()["live"] != live:
        furnished.ask(key).post(f"/api/models/{live}/promote?force=true").raise_for_status()


def test_change_a_rule_after_its_preview(console):
    name = f"rules-{console.language}"
    page = console.open(f"placements/one?name={name}")
    listed = page.locator("#preview ol.items").first.locator("li").first
    item = listed.locator("span").nth(1).inner_text().strip()
    page.locator("textarea[name=exclude]").fill(item)
    expect(page.locator("#preview .state.warn").first).to_be_visible()
    expect(page.locator("#preview ol.items").first.locator("li").first).not_to_contain_text(item)
    page.locator("textarea[name=filters]").fill("item.nonsense > 3")
    expect(page.locator("#preview .message.error")).to_contain_text("nonsense")
    page.locator("textarea[name=filters]").fill("")
    console.press("Save")
    assert console.message() == console.say("The rules of {name} hold from now on.", name=name)
    assert page.locator("textarea[name=exclude]").input_value() == item


def test_see_what_diversity_costs_and_choose_it(console):
    name = f"varied-{console.language}"
    page = console.open(f"placements/one?name={name}")
    page.locator("#trade-off button").click()
    expect(page.locator("#job .state").first).to_have_text(console.say("succeeded"))
    console.open(f"placements/one?name={name}")
    expect(page.locator("#trade-off circle")).to_have_count(11)
    page.locator("input[name=diversity]").fill("0.4")
    console.press("Save")
    expect(page.locator("#trade-off tr.best th")).to_have_text("0.4")


def test_switch_a_schedule_off_and_on(console):
    page = console.open("jobs/")
    console.press("Switch {name} off", name="prune_jobs")
    expect(page.locator("#main")).to_contain_text(console.say("switched off"))
    console.press("Switch {name} on", name="prune_jobs")
    expect(page.locator("#main")).not_to_contain_text(console.say("switched off"))


def test_read_a_conversation(console):
    page = console.open("conversations/")
    page.locator("#main table a").first.click()
    expect(page.locator(".talk .said").first).to_have_text("recommend something")


def test_overview_says_what_to_do_next_and_renews_itself(console):
    page = console.open("")
    expect(page.locator("#next-title")).to_have_text(console.say("What to do next"))
    assert page.locator(".tile").count() == 6
    assert re.search(r"\d", page.locator("#live-title + .big").inner_text())


def test_the_keyboard_alone_goes_through_the_console(console):
    page = console.open("")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(console.say("Skip to the page"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_who_may_only_look_sees_no_button_that_changes(browser, furnished):
    console = visit(browser, furnished, "en", 1280, "light")
    console.log_in("see")
    for path in (
        "versions/",
        "placements/",
        "kinds/",
        "jobs/",
        "data/",
        "experiments/one?name=first",
    ):
        page = console.open(path)
        assert page.locator("main form[method=post]").count() == 0, path
    console.open("keys/")
    expect(console.page.locator("h1")).to_have_text("Not for this login")
    console.press("Log out")
    console.page.wait_for_url("**/console/login")
    console.page.context.close()
