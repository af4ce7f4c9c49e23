"""A report of figures as Markdown, CSV or HTML with a chart. No Django."""

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape

from omakase_service.analytics.contracts import Row, plain

NAMED = ("start", "group")
SECTIONS = {
    "What lists earned": (
        "requests", "requests_trend", "people", "sessions", "shown", "clicks", "click_rate",
        "click_rate_trend", "conversions", "conversion_rate", "engagement_rate", "revenue",
        "revenue_trend",
    ),
    "What lists are worth": (
        "coverage", "list_diversity", "novelty", "tail_share", "serendipity", "mean_score",
        "conversation_success",
    ),
    "How quick and sound they are": (
        "p50_ms", "p95_ms", "p99_ms", "within_100_ms", "within_500_ms", "within_1000_ms",
        "cache_hit_rate", "degraded", "availability",
    ),
}  # fmt: skip
"""Tables of a report, and their columns behind the period and the group."""

COLUMNS = (*NAMED, *(name for names in SECTIONS.values() for name in names))


def to_csv(rows: Sequence[Row]) -> str:
    """All figures, one line a row."""
    table = [plain(row) for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(table[0]) if table else COLUMNS)
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def to_markdown(rows: Sequence[Row], title: str) -> str:
    """The most asked for figures as tables."""
    lines, table = [f"# {title}"], [plain(row) for row in rows]
    for section, names in SECTIONS.items():
        columns = (*NAMED, *names)
        lines += ["", f"## {section}", "", "| " + " | ".join(columns) + " |"]
        lines.append("|" + "---|" * len(columns))
        lines += [
            "| " + " | ".join(map(_markdown_cell, _cells(row, columns))) + " |" for row in table
        ]
    return "\n".join(lines) + "\n"


def to_html(rows: Sequence[Row], title: str) -> str:
    """A page with a chart of requests and clicks, and tables; nothing is loaded from outside."""
    table = [plain(row) for row in rows]
    sections = "".join(_section(table, *section) for section in SECTIONS.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{chart(rows)}{sections}</html>\n"
    )


def _section(table: Sequence[Mapping[str, object]], title: str, names: Sequence[str]) -> str:
    columns = (*NAMED, *names)
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(row, columns)) + "</tr>"
        for row in table
    )
    return (
        f"<h2>{escape(title)}</h2><div><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def chart(rows: Sequence[Row], width: int = 720, height: int = 180) -> str:
    """Requests (bars) and clicks (line) over time as SVG."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        pair = sums.setdefault(row.start.isoformat(), [0, 0])
        pair[0] += row.figures.requests
        pair[1] += row.figures.clicks
    if not sums:
        return ""
    step, most = width / len(sums), max(max(pair) for pair in sums.values()) or 1
    heights = [[value / most * (height - 20) for value in pair] for pair in sums.values()]
    bars = "".join(
        f'<rect x="{n * step + 1:.1f}" y="{height - tall:.1f}" width="{max(step - 2, 1):.1f}" '
        f'height="{tall:.1f}"><title>{day}: {sums[day][0]} requests, {sums[day][1]} clicks'
        "</title></rect>"
        for n, (day, (tall, _)) in enumerate(zip(sums, heights, strict=True))
    )
    points = " ".join(
        f"{(n + 0.5) * step:.1f},{height - tall:.1f}" for n, (_, tall) in enumerate(heights)
    )
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="Requests and clicks">'
        f'{bars}<polyline points="{points}"/></svg>'
    )


def _markdown_cell(text: str) -> str:
    """What owners and callers named, so that it neither ends its cell nor its line."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def _cells(row: Mapping[str, object], columns: Sequence[str]) -> list[str]:
    return [_cell(row[name]) for name in columns]


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


STYLE = (
    "body{font:15px system-ui;margin:2rem;color:#222;background:#fff}"
    "div{overflow-x:auto}table{border-collapse:collapse}"
    "td,th{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:right}"
    "svg{max-width:100%;margin:1rem 0}rect{fill:#c9d6ea}polyline{fill:none;stroke:#b3402a;"
    "stroke-width:2}@media(prefers-color-scheme:dark){body{color:#eee;background:#181818}}"
)
