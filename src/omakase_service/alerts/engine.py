"""The only door of this app to the engine: how far a mix has moved."""

from collections.abc import Mapping

from omakase.stats.drift import chance_limit, population_stability


def drift_of(counts: Mapping[str, float], usual: Mapping[str, float]) -> float:
    """The population stability index of counts by class; 0 where chance may explain it."""
    index = population_stability(counts, usual)
    return index if index > chance_limit(counts, usual) else 0.0
