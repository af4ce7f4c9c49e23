"""How an experiment stands, in figures and words."""

from datetime import UTC, datetime
from typing import Literal

from omakase_service.experiments import engine
from omakase_service.experiments.contracts import ExperimentResults
from omakase_service.experiments.selectors import experiment_named, variant_sums

DAY_SECONDS = 86_400


def experiment_results(*, name: str, language: Literal["en", "ko"] = "en") -> ExperimentResults:
    """Where an experiment stands. Three queries.

    Raises:
        NotFound: there is none of this name.
    """
    card = experiment_named(name=name)
    days = None
    if card.started is not None:
        passed = (card.ended or datetime.now(UTC)) - card.started
        days = passed.total_seconds() / DAY_SECONDS
    sums = variant_sums(card=card)
    return engine.results(card, sums, days=days, language=language)
