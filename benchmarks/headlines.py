"""The few figures that the README shows, taken from `benchmarks/results/*.json`.

`python -m benchmarks.pages` writes them between two marks, so no figure there is written by hand.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from benchmarks.form import RESULTS

Row = Mapping[str, Any]
Rows = Sequence[Row]

BEGIN: Final = "<!-- figures: written by python -m benchmarks.pages -->"
END: Final = "<!-- end of figures -->"
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Measured", "Omakase", "Beside it", "Again by"),
    "ko": ("잰 것", "Omakase", "비교", "다시 재기"),
}
READ: Final = "2026-11-28"
"""When the published figures were last looked up."""

PUBLISHED: Final = {
    "en": f"the highest published that we found on {READ}",
    "ko": f"{READ}에 찾은 가장 높은 발표 기록",
}
HIGHEST: Final[Mapping[str, str]] = {
    "s3rec-Beauty": "0.1041 / 0.0614 (WEARec, AAAI 2026, ids only, the best of 72 settings by "
    "test)",
    "s3rec-Sports_and_Outdoors": "0.0635 / 0.0367 (TV-Rec, NeurIPS 2025, ids only)",
    "ml-1m": "0.3334 / 0.1904 (WEARec, AAAI 2026, 3,416 items ranked)",
    "gowalla": "0.1941 / 0.1616 (ChebyCF, SIGIR 2025)",
}
"""Data set to Recall / NDCG, with who published them."""


@dataclass(frozen=True)
class Headline:
    """One line of the table.

    Attributes:
        file: the benchmark.
        said: what was measured, by language.
        ours, beside: from its rows; "" where there is nothing beside it. A text with
            "{published}" gets the words of the language.
    """

    file: str
    said: Mapping[str, str]
    ours: Callable[[Rows], str]
    beside: Callable[[Rows], str]


def one(rows: Rows, **where: Any) -> Row:
    """The last row with these values; a text may hold a `*`.

    Raises:
        ValueError: there is none.
    """
    for row in reversed(rows):
        if all(_fits(row.get(key.replace("_", " ")), value) for key, value in where.items()):
            return row
    raise ValueError(f"no row with {where}")


def section(found: Mapping[str, Rows], language: str) -> str:
    """The table, of those benchmarks that have results."""
    lines = [HEADS[language], ("---",) * 4]
    for each in HEADLINES:
        if each.file in found:
            rows = found[each.file]
            beside = each.beside(rows).format(published=PUBLISHED[language])
            again = f"`{each.file}`"
            lines.append((each.said[language], f"**{each.ours(rows)}**", beside or "–", again))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def replaced(text: str, table: str) -> str:
    """A page with the table between its two marks.

    Raises:
        ValueError: the page has no such marks.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"no {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def _fits(found: Any, wanted: Any) -> bool:
    return fnmatchcase(str(found), wanted) if isinstance(wanted, str) else bool(found == wanted)


@cache
def known_shares() -> Mapping[str, float]:
    """Data set to the share of people whose next item occurs in training; others are misses."""
    file = RESULTS / "known_next_items.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["rows"]
    return {row["data"]: row["share"] for row in rows}


def _both(row: Row) -> str:
    share = known_shares().get(str(row.get("data")), 1.0)
    return f"{share * row['recall@10']:.4f} / {share * row['ndcg@10']:.4f}"


def _published(name: str) -> str:
    return f"{HIGHEST[name]}: {{published}}"


def _next_item(name: str, model: str) -> tuple[Callable[[Rows], str], Callable[[Rows], str]]:
    """Recall and NDCG of a preset over all people, and of what was published."""
    return lambda rows: _both(one(rows, data=name, model=model)), lambda _: _published(name)


def _gowalla(rows: Rows) -> str:
    best = one(rows, model="graph_filter, chosen")
    return f"{best['recall@20']:.4f} / {best['ndcg@20']:.4f}"


def _stacked(rows: Rows) -> str:
    return f"{one(rows, data='dunnhumby*', chosen=True)['ndcg@10']:.4f}"


def _alone(rows: Rows) -> str:
    baskets = [row for row in rows if _fits(row["data"], "dunnhumby*") and row.get("gain") is None]
    best = max(baskets, key=lambda row: float(row["ndcg@10"]))
    return f"{best['ndcg@10']:.4f}, {best['model']}"


