"""The site of the documentation in a real Chromium: sizes are calculated, the API is drawn."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from benchmarks.environment import environment_of
from docs.sizing import sizing_figures
from playwright.sync_api import Browser, Page, expect
from tests.journeys.chromium import chromium, new_context

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent.parent


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("docs")
    env = environment_of(folder / "var", PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    words = ["-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder / "out")]
    subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=True)
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder / "out"))
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()
    thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose every request goes to the site itself, and that throws no error."""
    context = new_context(browser)
    opened, strange = context.new_page(), []
    opened.on("pageerror", lambda error: strange.append(str(error)))
    own = (address, "data:", "blob:")
    opened.on("request", lambda r: r.url.startswith(own) or strange.append(r.url))
    yield opened
    context.close()
    assert strange == []


@pytest.mark.parametrize("name", ["sizing", "sizing.ko"])
def test_calculator_with_more_workers_says_more_memory_and_more_lists(page, address, name):
    page.goto(f"{address}/{name}/")
    figures = sizing_figures()
    items, workers = (
        float(page.locator(f"input[name={field}]").input_value()) for field in ("items", "workers")
    )
    fixed_mb = figures["supervisor_mb"] + 4 * items**2 / 1e6
    for number in (workers, 8):
        page.locator("input[name=workers]").fill(f"{number:.0f}")
        memory = f"{(fixed_mb + number * figures['worker_mb']) / 1000:.1f} GB"
        expect(page.locator("output[name=memory]")).to_have_text(memory)
    expect(page.locator("output[name=training]")).to_have_text("3.2 GB")
    page.locator("select[name=model]").select_option("vectors")
    page.locator("input[name=items]").fill("10000000")
    expect(page.locator("output[name=training]")).to_have_text("–")
    assert float(page.locator("output[name=memory]").inner_text().split()[0]) > 10


def test_api_page_draws_every_group_of_the_document(page, address):
    page.goto(f"{address}/api/")
    page.locator(".opblock-tag").first.wait_for()
    document = page.request.get(f"{address}/openapi.json").json()
    methods = [each for path in document["paths"].values() for each in path.values()]
    groups = {each.get("tags", ["default"])[0] for each in methods}
    assert page.locator(".opblock-tag").count() == len(groups)
    assert page.locator(".try-out__btn").count() == 0


def test_search_finds_korean_words(page, address):
    page.goto(f"{address}/")
    page.locator(".md-search__input").fill("벡터")
    expect(page.locator(".md-search-result__item").first).to_contain_text("벡터")
