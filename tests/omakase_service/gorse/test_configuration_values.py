"""Every part of a `config.toml`: what is missing, of another kind, or has no counterpart."""

import pytest

from omakase_service.gorse.configuration import (
    COUNTERPARTS,
    kinds_of,
    read_config,
    rule_of,
)
from omakase_service.gorse.contracts import BadRequest, FeedbackRule, MoveSettings


def source(text):
    return read_config(f"[recommend.data_source]\n{text}").config


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("  star  ", FeedbackRule("star")),
        ("long read", FeedbackRule("long read")),
        ("평점>=4", FeedbackRule("평점", ">=", 4.0)),
        ("rating>4", FeedbackRule("rating", ">", 4.0)),
        ("rating<=4", FeedbackRule("rating", "<=", 4.0)),
        ("rating = 4", FeedbackRule("rating", "=", 4.0)),
        ("rating == 4", FeedbackRule("rating", "=", 4.0)),
        ("rating>=-1.25", FeedbackRule("rating", ">=", -1.25)),
        ("rating  >=  10 ", FeedbackRule("rating", ">=", 10.0)),
        ("a-b_c.d:e", FeedbackRule("a-b_c.d:e")),
    ],
)
def test_rule_of_an_expression_takes_blanks_and_every_comparison(text, rule):
    assert rule_of(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "  ",
        ">=4",
        "rating>=",
        "rating>=four",
        "rating>=4>=5",
        "rating=>4",
        "!x",
        "a>=1.",
        None,
        [],
        {},
    ],
)
def test_rule_of_what_nobody_can_read_names_it(text):
    with pytest.raises(BadRequest) as caught:
        rule_of(text)
    assert str(caught.value) == (
        f"the type of feedback {text!r} cannot be read; write it as star or rating>=4"
    )


def test_config_of_an_empty_file_is_known_and_says_nothing():
    report = read_config("")
    assert report.config == MoveSettings(known=True, searchable=False)
    assert (report.kinds, report.left) == ({}, [])
    assert report.taken == [
        "lists of 10, whole lists of 100",
        "non-personalized lists: popular (positive feedback, counted)",
        "item-to-item: neighbors (by our models)",
        "user-to-user: neighbors (by our models)",
        "search in comments: off",
    ]


def test_config_says_in_words_what_it_took():
    text = """
[server]
default_n = 7
[recommend]
cache_size = 70
[recommend.search]
columns = ["item.Comment"]
[recommend.data_source]
positive_feedback_types = ["star", "rating>=4"]
read_feedback_types = ["view"]
negative_feedback_types = ["hate", "rating<2"]
[[recommend.non-personalized]]
name = "best"
score = "len(feedback)"
[[recommend.item-to-item]]
name = "near"
[[recommend.item-to-item]]
name = "far"
[[recommend.user-to-user]]
name = "alike"
"""
    assert read_config(text).taken == [
        "positive feedback: star, rating>=4",
        "read feedback: view",
        "negative feedback: hate, rating<2",
        "lists of 7, whole lists of 70",
        "non-personalized lists: best (positive feedback, counted)",
        "item-to-item: near, far (by our models)",
        "user-to-user: alike (by our models)",
        "search in comments: on",
    ]


@pytest.mark.parametrize("value", ["0", "-3", "true", "2.5", '"20"', "[20]"])
def test_config_with_a_count_that_is_none_keeps_the_usual(value):
    config = read_config(f"[server]\ndefault_n = {value}\n[recommend]\ncache_size = {value}").config
    assert (config.default_n, config.cache_size) == (10, 100)


@pytest.mark.parametrize("value", ["7", '"server"', "[1]", "true"])
def test_config_with_something_else_where_tables_are_due_reads_the_rest(value):
    text = f"server = {value}\nrecommend = {value}\n"
    assert read_config(text).config == MoveSettings(known=True, searchable=False)


@pytest.mark.parametrize(
    "value", ["7", '"x"', "[1, 2]", '["x"]', "[{score = 'x'}]", "{name = 'x'}"]
)
def test_config_with_recommenders_that_have_no_names_keeps_the_usual(value):
    text = (
        f"[recommend]\nnon-personalized = {value}\nitem-to-item = {value}\nuser-to-user = {value}"
    )
    config = read_config(text).config
    assert config.popular == ("popular",)
    assert (config.neighbors, config.similar_users) == (("neighbors",), ("neighbors",))


def test_config_with_one_type_in_place_of_a_list_takes_it():
    assert source('positive_feedback_types = "star"').positive == (FeedbackRule("star"),)


def test_config_with_a_type_that_cannot_be_read_is_refused():
    with pytest.raises(BadRequest, match=r"^the type of feedback 7 cannot be read; write it as"):
        source("positive_feedback_types = [7]")


