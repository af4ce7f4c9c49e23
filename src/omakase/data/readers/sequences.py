"""Files of bare numbers: a user and items, in the order in which they happened, no times."""

import json
from pathlib import Path

import polars as pl

from omakase.data.readers.tables import Layout, Tables, event_table

JD_FILES = {
    "trn_pv": ("view", "train"),
    "trn_fav": ("bookmark", "train"),
    "trn_buy": ("purchase", "train"),
    "vld_buy": ("purchase", "validation"),
    "tst_buy": ("purchase", "test"),
}


def lines_of_items(file: Path) -> pl.DataFrame:
    """(user, item) out of lines "user item item …", in order."""
    lines = pl.DataFrame({"line": file.read_text(encoding="utf-8-sig").split("\n")})
    words = lines.select(pl.col("line").str.extract_all(r"\S+")).filter(
        pl.col("line").list.len() > 1
    )
    return words.select(
        pl.col("line").list.first().alias("user"), pl.col("line").list.slice(1).alias("item")
    ).explode("item")


def read_s3rec(folder: Path) -> Tables:
    """One user a line, and `…_item2attributes.json`."""
    attributes = next(iter(sorted(folder.glob("*_item2attributes.json"))))
    rows = lines_of_items(folder / attributes.name.replace("_item2attributes.json", ".txt"))
    item_attributes = json.loads(attributes.read_text(encoding="utf-8"))
    items = pl.DataFrame(
        {
            "item_id": list(item_attributes),
            "attributes": [[str(a) for a in v] for v in item_attributes.values()],
        },
        schema={"item_id": pl.String, "attributes": pl.List(pl.String)},
    )
    events = event_table(rows, user="user", item="item", kind="view")
    return Tables(events, items, timed=False)


def read_lightgcn(folder: Path) -> Tables:
    """`train.txt` and `test.txt` of NGCF and LightGCN."""
    parts = ("train", "test")
    rows = pl.concat(
        lines_of_items(folder / f"{part}.txt").with_columns(pl.lit(part).alias("part"))
        for part in parts
    )
    events = event_table(rows, user="user", item="item", kind="view")
    return Tables(events.with_columns(rows.get_column("part")), timed=False)


def read_jd(folder: Path) -> Tables:
    """`trn_pv.txt`, `trn_fav.txt`, `trn_buy.txt`, `vld_buy.txt`, `tst_buy.txt`."""
    rows = pl.concat(
        lines_of_items(folder / f"{name}.txt").with_columns(
            pl.lit(kind).alias("kind"), pl.lit(part).alias("part")
        )
        for name, (kind, part) in JD_FILES.items()
    )
    events = event_table(rows, user="user", item="item", kind="view")
    return Tables(events.with_columns(rows.select("kind", "part")), timed=False)


def _is_lightgcn(folder: Path) -> bool:
    return (folder / "train.txt").is_file() and (folder / "test.txt").is_file()


def _is_jd(folder: Path) -> bool:
    return all((folder / f"{name}.txt").is_file() for name in JD_FILES)


LAYOUTS = (
    Layout("s3rec", lambda f: any(f.glob("*_item2attributes.json")), read_s3rec),
    Layout("lightgcn", _is_lightgcn, read_lightgcn),
    Layout("jd", _is_jd, read_jd),
)
