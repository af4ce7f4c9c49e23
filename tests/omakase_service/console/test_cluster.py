"""The page of machines."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.omakase_service.console.markup import rows_of, tree_of
from tests.omakase_service.console.test_pages import text_of

from omakase_service.cluster.contracts import AWAY_SECONDS, NodeRole
from omakase_service.cluster.models import Node
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


def node(name: str, *, seconds: float = 0.0, **fields) -> None:
    now = timezone.now()
    given = {"role": "server", "version": "v1", "release": "1.0", "load": 0.5, **fields}
    Node.objects.create(name=name, started=now, seen=now - timedelta(seconds=seconds), **given)


def rows(page) -> list[dict[str, str]]:
    return rows_of(tree_of(page).one("section", id="nodes"))


def test_machines_are_counted_once_and_their_processes_each(owner):
    for name in ("web-1:11", "web-1:12", "web-2:11"):
        node(name)
    node("web-3:11", seconds=AWAY_SECONDS + 5)
    text = text_of(owner.get("/console/cluster/"))
    assert "Processes: 3, machines: 2" in text


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, "here just now"), (50, "here just now"), (65, "away 1 min ago")]
)
def test_process_that_is_silent_for_a_minute_is_away(owner, seconds, state):
    node("web-1:11", seconds=seconds)
    assert rows(owner.get("/console/cluster/"))[0]["State"] == state


def test_process_is_shown_with_what_it_said_of_itself(owner):
    node("web-1:11", load=1.25, release="2.1", version="")
    (row,) = rows(owner.get("/console/cluster/"))
    assert (row["Process"], row["For"], row["Version"]) == ("web-1:11", "server", "–")
    assert (row["Release"], row["Load of a core"]) == ("2.1", "125.0 %")


def test_process_whose_load_nobody_knows_has_a_dash(owner):
    node("web-1:11", load=None, release="")
    (row,) = rows(owner.get("/console/cluster/"))
    assert (row["Load of a core"], row["Release"]) == ("–", "–")


@pytest.mark.parametrize(
    ("releases", "warned"), [(("1.0", "1.0"), False), (("1.0", "1.1"), True), (("1.0", ""), False)]
)
def test_machines_of_several_releases_are_warned_of(owner, releases, warned):
    for n, release in enumerate(releases):
        node(f"web-{n}:1", release=release)
    text = text_of(owner.get("/console/cluster/"))
    assert ("They run several releases:" in text) is warned


def test_release_of_who_is_away_is_warned_of_by_nobody(owner):
    node("web-1:1", release="1.1")
    node("web-2:1", release="1.0", seconds=AWAY_SECONDS + 5)
    assert "They run several releases:" not in text_of(owner.get("/console/cluster/"))


def test_process_that_is_away_is_not_blamed_for_its_version(trained, owner):
    node("web-1:1", version="old", seconds=AWAY_SECONDS + 5)
    assert "not the live one" not in text_of(owner.get("/console/cluster/"))


def test_worker_that_is_away_works_no_more(owner):
    node("work-1:1", role="worker", version="", seconds=AWAY_SECONDS + 5)
    assert "No worker runs" in text_of(owner.get("/console/cluster/"))


def test_machines_that_never_said_anything_are_none(owner):
    text = text_of(owner.get("/console/cluster/"))
    assert "None in this list yet." in text
    assert "Processes: 0, machines: 0" in text
