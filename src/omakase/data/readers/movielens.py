"""MovieLens in the five forms it comes in."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from omakase.data.readers.tables import Layout, Tables, event_table, gather_tables
from omakase.data.rows import open_rows, read_records
from omakase.errors import MissingColumns

GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)
AGES = {
    "1": "under 18",
    "18": "18-24",
    "25": "25-34",
    "35": "35-44",
    "45": "45-49",
    "50": "50-55",
    "56": "56+",
}
OCCUPATIONS = (
    *("other", "academic/educator", "artist", "clerical/admin", "college/grad student"),
    *("customer service", "doctor/health care", "executive/managerial", "farmer", "homemaker"),
    *("K-12 student", "lawyer", "programmer", "retired", "sales/marketing", "scientist"),
    *("self-employed", "technician/engineer", "tradesman/craftsman", "unemployed", "writer"),
)
MOVIE_NAMES = {"item_id": ("movieid",), "title": ("title",)}
MOST_TAGS = 20
CSV_NAMES = {
    "user_id": "userId",
    "item_id": "movieId",
    "value": "rating",
    "time": "timestamp",
}
ATOMIC_NAMES = {
    "movie_title": "title",
    "release_year": "year",
    "class": "category",
    "genre": "category",
    "genres": "category",
    "categories": "category",
    "timestamp": "time",
    "rating": "value",
}

ATOMIC_NUMBERS = {"release_year", "age"}
"""Whole numbers that RecBole declares as tokens."""


def fields(file: Path, separator: str, names: list[str], encoding: str = "latin-1") -> pl.DataFrame:
    """A file without header or quotes as text columns; separators may be several characters."""
    text = file.read_text(encoding=encoding).split("\n")  # splitlines knows more ends than files
    lines = pl.DataFrame({"line": text}).filter(pl.col("line") != "")
    split = pl.col("line").str.split_exact(separator, len(names) - 1)
    return lines.select(split.struct.rename_fields(names)).unnest("line")


def read_100k(folder: Path) -> Tables:
    """`u.data`, `u.item`, `u.user`."""
    events = gather_tables([open_rows(folder / "u.data")])
    return replace(
        events, items=_items_100k(folder / "u.item"), users=_users_100k(folder / "u.user")
    )


def read_1m(folder: Path) -> Tables:
    """`ratings.dat`, `movies.dat`, `users.dat`."""
    events = gather_tables([open_rows(folder / "ratings.dat")])
    return replace(
        events, items=_items_1m(folder / "movies.dat"), users=_users_1m(folder / "users.dat")
    )


def read_1m_ordered(folder: Path) -> Tables:
    """`ratings_ordered.parquet`: the order within a user, no times."""
    ratings = pl.read_parquet(folder / "ratings_ordered.parquet")
    events = event_table(
        ratings,
        user="user_id",
        item="movie_id",
        kind="rating",
        value="rating",
        time="rank_in_user",
    )
    items, users = _items_1m(folder / "movies.dat"), _users_1m(folder / "users.dat")
    return Tables(events, items, users, timed=False)


def read_csv(folder: Path) -> Tables:
    """`ratings.csv`, `movies.csv`, `tags.csv` (20M, 25M, 32M, latest)."""
    events = gather_tables([open_rows(folder / "ratings.csv", mapping=CSV_NAMES)])
    return replace(events, items=_items_csv(folder))


def read_atomic(folder: Path) -> Tables:
    """RecBole's `.inter`, `.item`, `.user`, whose headers read `name:type`."""
    interactions = _atomic(_only(folder, "*.inter"))
    events = event_table(
        interactions,
        user="user_id",
        item="item_id",
        kind="rating" if "value" in interactions.columns else "view",
        value="value" if "value" in interactions.columns else None,
        time="time" if "time" in interactions.columns else None,
    )
    items, users = (_atomic_side(folder, kind) for kind in ("item", "user"))
    return Tables(events, items, users, timed="time" in interactions.columns)


LAYOUTS = (
    Layout("ml-100k", lambda f: (f / "u.data").is_file(), read_100k),
    Layout("ml-1m", lambda f: (f / "ratings.dat").is_file(), read_1m),
    Layout("ml-1m-ordered", lambda f: (f / "ratings_ordered.parquet").is_file(), read_1m_ordered),
    Layout(
        "ml-csv", lambda f: (f / "ratings.csv").is_file() and (f / "movies.csv").is_file(), read_csv
    ),
    Layout("atomic", lambda f: any(f.glob("*.inter")), read_atomic),
)


