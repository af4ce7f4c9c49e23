"""`omakase models`"""

from collections.abc import Iterator
from json import dumps
from typing import Annotated, Any

import typer

from omakase_cli.console import show_json, show_table


def models(
    presets: Annotated[
        bool, typer.Option("--presets", help="settings of published quality instead")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Every algorithm with its knobs and their defaults.

    Example: `omakase models`, or `omakase models --presets` for what `omakase train --preset` takes
    """
    if presets:
        show_presets(json)
        return
    from omakase.build.trainable import TRAINABLE

    descriptions = [_describe(name, cls) for name, cls in sorted(TRAINABLE.items())]
    if json:
        show_json(descriptions)
        return
    rows = [
        (m["name"], m["about"], " ".join(f"{k['name']}={k['default']}" for k in m["knobs"]))
        for m in descriptions
    ]
    show_table("", ("model", "what it is", "knobs"), rows)


def show_presets(json: bool) -> None:
    """Each preset: its model, what it was chosen on, and the knobs that it turns."""
    presets = described_presets()
    if json:
        show_json(presets)
        return
    rows = [(p["name"], p["model"], p["chosen on"], p["knobs"]) for p in presets]
    show_table("", ("preset", "model", "chosen on", "knobs"), rows)


def described_presets() -> list[dict[str, str]]:
    """Every preset by name; its knobs as `--set` takes them."""
    from omakase.build.presets import PRESETS

    return [
        {
            "name": name,
            "model": preset.model,
            "chosen on": preset.data,
            "knobs": " ".join(
                _knob_lines(preset.config.model_dump(mode="json", exclude_unset=True))
            ),
        }
        for name, preset in sorted(PRESETS.items())
    ]


def _knob_lines(knobs: dict[str, Any], path: str = "") -> Iterator[str]:
    """KNOB=VALUE, with dots between a knob and those within it."""
    for name, value in knobs.items():
        if isinstance(value, dict):
            yield from _knob_lines(value, f"{path}{name}.")
        else:
            text = value if isinstance(value, str) else dumps(value, separators=(",", ":"))
            yield f"{path}{name}={text}"


def _describe(name: str, cls: type[Any]) -> dict[str, Any]:
    return {"name": name, "about": about(cls), "knobs": knobs(cls.config_type)}


def about(cls: type[Any]) -> str:
    """The first sentence of a class's docstring."""
    return (cls.__doc__ or "").strip().split("\n")[0].rstrip(".")


def knobs(config: type[Any]) -> list[dict[str, Any]]:
    """Name, default, bounds and meaning of each field of a configuration."""
    schema = config.model_json_schema()["properties"] if config.model_fields else {}
    return [
        {
            "name": name,
            "default": field.get_default(call_default_factory=True),
            "bounds": bounds(schema[name]),
            "about": field.description,
        }
        for name, field in config.model_fields.items()
    ]


BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def bounds(schema: dict[str, Any]) -> str:
    """What a field's JSON schema allows, in signs: "> 0, ≤ 1", or the choices."""
    cases = [schema, *schema.get("anyOf", [])]
    signs = [
        f"{sign} {case[key]:g}" for case in cases for key, sign in BOUNDS.items() if key in case
    ]
    choices = [", ".join(map(str, case["enum"])) for case in cases if "enum" in case]
    return ", ".join(signs) or "; ".join(choices)
