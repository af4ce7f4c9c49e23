"""The house of journeys with what a console shows: staff, days that are past, an experiment."""

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Cookie, Page, expect
from tests.journeys.chromium import new_context
from tests.journeys.conftest import House

from omakase_service.console.translations import KOREAN

PASSWORD = "correct horse battery"
EXPERIMENT = {
    "place": "home",
    "variants": [
        {"name": "control", "weight": 0.5},
        {"name": "ials", "weight": 0.5, "placement": {"model": "ials"}},
    ],
    "metrics": [{"name": "clicks"}],
}
YESTERDAY = """
import os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "omakase_service.config.django_settings"
import django
django.setup()
from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.events.services import record
from omakase_service.recommendation_log import writer
from omakase_service.serving.services import recommend
moment = int(time.time()) - 86_400
for user in range(1, 13):
    place = ("home", "cart")[user % 2]
    found = recommend(user_id=str(user), n=5, placement=place, clock=lambda: moment)
    writer.flush()
    item = found.items[0].card.item_id
    click = {"user_id": str(user), "item_id": item, "kind": "click", "time": moment + 60,
             "request_id": found.request_id}
    patch_item(item_id=item, fields=ItemFields(price=100))
    bought = {**click, "kind": "purchase", "time": moment + 120}
    record(events=[click, bought] if user < 8 else [click])
writer.flush()
"""
"""Twelve lists of yesterday at two placements, each with a click, seven with a purchase of 100."""

ROBOTS, ROBOT_EVENTS = ("robot-en", "robot-ko"), 1_100
"""Who did more within a day than people do; one for each language."""


@dataclass
class Console:
    """The console in a browser, in one language.

    Attributes:
        complaints: what the browser complained of.
    """

    page: Page
    root: str
    language: str
    complaints: list[str] = field(default_factory=list)

    def say(self, text: str, **values: object) -> str:
        """A sentence of the console in the page's language."""
        chosen = KOREAN[text] if self.language == "ko" else text
        return chosen.format(**values) if values else chosen

    def open(self, path: str) -> Page:
        """Go to a page of the console."""
        self.page.goto(f"{self.root}/console/{path}")
        return self.page

    def press(self, text: str, **values: object) -> None:
        """Press a button by its English name."""
        self.page.get_by_role("button", name=self.say(text, **values), exact=True).first.click()

    def fill(self, text: str, value: str) -> None:
        """Write into a field by the beginning of its English label."""
        self.page.get_by_label(self.say(text)).first.fill(value)

    def message(self) -> str:
        """What the console said of the last form."""
        return self.page.locator(".message").first.inner_text()

    def log_in(self, name: str, password: str = PASSWORD) -> None:
        """Come through the door, or be refused at it; another page may be opened after that."""
        self.open("login")
        self.fill("Login", name)
        self.fill("Password", password)
        with self.page.expect_navigation():
            self.press("Log in")


def visit(
    browser: Browser,
    house: House,
    language: str,
    width: int,
    scheme: str,
    cookies: Sequence[Cookie] = (),
) -> Console:
    """A fresh browser before the console: at its door, or with the cookies of who is inside."""
    context = new_context(
        browser,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale={"en": "en-US", "ko": "ko-KR"}[language],
        accept_downloads=True,
    )
    context.add_cookies([*cookies])
    console = Console(context.new_page(), f"http://127.0.0.1:{house.port}", language)
    console.page.on("pageerror", lambda error: console.complaints.append(str(error)))
    console.page.on("dialog", lambda dialog: dialog.accept())
    return console


def furnish(house: House, key: str) -> None:
    """Staff, yesterday's lists, an experiment, a second version, and a conversation."""
    for role in ("see", "edit", "administer"):
        words = [*COMMAND, "staff", "create", role, "--role", role, "--password-stdin"]
        subprocess.run(
            words,
            env=house.environment,
            cwd=house.folder,
            input=PASSWORD + "\n",
            text=True,
            check=True,
            capture_output=True,
        )
    subprocess.run(
        [sys.executable, "-c", YESTERDAY], env=house.environment, cwd=house.folder, check=True
    )
    let_robots_in(house)
    house.omakase("train", "--models", "popular", "--no-evaluate", "--no-promote")
    with house.ask(key) as client:
        for name in ("first", "second"):
            client.post("/api/experiments", json={**EXPERIMENT, "name": name}).raise_for_status()
        client.post("/api/chat", json={"message": "recommend something", "user_id": "3"})


def let_robots_in(house: House) -> None:
    """A file of what robots did within the last hour."""
    begin = int(time.time()) - 3_600
    lines = [
        f"{name},{n % 60 + 1},view,{begin + n}" for name in ROBOTS for n in range(ROBOT_EVENTS)
    ]
    (house.folder / "robots.csv").write_text("user_id,item_id,type,time\n" + "\n".join(lines))
    house.omakase("data", "import", "robots.csv")


def run_job(console: Console, kind: str) -> None:
    """Run a kind of job from its page, and wait for its end."""
    page = console.open("jobs/")
    page.locator("select[name=kind]").select_option(kind)
    page.locator("form[action$='/jobs/start'] button.main").click()
    state = page.locator("#job .state").first
    expect(state).to_have_text(
        re.compile("|".join(console.say(word) for word in ("succeeded", "skipped")))
    )


COMMAND = [sys.executable, "-c", "from omakase_cli.main import main; main()"]
