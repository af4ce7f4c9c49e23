"""What of a `config.toml` holds here, and what is said of the rest."""

import pytest

from omakase_service.gorse.configuration import read_config, rule_of
from omakase_service.gorse.contracts import BadRequest, FeedbackRule

CONFIG = """
[server]
api_key = "secret"
default_n = 20
[recommend]
cache_size = 50
[recommend.search]
columns = ["item.Comment"]
[recommend.data_source]
positive_feedback_types = ["rating>=4", "star"]
read_feedback_types = ["rating", "view"]
negative_feedback_types = ["hate"]
item_ttl = 30
[[recommend.non-personalized]]
name = "best"
score = "mean(feedback.Value)"
[[recommend.item-to-item]]
name = "near"
[recommend.ranker]
type = "fm"
"""


def test_read_config_takes_types_of_feedback_and_names_of_lists():
    config = read_config(CONFIG).config
    assert config.positive == (FeedbackRule("rating", ">=", 4.0), FeedbackRule("star"))
    assert config.popular == ("best",)
    assert config.neighbors == ("near",)
    assert (config.default_n, config.cache_size, config.searchable) == (20, 50, True)
    assert config.is_positive("rating", 4.0)
    assert not config.is_positive("rating", 3.0)
    assert not config.is_positive("view", 1.0)
    assert config.is_negative("hate", 0.0)


def test_read_config_types_become_kinds_of_events():
    assert read_config(CONFIG).kinds == {
        "rating": {"negative": False, "from_value": True, "middle": 4.0},
        "star": {"negative": False},
        "view": {"weight": 0.0},
        "hate": {"negative": True},
    }


def test_read_config_says_what_has_no_counterpart_once_and_never_a_secret():
    left = read_config(CONFIG).left
    names = [line.partition(":")[0] for line in left]
    assert names == [
        "server.api_key",
        "recommend.data_source.item_ttl",
        "recommend.ranker",
        "recommend.non-personalized 'best'",
    ]
    assert "secret" not in " ".join(left)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("star", FeedbackRule("star")),
        ("read >= 3", FeedbackRule("read", ">=", 3.0)),
        ("rating<2.5", FeedbackRule("rating", "<", 2.5)),
    ],
)
def test_rule_of_an_expression_is_type_and_bound(text, rule):
    assert rule_of(text) == rule


@pytest.mark.parametrize("text", ["", "a >= b", 4, "x != 3"])
def test_rule_of_anything_else_is_refused(text):
    with pytest.raises(BadRequest, match="write it as star or rating>=4"):
        rule_of(text)


def test_read_config_that_is_no_toml_is_refused():
    with pytest.raises(BadRequest, match=r"this is no config\.toml"):
        read_config("[server")
