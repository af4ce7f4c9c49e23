"""What diversity costs is shown where a placement's rules are written."""

import re

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.console.charts import curve_chart
from omakase_service.jobs.selectors import jobs
from omakase_service.jobs.services.worker import run_now
from omakase_service.serving.placements import save_placement
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
PAGE = "/console/placements/one?name=home"


def test_placement_without_a_measurement_says_so_and_asks_for_one(trained, owner):
    assert "It was not measured yet for ease" in text_of(owner.get(PAGE))
    response = owner.post("/console/placements/trade-off", {"name": "home", "model": "ease"})
    (job,) = jobs(kind="trade_off")
    assert response["Location"] == f"/console/jobs/{job.id}/"
    assert job.parameters == {"model": "ease"}


def test_placement_shows_every_place_of_the_knob_and_marks_its_own(trained, owner):
    save_placement(name="home", placement=Placement(diversity=0.3))
    run_now(kind="trade_off", parameters={"model": "ease"})
    page = owner.get(PAGE).content.decode().split('id="trade-off"')[1]
    assert len(re.findall(r"<circle", page)) == 11
    assert re.findall(r'<tr class="best"><th scope="row">([\d.]+)<', page) == ["0.3"]


def test_placement_of_who_may_only_see_has_no_button(trained, member):
    page = member("see").get(PAGE).content.decode().split('id="trade-off"')[1]
    assert "<form" not in page


def test_curve_chart_of_equal_points_lies_within_the_drawing(db):
    drawing = curve_chart("t", [(0.5, 0.1), (0.5, 0.1)], ["a", "<b>"], 0)
    assert "nan" not in drawing
    assert "&lt;b&gt;" in drawing
