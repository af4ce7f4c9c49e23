"""A house whose staff come by an OpenID Connect provider, with a feed of its own network."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from playwright.sync_api import expect
from tests.journeys.chromium import chromium
from tests.journeys.conftest import House, free_port, serving
from tests.journeys.console.conftest import LOOKS, leave_picture
from tests.journeys.console.console_house import visit

pytestmark = pytest.mark.browser
oidc_provider_mock = pytest.importorskip(
    "oidc_provider_mock", reason="no provider of OpenID Connect is installed here"
)
FEED = """<rss xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><g:id>tea</g:id><title>Green tea</title><g:price>3.50 USD</g:price></item>
<item><g:id>cup</g:id><title>Cup</title><g:price>cheap</g:price></item>
</channel></rss>"""


@dataclass
class OpenHouse(House):
    """A house with a provider."""

    issuer: str = ""
    smtp_port: int = 0

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {
            "OMAKASE_OIDC__ISSUER": self.issuer,
            "OMAKASE_OIDC__CLIENT_ID": "console",
            "OMAKASE_OIDC__CLIENT_SECRET": "s" * 20,
            "OMAKASE_OIDC__LABEL": "Acme",
            "OMAKASE_DIGESTS__SENDER": "Shop <news@shop.example>",
            "OMAKASE_MAIL__HOST": "127.0.0.1",
            "OMAKASE_MAIL__PORT": str(self.smtp_port),
            "OMAKASE_FEEDS__PRIVATE_ADDRESSES": "true",
        }


class FeedHandler(BaseHTTPRequestHandler):
    """Answers every request with the feed."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(FEED.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def feed() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FeedHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/feed.xml"
        server.shutdown()
        thread.join()


class Mailbox(Message):
    """Keeps the mails that a server of mails is given."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    def handle_message(self, message: EmailMessage) -> None:
        self.mails.append(message)


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    controller = Controller(mailbox, "127.0.0.1", free_port())
    controller.start()
    yield mailbox, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def open_house(
    post: tuple[Mailbox, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenHouse]:
    with oidc_provider_mock.run_server_in_thread() as provider:
        issuer = f"http://localhost:{provider.server_port}"
        claims = {"preferred_username": "ada", "roles": ["administer"]}
        httpx.put(f"{issuer}/users/ada", json=claims).raise_for_status()
        house = OpenHouse(tmp_path_factory.mktemp("open"), free_port(), issuer, post[1])
        (house.folder / "few.csv").write_text("user_id,item_id\n1,a\n1,b\n2,a\n")
        house.omakase("data", "import", "few.csv")
        house.omakase("train", "--models", "popular", "--no-evaluate")
        with serving(house):
            yield house


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_log_in_by_the_provider_and_keep_a_feed(open_house, feed, look, request):
    with chromium() as browser:
        console = visit(browser, open_house, *look)
        page = console.open("sources/")
        leave_picture(console, f"door-{request.node.name}")
        page.get_by_role("link", name=console.say("Log in with {name}", name="Acme")).click()
        page.locator("input[name=sub]").fill("ada")
        page.locator("button[type=submit]").first.click()
        expect(page.locator("h1")).to_have_text(console.say("Sources"))
        page.locator("form[action$='feeds/save'] input[name=name]").fill("shop")
        page.locator("input[name=url]").fill(feed)
        console.press("Keep and read it")
        expect(page.locator("#job .state").first).to_have_text(console.say("succeeded"))
        console.open("sources/")
        row = page.locator("#feeds tbody tr")
        expect(row.locator("td").nth(0)).to_have_text("1")
        expect(row.locator("td").nth(1)).to_have_text("1")
        page.locator("#feeds summary").first.click()
        expect(page.locator("#feeds")).to_contain_text("cup")
        leave_picture(console, request.node.name)
        page.context.close()
        assert console.complaints == []


def in_by_the_provider(console) -> None:
    page = console.open("login")
    page.get_by_role("link", name=console.say("Log in with {name}", name="Acme")).click()
    page.locator("input[name=sub]").fill("ada")
    page.locator("button[type=submit]").first.click()
    expect(page.locator("h1")).to_have_text(console.say("Overview"))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_invite_somebody_by_mail_who_makes_a_login(open_house, post, look, request):
    name, mailbox = f"guest-{look[0]}", post[0]
    with chromium() as browser:
        console = visit(browser, open_house, *look)
        in_by_the_provider(console)
        page = console.open("settings/")
        page.locator("input[name=address]").fill(f"{name}@shop.example")
        page.locator("form[action$='settings/invite'] select").select_option("edit")
        console.press("Invite")
        assert console.message() == console.say(
            "{address} is invited.", address=f"{name}@shop.example"
        )
        leave_picture(console, f"invited-{request.node.name}")
        page.context.close()
        text = mailbox.mails[-1].get_payload(decode=True).decode()
        (link,) = re.findall(r"http://127\.0\.0\.1\S+", text)
        guest = visit(browser, open_house, *look)
        guest.page.goto(link)
        leave_picture(guest, request.node.name)
        guest.fill("Login", name)
        guest.fill("Password", "correct horse battery")
        guest.press("Make it and log in")
        expect(guest.page.locator("h1")).to_have_text(guest.say("Overview"))
        guest.page.goto(link)
        expect(guest.page.get_by_role("alert")).to_be_visible()
        guest.page.context.close()
        assert guest.complaints == []
