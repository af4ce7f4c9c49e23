"""The site builds strictly, no link of it is dead, and nothing of it comes from elsewhere."""

import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from benchmarks.environment import environment_of
from docs.sizing import sizing_figures

ROOT = Path(__file__).parent.parent.parent
FETCHED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src")}


class Page(HTMLParser):
    """Anchors that a page has, links that it makes, and what a browser fetches for it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors.update(given[name] for name in ("id", "name") if given.get(name))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        canonical = given.get("rel") == "canonical"
        self.fetched += [v for k, v in attrs if (tag, k) in FETCHED and v and not canonical]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    env = environment_of(folder / "var", PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    words = ["-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder / "out")]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def target(site: Path, page: Path, link: str) -> Path:
    """The file that a link of a page leads to."""
    path = unquote(urlsplit(link).path)
    whole = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    whole = Path(os.path.normpath(whole)) if path else page
    return whole / "index.html" if whole.is_dir() else whole


def inside(links: list[str]) -> list[str]:
    return [link for link in links if not urlsplit(link).scheme and not link.startswith("//")]


def test_link_and_anchor_of_every_page_is_there(site, pages):
    dead = []
    for path, page in pages.items():
        for link in inside(page.links + page.fetched):
            file, anchor = target(site, path, link), unquote(urlsplit(link).fragment)
            there = file.is_file()
            if there and anchor and file.suffix == ".html":
                there = anchor in pages[file].anchors
            if not there:
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []
    assert len(pages) > 80


def test_page_fetches_nothing_from_elsewhere(pages):
    for path, page in pages.items():
        assert inside(page.fetched) == page.fetched, path


def test_search_knows_both_languages(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    texts = {doc["location"]: doc["text"] for doc in index["docs"]}
    assert "recommendation engine" in texts[""]
    assert "추천 엔진" in texts["index.ko/"]


def test_equation_is_drawn_without_a_script(site):
    text = (site / "models" / "ease" / "index.html").read_text(encoding="utf-8")
    assert "<math" in text
    assert "$$" not in text
    assert "<p><span><math" in text  # at the begin of a line it stays within its sentence


def test_api_page_has_the_document_and_what_draws_it(site):
    document = json.loads((site / "openapi.json").read_text(encoding="utf-8"))
    operations = {
        each["operationId"] for path in document["paths"].values() for each in path.values()
    }
    listed = (ROOT / "tests/omakase_service/operation_ids.txt").read_text(encoding="utf-8").split()
    assert operations >= set(listed)
    assert (site / "assets" / "swagger-ui-bundle.js").stat().st_size > 100_000


def test_sizing_figures_say_what_the_large_catalogs_measured(site):
    figures = json.loads((site / "assets" / "sizing.json").read_text(encoding="utf-8"))
    assert figures == sizing_figures()
    results = json.loads((ROOT / "benchmarks/results/scale.json").read_text(encoding="utf-8"))
    few, many = results["rows"]
    added = (many["items"] - few["items"]) / 1e6 * (figures["shared_mb"] + figures["own_mb"])
    assert added == pytest.approx(1000 * (many["GB serving"] - few["GB serving"]))
    assert figures["supervisor_mb"] + figures["worker_mb"] < 400


@pytest.mark.parametrize("page", ["sizing.md", "sizing.ko.md"])
def test_sizing_page_names_the_memory_that_the_last_run_measured(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    results = json.loads((ROOT / "benchmarks/results/small_machine.json").read_text("utf-8"))
    _, *megabytes = (row["MB"] for row in results["rows"])
    assert len(megabytes) == 4
    assert [each for each in megabytes if f"{each:.0f} MB" not in text] == []
