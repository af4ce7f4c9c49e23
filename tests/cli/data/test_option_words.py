"""Words of a command line as options for reading: every one, saved ones, and wrong ones."""

import inspect
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows.columns import EVENT_NAMES, ITEM_NAMES, USER_NAMES
from omakase.errors import ConfigError, UnknownName
from omakase_cli.data.options import EXTRA, columns_by_words, gather, saved_layouts
from omakase_cli.data.options import takes_read_options as taking

NOTHING = dict.fromkeys(name for name in EXTRA if name != "save_layout")


@pytest.fixture(autouse=True)
def folder(settings_with):
    return settings_with().data_folder / "layouts"


def options(**words):
    return gather(**{**NOTHING, **words})


def test_no_word_leaves_everything_to_be_detected():
    assert options().model_fields_set == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"kind": "purchase"}, {"kind": "purchase"}),
        ({"encoding": "cp949"}, {"encoding": "cp949"}),
        ({"format": "tsv"}, {"format": "tsv"}),
        ({"separator": "|"}, {"separator": "|"}),
        ({"decimal": ","}, {"decimal": ","}),
        ({"header": False}, {"header": False}),
        ({"header": True}, {"header": True}),
        ({"day_first": False}, {"day_first": False}),
        ({"time_zone": "Asia/Seoul"}, {"time_zone": "Asia/Seoul"}),
        ({"date_format": "%d.%m.%Y"}, {"date_format": "%d.%m.%Y"}),
        ({"layout": "taobao"}, {"layout": "taobao"}),
        ({"columns": "user_id, item_id ,,time"}, {"columns": ("user_id", "item_id", "time")}),
        ({"columns": ""}, {}),
        ({"columns": " , "}, {}),
        ({"kinds": ["1=click", "2=구매"]}, {"kinds": {"1": "click", "2": "구매"}}),
        ({"kinds": []}, {}),
        (
            {"mapping": ["user_id=회원"]},
            {"events": {"user_id": "회원"}, "users": {"user_id": "회원"}},
        ),
        ({"mapping": ["title=a=b"]}, {"items": {"title": "a=b"}}),
        ({"mapping": ["items.title=x.y"]}, {"items": {"title": "x.y"}}),
    ],
)
def test_each_word_is_the_option_that_it_names(words, said):
    found = options(**words)
    said_of = {name: value for name, value in said.items() if name != "users"}
    assert {name: getattr(found, name) for name in said_of} == said_of
    assert set(said_of) <= found.model_fields_set <= {*said, "users", "items", "events"}


@pytest.mark.parametrize(
    ("words", "scale"),
    [
        ("0:10", (0.0, 10.0)),
        ("-1:1", (-1.0, 1.0)),
        ("0..5", (0.0, 5.0)),
        ("1,5", (1.0, 5.0)),
        ("1 5", (1.0, 5.0)),
        (" 0.5 : 5 ", (0.5, 5.0)),
        (".5:5.", (0.5, 5.0)),
    ],
)
def test_scale_is_its_lowest_and_its_highest(words, scale):
    assert options(rating_scale=words).rating_scale == scale


@pytest.mark.parametrize("words", ["", "5", "a:b", "1:2:3", "1.2.3:5", ":", "0-5", "::", "nan:5"])
def test_scale_that_is_none_is_refused_with_an_example(words):
    with pytest.raises(ConfigError) as caught:
        options(rating_scale=words)
    assert str(caught.value) == f"--rating-scale {words}: write it as LOWEST:HIGHEST, 0:10"


@pytest.mark.parametrize("words", ["5:1", "5:5", "-1:-2"])
def test_scale_that_is_upside_down_is_refused_with_an_example(words):
    with pytest.raises(ConfigError) as caught:
        options(rating_scale=words)
    assert str(caught.value) == f"--rating-scale {words}: the lowest comes first, as in 0:10"


@given(
    st.floats(-1e6, 1e6).map(lambda n: round(n, 3)), st.floats(-1e6, 1e6).map(lambda n: round(n, 3))
)
def test_scale_of_any_two_numbers_is_taken_where_the_first_is_lower(low, high):
    words = f"{low:.3f}:{high:.3f}"
    if low < high:
        assert gather(**{**NOTHING, "rating_scale": words}).rating_scale == (low, high)
    else:
        with pytest.raises(ConfigError, match="the lowest comes first"):
            gather(**{**NOTHING, "rating_scale": words})


@pytest.mark.parametrize("word", ["=", "user_id", "user_id=", "=who", ""])
@pytest.mark.parametrize(("name", "option"), [("mapping", "--map"), ("kinds", "--kind-of")])
def test_pair_that_is_none_is_refused_with_an_example(name, option, word):
    with pytest.raises(ConfigError, match=rf"^{option} .*: write it as OURS=THEIRS, such as "):
        options(**{name: [word]})


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"separator": ""}, "separator"),
        ({"separator": "x" * 9}, "separator"),
        ({"decimal": ";"}, "decimal"),
        ({"decimal": ""}, "decimal"),
    ],
)
def test_option_that_makes_no_sense_is_refused_by_its_name(words, field):
    with pytest.raises(ConfigError, match=rf"^options\.{field}: "):
        options(**words)


