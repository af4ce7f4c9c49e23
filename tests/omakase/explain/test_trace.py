"""A trace tells what the pipeline does, stage by stage."""

import numpy as np
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.explain.reasons import reasons
from omakase.explain.trace import trace
from omakase.explain.why_not import why_not
from omakase.pipeline.rules import CompiledRules, RulesConfig
from omakase.registry import MODELS, build_pipeline
from omakase.types import PAD

DATA = two_tribes()


@pytest.fixture(scope="module")
def pipeline():
    configs = {"ease": MODELS["ease"].config_type(l2=1), "popular": MODELS["popular"].config_type()}
    parts = InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    return build_pipeline(
        {
            "name": "home",
            "sources": [
                {"kind": "scored", "name": "taste", "config": {"model": "ease"}},
                {"kind": "fixed", "name": "crowd", "config": {"model": "popular"}},
            ],
            "rankers": [{"kind": "cut", "config": {"k": 4}}],
        },
        parts,
    )


def asked(user=2):
    return everyone(DATA)[user : user + 1]


def test_every_stage_is_told_in_order(pipeline):
    found = trace(pipeline, asked(), 3)
    names = [stage.name for stage in found.stages]
    assert names == ["source taste", "source crowd", "merge", "ranker Cut", "gate", "answer"]
    slates = dict(pipeline.stages(asked(), 3))
    for stage in found.stages:
        items = slates[stage.name].items[0]
        assert stage.count == (items != PAD).sum()
        assert stage.first == tuple(slates[stage.name].lists()[0][:5])


def test_the_answer_is_that_of_the_pipeline_with_its_reasons(pipeline):
    found = trace(pipeline, asked(), 3)
    slate = pipeline.recommend(asked(), 3)
    assert found.answer == tuple(slate.lists()[0])
    assert found.reasons == tuple(reasons(pipeline, asked(), slate)[0])
    assert found.answer[0][0] == 2


def test_each_stage_has_its_own_time(pipeline):
    ticks = iter(range(100))
    found = trace(pipeline, asked(), 3, clock=lambda: float(next(ticks)))
    assert [stage.milliseconds for stage in found.stages] == [1000.0] * 6
    assert found.milliseconds == 6000


def test_the_fate_of_an_item_is_told_where_it_was_asked_for(pipeline):
    assert trace(pipeline, asked(), 3).fate is None
    seen = int(asked().history[0, -1])
    found = trace(pipeline, asked(), 3, item=seen)
    assert found.fate == why_not(pipeline, asked(), seen, 3)
    assert found.fate.reason == "seen"


def test_rules_of_the_request_are_traced(pipeline):
    rules = CompiledRules.of(RulesConfig(exclude=("i02",)), DATA.items)
    found = trace(pipeline, asked(), 3, item=2, rules=rules)
    assert 2 not in [item for item, _ in found.answer]
    assert found.fate is not None
    assert found.fate.reason == "ruled_out"


def test_fewer_items_may_be_told(pipeline):
    assert all(len(s.first) <= 1 for s in trace(pipeline, asked(), 3, first=1).stages)


def test_one_query_at_a_time(pipeline):
    with pytest.raises(ValueError, match="one query"):
        trace(pipeline, everyone(DATA)[:2], 3)
