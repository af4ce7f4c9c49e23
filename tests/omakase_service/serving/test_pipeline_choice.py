"""Which pipeline of a version answers, and what stands in where a part is damaged."""

from dataclasses import replace

import pytest

from omakase.errors import UnknownName
from omakase_service.serving import live_version
from omakase_service.serving.engine.contracts import AUTO, EngineRequest
from omakase_service.serving.engine.pipeline_choice import PipelineChoice, filled_by
from omakase_settings import Placement

POPULAR = {"kind": "fixed", "config": {"model": "popular"}, "k": 7}
OWN = {"sources": [{"kind": "fixed", "config": {"model": "popular"}}]}


def test_filled_by_a_whole_fallback_stays_as_it_is():
    config = {"name": "ease", "fallback": POPULAR}
    assert filled_by(config, {"models/ease": "cut short"}) == config
    assert filled_by({"name": "ease"}, {"models/popular": "cut short"}) == {"name": "ease"}


def test_filled_by_another_model_of_everybodys_where_one_is_damaged():
    filled = filled_by({"name": "ease", "fallback": POPULAR}, {"models/popular": "cut short"})
    assert filled["fallback"]["config"]["model"] not in ("popular", "")
    assert (filled["name"], filled["fallback"]["k"]) == ("ease", 7)


def test_filled_by_none_where_all_of_everybodys_are_damaged():
    damage = {f"models/{name}": "cut short" for name in ("popular", "trending", "newest", "random")}
    assert filled_by({"fallback": POPULAR}, damage)["fallback"] is None


@pytest.fixture
def choice(trained) -> PipelineChoice:
    return live_version.now().live.choice


def test_stand_in_of_a_damaged_model_is_one_of_its_kind_or_the_best(choice):
    without = {name: each for name, each in choice.by_model.items() if name != "popular"}
    damaged = replace(choice, by_model=without)
    assert choice.stand_in("popular") == "popular"
    assert damaged.stand_in("popular") in without
    assert damaged.stand_in("never trained") == "never trained"


def test_stand_in_of_a_family_is_the_model_of_it_that_there_is(choice):
    assert choice.stand_in("collaborative") == "ease"
    assert choice.stand_in("ncf") == "ncf"


def test_answering_goes_by_strategy_then_model_then_placement(choice):
    place = Placement(pipeline=OWN)
    by_model = choice.answering(EngineRequest(n=3, model="ease", placement=place))
    assert by_model is choice.by_model["ease"]
    by_place = choice.answering(EngineRequest(n=3, model="", placement=place))
    assert by_place is choice.by_placement[place.model_dump_json(include={"pipeline"})]
    assert choice.answering(EngineRequest(n=3, model="", placement=place)) is by_place
    assert choice.answering(EngineRequest(n=3, strategy=AUTO)) is choice.strategies.pipelines["rrf"]
    with pytest.raises(UnknownName):
        choice.answering(EngineRequest(n=3, model="never trained"))


def test_share_of_what_nobody_knows_is_nothing(choice):
    assert choice.share_of("popular", "i03") > 0
    assert choice.share_of("popular", "never heard of") == 0
    assert choice.share_of("never trained", "i03") == 0


def test_choice_over_other_items_keeps_what_was_built(choice):
    place = Placement(pipeline=OWN)
    built = choice.answering(EngineRequest(n=3, model="", placement=place))
    available = choice.available.copy()
    available[0] = False
    changed = choice.with_available(available)
    (kept,) = changed.by_placement.values()
    assert kept.proposers is built.proposers
    assert not changed.available[0]
    assert choice.available[0]
