import polars as pl
import pytest

from omakase.data.dataset import EVENT_COLUMNS, Dataset
from omakase.data.weighting import DEFAULT_KINDS, KindWeight, Weighting
from omakase.doctor import CheckInput, Finding, Thresholds, examine, examine_figures
from omakase.types import DAY_SECONDS

NOW = 1_700_000_000


def healthy(users: int = 30, items: int = 30) -> pl.DataFrame:
    """Everyone has done something with every third item, an hour apart, up to now."""
    pairs = [(u, i) for u in range(users) for i in range(items) if (u + i) % 3 == 0]
    return table(
        [
            (f"u{u}", f"i{i}", "rating", float(1 + (u + i) % 5), NOW - 3600 * n)
            for n, (u, i) in enumerate(pairs)
        ]
    )


def table(rows: list[tuple[str, str, str, float, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=EVENT_COLUMNS, orient="row")


def catalog(items: int = 30) -> pl.DataFrame:
    ids = [f"i{i}" for i in range(items)]
    return pl.DataFrame({"item_id": ids, "title": [f"Title {i}" for i in ids]})


def told(
    events: pl.DataFrame,
    *,
    items: pl.DataFrame | None = None,
    weighting: Weighting | None = None,
    limits: Thresholds | None = None,
) -> dict[str, Finding]:
    case = CheckInput(events, items, weighting or Weighting(), NOW, limits or Thresholds())
    return {finding.code: finding for finding in examine(case)}


def test_healthy_data_have_no_findings():
    assert told(healthy(), items=catalog()) == {}


def test_no_event_is_the_only_finding():
    assert list(told(healthy().clear())) == ["no_events"]


def test_a_misspelt_kind_gets_a_suggestion():
    events = healthy().with_columns(kind=pl.lit("ratting"))
    finding = told(events)["undeclared_kind"]
    assert finding.rows == len(events)
    assert "'rating'" in finding.advice


def test_a_kind_like_no_other_is_to_be_declared():
    events = healthy().with_columns(kind=pl.lit("zzz"))
    assert told(events)["undeclared_kind"].advice.startswith("Declare")


def test_a_declared_kind_that_matches_nothing():
    kinds = {**DEFAULT_KINDS, "watch": KindWeight(weight=2.0)}
    finding = told(healthy(), weighting=Weighting(kinds=kinds))["kind_without_events"]
    assert "'watch'" in finding.what
    assert "rating" in finding.advice


def test_only_negative_events_teach_nothing():
    finding = told(healthy().with_columns(kind=pl.lit("dislike")))["nothing_liked"]
    assert finding.grade == "fault"


def test_few_users_and_items():
    assert {"few_users", "few_items"} <= told(healthy(users=6, items=6)).keys()


def test_thin_users_are_counted():
    lonely = table([(f"x{n}", "i0", "rating", 3.0, NOW - n) for n in range(40)])
    finding = told(pl.concat([healthy(), lonely]))["thin_users"]
    assert finding.rows == 40
    assert "40 of 70 users" in finding.what


def test_thin_items_are_counted():
    rare = table([("u1", f"x{n}", "rating", 3.0, NOW - n) for n in range(40)])
    assert told(pl.concat([healthy(), rare]))["thin_items"].rows == 40


@pytest.mark.parametrize(
    ("code", "time", "rows"),
    [
        ("equal_times", pl.lit(NOW), 300),
        ("not_seconds", pl.col("time") * 1000, 300),
        ("order_only", pl.int_range(pl.len()), 300),
        ("future", pl.col("time") + DAY_SECONDS + 3600 * 10, 10),
    ],
)
def test_clocks_that_cannot_be_right(code, time, rows):
    assert told(healthy().with_columns(time=time.cast(pl.Int64)))[code].rows == rows


def test_a_clock_a_day_ahead_is_forgiven():
    assert "future" not in told(healthy().with_columns(pl.col("time") + DAY_SECONDS))


def test_old_data_are_said_to_be_old():
    old = healthy().with_columns(pl.col("time") - 100 * DAY_SECONDS)
    assert "100 days" in told(old)["stale"].what
    assert told(old, limits=Thresholds(stale_days=200)) == {}


def test_repeats_are_counted_without_their_first():
    events = healthy()
    finding = told(pl.concat([events, events.head(50)]))["repeats"]
    assert finding.rows == 50


def test_one_busy_user():
    robot = table([("robot", f"i{n % 30}", "view", 1.0, NOW - n) for n in range(1500)])
    assert "robot" in told(pl.concat([healthy(), robot]))["one_user"].what


def test_one_crowded_item():
    star = table([(f"u{n % 30}", "star", "view", 1.0, NOW - n) for n in range(400)])
    assert told(pl.concat([healthy(), star]))["one_item"].rows == 400


def test_ratings_that_are_all_alike():
    assert told(healthy().with_columns(value=pl.lit(1.0)))["flat_ratings"].rows == 300


def test_events_outside_the_catalog():
    finding = told(healthy(), items=catalog(items=29))["outside_catalog"]
    assert finding.rows == 10
    assert "1 items" in finding.what


def test_items_without_titles():
    bare = catalog().with_columns(
        title=pl.when(pl.col("item_id") == "i3").then(None).otherwise("title")
    )
    assert told(healthy(), items=bare)["untitled"].rows == 1


def test_a_dataset_is_spelt_out_as_it_was():
    events = healthy()
    case = CheckInput.of(Dataset.from_table(events), weighting=Weighting(), now=NOW)
    assert case.events.equals(events.sort("time").cast({"value": pl.Float32}))
    assert examine(case) == []


def test_faults_come_first():
    events = healthy(users=6).with_columns(time=pl.lit(NOW))
    grades = [finding.grade for finding in examine(CheckInput(events, None, Weighting(), NOW))]
    assert grades == sorted(grades)
    assert set(grades) == {"fault", "warning"}


def test_popularity_that_wins_is_a_fault():
    figures = {"ease": {"ndcg@10": 0.1}, "popular": {"ndcg@10": 0.2}}
    (finding,) = examine_figures(figures, "ease", measure="ndcg@10")
    assert finding.code == "popularity_wins"
    assert examine_figures(figures, "popular", measure="ndcg@10") == []


def test_a_model_that_wins_is_left_in_peace():
    figures = {"ease": {"ndcg@10": 0.3}, "popular": {"ndcg@10": 0.2}}
    assert examine_figures(figures, "ease", measure="ndcg@10") == []


def test_without_a_comparison_nothing_is_said():
    assert examine_figures({"ease": {"ndcg@10": 0.3}}, "ease", measure="ndcg@10") == []


def over(**columns: pl.Expr) -> pl.DataFrame:
    return healthy().with_columns(**columns)


def beside(*rows: tuple[str, str, str, float, int]) -> pl.DataFrame:
    return pl.concat([healthy(), table(list(rows))])


PLANTED = {
    "undeclared_kind": (over(kind=pl.lit("stare")), {"undeclared_kind"}),
    "nothing_liked": (over(kind=pl.lit("impression")), {"nothing_liked"}),
    "few_users": (healthy(users=19, items=30), {"few_users"}),
    "few_items": (healthy(users=30, items=19), {"few_items"}),
    "equal_times": (over(time=pl.lit(NOW)), {"equal_times"}),
    "not_seconds": (over(time=pl.col("time") * 1000), {"not_seconds"}),
    "order_only": (over(time=pl.int_range(pl.len(), dtype=pl.Int64)), {"order_only"}),
    "future": (beside(("u1", "i2", "rating", 3.0, NOW + DAY_SECONDS + 301)), {"future"}),
    "stale": (over(time=pl.col("time") - 91 * DAY_SECONDS), {"stale"}),
    "repeats": (pl.concat([healthy(), healthy().head(4)]), {"repeats"}),
    "flat_ratings": (over(value=pl.lit(3.0)), {"flat_ratings"}),
    "outside_catalog": (beside(("u1", "strange", "rating", 3.0, NOW)), {"outside_catalog"}),
}
"""Data with one fault, and what alone is said of them."""


@pytest.mark.parametrize(("events", "codes"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(events, codes):
    assert set(told(events.cast(EVENT_COLUMNS), items=catalog())) == codes


@pytest.mark.parametrize(
    ("events", "items"),
    [
        (healthy(users=20, items=20), catalog(20)),
        (beside(("u1", "i2", "rating", 3.0, NOW + 300)), catalog()),
        (over(time=pl.col("time") - 90 * DAY_SECONDS), catalog()),
        (pl.concat([healthy(), healthy().head(3)]), catalog()),
        (over(kind=pl.lit("view"), value=pl.lit(1.0)), catalog()),
        (healthy(), None),
        (healthy(), catalog().select("item_id")),
        (healthy(), catalog().clear()),
        (healthy(), catalog(60)),
    ],
    ids=[
        *("just enough", "a clock ahead", "three months", "one repeat in a hundred", "views alone"),
        *("no catalog", "no titles known", "an empty catalog", "items without events"),
    ],
)
def test_what_is_just_tolerable_is_not_told(events, items):
    assert told(events.cast(EVENT_COLUMNS), items=items) == {}


def test_several_kinds_that_nobody_declared_are_each_told():
    events = over(kind=pl.when(pl.col("value") > 3).then(pl.lit("gaze")).otherwise(pl.lit("stare")))
    found = examine(CheckInput(events, None, Weighting(), NOW))
    assert [(finding.code, finding.rows) for finding in found] == [
        ("undeclared_kind", events.filter(pl.col("kind") == kind).height)
        for kind in ("gaze", "stare")
    ]


@pytest.mark.parametrize("code", PLANTED)
def test_every_finding_says_what_to_do_in_plain_sentences(code):
    events, _ = PLANTED[code]
    finding = told(events.cast(EVENT_COLUMNS), items=catalog())[code]
    for text in (finding.what, finding.advice):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert len(text) < 160
