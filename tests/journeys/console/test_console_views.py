"""Machines and the drawing of a list, in a real Chromium."""

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.console.conftest import leave_picture

pytestmark = pytest.mark.browser


def test_machines_list_server_and_worker(console):
    page = console.open("cluster/")
    rows = page.locator("#nodes tbody tr")
    for role in ("server", "worker"):
        row = rows.filter(has=page.locator("td", has_text=re.compile(f"^{console.say(role)}$")))
        expect(row.first).to_contain_text(console.say("here"))


def test_flow_of_a_person_is_drawn_and_listed(console):
    page = console.open("placements/flow?person=3")
    drawing = page.locator("svg.flow")
    expect(drawing).to_be_visible()
    boxes = drawing.locator("rect").count()
    expect(page.locator("main table tbody tr")).to_have_count(boxes)
    console.fill("Person", "")
    console.press("Draw it")
    expect(page).to_have_url(re.compile("person=(&|$)"))
    expect(page.locator("main h2").first).to_have_text(console.say("somebody new"))


def test_segment_is_named_and_used_by_a_placement(console):
    name = f"few_{console.language}"
    page = console.open("segments/")
    page.get_by_label(console.say("Name")).fill(name)
    page.get_by_label(console.say("Filter")).fill('item.category == "none"')
    console.press("Save")
    assert console.message() == console.say(
        "@{name} stands for this filter from now on.", name=name
    )
    expect(page.locator("#segments tbody tr").filter(has_text=f"@{name}")).to_contain_text("0")
    console.open(f"placements/one?name={name}")
    page.locator("textarea[name=filters]").fill(f"@{name}")
    console.press("Save")
    console.open("segments/")
    row = page.locator("#segments tbody tr").filter(has_text=f"@{name}")
    expect(row.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_figure_is_pinned_with_its_series(console):
    page = console.open("")
    page.locator("#pins summary").click()
    page.locator("#pins select[name=figure]").select_option("clicks")
    page.locator("#pins select[name=days]").select_option("14")
    console.press("Pin it")
    assert console.message() == console.say("It is pinned to your overview.")
    expect(page.locator("#pins svg.chart circle")).to_have_count(14)
    leave_picture(console, f"pinned-{console.language}")
    console.open("")
    page.locator("#pins li button").click()
    expect(page.locator("#pins svg.chart")).to_have_count(0)


def test_delete_all_without_the_words_deletes_nothing(console):
    page = console.open("data/")
    page.locator("#purge summary").first.click()
    page.locator("#purge input[name=confirm]").first.fill("yes")
    page.locator("#purge button").first.click()
    assert console.message() == console.say("Write the words as they stand there to delete all.")
    page.locator("#purge summary").first.click()


def test_feed_of_a_private_address_is_refused_with_the_reason(console):
    name = f"inside-{console.language}"
    page = console.open("sources/")
    page.locator("input[name=url]").fill("http://127.0.0.1:9/feed.xml")
    page.locator("form[action$='feeds/save'] input[name=name]").fill(name)
    console.press("Keep and read it")
    expect(page.locator("#job .state").first).to_have_text(console.say("failed"))
    console.open("sources/")
    expect(page.locator("#feeds")).to_contain_text("feeds.private_addresses")


def test_widget_is_shown_as_a_page_shows_it(console):
    page = console.open("widgets/?n=4&layout=grid")
    page.get_by_label(console.say("Heading")).fill("Shelf <1>")
    console.press("Show")
    expect(page.locator("#snippet")).to_contain_text("&lt;1&gt;")
    console.press("Make a public key")
    expect(page.locator("omakase-list li")).to_have_count(4)
    expect(page.locator("omakase-list h2")).to_have_text("Shelf <1>")
    expect(page.locator("#snippet")).to_contain_text('key="omk_')


def test_rule_in_ones_own_words_is_looked_at_in_the_editor(console):
    page = console.open("placements/words?name=spoken")
    words = {"en": "only items under 500", "ko": "500원 이하만"}[console.language]
    page.locator("input[name=words]").fill(words)
    console.press("Write the rule")
    rule = page.locator("#proposal pre").first.inner_text()
    assert rule == "item.price <= 500"
    leave_picture(console, f"words-{console.language}")
    page.locator("#proposal button").first.click()
    expect(page.locator("textarea[name=filters]")).to_have_value(rule)
    expect(page.locator("#preview ol.items").first).to_be_visible()