@pytest.mark.parametrize(
    ("columns", "is_on"), [("[]", False), ('["item.Comment"]', True), ('"item.Comment"', True)]
)
def test_config_turns_search_on_where_it_names_columns(columns, is_on):
    assert read_config(f"[recommend.search]\ncolumns = {columns}").config.searchable == is_on


def test_kinds_of_a_type_in_several_lists_are_those_of_the_strongest_word():
    star, hate = FeedbackRule("star"), FeedbackRule("hate")
    config = MoveSettings(known=True, read=(star, hate), positive=(star,), negative=(hate,))
    assert kinds_of(config) == {"star": {"negative": False}, "hate": {"negative": True}}
    config = MoveSettings(known=True, positive=(star,), negative=(star,))
    assert kinds_of(config) == {"star": {"negative": False}}


@pytest.mark.parametrize(
    ("comparison", "fields"),
    [
        (">=", {"negative": False, "from_value": True, "middle": 3.0}),
        (">", {"negative": False, "from_value": True, "middle": 3.0}),
        ("<=", {"negative": False}),
        ("<", {"negative": False}),
        ("=", {"negative": False}),
        ("", {"negative": False}),
    ],
)
def test_kinds_of_a_bound_from_below_make_what_is_under_it_a_dislike(comparison, fields):
    config = MoveSettings(known=True, positive=(FeedbackRule("rating", comparison, 3.0),))
    assert kinds_of(config) == {"rating": fields}


SAID = {
    "database.data_store": '[database]\ndata_store = "sqlite://secret"',
    "database.cache_store": '[database]\ncache_store = "redis://secret"',
    "database": "[database.mysql]\nisolation_level = 'x'",
    "master": "[master]\nport = 8086",
    "server.api_key": '[server]\napi_key = "secret"',
    "server.auto_insert_user": "[server]\nauto_insert_user = false",
    "server.auto_insert_item": "[server]\nauto_insert_item = false",
    "recommend.data_source.positive_feedback_ttl": (
        "[recommend.data_source]\npositive_feedback_ttl = 3"
    ),
    "recommend.data_source.item_ttl": "[recommend.data_source]\nitem_ttl = 3",
    "recommend.collaborative": "[recommend.collaborative]\nfit_period = '60m'",
    "recommend.ranker": "[recommend.ranker]\ntype = 'fm'",
    "recommend.replacement": "[recommend.replacement]\nenable_replacement = true",
    "recommend.external": "[recommend.external]\nname = 'x'",
    "recommend.cache_expire": "[recommend]\ncache_expire = '72h'",
    "recommend.active_user_ttl": "[recommend]\nactive_user_ttl = 3",
    "recommend.context_size": "[recommend]\ncontext_size = 3",
    "recommend.fallback": "[recommend.fallback]\nrecommenders = ['latest']",
    "oidc": "[oidc]\nclient_secret = 'secret'",
    "openai": "[openai]\nauth_token = 'secret'",
    "blob": "[blob.s3]\nsecret_access_key = 'secret'",
    "tracing": "[tracing]\nenable_tracing = true",
}


@pytest.mark.parametrize("name", sorted(COUNTERPARTS))
def test_setting_without_a_counterpart_says_what_to_do_instead(name):
    assert read_config(SAID[name]).left == [f"{name}: {COUNTERPARTS[name]}"]


@pytest.mark.parametrize("text", sorted(SAID.values()))
def test_value_of_a_setting_without_a_counterpart_is_never_shown(text):
    report = read_config(text)
    assert "secret" not in " ".join([*report.left, *report.taken])


def test_table_with_several_settings_without_a_counterpart_is_named_once():
    text = "[recommend.ranker]\ntype = 'fm'\n[recommend.ranker.early_stopping]\npatience = 9"
    assert [line.partition(":")[0] for line in read_config(text).left] == ["recommend.ranker"]


@pytest.mark.parametrize(
    "text", ["[server]\nhttp_port = 8087", "[recommend]\ncache_size = 3", "[else]\nx = 1"]
)
def test_setting_that_holds_or_that_nobody_knows_is_not_named(text):
    assert read_config(text).left == []


@pytest.mark.parametrize(
    ("more", "is_named"),
    [
        ("score = 'len(feedback)'", False),
        ("score = 'count(feedback, true)'", False),
        ("score = 'len(feedback)'\nfilter = ''", False),
        ("score = 'len(feedback)'\nfilter = '(now() - item.Timestamp).Hours() < 168'", True),
        ("score = 'mean(feedback.Value)'", True),
        ("", True),
    ],
)
def test_popular_list_with_a_score_of_its_own_is_named(more, is_named):
    left = read_config(f"[[recommend.non-personalized]]\nname = 'best'\n{more}").left
    words = (
        "recommend.non-personalized 'best': positive feedback is counted, "
        "its own score or filter is not read"
    )
    assert left == ([words] if is_named else [])


def test_config_that_is_no_toml_says_where():
    with pytest.raises(BadRequest, match=r"^this is no config\.toml: .*line 2"):
        read_config("[server]\ndefault_n = x\n")
