"""Pages that are written from the code: `python docs/generate.py`. A test compares them."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import getdoc
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from omakase.build.hybrid import HYBRIDS, Hybrid
from omakase.build.trainable import TRAINABLE
from omakase.data.readers import LAYOUTS
from omakase.data.readers.known import known_files
from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES
from omakase.data.rows.kinds import KIND_ALIASES, KIND_MEANINGS
from omakase.registry import INDEXES
from omakase_cli.boot import start_django
from omakase_cli.main import app
from omakase_cli.models import about, bounds, described_presets, knobs
from omakase_settings import Settings

HERE = Path(__file__).parent
SOURCE = HERE.parent / "src"
PACKAGES = ("omakase", "omakase_settings", "omakase_spark", "omakase_service", "omakase_cli")
NOTES = HERE / "models" / "README.md"
"""Which learning note tells of which model."""
WRITTEN = "<!-- Written by docs/generate.py from the code. -->\n\n"


def settings_page() -> str:
    """Every setting: its variable, default, bounds and meaning."""
    lines = [
        "# Settings",
        "",
        "Each is read from an environment variable, or else from `omakase.toml` "
        "(`omakase init` writes one). A name that no setting answers to is refused.",
        "",
        *_table(("variable", "default", "bounds", "meaning"), _settings_rows(Settings)),
    ]
    for name, field in Settings.model_fields.items():
        if is_topic(field.annotation):
            text = getdoc(field.annotation) or ""
            rows = _settings_rows(field.annotation, f"{name}__")
            lines += ["", f"## {name}", "", text, ""]
            lines += _table(("variable", "default", "bounds", "meaning"), rows)
    return "\n".join(lines) + "\n"


def is_topic(annotation: Any) -> bool:
    """Whether a setting holds further settings."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _settings_rows(cls: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, ...]]:
    schema = cls.model_json_schema()["properties"]
    for name, field in cls.model_fields.items():
        if not is_topic(field.annotation):
            default = field.get_default(call_default_factory=True)
            variable = f"`OMAKASE_{prefix}{name}`".upper()
            yield variable, _value(default), bounds(schema[name]), field.description or ""


def models_page() -> str:
    """Every algorithm and index: what it is, its paper, its cost, its knobs."""
    lines = ["# Models", "", "`omakase models` prints this list in the terminal.", ""]
    noted = dict(learning_notes(NOTES.read_text(encoding="utf-8")))
    for name, cls in sorted(TRAINABLE.items()):
        lines += plug_lines(name, cls, noted.get(name))
    lines += ["# Indexes", ""]
    for name, cls in sorted(INDEXES.items()):
        lines += plug_lines(name, cls)
    lines += ["# Presets", "", "`omakase train --preset NAME` takes one.", ""]
    rows = [
        (f"`{p['name']}`", p["model"], p["chosen on"], f"`{p['knobs']}`")
        for p in described_presets()
    ]
    lines += [*_table(("preset", "model", "chosen on", "knobs"), rows), ""]
    lines += [
        "Several models put together: `omakase train --models hybrid --set hybrid.preset=NAME`."
    ]
    hybrids = [
        (f"`{name}`", ", ".join(each.models), _ranked_by(each), each.about)
        for name, each in sorted(HYBRIDS.items())
    ]
    lines += ["", *_table(("preset", "models", "ranked by", "when"), hybrids), ""]
    return "\n".join(lines)


def _ranked_by(hybrid: Hybrid) -> str:
    """Who ranks what the models of a hybrid propose, in a few words."""
    if hybrid.stack is not None:
        return hybrid.stack.head
    return " + ".join(f"{weight:g} {name}" for name, weight in hybrid.weights.items())


