"""Well-known files, joined tables, shown lists and tables in memory, each at its edges."""

import polars as pl
import pytest

from omakase.data.readers import load
from omakase.data.readers.frames import as_polars, load_frames
from omakase.data.readers.known import by_columns, by_name, headless, known_files, set_names
from omakase.data.readers.load import LAYOUTS, folder_layout, recognise, understood
from omakase.data.readers.movielens import AGES, GENRES, OCCUPATIONS, fields
from omakase.data.readers.sequences import lines_of_items
from omakase.data.readers.survey import survey
from omakase.data.readers.tables import LoadedData, Tables, event_table
from omakase.data.rows import ReadOptions, Rules
from omakase.data.weighting import DEFAULT_KINDS, KindWeight, Weighting
from omakase.errors import EmptyData, MissingColumns, UnknownName, UnreadableFile

from .folders import folder, item, pairs, user


def events_of(path, **options):
    found = survey(path, ReadOptions(**options))
    return [
        (row["user_id"], row["item_id"], row["kind"], row["value"])
        for source in found.events
        for batch in source.batches()
        for row in batch.events.iter_rows(named=True)
    ]


@pytest.mark.parametrize("ending", ["", ".gz", ".zip", ".xz", ".GZ"])
def test_known_file_is_known_by_its_name_however_it_is_packed(ending):
    assert by_name(f"UserBehavior.csv{ending}").name == "taobao"
    assert by_name(f"userbehavior.CSV{ending}").name == "taobao"


@pytest.mark.parametrize("name", ["", "behavior.csv", "UserBehavior", "UserBehavior.csv.bak"])
def test_known_file_of_another_name_is_none(name):
    assert by_name(name) is None


def test_known_file_of_a_named_set_is_of_that_set_alone():
    assert by_name("UserBehavior.csv", "taobao").name == "taobao"
    assert by_name("UserBehavior.csv", "steam") is None


@pytest.mark.parametrize("known", [f for f in known_files() if f.has], ids=lambda f: f.name)
def test_known_files_with_columns_are_found_by_them_and_not_without_one(known):
    assert known.fits_columns([*known.has, "one more"])
    assert not known.fits_columns(known.has[1:])
    assert by_columns(list(known.has)) is not None


@pytest.mark.parametrize(
    "known", [f for f in known_files() if f.options.columns], ids=lambda f: f.name
)
def test_known_files_without_a_header_are_found_by_their_width(known):
    assert known.options.header is False
    width = len(known.options.columns)
    assert len(headless(known.name, width).options.columns) == width
    assert headless(known.name, 99) is None


def test_set_names_are_in_order_and_none_twice():
    names = set_names()
    assert len(set(names)) == len(names)
    assert names[0] == known_files()[0].name


def test_known_columns_of_nothing_are_none():
    assert by_columns([]) is None


def test_joined_tables_keep_the_lines_in_order_and_drop_those_without_a_head(tmp_path):
    folder(
        tmp_path,
        orders__csv="order_id,customer_id,created_at\n1,ann,2023-01-01\n2,bob,2023-01-02\n",
        items__csv="order_id,sku,quantity\n2,tea,3\n9,lost,1\n1,cake,1\n",
    )
    assert events_of(tmp_path) == [("bob", "tea", "purchase", 3), ("ann", "cake", "purchase", 1)]
    (note,) = [n for n in survey(tmp_path, ReadOptions()).notes if "joined" in n]
    assert note == "items.csv and orders.csv are joined by 'order_id'"


def test_joined_tables_take_the_declared_kind(tmp_path):
    folder(
        tmp_path,
        orders__csv="order_id,customer_id\n1,ann\n",
        items__csv="order_id,sku\n1,cake\n",
    )
    assert [row[2] for row in events_of(tmp_path, kind="view")] == ["view"]


def test_joined_tables_need_a_head_once_each(tmp_path):
    folder(
        tmp_path,
        orders__csv="order_id,customer_id\n1,ann\n1,bob\n",
        items__csv="order_id,sku\n1,cake\n",
    )
    with pytest.raises(MissingColumns):
        events_of(tmp_path)


