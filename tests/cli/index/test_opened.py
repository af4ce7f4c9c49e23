"""What the commands about indexes begin with."""

import shutil

import pytest

from omakase.build.index import IndexCheck
from omakase.evaluate.index import Quality
from omakase_cli.index.opened import check_line, open_version, people, public_knobs
from omakase_service.platform.exceptions import NotReady
from omakase_service.training.services import snapshot_folder

pytestmark = pytest.mark.django_db


def test_the_live_version_by_itself(trained):
    version = open_version(None)
    assert open_version(version.name).name == version.name
    assert "ease" in version.models


def test_nothing_is_live(tribes):
    with pytest.raises(NotReady):
        open_version(None)


def test_people_are_those_of_the_last_training(trained):
    version = open_version(None)
    found = people(version)
    assert len(found) == 12
    assert all(len(set((row % 2).tolist())) == 1 for row in found), "of one tribe each"


def test_people_are_made_up_where_events_are_gone(trained, capsys):
    version = open_version(None)
    shutil.rmtree(snapshot_folder())
    assert max(int(row.max()) for row in people(version)) < version.n_items
    assert "made up" in capsys.readouterr().err


def test_what_was_found_in_a_line():
    found = IndexCheck(9, 10, Quality(0.5, 1.25, 3.5, 40, 100))
    assert check_line(found) == (
        "9 of 10 vectors; recall@100 0.500, 1.25 ms a search (99 of 100 under 3.50 ms), "
        "40 people asked"
    )


def test_an_address_with_its_password_is_shown_to_nobody():
    assert public_knobs({"url": "https://:secret@qdrant:6333", "lists": 3}) == {"lists": 3}