def _seconds(file: str, said: Mapping[str, str], **where: str) -> Headline:
    """Seconds beside implicit's."""

    def seconds(rows: Rows, model: str) -> str:
        row = one(rows, model=model, **where)
        return f"{row.get('seconds to the loss', row.get('seconds')):.2f} s"

    return Headline(
        file,
        said,
        lambda rows: seconds(rows, "omakase"),
        lambda rows: f"{seconds(rows, 'implicit')}, implicit",
    )


HEADLINES: Final = (
    Headline(
        "sequences",
        {
            "en": "Beauty, the next item of 12,101: Recall@10 / NDCG@10 over all people, three "
            "seeds; ours is told attributes",
            "ko": "Beauty, 상품 12,101개 중 다음 하나: 모든 사람의 Recall@10 / NDCG@10, 시드 셋, "
            "속성 사용",
        },
        *_next_item("s3rec-Beauty", "shop-sasrec, mean"),
    ),
    Headline(
        "sequences",
        {
            "en": "Sports, the next item of 18,357: the same",
            "ko": "Sports, 상품 18,357개 중 다음 하나: 같은 방식",
        },
        *_next_item("s3rec-Sports_and_Outdoors", "large-shop-sasrec, mean"),
    ),
    Headline(
        "shop_hybrid",
        {
            "en": "Beauty and Sports in two stages: sequence, neighbours and content together",
            "ko": "Beauty와 Sports를 두 단계로: 순서, 이웃, 내용을 함께",
        },
        lambda rows: "; ".join(_both(row) for row in rows if row.get("chosen")),
        lambda rows: "; ".join(_both(row) for row in rows if row["model"] == "sasrec") + ", sasrec",
    ),
    Headline(
        "film_sequences",
        {
            "en": "MovieLens 1M, the next film: Recall@10 / NDCG@10",
            "ko": "MovieLens 1M, 다음에 볼 영화: Recall@10 / NDCG@10",
        },
        *_next_item("ml-1m", "films-sasrec, mean"),
    ),
    Headline(
        "gowalla",
        {
            "en": "Gowalla, standard split: Recall@20 / NDCG@20, closed forms only",
            "ko": "Gowalla 표준 분할: Recall@20 / NDCG@20, 닫힌 해만",
        },
        _gowalla,
        lambda _: _published("gowalla"),
    ),
    Headline(
        "strategies",
        {
            "en": "A grocer's baskets by time, two stages: NDCG@10, beside the best single model",
            "ko": "식료품점 장바구니, 시간순, 두 단계: NDCG@10, 가장 좋은 단일 모델과 비교",
        },
        _stacked,
        _alone,
    ),
    _seconds(
        "ials_speed",
        {
            "en": "iALS to the same loss (conjugate gradients)",
            "ko": "같은 손실까지 걸린 iALS 학습 시간 (켤레 기울기법)",
        },
        solver="cg",
    ),
    _seconds("item_knn_speed", {"en": "Neighbours of every item", "ko": "모든 상품의 이웃 찾기"}),
    Headline(
        "sasrec_speed",
        {
            "en": "An epoch of SASRec, the same loss and numbers, one thread",
            "ko": "SASRec 한 에폭, 같은 손실과 정밀도, 스레드 하나",
        },
        lambda rows: f"{one(rows, model='omakase', loss='whole*')['seconds an epoch']:.1f} s",
        lambda rows: f"{one(rows, model='rectools')['seconds an epoch']:.1f} s, RecTools",
    ),
    Headline(
        "scale",
        {
            "en": "A whole request over 10 million items, one core: p99, gigabytes",
            "ko": "상품 1,000만 개에서 요청 하나 전체, 코어 하나: p99, 메모리",
        },
        lambda rows: (
            f"{one(rows, items=10_000_000)['p99 ms']:.1f} ms, "
            f"{one(rows, items=10_000_000)['GB serving']:.1f} GB"
        ),
        lambda _: "",
    ),
    Headline(
        "page_journey",
        {
            "en": "A click until the open page has changed, in Chromium: p95",
            "ko": "클릭한 뒤 열린 화면이 바뀌기까지, Chromium: p95",
        },
        lambda rows: f"{max(float(row['p95 ms']) for row in rows):.0f} ms",
        lambda _: "",
    ),
)
