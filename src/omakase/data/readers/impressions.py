"""Clicks among what was shown, written into one field: "N1-1 N2-0" (MIND)."""

from pathlib import Path

import polars as pl

from omakase.data.rows.sample import Sample
from omakase.data.rows.source import split_file

SHOWN = r"^\S+-[01](\s+\S+-[01])*$"
CLICKED = "-1"


def holds_impressions(sample: Sample) -> bool:
    """Whether a column called so holds lists of articles, each with 1 where it was clicked."""
    if "impressions" not in sample.rows.columns or sample.dialect is None:
        return False
    return bool(sample.rows.get_column("impressions").str.contains(SHOWN).all())


def clicks(path: Path, sample: Sample, file: Path) -> Path:
    """A Parquet file with a row for each click, and all other columns as they are."""
    if sample.dialect is None:
        return path
    columns = {f"c{n}": name for n, name in enumerate(sample.dialect.columns)}
    parts = split_file(path, sample.encoding, sample.dialect, columns)
    rows = pl.concat([part.rows.drop("line") for part, _ in parts]).rename(columns)
    impressions = rows.with_columns(pl.col("impressions").str.split(" ")).explode("impressions")
    clicked = impressions.filter(pl.col("impressions").str.ends_with(CLICKED))
    clicked.with_columns(pl.col("impressions").str.strip_suffix(CLICKED)).write_parquet(file)
    return file
