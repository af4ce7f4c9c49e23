"""Places of new items are worked out beside the looks, of the version that answers alone."""

import logging

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.serving import live_version
from omakase_service.serving.fresh_items import follow_catalog
from omakase_service.serving.places_builder import PlacesBuilder


@pytest.fixture
def opened(trained):
    return live_version.now().live.opened


def test_places_builder_begun_has_the_places_of_that_version_alone(opened):
    builder = PlacesBuilder()
    builder.begin(opened)
    builder.join()
    assert builder.ready(opened).space.known.shape[0] == opened.n_items
    assert builder.ready(object()) is None


def test_places_builder_begun_again_does_not_build_again(opened):
    builder = PlacesBuilder()
    builder.begin(opened)
    builder.join()
    first = builder.ready(opened)
    builder.begin(opened)
    builder.join()
    assert builder.ready(opened) is first


def test_places_builder_of_a_version_that_cannot_be_read_says_so(caplog):
    builder, broken = PlacesBuilder(), object()
    with caplog.at_level(logging.ERROR, logger="omakase.serving"):
        builder.begin(broken)
        builder.join()
    assert builder.ready(broken) is None and "cannot be placed" in caplog.text


def test_new_item_is_placed_once_its_builder_has_the_places(trained):
    state, builder = live_version.now(), PlacesBuilder()
    upsert_items(items=[ItemIn(item_id="n", title="Item 4", category="Even")])
    live_version.refresh()
    live = live_version.now().live
    first = follow_catalog(state.fresh, live, {"n"}, {}, 1, builder)
    assert list(first.items.cards) == ["n"] and first.items.placed is None
    builder.begin(live.opened)
    builder.join()
    second = follow_catalog(first, live, (), {}, 1, builder)
    assert second.items.placed.ids == ("n",)
