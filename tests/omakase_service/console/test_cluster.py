"""The page of machines."""

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.cluster.contracts import NodeRole
from omakase_service.cluster.services import Heart

pytestmark = pytest.mark.django_db


def test_machines_without_a_worker_say_how_one_is_started(owner):
    Heart(NodeRole.SERVER, lambda: "old").beat()
    text = text_of(owner.get("/console/cluster/"))
    assert "omakase worker" in text
    assert "not the live one" in text


def test_machines_with_a_worker_list_it_and_warn_of_nothing(owner, trained):
    Heart(NodeRole.WORKER).beat()
    text = text_of(owner.get("/console/cluster/"))
    assert "Processes: 1, machines: 1" in text
    assert "omakase worker" not in text
