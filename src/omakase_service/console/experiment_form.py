"""A draft of an experiment as the fields of a form, and its design."""

from collections.abc import Mapping

from omakase_service.console.placement_form import placement_of
from omakase_service.console.translations import say
from omakase_service.experiments.contracts import (
    ExperimentDesign,
    ExperimentMetric,
    ExperimentVariant,
)
from omakase_service.platform.exceptions import Invalid
from omakase_settings import Placement

CONTROL = "control"
METRICS: Mapping[str, str] = {"clicks": "Clicks", "conversions": "Purchases"}
"""What the form measures, and its title."""

RULES = ("model", "strategy", "filters", "boosts", "diversity")
"""Fields of the placement that a variant may change; others are written over the API."""

DEFAULTS: Mapping[str, str] = {
    "name": "", "place": "", "variant": "new", "share": "50", "traffic": "100",
    "metric": "clicks", "guardrail": "conversions", "least_lift": "5", "target": "1000",
    "days": "14", **dict.fromkeys(RULES, ""),
}  # fmt: skip
"""The fields as the empty form shows them; shares are in percent."""

AMOUNTS: Mapping[str, tuple[str, float, float]] = {
    "share": ("Share of the new variant, %", 1, 99),
    "traffic": ("People who take part, %", 1, 100),
    "least_lift": ("Smallest change that matters, %", 0.1, 100),
    "target": ("People wanted a variant", 2, 100_000_000),
    "days": ("Planned length, days", 1, 365),
}
"""Fields that are numbers: title, least and most."""


def design_of(fields: Mapping[str, str]) -> ExperimentDesign:
    """The design that a form describes: what is usual against one variant.

    Raises:
        Invalid: a field that is missing, cannot be read, or changes nothing.
    """
    if not fields.get("place"):
        raise Invalid(say("Name the placement whose people take part."))
    rules = placement_of({**{name: fields[name] for name in RULES}, "wishes": "yes"}, Placement())
    if not rules.model_fields_set:
        raise Invalid(say("Say what the new variant changes: a model, a rule or the diversity."))
    amounts = {name: _amount(name, fields[name]) for name in AMOUNTS}
    share = amounts["share"] / 100
    return ExperimentDesign(
        place=fields["place"],
        variants=(
            ExperimentVariant(CONTROL, 1 - share),
            ExperimentVariant(fields["variant"] or DEFAULTS["variant"], share, rules),
        ),
        metrics=_metrics(fields),
        traffic=amounts["traffic"] / 100,
        target=int(amounts["target"]),
        days=amounts["days"],
        least_lift=amounts["least_lift"] / 100,
    )


def _metrics(fields: Mapping[str, str]) -> tuple[ExperimentMetric, ...]:
    primary, guardrail = fields["metric"], fields["guardrail"]
    if primary not in METRICS:
        raise Invalid(say("Choose what decides."))
    if guardrail not in METRICS or guardrail == primary:
        return (ExperimentMetric(primary),)
    return ExperimentMetric(primary), ExperimentMetric(guardrail, role="guardrail")


def _amount(name: str, text: str) -> float:
    title, least, most = AMOUNTS[name]
    try:
        amount = float(text)
    except ValueError:
        amount = least - 1
    if not least <= amount <= most:
        words = "{field}: write a number from {least} to {most}."
        raise Invalid(say(words, field=say(title), least=f"{least:g}", most=f"{most:,.0f}"))
    return amount
