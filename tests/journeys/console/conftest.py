"""The console in a real Chromium: two languages, two widths, two schemes.

Where the environment names a folder in SCREENSHOTS, each test leaves a picture there as it ends.
"""

import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Cookie, expect
from tests.journeys.chromium import chromium
from tests.journeys.conftest import House
from tests.journeys.console.console_house import Console, furnish, visit

LOOKS = [("en", 1280, "light"), ("ko", 390, "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def furnished(served: House, key: str) -> House:
    furnish(served, key)
    return served


@pytest.fixture(scope="module")
def inside(browser: Browser, furnished: House) -> list[Cookie]:
    """Cookies of an administrator who has logged in, once: tries at the door are counted."""
    console = visit(browser, furnished, "en", 1280, "light")
    console.log_in("administer")
    expect(console.page.locator("h1")).to_have_text("Overview")
    cookies = console.page.context.cookies()
    console.page.context.close()
    return cookies


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def console(
    request: pytest.FixtureRequest, browser: Browser, furnished: House, inside: list[Cookie]
) -> Iterator[Console]:
    """The console with an administrator inside; whatever its script complains of fails."""
    console = visit(browser, furnished, *request.param, cookies=inside)
    yield console
    leave_picture(console, request.node.name)
    console.page.context.close()
    assert console.complaints == []


@pytest.fixture(
    params=list(product(("en", "ko"), (390, 1280), ("light", "dark"))),
    ids=lambda look: "-".join(map(str, look)),
)
def look(
    request: pytest.FixtureRequest, browser: Browser, furnished: House, inside: list[Cookie]
) -> Iterator[Console]:
    """The same in every language, width and scheme."""
    console = visit(browser, furnished, *request.param, cookies=inside)
    yield console
    leave_picture(console, request.node.name)
    console.page.context.close()
    assert console.complaints == []


def leave_picture(console: Console, name: str) -> None:
    """The whole page as a test ends, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        file = Path(folder) / (re.sub(r"[^\w-]+", "-", name).strip("-") + ".png")
        console.page.screenshot(path=file, full_page=True)
