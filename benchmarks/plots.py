"""Curves as SVG, in `docs/plots`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

PLOTS = Path(__file__).parent.parent / "docs" / "plots"
Points = Sequence[tuple[float, float]]


def save_curves(
    name: str, panels: Mapping[str, Mapping[str, Points]], x: str, y: str, folder: Path = PLOTS
) -> Path:
    """One panel a data set, one line a name; the same figures give the same file.

    Args:
        panels: title to line name to (x, y) points.
        x, y: what the axes are.
    """
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    with matplotlib.rc_context({"svg.hashsalt": "omakase", "svg.fonttype": "none"}):
        figure, axes = pyplot.subplots(
            1, len(panels), figsize=(5.5 * len(panels), 4), squeeze=False, layout="constrained"
        )
        for place, (title, lines) in zip(axes[0], panels.items(), strict=True):
            for line, points in lines.items():
                place.plot(*zip(*points, strict=True), marker="o", markersize=3, label=line)
            place.set(title=title, xlabel=x, ylabel=y)
            place.grid(alpha=0.3)
            place.legend(fontsize=8)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.svg"
        figure.savefig(file, metadata={"Date": None})
        pyplot.close(figure)
    return file
