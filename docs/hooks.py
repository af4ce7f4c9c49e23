"""What the site has beside its pages: the OpenAPI document and its drawing, equations, sizes."""

import json
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parent.parent))
from docs.sizing import sizing_figures

DRAWING: Final = ("swagger-ui-bundle.js", "swagger-ui.css")
CODE: Final = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
BLOCK: Final = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
INLINE: Final = re.compile(r"(?<![\\$\w])\$([^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)")
MATHS: Final = "$"


def on_files(files: Files, config: Any) -> Files:
    """Put in the OpenAPI document, and the scripts by which the service itself draws it."""
    written = {"openapi.json": openapi(), "assets/sizing.json": sizing_figures()}
    for name, content in written.items():
        text = json.dumps(content, ensure_ascii=False)
        files.append(File.generated(config, name, content=text))
    ninja = Path(str(import_module("ninja").__file__)).parent / "static" / "ninja"
    for name in DRAWING:
        files.append(File.generated(config, f"assets/{name}", abs_src_path=str(ninja / name)))
    return files


def openapi() -> Any:
    """The service's description of itself."""
    from omakase_cli.boot import start_django

    start_django()
    from omakase_service.config.urls import api

    return api.get_openapi_schema()


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Write equations as MathML, which browsers draw themselves; code stays as it is."""
    if MATHS not in markdown:
        return markdown
    parts = CODE.split(markdown)
    return "".join(part if CODE.fullmatch(part) else with_mathml(part) for part in parts)


def with_mathml(text: str) -> str:
    """The same with equations between dollar signs drawn."""
    text = BLOCK.sub(_drawn("block"), text)
    return INLINE.sub(_drawn("inline"), text)


def _drawn(display: str) -> Callable[[re.Match[str]], str]:
    def draw(found: re.Match[str]) -> str:
        equation = found[1].replace(r"\arg\min", r"\operatorname{argmin}")
        drawn = convert(" ".join(equation.split()), display=display)
        # in a span, or Markdown takes what stands at the begin of a line for a block of its own
        return f"<span>{drawn}</span>" if display == "inline" else drawn

    return draw