def test_joined_tables_of_korean_names_are_joined_too(tmp_path):
    folder(
        tmp_path,
        주문__csv="주문번호,고객번호\n1,가\n2,나\n",
        주문상품__csv="주문번호,상품번호\n2,떡\n1,국\n",
    )
    assert [row[:3] for row in events_of(tmp_path)] == [
        ("나", "떡", "purchase"),
        ("가", "국", "purchase"),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("1\n", []),
        ("1 2\n", [("1", "2")]),
        ("1 2 3\n\n2 3\n", [("1", "2"), ("1", "3"), ("2", "3")]),
        ("\ufeff 1\t2  3 \r\n", [("1", "2"), ("1", "3")]),
        ("1 2", [("1", "2")]),
        ("1 2 2\n", [("1", "2"), ("1", "2")]),
    ],
)
def test_lines_of_items_are_a_person_and_what_they_did(tmp_path, text, rows):
    file = tmp_path / "x.txt"
    file.write_text(text, encoding="utf-8")
    assert lines_of_items(file).rows() == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1::2\n", [("1", "2")]),
        ("1::2::3\n", [("1", "2")]),
        ("1\n", [("1", None)]),
        ("1::2\n\n3::4", [("1", "2"), ("3", "4")]),
        ("a\x85b::c\n", [("a\x85b", "c")]),
    ],
)
def test_fields_of_lines_are_split_at_several_signs(tmp_path, text, rows):
    file = tmp_path / "x.dat"
    file.write_bytes(text.encode("latin-1"))
    assert fields(file, "::", ["a", "b"]).rows() == rows


def test_movielens_tables_have_as_many_words_as_it_has_codes():
    assert (len(GENRES), len(OCCUPATIONS), len(AGES)) == (19, 21, 7)
    assert len(set(GENRES)) == 19
    assert len(set(OCCUPATIONS)) == 21


def test_movielens_without_its_side_tables_is_read_all_the_same(tmp_path):
    folder(tmp_path, ratings__dat="1::2::5::978300760\n")
    loaded = load(tmp_path)
    assert pairs(loaded) == [("1", "2")]
    assert loaded.dataset.items.columns == ["item_id"]


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Toy Story (1995)", 1995),
        ("1984 (1956)", 1956),
        ("Movie (1995) ", 1995),
        ("Series (1995-1999)", 1995),
        ("Nothing", None),
        ("(500) Days", None),
        ("Half (19)", None),
    ],
)
def test_movielens_years_stand_at_the_end_of_titles(tmp_path, title, year):
    folder(
        tmp_path,
        ratings__dat="1::2::5::978300760\n",
        movies__dat=f"2::{title}::Drama|\n",
    )
    found = item(load(tmp_path), "2")
    assert (found["year"], found["category"]) == (year, ["Drama"])


def test_movielens_of_codes_that_nobody_knows_keeps_them(tmp_path):
    folder(
        tmp_path,
        ratings__dat="1::2::5::978300760\n",
        users__dat="1::M::99::88::55105\n",
    )
    found = user(load(tmp_path), "1")
    assert (found["age_range"], found["occupation"]) == ("99", "88")


def test_atomic_files_of_items_without_an_id_are_refused(tmp_path):
    folder(
        tmp_path,
        x__inter="user_id:token\titem_id:token\n1\t2\n",
        x__item="film:token\n2\n",
    )
    with pytest.raises((MissingColumns, UnreadableFile), match="item_id"):
        load(tmp_path)


@pytest.mark.parametrize(
    "files",
    [
        {"u__data": "1\t2\t3\t10\n", "u__item": "1|2\n"},
        {"train__txt": "\xff\xfe".encode("latin-1"), "test__txt": "1 2\n"},
        {"x__inter": "user_id:token\n1\n"},
        {"rating_final__csv": "a\n1\n", "geoplaces2__csv": "b\n1\n"},
    ],
)
def test_layouts_of_another_shape_are_refused_or_read_and_never_fall(tmp_path, files):
    folder(tmp_path, **files)
    layout = recognise(tmp_path)
    try:
        assert pairs(load(tmp_path)) == [("1", "2")]
    except UnreadableFile as error:
        start = f"{tmp_path}: not what a folder of {layout.name} holds ("
        assert str(error).startswith(start)
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_asked_for_by_name(tmp_path, name):
    assert folder_layout(tmp_path, name, ReadOptions()) is LAYOUTS[name]
    assert folder_layout(tmp_path, None, ReadOptions(layout=name)) is LAYOUTS[name]
    assert LAYOUTS[name].name == name
    assert not LAYOUTS[name].matches(tmp_path)


def test_layouts_give_way_to_declared_columns(tmp_path):
    folder(tmp_path, u__data="1\t2\t3\t10\n")
    assert folder_layout(tmp_path, None, ReadOptions()).name == "ml-100k"
    assert folder_layout(tmp_path, None, ReadOptions(separator="\t")) is None
    assert folder_layout(tmp_path, None, ReadOptions(events={"user_id": "a"})) is None
    assert folder_layout(tmp_path, "csv", ReadOptions()) is None


