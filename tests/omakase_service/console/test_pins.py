"""Figures on one's own overview."""

import pytest
from tests.omakase_service.console.test_pages import figures_of, text_of

from omakase_service.console.models import PinnedFigure
from omakase_service.console.pins import MOST_PINS, SPANS, pin, pins_of
from omakase_service.platform.exceptions import Invalid

pytestmark = pytest.mark.django_db
FORM = {"figure": "clicks", "placement": "", "days": "14"}


def test_pin_shows_the_figure_of_its_days_and_its_series():
    figures_of(1, "home", clicks=3)
    figures_of(9, "cart", clicks=4)
    figures_of(20, "home", clicks=50)
    pin(login="ada", figure="clicks", placement="", length=14)
    (own,) = pins_of("ada")
    assert (own.tile.value, own.tile.before) == (7.0, 50.0)
    assert len(own.tile.series) == 14
    assert own.chart.count("<circle") == 14


def test_pin_of_one_placement_counts_its_lists_alone():
    figures_of(1, "home", clicks=3)
    figures_of(1, "cart", clicks=4)
    pin(login="ada", figure="clicks", placement="cart", length=7)
    assert pins_of("ada")[0].tile.value == 4.0


def test_pins_belong_to_whoever_pinned(member):
    ada, bob = member("see"), member("edit")
    assert ada.post("/console/pins/add", FORM).status_code == 302
    assert "14 days" in text_of(ada.get("/console/"))
    assert "14 days" not in text_of(bob.get("/console/"))
    number = PinnedFigure.objects.get().pk
    bob.post("/console/pins/remove", {"number": number})
    assert PinnedFigure.objects.exists()
    ada.post("/console/pins/remove", {"number": number})
    assert not PinnedFigure.objects.exists()


@pytest.mark.parametrize(
    ("figure", "length"), [("nope", 7), ("clicks", 8), ("__class__", 7), ("clicks", 0)]
)
def test_pin_of_what_there_is_not_is_refused(figure, length):
    with pytest.raises(Invalid):
        pin(login="ada", figure=figure, placement="", length=length)


def test_pin_twice_is_one_and_more_than_most_are_refused():
    for _ in range(2):
        pin(login="ada", figure="clicks", placement="", length=7)
    assert len(pins_of("ada")) == 1
    for n in range(MOST_PINS - 1):
        pin(login="ada", figure="clicks", placement=f"p{n}", length=SPANS[0])
    with pytest.raises(Invalid):
        pin(login="ada", figure="clicks", placement="more", length=7)
