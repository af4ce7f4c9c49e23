"""Figures on one's own overview."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.omakase_service.console.markup import messages_of, tree_of
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


def test_pin_of_a_figure_that_is_pinned_already_stays_where_all_places_are_taken():
    for n in range(MOST_PINS):
        pin(login="ada", figure="clicks", placement=f"p{n}", length=7)
    pin(login="ada", figure="clicks", placement="p3", length=7)
    assert len(pins_of("ada")) == MOST_PINS


def test_pin_of_too_many_says_how_many_there_may_be():
    for n in range(MOST_PINS):
        pin(login="ada", figure="clicks", placement=f"p{n}", length=7)
    with pytest.raises(Invalid) as raised:
        pin(login="ada", figure="requests", placement="", length=7)
    assert str(raised.value) == "At most 12 figures can be pinned."
    pin(login="bob", figure="requests", placement="", length=7)


def test_pins_come_in_the_order_in_which_they_were_pinned():
    for figure in ("revenue", "clicks", "requests"):
        pin(login="ada", figure=figure, placement="", length=7)
    assert [each.tile.title for each in pins_of("ada")] == ["Revenue", "Clicks", "Answers"]


def test_pin_of_a_figure_at_two_lengths_and_places_is_apart():
    for length, placement in ((7, ""), (14, ""), (7, "home")):
        pin(login="ada", figure="clicks", placement=placement, length=length)
    assert [(each.length, each.placement) for each in pins_of("ada")] == [
        (7, ""), (14, ""), (7, "home"),
    ]  # fmt: skip


def test_pins_of_one_length_and_place_ask_no_more_than_one_of_them():
    pin(login="ada", figure="clicks", placement="home", length=7)
    with CaptureQueriesContext(connection) as of_one:
        pins_of("ada")
    for figure in ("revenue", "requests", "people"):
        pin(login="ada", figure=figure, placement="home", length=7)
    with CaptureQueriesContext(connection) as of_four:
        assert len(pins_of("ada")) == 4
    assert len(of_four) == len(of_one) == 2


def test_pins_of_a_figure_that_there_is_no_more_are_left_out():
    PinnedFigure.objects.create(login="ada", figure="bygone", days=7)
    pin(login="ada", figure="clicks", placement="", length=7)
    assert [each.tile.title for each in pins_of("ada")] == ["Clicks"]


def test_pins_of_nobody_are_none():
    assert pins_of("ada") == []


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 5000])
def test_unpin_of_what_is_no_number_takes_nothing_off(owner, number):
    pin(login="administer", figure="clicks", placement="", length=7)
    assert owner.post("/console/pins/remove", {"number": number}).status_code == 302
    assert len(pins_of("administer")) == 1


@pytest.mark.parametrize("length", ["", "x", "8", "-7", "7.0", "9" * 5000])
def test_pin_of_days_that_cannot_be_chosen_is_refused_in_words(owner, length):
    response = owner.post("/console/pins/add", FORM | {"days": length}, follow=True)
    assert messages_of(response) == [("error", "Choose a figure and how many days.")]
    assert not PinnedFigure.objects.exists()


def test_pinned_figure_stands_on_the_overview_with_its_place_and_days(owner):
    figures_of(1, "home", clicks=1234)
    owner.post("/console/pins/add", FORM | {"placement": "home", "days": "28"})
    card = tree_of(owner.get("/console/")).one("section", id="pins").one("li", class_="card")
    assert card.one("h3").text == "Clicks"
    assert card.one("p", class_="hint").text == "home · 28 days"
    assert card.one("p", class_="value").text == "1,234"
    assert len(card.every("circle")) == 28


def test_pinned_share_is_written_in_percent(owner):
    figures_of(1, "home", clicks=12)
    owner.post("/console/pins/add", FORM | {"figure": "click_rate", "days": "7"})
    pins = tree_of(owner.get("/console/")).one("section", id="pins")
    assert pins.one("p", class_="value").text == "12.0 %"
