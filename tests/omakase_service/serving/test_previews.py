"""A preview shows what would be, changes nothing, and is logged nowhere."""

import pytest

from omakase.errors import OmakaseError
from omakase_service.platform.exceptions import NotFound
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.models import Answer
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.previews import preview_list
from omakase_service.serving.services import recommend
from omakase_service.training.services import train
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
EVENS = Placement(filters=("item.category == 'Even'",))


def ids(found) -> list[str]:
    return [each.card.item_id for each in found.items]


def test_preview_of_what_holds_now_is_the_list_that_is_answered(trained):
    question = ListRequest(user_id="u01", n=5)
    assert ids(preview_list(question)) == ids(recommend(user_id="u01", n=5))


def test_preview_of_a_placement_obeys_it_and_saves_nothing(trained):
    question = ListRequest(user_id="u01", n=5, placement="home")
    then = preview_list(question, placement=EVENS)
    assert ids(then)
    assert all(int(key[1:]) % 2 == 0 for key in ids(then))
    assert ids(preview_list(question)) == ids(recommend(user_id="u01", n=5))


def test_preview_is_not_logged(trained):
    preview_list(ListRequest(user_id="u01"), placement=EVENS)
    writer.flush()
    assert not Answer.objects.exists()


def test_preview_by_another_version_names_it(trained):
    other = train(models=["popular"], evaluate=False, promote=False)
    found = preview_list(ListRequest(user_id="u01", n=5), version=other.name)
    assert (found.version, found.algorithm) == (other.name, "popular")
    assert recommend(user_id="u01").version == trained.name


@pytest.mark.parametrize(
    "placement", [Placement(model="nope"), Placement(filters=("item.nope > 3",))]
)
def test_preview_of_what_the_version_cannot_do_is_refused(trained, placement):
    with pytest.raises(OmakaseError, match="nope"):
        preview_list(ListRequest(user_id="u01"), placement=placement)


def test_preview_by_a_version_that_there_is_not_is_refused(trained):
    with pytest.raises(NotFound, match="no version"):
        preview_list(ListRequest(), version="nope")
