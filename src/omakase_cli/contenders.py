"""Models as they are named on a command line: "ease,popular" and "ease.l2=250"."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from omakase.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from omakase.evaluate.compare import Contender


def contenders(names: str, knobs: Sequence[str]) -> dict[str, "Contender"]:
    """The named models with their settings.

    Args:
        names: separated by commas.
        knobs: each "MODEL.KNOB=VALUE", the value as in JSON, or a bare word.

    Raises:
        UnknownName: no such model, or a knob of a model that is not among the names.
        ConfigError: no name, or a knob that is not written so, does not exist, or is out of bounds.
    """
    from omakase.contenders import contenders as checked

    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if not wanted:
        raise ConfigError("no model is named")
    checked({name: {} for name in wanted})
    return checked(_turned(knobs, wanted))


def _turned(knobs: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {name: {} for name in names}
    for text in knobs:
        place, equals, value = text.partition("=")
        name, dot, knob = place.partition(".")
        if not (equals and dot):
            raise ConfigError(f"--set {text}: write it as MODEL.KNOB=VALUE, such as ease.l2=250")
        if name not in found:
            raise UnknownName("model among those chosen", name, names)
        found[name][knob] = _value(value)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
