"""Processes say that they live; who falls silent is away, who ends in order leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.patience import PATIENCE_SECONDS

from omakase_service.cluster.contracts import AWAY_SECONDS, KEPT_SECONDS, NodeRole
from omakase_service.cluster.models import Node
from omakase_service.cluster.selectors import nodes
from omakase_service.cluster.services import Heart, heart_beating

pytestmark = pytest.mark.django_db


def silent_for(heart: Heart, seconds: float) -> None:
    heart.beat()
    Node.objects.update(seen=timezone.now() - timedelta(seconds=seconds))


def test_beat_of_a_server_tells_version_release_and_load():
    Heart(NodeRole.SERVER, lambda: "v7").beat()
    (card,) = nodes()
    assert (card.role, card.version, card.is_away) == ("server", "v7", False)
    assert card.load is None or card.load >= 0
    assert card.seen >= card.started


def test_beat_of_the_same_process_again_keeps_one_row():
    heart = Heart(NodeRole.WORKER)
    heart.beat()
    heart.beat()
    assert len(nodes()) == 1


def test_nodes_after_silence_are_away():
    silent_for(Heart(NodeRole.WORKER), AWAY_SECONDS + 1)
    assert nodes()[0].is_away


def test_beat_forgets_who_was_silent_for_a_day():
    silent_for(Heart(NodeRole.WORKER), KEPT_SECONDS + 1)
    Node.objects.update(name="gone:1")
    heart = Heart(NodeRole.WORKER)
    heart.beat()
    assert [each.name for each in nodes()] == [heart.name]


@pytest.mark.django_db(transaction=True)
def test_heart_beating_lists_the_process_while_the_block_lasts(monkeypatch):
    import threading

    said = threading.Event()
    beat = Heart.beat

    def noticed(heart: Heart) -> None:
        beat(heart)
        said.set()

    monkeypatch.setattr(Heart, "beat", noticed)
    with heart_beating(NodeRole.WORKER):
        assert said.wait(PATIENCE_SECONDS)
        assert [each.role for each in nodes()] == ["worker"]
    assert nodes() == []


def test_nodes_over_the_api_name_each_process(api):
    Heart(NodeRole.SERVER, lambda: "v7").beat()
    (row,) = api.get("/api/cluster/nodes").json()
    assert (row["role"], row["version"], row["is_away"]) == ("server", "v7", False)
