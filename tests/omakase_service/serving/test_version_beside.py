"""A version beside the live one is opened once, and anew as soon as the catalog is another."""

import pytest

from omakase_service.catalog.contracts import ItemFields
from omakase_service.catalog.services import patch_item
from omakase_service.platform.exceptions import NotFound
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.previews import preview_list
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(trained):
    return train(models=["popular"], evaluate=False, promote=False).name


def beside(name):
    return live_version.with_version(live_version.now(), name).live


def test_version_beside_is_opened_once_while_nothing_changes(other):
    assert beside(other) is beside(other)


def test_version_beside_is_opened_anew_for_another_name(other):
    first, third = beside(other), train(models=["ease"], evaluate=False, promote=False).name
    assert beside(third).name == third
    assert beside(other) is not first


def test_version_beside_knows_what_changed_in_the_catalog(other):
    question = ListRequest(n=12)
    hidden = preview_list(question, version=other).items[0].card.item_id
    patch_item(item_id=hidden, fields=ItemFields(hidden=True))
    shown = [each.card.item_id for each in preview_list(question, version=other).items]
    assert shown
    assert hidden not in shown


def test_version_beside_that_there_is_not_is_not_found_though_one_is_open(other):
    beside(other)
    with pytest.raises(NotFound):
        beside("nope")
