"""Every registered plug is held to every check; a new one needs no edit here."""

import pytest

from omakase.conformance.models import model_checks
from omakase.registry import MODELS

SMALL: dict[str, dict[str, object]] = {}
"""Knobs that make a model small enough for a world of twelve."""


@pytest.mark.parametrize("check", list(model_checks()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", sorted(MODELS))
def test_model_conforms(name, check):
    cls = MODELS[name]
    check(cls, cls.config_type(**SMALL.get(name, {})))
