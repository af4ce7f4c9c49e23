"""Names of settings: in the file, in the environment, and nearly so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_settings import names, nearest, unknown_names
from omakase_settings.names import nearest_variable, variables


def test_names_lead_from_topics_to_what_is_in_them():
    found = names()
    assert "web" in found
    assert found.index("web") < found.index("web.port")
    assert all(name.rpartition(".")[0] in ("", *found) for name in found)
    assert len(set(found)) == len(found)


def test_names_end_at_tables_of_the_owner_s_own_names():
    """Placements, kinds and sources are called as the owner likes."""
    for table in ("serving.placements", "events.kinds", "sql.sources", "jobs.schedules"):
        assert table in names()
        assert not [name for name in names() if name.startswith(f"{table}.")]


def test_variables_are_as_many_as_names_and_written_in_capitals():
    assert len(variables()) == len(names())
    assert {"OMAKASE_DATA_FOLDER", "OMAKASE_WEB", "OMAKASE_WEB__PORT"} <= variables()
    assert all(each == each.upper() and "." not in each for each in variables())


@pytest.mark.parametrize("name", sorted(variables()))
def test_no_variable_of_ours_is_unknown_however_it_is_written(name):
    assert unknown_names({name: "1", name.lower(): "1", name.title(): "1"}) == []


@pytest.mark.parametrize(
    "name", ["OMAKASE_", "OMAKASE_X", "OMAKASE__WEB__PORT", "OMAKASE_WEB.PORT", "OMAKASE_WEB__"]
)
def test_variable_of_our_prefix_that_no_setting_has_is_unknown(name):
    assert unknown_names({name: "1"}) == [name]


@pytest.mark.parametrize("name", ["", "OMAKASE", "WEB__PORT", "X_OMAKASE_WEB", "OMAKASEX_A", "오"])
def test_variable_without_our_prefix_is_somebody_else_s(name):
    assert unknown_names({name: "1"}) == []


def test_unknown_names_are_told_as_they_are_written_and_in_order():
    given_names = {"OMAKASE_Z": "", "omakase_b": "", "OMAKASE_A": "", "PATH": ""}
    assert unknown_names(given_names) == ["OMAKASE_A", "OMAKASE_Z", "omakase_b"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("web.prot", "web.port"),
        ("web.hots", "web.host"),
        ("data_foldr", "data_folder"),
        ("serving.maxn", "serving.max_n"),
        ("retention.event_days", "retention.events_days"),
        ("chat.llm_ur", "chat.llm_url"),
    ],
)
def test_nearest_of_a_slip_is_what_was_meant(name, meant):
    assert nearest(name, names()) == f" (did you mean {meant}?)"


@pytest.mark.parametrize("known", [(), ("",), ("apple", "pear")])
def test_nearest_of_what_resembles_nothing_is_nothing(known):
    assert nearest("zzz", known) == ""


def test_nearest_takes_names_from_anything_that_gives_them():
    assert nearest("prot", (name for name in ("host", "port"))) == " (did you mean port?)"


@given(st.sampled_from(names()))
def test_nearest_of_a_name_is_itself(name):
    assert nearest(name, names()) == f" (did you mean {name}?)"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OMAKASE_WEB__PROT", "OMAKASE_WEB__PORT"),
        ("omakase_web__prot", "OMAKASE_WEB__PORT"),
        ("OMAKASE_WEB_PORT", "OMAKASE_WEB__PORT"),
        ("OMAKASE_DATA_FOLDERS", "OMAKASE_DATA_FOLDER"),
        ("OMAKASE_REDIS", "OMAKASE_REDIS_URL"),
    ],
)
def test_nearest_variable_of_a_slip_is_what_was_meant(name, meant):
    assert nearest_variable(name) == f" (did you mean {meant}?)"


@pytest.mark.parametrize("name", ["OMAKASE_QQQQ", "OMAKASE_", "OMAKASE_ZZ__YY"])
def test_nearest_variable_is_none_for_the_prefix_alone(name):
    assert nearest_variable(name) == ""
