"""The demo site in a browser: from a click to the changed list

On MovieLens 100K with EASE, the demo site in a real Chromium without a window: visitors of whom
nothing is known come one after another and each clicks three films. Taken is the time in the page
from the click to the changed list in the document: over the WebSocket to the server, onto its
disk, through the model, and back. The bar is 300 ms. "load before" is the machine's own measure of
what else it was doing.
"""

import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.form import Asked, Result, Row, run
from benchmarks.served import Server, load, served

VISITORS, BAR = 30, 300.0
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
SETTINGS = {"OMAKASE_LIMITS__USER_PER_MINUTE": "0"}
CLICK = """
place => new Promise((done, fail) => {
  const list = document.getElementById("list");
  const start = performance.now();
  const watcher = new MutationObserver(() => {
    watcher.disconnect();
    done(performance.now() - start);
  });
  watcher.observe(list, { childList: true });
  list.children[place].querySelector("[data-act=click]").click();
  setTimeout(() => fail("the list did not change"), 10000);
})
"""


def benchmark(asked: Asked) -> Result:
    """Each visitor's three clicks."""
    before = load()
    visitors = 5 if asked.quick else VISITORS
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with served(asked.folder("ml-100k"), "ease", SETTINGS) as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        taken = [_visit(browser, server) for _ in range(visitors)]
        browser.close()
    rows: list[Row] = [{**row, "load before": before} for row in rows_of(taken)]
    slowest = max(row["p95 ms"] for row in rows)
    return Result(rows, [f"p95 of the slowest click {slowest:.0f} ms; the bar is {BAR:.0f} ms"])


def rows_of(taken: Sequence[Sequence[float]]) -> list[Row]:
    """A row for each click in turn; `taken` is milliseconds, a list a visitor."""
    rows: list[Row] = []
    for turn, column in enumerate(np.asarray(taken).T, start=1):
        median, high = np.percentile(column, [50, 95])
        row = {"click": turn, "visitors": len(column), "p50 ms": median, "p95 ms": high}
        rows.append({**row, "slowest ms": column.max()})
    return rows


def _visit(browser: Browser, server: Server) -> list[float]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://{server.address}/")
    page.locator("#status[data-state=live]").wait_for()
    page.wait_for_timeout(300)
    taken: list[Any] = []
    for place in range(3):
        taken.append(page.evaluate(CLICK, place))
        page.wait_for_timeout(500)
    context.close()
    return [float(each) for each in taken]


if __name__ == "__main__":
    run("page_journey", benchmark, __doc__)
