"""Charts as inline SVG, drawn by the server. Colours come from the page's stylesheet."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 420, 190
LEFT, RIGHT, TOP, BOTTOM = 68, 12, 14, 30
SPARK_WIDTH, SPARK_HEIGHT = 160, 36


def line_chart(
    title: str,
    labels: Sequence[str],
    now: Sequence[float],
    before: Sequence[float] = (),
    *,
    unit: str = "",
) -> SafeString:
    """A line over days, with that of the days before behind it.

    Args:
        labels: one for each value of `now`.
        before: as many values, or none.
        unit: "%": values are shares and are written as percentages.
    """
    top = max([*now, *before, 0.0]) or 1.0
    parts = [_grid(top, unit), _labels(labels)]
    if before:
        parts.append(f'<path class="before" d="{_path(before, top)}"/>')
    if now:
        parts.append(f'<path class="area" d="{_area(now, top)}"/>')
        parts.append(f'<path class="now" d="{_path(now, top)}"/>')
        parts += [
            f'<circle class="dot" cx="{x}" cy="{y}" r="3"><title>{escape(label)}: '
            f"{_format(value, unit)}</title></circle>"
            for (x, y), label, value in zip(_points(now, top), labels, now, strict=True)
        ]
    return _svg(title, WIDTH, HEIGHT, "".join(parts), "chart")


def spark(title: str, values: Sequence[float]) -> SafeString:
    """A small line without axes, for a tile."""
    if not values:
        return mark_safe("")
    top = max(values) or 1.0
    step = SPARK_WIDTH / max(1, len(values) - 1)
    points = [
        f"{round(n * step, 1)},{round(SPARK_HEIGHT - 4 - (SPARK_HEIGHT - 8) * value / top, 1)}"
        for n, value in enumerate(values)
    ]
    line = "M" + "L".join(points)
    area = f"{line}L{SPARK_WIDTH},{SPARK_HEIGHT}L0,{SPARK_HEIGHT}z"
    body = f'<path class="area" d="{area}"/><path class="now" d="{line}"/>'
    return _svg(title, SPARK_WIDTH, SPARK_HEIGHT, body, "spark")


def _svg(title: str, width: int, height: int, body: str, name: str) -> SafeString:
    drawing = (
        f'<svg class="{name}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" preserveAspectRatio="none">{body}</svg>'
        if name == "spark"
        else f'<svg class="{name}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}">{body}</svg>'
    )
    return mark_safe(drawing)  # noqa: S308, every text in it is escaped


def _points(values: Sequence[float], top: float) -> list[tuple[float, float]]:
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values) - 1)
    tall = HEIGHT - TOP - BOTTOM
    return [
        (round(LEFT + n * step, 1), round(TOP + tall * (1 - value / top), 1))
        for n, value in enumerate(values)
    ]


def _path(values: Sequence[float], top: float) -> str:
    return "M" + "L".join(f"{x},{y}" for x, y in _points(values, top))


def _area(values: Sequence[float], top: float) -> str:
    points = _points(values, top)
    ground = HEIGHT - BOTTOM
    return f"{_path(values, top)}L{points[-1][0]},{ground}L{points[0][0]},{ground}z"


def _grid(top: float, unit: str) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)
        lines.append(f'<path class="grid" d="M{LEFT},{y}H{WIDTH - RIGHT}"/>')
        text = _format(share * top, unit)
        lines.append(f'<text x="{LEFT - 8}" y="{y + 5}" text-anchor="end">{text}</text>')
    return "".join(lines)


def _labels(labels: Sequence[str]) -> str:
    """The first, the middle and the last one: more do not fit a telephone."""
    if not labels:
        return ""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    places = {0: "start", len(labels) // 2: "middle", len(labels) - 1: "end"}
    return "".join(
        f'<text x="{round(LEFT + n * step, 1)}" y="{HEIGHT - 6}" text-anchor="{anchor}">'
        f"{escape(labels[n])}</text>"
        for n, anchor in places.items()
    )


def _format(value: float, unit: str) -> str:
    if unit == "%":
        return f"{value * 100:.1f} %"
    if value >= 10_000:
        return f"{value / 1000:,.0f}k"
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:.1f}"
