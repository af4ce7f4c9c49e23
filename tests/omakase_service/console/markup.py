"""A page as a tree: its tables by their headings, its forms by where they go, its messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "circle", "rect"}


@dataclass
class Element:
    """A piece of a page."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says, with single blanks."""
        return " ".join("".join(self.texts()).split())

    def texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield " "
                yield from child.texts()
                yield " "

    def every(self, tag: str, **attributes: str) -> list["Element"]:
        """The elements below it of a tag, whose attributes are these; `class_` holds a class."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [each for each in self.below() if each.tag == tag and each.has(wanted)]

    def one(self, tag: str, **attributes: str) -> "Element":
        """The one element of a kind."""
        (found,) = self.every(tag, **attributes)
        return found

    def has(self, wanted: dict[str, str]) -> bool:
        own = {name: value or "" for name, value in self.attributes.items()}
        classes = own.get("class", "").split()
        return all(
            value in classes if name == "class" else own.get(name) == value
            for name, value in wanted.items()
        )

    def below(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.below()


class TreeBuilder(HTMLParser):
    """Builds the tree; fails where tags do not close in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag == "option" and self.open[-1].tag == "option":
            raise AssertionError("an option within an option")
        if tag not in VOID and not (tag == "option" and self.open[-1].tag == "datalist"):
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree_of(page: Any) -> Element:
    """The tree of a page: of a response, or of HTML."""
    builder = TreeBuilder()
    builder.feed(page if isinstance(page, str) else page.content.decode())
    assert builder.open == [builder.root], f"<{builder.open[-1].tag}> is never closed"
    return builder.root


def rows_of(section: Element) -> list[dict[str, str]]:
    """The rows of its only table, by the headings of their columns."""
    table = section.one("table")
    headings = [each.text for each in table.one("thead").every("th")]
    rows = table.one("tbody").every("tr")
    cells = [[each.text for each in row.below() if each.tag in ("th", "td")] for row in rows]
    return [dict(zip(headings, line, strict=True)) for line in cells]


def facts_of(section: Element) -> dict[str, str]:
    """What its definition lists say, by term."""
    return {
        pair.one("dt").text: pair.one("dd").text
        for facts in section.every("dl")
        for pair in facts.every("div")
    }


def section_of(page: Any, heading: str) -> Element:
    """The section or form under a heading."""
    tree = page if isinstance(page, Element) else tree_of(page)
    found = [
        each
        for each in tree.below()
        if each.tag in ("section", "form")
        and any(title.text == heading for title in each.below() if title.tag in ("h2", "h3"))
    ]
    assert found, f"no section {heading!r}"
    return found[-1]


def forms_of(page: Any, to: str) -> list[dict[str, str]]:
    """What the forms that go to an address would send, were they sent as they stand."""
    tree = page if isinstance(page, Element) else tree_of(page)
    return [values_of(form) for form in tree.every("form", action=to)]


def values_of(form: Element) -> dict[str, str]:
    """What a form would send, but for its token; of buttons nothing."""
    values: dict[str, str] = {}
    for each in form.below():
        name, own = each.attributes.get("name"), each.attributes
        if not name or name == "csrfmiddlewaretoken":
            continue
        if each.tag == "input" and (
            own.get("type") not in ("checkbox", "radio") or "checked" in own
        ):
            values[name] = own.get("value") or ""
        elif each.tag == "textarea":
            values[name] = "".join(each.texts())
        elif each.tag == "select":
            values[name] = chosen_in(each)
    return values


def chosen_in(select: Element) -> str:
    """The option that a list of choices stands at."""
    options = select.every("option")
    if not options:
        return ""
    chosen = next((each for each in options if "selected" in each.attributes), options[0])
    value = chosen.attributes.get("value")
    return chosen.text if value is None else value


def messages_of(page: Any) -> list[tuple[str, str]]:
    """What the frame says of what was done: how it went, and the words."""
    tree = page if isinstance(page, Element) else tree_of(page)
    box = tree.one("div", class_="messages")
    return [((each.attributes["class"] or "").split()[-1], each.text) for each in box.every("p")]
