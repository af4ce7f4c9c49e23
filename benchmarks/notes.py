"""The tables of the learning notes, taken from `benchmarks/results/*.json`.

A page says between two marks which figures stand there, and `python -m benchmarks.pages` writes
them, so none is written by hand:

    <!-- figures: quality; data: ml-1m*; models: ease | popular; columns: ndcg@10 | recall@10 -->
    <!-- end of figures -->

`figures` is the benchmark, `data` and `models` choose rows of it (a `*` stands for any text, and
without `data` all are taken), `columns` are the figures shown. Rows stand by data set, in the order
of the results. A page NAME.ko.md gets Korean heads.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.markdown import table

Row = Mapping[str, Any]
Results = Mapping[str, Mapping[str, Any]]
"""What the result files hold, by the name of the benchmark."""

BEGIN: Final = "<!-- figures: "
END: Final = "<!-- end of figures -->"
MARKED: Final = re.compile(rf"(?P<mark>{BEGIN}(?P<said>[^>]*?) -->)(?P<old>.*?){END}", re.DOTALL)
COLUMNS: Final = ("ndcg@10", "recall@10", "coverage@10", "train seconds", "answer ms")
"""Shown where a mark names none."""
HEADS: Final[Mapping[str, tuple[str, str]]] = {
    "data": ("data", "데이터"),
    "model": ("model", "모델"),
    "ndcg@10": ("NDCG@10", "NDCG@10"),
    "recall@10": ("Recall@10", "Recall@10"),
    "ndcg@20": ("NDCG@20", "NDCG@20"),
    "recall@20": ("Recall@20", "Recall@20"),
    "coverage@10": ("coverage@10", "커버리지@10"),
    "train seconds": ("train s", "학습 초"),
    "seconds": ("train s", "학습 초"),
    "answer ms": ("answer ms", "응답 ms"),
    "ms": ("request ms", "요청 ms"),
    "events": ("events", "이벤트"),
    "items": ("items", "상품"),
    "times random": ("times random", "무작위의 배수"),
    "auc": ("AUC", "AUC"),
    "log loss": ("log loss", "로그 손실"),
    "of seeds": ("seeds", "시드"),
    "said": ("", ""),
}
"""What stands above a column, in English and Korean; else its own name."""


@dataclass(frozen=True)
class Mark:
    """Which figures a page asks for.

    Attributes:
        figures: the benchmark.
        models: of the rows, at least one; a `*` stands for any text.
        data: of the rows, likewise.
        columns: what is shown of them.
    """

    figures: str
    models: tuple[str, ...]
    data: str = "*"
    columns: tuple[str, ...] = COLUMNS

    @classmethod
    def of(cls, said: str) -> Self:
        """From the words of a mark.

        Raises:
            ValueError: a word that a mark does not have, or no models.
        """
        pairs = (part.partition(":") for part in f"figures: {said}".split(";"))
        told = {name.strip(): value.strip() for name, _, value in pairs}
        unknown = set(told) - {"figures", "data", "models", "columns"}
        if unknown:
            raise ValueError(f"a mark has no {', '.join(sorted(unknown))!r}")
        if not told.get("models"):
            raise ValueError("a mark must name models")
        columns = _listed(told["columns"]) if "columns" in told else COLUMNS
        return cls(told["figures"], _listed(told["models"]), told.get("data", "*"), columns)

    def rows(self, results: Results) -> list[Row]:
        """Those asked for.

        Raises:
            ValueError: a benchmark without results, or a model or column that no row has.
        """
        if self.figures not in results:
            raise ValueError(f"no results of {self.figures!r}")
        there = [
            row
            for row in results[self.figures]["rows"]
            if fnmatchcase(str(row.get("data", "")), self.data)
        ]
        for model in self.models:
            if not any(fnmatchcase(str(row["model"]), model) for row in there):
                raise ValueError(f"no row of {model!r} on {self.data!r} in {self.figures}")
        rows = [row for row in there if any(fnmatchcase(str(row["model"]), m) for m in self.models)]
        for column in self.columns:
            if all(row.get(column) is None for row in rows):
                raise ValueError(f"no row has {column!r} in {self.figures}")
        return rows


def written(folder: Path, results: Results) -> dict[Path, str]:
    """Each page of a folder that holds marks, as it should be.

    Raises:
        ValueError: a mark that is not understood, or that nothing answers to, with its page.
    """
    texts = {}
    for page in sorted(folder.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if BEGIN not in text and END not in text:
            continue
        try:
            texts[page] = filled(text, results, korean=page.name.endswith(".ko.md"))
        except ValueError as error:
            raise ValueError(f"{page.name}: {error}") from error
    return texts


def filled(text: str, results: Results, *, korean: bool) -> str:
    """A page with a table between each two marks.

    Raises:
        ValueError: as in `written`, without the page.
    """
    found = list(MARKED.finditer(text))
    if len(found) != text.count(BEGIN) or len(found) != text.count(END):
        raise ValueError(f"each {BEGIN.strip()} … --> needs its own {END}")

    def replaced(place: re.Match[str]) -> str:
        shown = section(Mark.of(place["said"]), results, korean=korean)
        return f"{place['mark']}\n\n{shown}\n\n{END}"

    return MARKED.sub(replaced, text)


def section(mark: Mark, results: Results, *, korean: bool) -> str:
    """The table, and how its figures are measured again.

    Raises:
        ValueError: as in `Mark.rows`.
    """
    rows = mark.rows(results)
    data = list(dict.fromkeys(str(row.get("data", "")) for row in rows))
    columns = ["model", *mark.columns] if len(data) == 1 else ["data", "model", *mark.columns]
    heads = {name: both[korean] for name, both in HEADS.items()}
    rows = sorted(rows, key=lambda row: data.index(str(row.get("data", ""))))
    named = [{**row, "data": str(row.get("data", "")).partition(":")[0]} for row in rows]
    again = f"`python -m benchmarks.{mark.figures} --data PATH`"
    said = [*(data if len(data) == 1 and data[0] else []), again, results[mark.figures]["date"]]
    return f"{table(named, columns, heads)}\n\n{' · '.join(said)}"


def _listed(said: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in said.split("|"))