def _only(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[0]


def _year(title: str) -> pl.Expr:
    return pl.col(title).str.extract(r"\((\d{4})[^)]*\)\s*$").cast(pl.Int64, strict=False)


def _genres(column: str) -> pl.Expr:
    """ "A|B" as a list; "(no genres listed)" as an empty one."""
    named = pl.when(pl.col(column).str.starts_with("(")).then(pl.lit("")).otherwise(column)
    return named.str.split("|").list.filter(pl.element() != "")


def _items_100k(file: Path) -> pl.DataFrame | None:
    if not file.is_file():
        return None
    names = ["item_id", "title", "released", "video", "url", *GENRES]
    flags = [pl.when(pl.col(g) == "1").then(pl.lit(g)) for g in GENRES]
    return fields(file, "|", names).select(
        "item_id",
        "title",
        pl.concat_list(flags).list.drop_nulls().alias("category"),
        _year("title").alias("year"),
    )


def _users_100k(file: Path) -> pl.DataFrame | None:
    if not file.is_file():
        return None
    names = ["user_id", "age", "gender", "occupation", "zip_code"]
    return fields(file, "|", names).with_columns(pl.col("age").cast(pl.Int64))


def _items_1m(file: Path) -> pl.DataFrame | None:
    if not file.is_file():
        return None
    films = fields(file, "::", ["item_id", "title", "genres"])
    return films.select(
        "item_id", "title", _genres("genres").alias("category"), _year("title").alias("year")
    )


def _users_1m(file: Path) -> pl.DataFrame | None:
    if not file.is_file():
        return None
    names = ["user_id", "gender", "age_range", "occupation", "zip_code"]
    jobs = {str(code): name for code, name in enumerate(OCCUPATIONS)}
    return fields(file, "::", names).with_columns(
        pl.col("age_range").replace(AGES), pl.col("occupation").replace(jobs)
    )


def _items_csv(folder: Path) -> pl.DataFrame:
    films = read_records(folder / "movies.csv", MOVIE_NAMES).table
    items = films.select(
        "item_id", "title", _genres("genres").alias("category"), _year("title").alias("year")
    )
    file = folder / "tags.csv"
    return items.join(_tags(file), on="item_id", how="left") if file.is_file() else items


def _tags(file: Path) -> pl.DataFrame:
    """(item_id, tags): the tags most people gave, best first."""
    rows = pl.read_csv(
        file, columns=["movieId", "tag"], infer_schema=False, truncate_ragged_lines=True
    )
    counted = (
        rows.select(pl.col("movieId").alias("item_id"), pl.col("tag").str.to_lowercase())
        .drop_nulls()
        .group_by("item_id", "tag")
        .len()
        .sort(["item_id", "len", "tag"], descending=[False, True, False])
    )
    return counted.group_by("item_id", maintain_order=True).agg(
        pl.col("tag").head(MOST_TAGS).alias("tags")
    )


def _atomic_side(folder: Path, kind: str) -> pl.DataFrame | None:
    """What the `.item` or `.user` file tells, none where there is no such file."""
    for file in sorted(folder.glob(f"*.{kind}")):
        table = _atomic(file)
        if f"{kind}_id" not in table.columns:
            raise MissingColumns(str(file), [f"{kind}_id"], table.columns)
        return table
    return None


def _atomic(file: Path) -> pl.DataFrame:
    with file.open(encoding="utf-8") as lines:
        header = lines.readline().rstrip("\n").split("\t")
    typed = [name.partition(":")[::2] for name in header]
    table = pl.read_csv(
        file, separator="\t", infer_schema=False, quote_char=None, new_columns=[n for n, _ in typed]
    )
    cast = {
        "float": lambda c: c.cast(pl.Float64, strict=False),
        "token_seq": lambda c: c.str.split(" "),
    }
    table = table.with_columns(
        cast[kind](pl.col(name)) for name, kind in typed if kind in cast and "title" not in name
    )
    integers = [pl.col(c).cast(pl.Int64, strict=False) for c in ATOMIC_NUMBERS & set(table.columns)]
    table = table.with_columns(integers)
    return table.rename({old: new for old, new in ATOMIC_NAMES.items() if old in table.columns})
