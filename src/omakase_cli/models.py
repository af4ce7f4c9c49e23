"""`omakase models`"""

from typing import Annotated, Any

import typer

from omakase_cli.screen import show_json, show_table


def models(
    json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Every algorithm with its knobs and their defaults.

    Example: `omakase models`
    """
    from omakase.contenders import TRAINABLE

    found = [_described(name, cls) for name, cls in sorted(TRAINABLE.items())]
    if json:
        show_json(found)
        return
    rows = [
        (m["name"], m["about"], " ".join(f"{k['name']}={k['default']}" for k in m["knobs"]))
        for m in found
    ]
    show_table("", ("model", "what it is", "knobs"), rows)


def _described(name: str, cls: type[Any]) -> dict[str, Any]:
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
