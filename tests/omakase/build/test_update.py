"""A version that goes on from another one."""

import pytest

from omakase.build.update import events_until, learnable_until, update_version
from omakase.build.version import BuildPlan, build_version
from omakase.data.dataset import Dataset
from omakase.serve.recommender import Recommender

PEOPLE, GOODS, EACH = 40, 40, 10


def events(extra: int = 0) -> list[tuple[str, str, float]]:
    """Two sides who like their own, one after the other; then some who take what is new."""
    lines = [
        (f"u{u:02}", f"i{(u % 2 + 2 * ((u * 7 + step * 3) % (GOODS // 2))):02}", 1.0)
        for step in range(EACH)
        for u in range(PEOPLE)
    ]
    return [*lines, *((f"u{u:02}", "new", 1.0) for u in range(extra))]


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """A hybrid of two models, with its stack and its curve of popularity."""
    folder = tmp_path_factory.mktemp("versions")
    plan = BuildPlan({"hybrid": {"models": ("item_knn", "ease")}, "ease": {}})
    return build_version(Dataset.from_events(events()), plan, folder).version


def test_update_keeps_models_stacks_and_pipelines(live):
    steps = []
    made = update_version(
        Dataset.from_events(events(10)), live, live.folder.parent, step=lambda *at: steps.append(at)
    ).version
    assert (made.models, made.stacks) == (live.models, live.stacks)
    assert made.pipelines == live.pipelines
    assert steps[-1] == (len(live.models) + 2, len(live.models) + 2, "done")
    for name in live.models:
        before, now = (v.part_manifest("models", name) for v in (live, made))
        assert (now.config, now.metrics) == (before.config, before.metrics)


def test_update_knows_what_came_in(live):
    data = Dataset.from_events(events(10))
    made = update_version(data, live, live.folder.parent).version
    assert made.manifest.window.events == len(events(10))
    lists = Recommender.open(live.folder.parent, "ease", version=made.name)
    found = lists.recommend(["i00"], n=GOODS)
    assert "new" in [each.item_id for each in found]


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (4, 8),  # 5 to 9 are new: the newest fifth of them judges
        (8, 9),  # one moment alone judges nothing
        (20, 20),
    ],
)
def test_learnable_until_leaves_the_newest_fifth_of_what_is_new(last, until):
    data = Dataset.from_events([("u", f"i{n}", 1.0) for n in range(10)])
    assert learnable_until(data, last) == until


def test_events_until_a_moment_keeps_rows(live):
    data = Dataset.from_events(events(10))
    cut = events_until(data, len(events()) - 1)
    assert len(cut.events) == len(events())
    assert cut.ids is data.ids
