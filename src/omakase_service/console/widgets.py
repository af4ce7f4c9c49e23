"""The HTML that puts a list on a page of the owner's."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from omakase_service.platform.numbers import whole_number

LAYOUTS = (("row", "A row"), ("grid", "A grid"), ("list", "A list"))
LANGUAGES = (("en", "English"), ("ko", "한국어"))
LEAST, USUAL, MOST = 1, 6, 50


@dataclass(frozen=True, slots=True)
class Widget:
    """A list as somebody chose it in the form.

    Attributes:
        key: a public one; "" where none was named yet.
        link: address of an item's page, with {item_id} in it; "": cards lead nowhere.
        reasons: whether each card says why it is there.
    """

    placement: str = ""
    n: int = USUAL
    heading: str = ""
    layout: str = LAYOUTS[0][0]
    language: str = LANGUAGES[0][0]
    link: str = ""
    reasons: bool = False
    key: str = ""


def widget_of(values: Mapping[str, str], language: str) -> Widget:
    """A widget by the values of a form; what makes no sense there is as usual."""
    length = whole_number(values.get("n", ""))
    n = USUAL if length is None or length > 999 else length
    return Widget(
        placement=values.get("placement", ""),
        n=min(max(n, LEAST), MOST),
        heading=values.get("heading", ""),
        layout=_one_of(values.get("layout", ""), [name for name, _ in LAYOUTS]),
        language=_one_of(values.get("language", language), [name for name, _ in LANGUAGES]),
        link=values.get("link", ""),
        reasons=values.get("reasons") == "yes",
        key=values.get("key", ""),
    )


def snippet(widget: Widget, *, script: str, url: str) -> str:
    """The HTML: a script of this server, and the element with its attributes.

    Args:
        script: address of the script.
        url: of the service, without a slash at its end.
    """
    attributes = {
        "url": url,
        "key": widget.key or "omk_…",
        "placement": widget.placement,
        "n": str(widget.n),
        "heading": widget.heading,
        "layout": widget.layout,
        "language": widget.language,
        "link": widget.link,
    }
    said = [f'{name}="{escape(value)}"' for name, value in attributes.items() if value]
    said += ["reasons"] if widget.reasons else []
    return (
        f'<script type="module" src="{escape(script)}"></script>\n'
        f"<omakase-list {' '.join(said)}></omakase-list>"
    )


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else known[0]
