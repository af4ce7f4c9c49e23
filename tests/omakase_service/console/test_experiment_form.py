"""A form as a design: what is usual against one variant."""

import pytest
from django.utils.translation import override

from omakase_service.console.experiment_form import (
    AMOUNTS,
    CONTROL,
    DEFAULTS,
    METRICS,
    RULES,
    design_of,
)
from omakase_service.platform.exceptions import Invalid
from omakase_settings import Placement

FIELDS = {**DEFAULTS, "name": "test", "place": "home", "model": "ease"}


def refusal(**fields: str) -> str:
    with override("en"), pytest.raises(Invalid) as raised:
        design_of(FIELDS | fields)
    return str(raised.value)


def test_design_of_the_empty_form_with_a_place_and_a_rule_is_what_the_form_shows():
    design = design_of(FIELDS)
    assert design.place == "home"
    assert [(each.name, each.weight) for each in design.variants] == [(CONTROL, 0.5), ("new", 0.5)]
    assert (design.traffic, design.target, design.days, design.least_lift) == (
        1.0,
        1000,
        14.0,
        0.05,
    )
    assert (design.kind, design.unit, design.layer) == ("placement", "user", "")


def test_control_of_a_design_changes_nothing():
    control, _ = design_of(FIELDS).variants
    assert control.placement == Placement()
    assert not control.placement.model_fields_set


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("model", "ease", "ease"),
        ("strategy", "rrf", "rrf"),
        (
            "filters",
            "item.price < 3\n\n item.brand == 'a' ",
            ("item.price < 3", "item.brand == 'a'"),
        ),
        ("boosts", "2", ("2",)),
        ("diversity", "0.35", 0.35),
        ("diversity", "0", 0.0),
    ],
)
def test_variant_of_a_design_changes_what_was_filled_in_alone(field, text, value):
    fields = {**FIELDS, "model": "", field: text}
    placement = design_of(fields).variants[1].placement
    assert placement.model_fields_set == {field}
    assert getattr(placement, field) == value


def test_variant_of_a_design_may_change_several_rules():
    placement = design_of({**FIELDS, "diversity": "1", "boosts": "3"}).variants[1].placement
    assert placement.model_fields_set == {"model", "diversity", "boosts"}


@pytest.mark.parametrize(
    ("share", "weights"), [("50", (0.5, 0.5)), ("1", (0.99, 0.01)), ("99", (0.01, 0.99)),
                           ("12.5", (0.875, 0.125))],
)  # fmt: skip
def test_weights_of_a_design_add_up_to_one(share, weights):
    variants = design_of({**FIELDS, "share": share}).variants
    assert [each.weight for each in variants] == pytest.approx(weights)
    assert sum(each.weight for each in variants) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("field", "text", "attribute", "value"),
    [
        ("traffic", "10", "traffic", 0.1),
        ("traffic", "1", "traffic", 0.01),
        ("target", "2", "target", 2),
        ("target", "100000000", "target", 100_000_000),
        ("days", "1", "days", 1.0),
        ("days", "365", "days", 365.0),
        ("days", "1.5", "days", 1.5),
        ("least_lift", "0.1", "least_lift", 0.001),
        ("least_lift", "100", "least_lift", 1.0),
    ],
)
def test_amounts_of_a_design_are_read_to_their_ends(field, text, attribute, value):
    assert getattr(design_of(FIELDS | {field: text}), attribute) == pytest.approx(value)


RANGES = {
    "share": "Share of the new variant, %: write a number from 1 to 99.",
    "traffic": "People who take part, %: write a number from 1 to 100.",
    "least_lift": "Smallest change that matters, %: write a number from 0.1 to 100.",
    "target": "People wanted a variant: write a number from 2 to 100,000,000.",
    "days": "Planned length, days: write a number from 1 to 365.",
}


def test_every_amount_has_its_range_said():
    assert RANGES.keys() == AMOUNTS.keys()


@pytest.mark.parametrize("field", AMOUNTS)
@pytest.mark.parametrize("text", ["", "much", "nan", "inf", "-inf", "-5", "0", "1e12", "5 %", "½"])
def test_amount_that_is_none_is_refused_with_its_range(field, text):
    assert refusal(**{field: text}) == RANGES[field]


@pytest.mark.parametrize(
    ("field", "text"),
    [("share", "0.99"), ("share", "99.01"), ("traffic", "100.1"), ("target", "1.9"),
     ("days", "365.5"), ("least_lift", "0.09")],
)  # fmt: skip
def test_amount_just_beyond_its_range_is_refused(field, text):
    assert refusal(**{field: text}) == RANGES[field]


def test_amount_in_korean_is_refused_in_korean():
    with override("ko"), pytest.raises(Invalid) as raised:
        design_of(FIELDS | {"days": "soon"})
    assert "365" in str(raised.value)
    assert "write a number" not in str(raised.value)


@pytest.mark.parametrize(
    ("metric", "guardrail", "roles"),
    [
        ("clicks", "conversions", [("clicks", "primary"), ("conversions", "guardrail")]),
        ("conversions", "clicks", [("conversions", "primary"), ("clicks", "guardrail")]),
        ("clicks", "clicks", [("clicks", "primary")]),
        ("clicks", "", [("clicks", "primary")]),
        ("clicks", "joy", [("clicks", "primary")]),
    ],
)
def test_metrics_of_a_design_are_what_decides_and_what_must_not_fall(metric, guardrail, roles):
    design = design_of(FIELDS | {"metric": metric, "guardrail": guardrail})
    assert [(each.name, each.role) for each in design.metrics] == roles


@pytest.mark.parametrize("metric", ["", "joy", "Clicks"])
def test_design_without_a_metric_is_refused(metric):
    assert refusal(metric=metric) == "Choose what decides."


def test_design_without_a_place_is_refused():
    assert refusal(place="") == "Name the placement whose people take part."


def test_design_that_changes_nothing_is_refused():
    expected = "Say what the new variant changes: a model, a rule or the diversity."
    assert refusal(model="") == expected
    assert refusal(model="", filters=" \n ") == expected


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"diversity": "2"}, "diversity"),
        ({"diversity": "much"}, "diversity"),
        ({"strategy": "rrf"}, "not several of them"),
    ],
)
def test_design_of_rules_that_cannot_be_is_refused_by_what_is_wrong(fields, words):
    assert words in refusal(**fields)


def test_variant_without_a_name_is_called_as_the_empty_form_calls_it():
    assert design_of(FIELDS | {"variant": ""}).variants[1].name == DEFAULTS["variant"]
    assert design_of(FIELDS | {"variant": "더 다양하게"}).variants[1].name == "더 다양하게"


def test_empty_form_holds_every_field_and_amounts_that_are_taken():
    assert set(DEFAULTS) >= {*RULES, *AMOUNTS, "name", "place", "variant", "metric", "guardrail"}
    assert DEFAULTS["metric"] in METRICS
    for name, (_, least, most) in AMOUNTS.items():
        assert least <= float(DEFAULTS[name]) <= most
