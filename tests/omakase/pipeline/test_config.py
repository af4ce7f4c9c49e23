"""A pipeline as data."""

import json

import pytest
from pydantic import ValidationError

from omakase.errors import ConfigError
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec

FULL = PipelineConfig(
    name="home",
    sources=(
        SourceSpec(kind="scored", name="als", share=0.7, config={"model": "als"}),
        SourceSpec(kind="fixed", quota=20, config={"model": "popular"}),
    ),
    merge=PlugSpec(kind="rrf", config={"offset": 10}),
    rankers=(PlugSpec(kind="cut", config={"k": 50}),),
    gate={"seen": "show"},
    fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
)


def test_json_both_ways():
    again = PipelineConfig.model_validate(json.loads(json.dumps(FULL.model_dump(mode="json"))))
    assert again == FULL


def test_a_source_is_called_by_its_kind_unless_named():
    assert [source.called for source in FULL.sources] == ["als", "fixed"]


def test_two_sources_of_one_name_are_refused():
    twice = (SourceSpec(kind="scored"), SourceSpec(kind="fixed", name="scored"))
    with pytest.raises(ConfigError, match="two sources are called 'scored'"):
        PipelineConfig(name="x", sources=twice)


@pytest.mark.parametrize(
    "fields",
    [
        {"sources": ()},
        {"sauces": ()},
        {"oversample": 0.5},
        {"pool": 0},
        {"format": 2},
        {"gate": {"sen": "hide"}},
        {"sources": ({"kind": "scored", "share": 0},)},
        {"sources": ({"kind": "scored", "quota": 0},)},
    ],
)
def test_what_makes_no_sense_is_refused(fields):
    with pytest.raises(ValidationError):
        PipelineConfig(**{"name": "x", "sources": ({"kind": "scored"},), **fields})


def test_every_knob_says_what_it_is():
    for cls in (PipelineConfig, SourceSpec, PlugSpec):
        for name, field in cls.model_fields.items():
            assert field.description, name


def test_an_index_is_asked_where_a_model_scored_all():
    plain = SourceSpec(kind="scored", name="als", share=0.7, quota=9, config={"model": "als"})
    other = SourceSpec(kind="scored", name="ease", config={"model": "ease"})
    near = SourceSpec(kind="item_to_item", config={"model": "als"})
    before = PipelineConfig(name="p", sources=(plain, other, near))
    after = before.through_index("als", "als-index")
    first, *rest = after.sources
    assert (first.kind, first.called, first.share, first.quota) == ("indexed", "als", 0.7, 9)
    assert first.config == {"model": "als", "index": "als-index"}
    assert tuple(rest) == (other, near)
    again = after.through_index("als", "newer")
    assert again.sources[0].config["index"] == "newer" and again.sources[0].called == "als"
    unnamed = PipelineConfig(name="p", sources=(SourceSpec(kind="scored", config={"model": "a"}),))
    assert unnamed.through_index("a", "i").sources[0].called == "scored"
