"""Charts as inline SVG, drawn by the server. Colours come from the page's stylesheet."""

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 420, 190
LEFT, RIGHT, TOP, BOTTOM = 68, 12, 14, 30
ACROSS = (LEFT + 12, WIDTH - RIGHT - 8)
"""Where the axis of a curve begins and ends: clear of words, though its first point is large."""

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


def curve_chart(
    title: str, points: Sequence[tuple[float, float]], labels: Sequence[str], marked: int | None
) -> SafeString:
    """One measure against another, point by point in the order of a knob; axes fit the points.

    Args:
        points: (right, up) of each.
        labels: what each point says of itself.
        marked: number of the point that is drawn larger, if any.
    """
    rights, ups = ([each[axis] for each in points] for axis in (0, 1))
    places = [(_along(x, rights, *ACROSS), _along(y, ups, HEIGHT - BOTTOM, TOP))
              for x, y in points]  # fmt: skip
    line = "M" + "L".join(f"{x},{y}" for x, y in places)
    parts = [_ticks(rights, ups), f'<path class="now" d="{line}"/>']
    parts += [
        f'<circle class="dot" cx="{x}" cy="{y}" r="{7 if number == marked else 3}">'
        f"<title>{escape(label)}</title></circle>"
        for number, ((x, y), label) in enumerate(zip(places, labels, strict=True))
    ]
    return _svg(title, WIDTH, HEIGHT, "".join(parts), "chart")


def _along(value: float, values: Sequence[float], start: float, end: float) -> float:
    """Where a value lies between the ends of an axis that spans all values."""
    low, high = min(values), max(values)
    share = (value - low) / (high - low) if high > low else 0.5
    return round(start + share * (end - start), 1)


def _ticks(rights: Sequence[float], ups: Sequence[float]) -> str:
    """The least, middle and greatest value of both axes."""
    parts = []
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        up, right = (min(v) + share * (max(v) - min(v)) for v in (ups, rights))
        y = HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
        x = ACROSS[0] + share * (ACROSS[1] - ACROSS[0])
        parts.append(f'<path class="grid" d="M{LEFT},{y}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 5}" text-anchor="end">{up:.3f}</text>')
        parts.append(f'<text x="{x}" y="{HEIGHT - 6}" text-anchor="{anchor}">{right:.3f}</text>')
    return "".join(parts)


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