def learning_notes(index: str) -> Iterator[tuple[str, str]]:
    """Each name in the first column of the index of the notes, with its page."""
    for names, page in re.findall(r"^\| (`[^|]+`) \| \[[^]]+\]\(([^)]+)\)", index, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", names):
            yield name, page


def plug_lines(name: str, cls: type[Any], note: str | None = None) -> Iterator[str]:
    more = "" if note is None else f" More: [learning note](models/{note})."
    yield from (f"## {name}", "", f"{about(cls)}.{more}", "")
    for note in notes(cls):
        yield f"- {note}"
    rows = [
        (f"`{k['name']}`", _value(k["default"]), k["bounds"], k["about"])
        for k in knobs(cls.config_type)
    ]
    if rows:
        yield from ("", *_table(("knob", "default", "bounds", "meaning"), rows))
    yield ""


def notes(cls: type[Any]) -> list[str]:
    """The paragraphs of a docstring that begin with Paper:, Differs: or Cost:."""
    found: list[str] = []
    inside = False
    for line in (cls.__doc__ or "").splitlines():
        word = line.strip()
        if word.startswith(("Paper:", "Differs:", "Cost:")):
            found.append(word)
            inside = True
        elif inside and word and not word.endswith(":"):
            found[-1] += f" {word}"
        else:
            inside = False
    return found


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = ["# Commands", "", "`--json` prints JSON on stdout and nothing else.", ""]
    lines += ["Exit codes: 0 done; 1 it could not be done, and why is said; 2 the command was not"]
    lines += ["understood; 3 done, with something to look at (refused rows, findings).", ""]
    root = typer.main.get_command(app)
    lines += _commands("omakase", root)
    return "\n".join(lines)


def _commands(name: str, command: Any) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children is None:
        yield from _command(name, command)
        return
    for word in sorted(children):
        yield from _commands(f"{name} {word}", children[word])


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    words = " ".join(p.name.upper() for p in arguments)
    yield from (f"## {name}", "", "```text", f"{name} {words} [options]".replace("  ", " "), "```")
    yield from ("", *(line.strip() for line in (command.help or "").strip().splitlines()), "")
    rows = [(f"`{p.name.upper()}`", _value(p.default), p.help or "") for p in arguments]
    rows += [(f"`{', '.join(p.opts)}`", _value(p.default), p.help or "") for p in options]
    if rows:
        yield from (*_table(("", "default", "meaning"), rows), "")


def _table(head: tuple[str, ...], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _value(default: Any) -> str:
    if default is None or default is False or callable(default):
        return ""
    if isinstance(default, tuple | list):
        return ", ".join(map(str, default))
    return str(default)


def endpoints_page() -> str:
    """Every HTTP endpoint, from the OpenAPI document."""
    document = openapi()
    lines = ["# Endpoints", "", "Ask with `Authorization: Bearer KEY` (`omakase key create`). A"]
    lines += ["running server shows them with their bodies, to try, at `/api/docs`; errors are"]
    lines += ["problem documents (RFC 9457) with a stable `code`.", ""]
    groups: dict[str, list[tuple[str, ...]]] = {}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            request, identifier = f"`{method.upper()} {path}`", f"`{said['operationId']}`"
            row = (request, first_line(said), parameters(said), identifier)
            groups.setdefault(said.get("tags", ["other"])[0], []).append(row)
    for name, rows in groups.items():
        lines += [
            f"## {name}",
            "",
            *_table(("request", "what it does", "parameters", "operation id"), rows),
            "",
        ]
    return "\n".join(lines)


def openapi() -> dict[str, Any]:
    """The service's own description of itself."""
    start_django()
    from omakase_service.config.urls import api

    return api.get_openapi_schema()


def first_line(said: Mapping[str, Any]) -> str:
    """The first sentence of an endpoint's description."""
    return str(said.get("description", said["summary"])).partition("\n")[0]


def parameters(said: Mapping[str, Any]) -> str:
    """Names of what goes into the path and the query, and whether there is a body."""
    names = [f"`{parameter['name']}`" for parameter in said.get("parameters", [])]
    return ", ".join([*names, *(["a JSON body"] if "requestBody" in said else [])])


def columns_page() -> str:
    """Every column of ours with its other names, kinds of events, well-known sets."""
    lines = ["# Columns, kinds and well-known sets", ""]
    lines += ["What files may call the columns that are read; capital letters, blanks and signs do"]
    lines += ["not matter. [Your data](your-data.md) tells of their use; `omakase data layouts`"]
    lines += ["prints the same.", ""]
    for table, names in (("events", EVENT_NAMES), ("items", ITEM_NAMES), ("users", USER_NAMES)):
        rows = [(f"`{ours}`", ", ".join(usual)) for ours, usual in names.items()]
        lines += [f"## Columns of {table}", "", *_table(("ours", "files call it"), rows), ""]
    lines += ["## Kinds of events", "", "Stored as a kind of ours:", ""]
    lines += [*_table(("word", "kind"), [(w, f"`{k}`") for w, k in KIND_ALIASES.items()]), ""]
    lines += ["Keep their name, and count like a kind of ours where nobody declares another:", ""]
    lines += [*_table(("word", "like"), [(w, f"`{k}`") for w, k in KIND_MEANINGS.items()]), ""]
    lines += ["## Well-known sets", ""]
    known = [
        (f"`{f.name}`", f.about, ", ".join(f.files) or ", ".join(f.has)) for f in known_files()
    ]
    lines += [*_table(("layout", "what it is", "known by its name or its columns"), known), ""]
    lines += [f"Folders as they were published: {', '.join(f'`{name}`' for name in LAYOUTS)}."]
    return "\n".join(lines) + "\n"


def rooms_page() -> str:
    """Every package, room and file with the first line of its docstring."""
    lines = ["# Rooms", "", "What each room and file says of itself."]
    for package in PACKAGES:
        folder = SOURCE / package
        lines += ["", f"## {package}", "", f"{_says(folder / '__init__.py')}", ""]
        lines += _room(folder, depth=0)
    return "\n".join(lines) + "\n"


def _room(folder: Path, depth: int) -> Iterator[str]:
    inside = sorted(path for path in folder.iterdir() if not path.name.startswith(("_", ".")))
    for path in inside:
        if path.is_dir() and (path / "__init__.py").exists() and path.name != "migrations":
            yield f"{'  ' * depth}- `{path.name}/` {_says(path / '__init__.py')}"
            yield from _room(path, depth + 1)
        elif path.suffix == ".py":
            yield f"{'  ' * depth}- `{path.name}` {_says(path)}"


def _says(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


PAGES: Mapping[str, Callable[[], str]] = {
    "columns.md": columns_page,
    "commands.md": commands_page,
    "endpoints.md": endpoints_page,
    "models.md": models_page,
    "rooms.md": rooms_page,
    "settings.md": settings_page,
}


def written() -> dict[Path, str]:
    """Each page with its text."""
    return {HERE / name: WRITTEN + page() for name, page in PAGES.items()}


if __name__ == "__main__":
    for file, text in written().items():
        file.write_text(text, encoding="utf-8")
