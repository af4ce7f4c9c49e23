"""Places whose model a newer version has not: answered as usual, and said."""

import pytest

from omakase_service.serving import live_version
from omakase_service.serving import services as serving
from omakase_service.serving.effective_placements import standing
from omakase_service.serving.placements import placement_by_name, save_placement
from omakase_service.training.services import train
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
HISTORY = ("i00", "i02")


def shown(placement: str) -> tuple[str, list[str]]:
    answer = serving.recommend(placement=placement, history=HISTORY, n=12)
    return answer.algorithm, [item.card.item_id for item in answer.items]


@pytest.mark.parametrize(
    "lost",
    [
        {"model": "item_knn"},
        {"pipeline": {"sources": [{"kind": "scored", "config": {"model": "item_knn"}}]}},
    ],
)
def test_a_place_whose_model_is_gone_is_answered_by_the_best_under_its_own_rules(
    tribes, client, lost
):
    train(models={"item_knn": {}}, evaluate=False)
    save_placement(name="home", placement=Placement(**lost, exclude=("i06",)))
    save_placement(name="cart", placement=Placement(exclude=("i08",)))
    assert client.get("/health/ready").json()["parts"]["placements"] == "ok"
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    algorithm, items = shown("home")
    assert "i06" not in items and len(items) > 1
    assert algorithm == shown("cart")[0]
    ready = client.get("/health/ready").json()
    assert ready["status"] == "degraded"
    assert "home: " in ready["parts"]["placements"] and "item_knn" in ready["parts"]["placements"]
    assert "cart" not in ready["parts"]["placements"]
    assert placement_by_name(name="home").exclude == ("i06",), "what was saved stays saved"
    assert (placement_by_name(name="home").model or "item_knn") == "item_knn"


def test_it_holds_again_when_the_model_is_back(tribes):
    train(models={"item_knn": {}}, evaluate=False)
    save_placement(name="home", placement=Placement(model="item_knn"))
    train(models={"ease": {"l2": 1.0}}, evaluate=False)
    assert "home" in live_version.now().standing.misfits
    train(models={"item_knn": {}, "ease": {"l2": 1.0}}, evaluate=False)
    assert live_version.now().standing.misfits == {}
    assert shown("home")[0] == "item_knn"


def test_what_fits_is_found_out_once_for_a_version(trained):
    save_placement(name="home", placement=Placement(exclude=("i06",)))
    before = live_version.now().standing
    live_version.refresh()
    assert live_version.now().standing is before


def test_only_the_way_a_list_is_made_gives_way(trained):
    said = {"home": Placement(strategy="no such", exclude=("i06",), diversity=0.5)}
    found = standing(live_version.now().live, said)
    assert found.said == said and list(found.misfits) == ["home"]
    assert found.holding["home"] == Placement(
        exclude=("i06",), diversity=0.5, model="", strategy="", pipeline={}
    )
