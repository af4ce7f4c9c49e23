"""The house of journeys with what a console shows: staff, days that are past, an experiment."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Cookie, Page
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
    record(events=[click])
writer.flush()
"""
"""Twelve lists of yesterday at two placements, each with one click."""


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
        """Come through the door."""
        self.open("login")
        self.fill("Login", name)
        self.fill("Password", password)
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
    context = browser.new_context(
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
    house.omakase("train", "--models", "popular", "--no-evaluate", "--no-promote")
    with house.ask(key) as client:
        for name in ("first", "second"):
            client.post("/api/experiments", json={**EXPERIMENT, "name": name}).raise_for_status()
        client.post("/api/chat", json={"message": "recommend something", "user_id": "3"})


COMMAND = [sys.executable, "-c", "from omakase_cli.main import main; main()"]
