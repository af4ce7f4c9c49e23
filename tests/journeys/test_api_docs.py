"""The documentation's forms in a real Chromium: the first "Execute" answers."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.chromium import chromium, new_context
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def docs(browser: Browser, served: House, key: str) -> Iterator[Page]:
    """The page, with the key given to it as a person gives it."""
    context = new_context(browser, viewport={"width": 1280, "height": 1400})
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{served.port}/api/docs")
    page.locator(".btn.authorize").first.click()
    page.locator(".auth-container input").first.fill(key)
    page.locator(".auth-btn-wrapper .authorize").first.click()
    page.locator(".btn-done").first.click()
    yield page
    context.close()


def executed(docs: Page, operation: str) -> tuple[int, dict[str, object]]:
    """Open an operation, try it as it stands, and read what came: status and body."""
    block = docs.locator(f"[id$='-{operation}']")
    block.locator(".opblock-summary-control").click()
    block.locator(".try-out__btn").click()
    with docs.expect_response(lambda answer: "/api/" in answer.url) as heard:
        block.locator("button.execute").click()
    block.locator(".live-responses-table .response-col_status").first.wait_for()
    return heard.value.status, json.loads(heard.value.text())


def test_first_operation_of_the_page_answers_as_it_stands(docs: Page) -> None:
    first = docs.locator(".opblock").first.get_attribute("id") or ""
    status, body = executed(docs, first.rpartition("-")[2])
    assert status == 200 and body["items"]


@pytest.mark.parametrize("operation", ["recommend_by_query", "similar_items", "record_events"])
def test_other_operations_answer_as_they_stand(docs: Page, operation: str) -> None:
    status, body = executed(docs, operation)
    assert status == 200 and body