TABLES = {"events": EVENT_NAMES, "items": ITEM_NAMES, "users": USER_NAMES}
NAMES = [(table, name) for table, names in TABLES.items() for name in names]


@pytest.mark.parametrize(("table", "name"), NAMES)
def test_column_that_names_its_table_is_of_that_table_alone(table, name):
    assert columns_by_words([f"{table}.{name}=theirs"]) == {table: {name: "theirs"}}


@pytest.mark.parametrize("name", sorted({name for _, name in NAMES}))
def test_column_that_names_no_table_is_of_a_table_that_has_it(name):
    found = columns_by_words([f"{name}=theirs"])
    assert found
    for table, columns in found.items():
        assert columns == {name: "theirs"}
        assert name in TABLES[table]


def test_columns_of_ids_are_of_every_table_that_has_them():
    assert columns_by_words(["user_id=who", "item_id=what"]) == {
        "events": {"user_id": "who", "item_id": "what"},
        "items": {"item_id": "what"},
        "users": {"user_id": "who"},
    }


def test_column_that_is_named_twice_is_the_last():
    assert columns_by_words(["title=a", "title=b"])["items"] == {"title": "b"}


def test_no_words_name_no_columns():
    assert columns_by_words([]) == {}


@pytest.mark.parametrize("word", ["titel=x", "items.titel=x", "users.title=x", "goods.title=x"])
def test_column_that_there_is_not_is_refused(word):
    with pytest.raises(UnknownName, match="column of ours"):
        columns_by_words([word])


@pytest.mark.parametrize("name", ["mine", "a", "my-shop_2", "가게", "x" * 60])
def test_layout_is_saved_under_its_name_and_found_again(folder, name):
    gather(save_layout=name, **{**NOTHING, "separator": ";", "day_first": False})
    assert saved_layouts() == {name: {"separator": ";", "day_first": False}}
    again = options(layout=name)
    assert (again.separator, again.day_first) == (";", False)
    assert (folder / f"{name}.json").read_text(encoding="utf-8").endswith("\n")


@pytest.mark.parametrize("name", ["a b", "a.b", "a/b", "x" * 61, "..", "é!", "\n"])
def test_layout_under_a_name_that_is_no_word_is_refused(folder, name):
    with pytest.raises(ConfigError) as caught:
        gather(save_layout=name, **NOTHING)
    assert str(caught.value) == f"--save-layout {name!r}: letters, digits, - and _ make a name"
    assert not folder.exists()


def test_layout_that_is_saved_again_is_the_later_one():
    for separator in (";", "|"):
        gather(save_layout="mine", **{**NOTHING, "separator": separator})
    assert saved_layouts() == {"mine": {"separator": "|"}}


def test_words_go_before_a_saved_layout_column_by_column():
    gather(save_layout="mine", **{**NOTHING, "mapping": ["title=a", "brand=b"], "kind": "view"})
    found = options(layout="mine", mapping=["title=c"])
    assert found.items == {"title": "c", "brand": "b"}
    assert found.kind == "view"
    assert found.layout is None


def test_layouts_that_nobody_saved_are_none(folder):
    assert saved_layouts() == {}
    folder.mkdir(parents=True)
    assert saved_layouts() == {}


@pytest.mark.parametrize(("text", "why"), [("{", "unexpected end"), ("[]", "it holds no object")])
def test_layout_whose_file_is_damaged_is_told_with_what_to_do(folder, text, why):
    folder.mkdir(parents=True)
    (folder / "mine.json").write_text(text)
    with pytest.raises(
        ConfigError, match=rf"mine\.json is no layout: .*{why}.*; mend it, or delete"
    ):
        saved_layouts()


def test_layout_that_a_later_release_saved_is_refused_by_its_name(folder):
    folder.mkdir(parents=True)
    (folder / "mine.json").write_text(json.dumps({"telepathy": True}))
    with pytest.raises(ConfigError, match=r"^layout mine\.telepathy: "):
        options(layout="mine")


def test_command_that_takes_the_options_keeps_its_own_and_hears_both():
    heard = {}

    def command(path: str, options: object, json: bool = False) -> None:
        """Read."""
        heard.update(path=path, options=options, json=json)

    wrapped = taking(command)
    shown = list(inspect.signature(wrapped).parameters)
    assert shown == ["path", *EXTRA, "json"]
    assert (wrapped.__doc__, wrapped.__name__) == ("Read.", "command")
    wrapped(path="x", json=True, save_layout=None, **{**NOTHING, "kind": "view"})
    assert (heard["path"], heard["json"], heard["options"].kind) == ("x", True, "view")
