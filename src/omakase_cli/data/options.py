"""The options that say how files are to be read; every command that reads files takes them."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from omakase.errors import ConfigError, UnknownName
from omakase_cli.boot import read_settings

if TYPE_CHECKING:
    from omakase.data.rows import ReadOptions

Words = list[str] | None


def _declare(
    mapping: Annotated[
        Words,
        typer.Option(
            "--map",
            help="OURS=THEIRS, a column of events, items or users; items.title=… and users.age=… "
            "say which; a dotted THEIRS leads into JSON; may be repeated",
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="type of the events, where the file names none")
    ] = None,
    kinds: Annotated[
        Words,
        typer.Option("--kind-of", help="WORD=KIND, what a word of the file means; repeatable"),
    ] = None,
    layout: Annotated[
        str | None, typer.Option(help="a name of `omakase data layouts`, or a saved one")
    ] = None,
    save_layout: Annotated[
        str | None, typer.Option(help="keep these options under a name for --layout")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="utf-8, cp949, latin-1, …; by itself detected")
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="csv, tsv, jsonl, parquet; by itself by the file's name")
    ] = None,
    separator: Annotated[
        str | None, typer.Option(help=r"between fields, such as ; or \t; by itself detected")
    ] = None,
    decimal: Annotated[str | None, typer.Option(help="decimal sign of numbers: . or ,")] = None,
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="whether the first line names the columns"),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="their names, by commas, where no line names them")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(help="of dates, as strftime writes it: %d.%m.%Y %H:%M")
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="what 03/04/2024 means: 3 April, 4 March"),
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="of times without one, such as Asia/Seoul; UTC by itself")
    ] = None,
    rating_scale: Annotated[
        str | None, typer.Option(help="LOWEST:HIGHEST rating, such as 0:10; by itself detected")
    ] = None,
) -> None:
    """Hold the options; nobody calls this."""


EXTRA = inspect.signature(_declare).parameters


def takes_read_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with all these options, gathered in its one parameter `options`."""
    signature = inspect.signature(command)

    def run(**given: Any) -> None:
        words = {name: given.pop(name) for name in EXTRA}
        command(**given, options=gather(**words))

    shown = [
        parameter for parameter in signature.parameters.values() if parameter.name != "options"
    ]
    last = [parameter for parameter in shown if parameter.name == "json"]
    first = [parameter for parameter in shown if parameter.name != "json"]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [parameter.replace(kind=keyword) for parameter in (*first, *EXTRA.values(), *last)]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__doc__, run.__name__ = command.__doc__, command.__name__
    run.__module__ = command.__module__
    return run


def gather(*, save_layout: str | None = None, **words: Any) -> "ReadOptions":
    """The options from the words of a command line, over those of a saved layout.

    Raises:
        ConfigError: a word that cannot be understood.
        UnknownName: no column of ours of that name.
    """
    from omakase.data.rows import ReadOptions

    given: dict[str, Any] = dict(columns_by_words(words["mapping"] or []))
    given["kinds"] = dict(_pairs("--kind-of", words["kinds"] or [], "1=click"))
    given["columns"] = tuple(_as_list(words["columns"]))
    given["rating_scale"] = _scale(words["rating_scale"])
    plain = ("kind", "encoding", "format", "separator", "decimal", "header", "date_format")
    given |= {name: words[name] for name in (*plain, "day_first", "time_zone", "layout")}
    chosen = {name: option for name, option in given.items() if option not in (None, {}, ())}
    options = ReadOptions.checked(chosen, "options")
    saved = saved_layouts()
    if options.layout in saved:
        under = ReadOptions.checked(saved[options.layout], f"layout {options.layout}")
        rest = options.model_dump(exclude_unset=True, exclude={"layout"})
        options = ReadOptions(**rest).merged(under)
    if save_layout is not None:
        _save(save_layout, options)
    return options


def columns_by_words(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Our column names to theirs, of events, items and users.

    Raises:
        ConfigError: something is not written OURS=THEIRS.
        UnknownName: there is no such column.
    """
    from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES

    tables: Mapping[str, Mapping[str, Any]] = {
        "events": EVENT_NAMES,
        "items": ITEM_NAMES,
        "users": USER_NAMES,
    }
    found: dict[str, dict[str, str]] = {"events": {}, "items": {}, "users": {}}
    for ours, column in _pairs("--map", words, "user_id=customer"):
        table, dot, name = ours.partition(".")
        if dot and table in tables:
            _require(name, tables[table])
            found[table][name] = column
            continue
        _require(ours, {**EVENT_NAMES, **ITEM_NAMES, **USER_NAMES})
        for table, names in tables.items():
            is_for_events = ours in names and not (table != "events" and ours in found["events"])
            if is_for_events or (ours in ("item_id", "user_id") and ours in names):
                found[table][ours] = column
    return {table: columns for table, columns in found.items() if columns}


def _require(name: str, names: Mapping[str, Any]) -> None:
    if name not in names:
        raise UnknownName("column of ours", name, names)


def _pairs(option: str, words: Sequence[str], example: str) -> list[tuple[str, str]]:
    pairs = [word.partition("=") for word in words]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise ConfigError(f"{option} {name}: write it as OURS=THEIRS, such as {example}")
    return [(ours, theirs) for ours, _, theirs in pairs]


def _as_list(words: str | None) -> list[str]:
    return [word.strip() for word in (words or "").split(",") if word.strip()]


def _scale(words: str | None) -> tuple[float, float] | None:
    """The ends of a scale.

    Raises:
        ConfigError: this is not LOWEST:HIGHEST.
    """
    if words is None:
        return None
    ends = re.fullmatch(r"\s*(-?[\d.]+)\s*(?::|\.\.|,|\s)\s*(-?[\d.]+)\s*", words)
    try:
        low, high = float(ends[1]), float(ends[2])  # type: ignore[index]
    except (TypeError, ValueError) as error:
        raise ConfigError(f"--rating-scale {words}: write it as LOWEST:HIGHEST, 0:10") from error
    if low >= high:
        raise ConfigError(f"--rating-scale {words}: the lowest comes first, as in 0:10")
    return low, high


def _layouts_folder() -> Path:
    return read_settings().data_folder / "layouts"


def saved_layouts() -> dict[str, dict[str, Any]]:
    """The layouts that this owner saved, by name.

    Raises:
        ConfigError: one of their files is damaged.
    """
    folder = _layouts_folder()
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    return {file.stem: _layout_of(file) for file in files}


def _layout_of(file: Path) -> dict[str, Any]:
    import orjson

    try:
        layout = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"{file} is no layout: {error}; mend it, or delete it") from error
    if not isinstance(layout, dict):
        raise ConfigError(f"{file} is no layout: it holds no object; mend it, or delete it")
    return layout


def _save(name: str, options: "ReadOptions") -> None:
    """Keep options under a name.

    Raises:
        ConfigError: the name is no plain word, or one of a well-known layout.
    """
    from omakase.data.readers import LAYOUTS
    from omakase.data.readers.known import set_names

    if not re.fullmatch(r"[\w-]{1,60}", name):
        raise ConfigError(f"--save-layout {name!r}: letters, digits, - and _ make a name")
    if name in (*LAYOUTS, *set_names()):
        raise ConfigError(f"--save-layout {name}: a well-known layout is called so")
    folder = _layouts_folder()
    folder.mkdir(parents=True, exist_ok=True)
    text = options.model_dump_json(exclude_unset=True, indent=2)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