def test_layouts_that_nobody_knows_are_refused(tmp_path):
    for asked in ({"format": "xls2"}, {"options": ReadOptions(layout="moonlens")}):
        with pytest.raises(UnknownName):
            load(tmp_path, **asked)


@pytest.mark.parametrize(
    ("word", "kind"), [("views", "view"), ("order completed", "purchase"), ("refunded", "refund")]
)
def test_understood_words_count_as_the_kinds_that_they_mean(word, kind):
    assert understood(Weighting()).kinds[word] == DEFAULT_KINDS[kind]


def test_understood_words_that_are_declared_or_mean_nothing_here_stay():
    own = KindWeight(weight=9)
    found = understood(Weighting(kinds={"views": own, "click": own}))
    assert found.kinds["views"] == own
    assert found.kinds["clicks"] == own
    assert "orders" not in found.kinds


@pytest.mark.parametrize(
    ("scale", "value", "weight"),
    [((0.0, 10.0), 10.0, 5.0), ((0.0, 100.0), 80.0, 4.0), ((0.0, 5.0), 5.0, 5.0)],
)
def test_understood_scales_let_the_best_rating_count_as_five_stars(scale, value, weight):
    table = pl.DataFrame({"kind": ["rating"], "value": [value], "time": [0]})
    assert understood(Weighting(), scale).weights(table, now=0).tolist() == [weight]


def test_understood_scales_leave_a_declared_rating():
    own = DEFAULT_KINDS["rating"].model_copy(update={"weight": 2.0})
    found = understood(Weighting(kinds={"rating": own}), (0.0, 10.0))
    assert found.kinds["rating"] == own


def test_as_polars_of_a_lazy_table_collects_it():
    rows = pl.DataFrame({"a": [1, 2]})
    assert as_polars(rows.lazy().filter(pl.col("a") > 1)).rows() == [(2,)]
    assert as_polars(rows).equals(rows)


@pytest.mark.parametrize("table", [None, 5, "text", {"a": [1]}, [1]])
def test_as_polars_of_what_is_no_table_names_its_type(table):
    with pytest.raises(TypeError) as caught:
        as_polars(table)
    name = type(table).__name__
    assert str(caught.value) == f"a table of Polars, pandas or Arrow is needed, not {name}"


def test_load_frames_reports_rows_as_files_do():
    events = pl.DataFrame({"user_id": ["a", None, "b"], "item_id": ["x", "y", ""]})
    loaded = load_frames(events)
    assert pairs(loaded) == [("a", "x")]
    assert [(r.line, r.reason) for r in loaded.rejects] == [(2, "empty_user"), (3, "empty_item")]
    assert loaded.refused == 2
    assert not loaded.timed


def test_load_frames_of_no_rows_is_refused():
    empty = pl.DataFrame(schema={"user_id": pl.String, "item_id": pl.String})
    with pytest.raises(EmptyData):
        load_frames(empty)


def test_load_frames_takes_rules_and_weights():
    events = pl.DataFrame({"user_id": ["a", "a"], "item_id": ["x", "y"], "event": ["view", "odd"]})
    loaded = load_frames(
        events,
        rules=Rules(kinds=("view",)),
        weighting=Weighting(kinds={"view": KindWeight(weight=4)}),
    )
    assert loaded.dataset.events.weights.tolist() == [4]
    assert [r.detail for r in loaded.rejects] == ["'odd' is not a declared kind of event"]


ROWS = pl.DataFrame({"u": ["a", "b"], "i": ["x", "y"], "v": [2.0, None], "t": [5, 3]})


def test_event_table_has_the_columns_of_events_in_their_types():
    made = event_table(ROWS, user="u", item="i", kind="rating", value="v", time="t")
    assert made.rows() == [("a", "x", "rating", 2.0, 5), ("b", "y", "rating", None, 3)]
    assert made.schema["value"] == pl.Float32
    assert made.schema["time"] == pl.Int64


def test_loaded_parts_that_are_not_there_are_refused_by_name():
    loaded = LoadedData.of(Tables(event_table(ROWS, user="u", item="i", kind="view")), "tables")
    assert loaded.parts is None
    with pytest.raises(EmptyData, match=r"^tables brings no part named 'test'$"):
        loaded.part("test")


def test_loaded_nothing_without_rejects_says_so():
    empty = event_table(ROWS.clear(), user="u", item="i", kind="view")
    with pytest.raises(EmptyData, match=r"^no event in there$"):
        LoadedData.of(Tables(empty), "tables")
