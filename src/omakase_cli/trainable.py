"""Models as they are named on a command line: "ease,popular" and "ease.l2=250"."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omakase.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from omakase.evaluate.compare import Candidate


def contenders(
    names: str, knobs: Sequence[str], presets: Sequence[str] = ()
) -> dict[str, "Candidate"]:
    """The named models with their settings, and those of the presets with theirs.

    Args:
        names: separated by commas; may be empty where there are presets.
        knobs: each "MODEL.KNOB=VALUE", the value as in JSON, or a bare word; a knob within a knob
            as "sasrec.plan.epochs=3". They count over a preset.
        presets: names of `omakase.build.presets`.

    Raises:
        UnknownName: no such model or preset, or a knob of a model that is not among the names.
        ConfigError: no name, two presets of one model, or a knob that is not written so, does not
            exist, or is out of bounds.
    """
    from omakase.build.trainable import contenders as checked

    preset_configs = _preset_models(presets)
    model_names = list(
        dict.fromkeys([*(n.strip() for n in names.split(",") if n.strip()), *preset_configs])
    )
    if not model_names:
        raise ConfigError("no model is named")
    checked({name: {} for name in model_names})
    return checked(_turn_knobs(knobs, model_names, preset_configs))


def _preset_models(presets: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What presets say of their models."""
    from omakase.build.presets import preset

    chosen = [preset(name) for name in presets]
    configs = {
        preset.model: preset.config.model_dump(mode="json", exclude_unset=True) for preset in chosen
    }
    if len(configs) < len(chosen):
        raise ConfigError(f"presets {', '.join(presets)}: two are of the same model; take one")
    return configs


def _turn_knobs(
    knobs: Sequence[str], names: Sequence[str], known: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    configs: dict[str, dict[str, Any]] = {name: dict(known.get(name, {})) for name in names}
    for text in knobs:
        target, equals, value = text.partition("=")
        name, dot, knob = target.partition(".")
        if not (equals and dot):
            raise ConfigError(f"--set {text}: write it as MODEL.KNOB=VALUE, such as ease.l2=250")
        if name not in configs:
            raise UnknownName("model among those chosen", name, names)
        _turn(configs[name], knob.split("."), value_of(value))
    return configs


def _turn(knobs: dict[str, Any], path: Sequence[str], value: Any) -> None:
    first, *rest = path
    if not rest:
        knobs[first] = value
        return
    inside = knobs.setdefault(first, {})
    if not isinstance(inside, dict):
        raise ConfigError(f"{first} is {inside} already; it has no {'.'.join(rest)}")
    _turn(inside, rest, value)


def value_of(text: str) -> Any:
    """A value as in JSON, or a bare word."""
    try:
        return json.loads(text)
    except ValueError:  # also of more digits than Python reads
        return text
