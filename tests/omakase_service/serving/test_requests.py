"""Questions as they come over HTTP: what they are taken for, and what is refused."""

import pytest
from pydantic import ValidationError

from omakase_service.platform.validation import reason_of
from omakase_service.serving.contracts import ListRequest, RequestContext
from omakase_service.serving.schemas.requests import (
    DEFAULT_N,
    BriefRequest,
    RecommendationQuery,
    RecommendationRequest,
    RequestContextIn,
)
from omakase_service.serving.segment_contracts import SegmentIn
from omakase_settings import settings

MOST = settings().serving.max_n

ASKED = [
    ({}, {}),
    ({"user_id": "ada"}, {"user_id": "ada"}),
    ({"user_id": 7}, {"user_id": "7"}),
    ({"user_id": " ada "}, {"user_id": "ada"}),
    ({"session_id": "s"}, {"session_id": "s"}),
    ({"history": ["a", 1]}, {"history": ["a", "1"]}),
    ({"history": []}, {"history": []}),
    ({"n": 1}, {"n": 1}),
    ({"n": MOST}, {"n": MOST}),
    ({"model": "ease"}, {"model": "ease"}),
    ({"strategy": "auto"}, {"strategy": "auto"}),
    ({"placement": "home"}, {"placement": "home"}),
    ({"exclude": ["a"]}, {"exclude": ["a"]}),
    ({"filter": "item.price < 3"}, {"filter": "item.price < 3"}),
    ({"diversity": 0}, {"diversity": 0.0}),
    ({"diversity": 1}, {"diversity": 1.0}),
    ({"explain": True}, {"explain": True}),
    ({"refresh": True}, {"refresh": True}),
    ({"language": "ko"}, {"language": "ko"}),
    ({"paged": True}, {"paged": True}),
    ({"cursor": "c.3"}, {"cursor": "c.3"}),
]

WRONG = [
    ("n", 0),
    ("n", -1),
    ("n", MOST + 1),
    ("n", 1.5),
    ("n", "many"),
    ("user_id", ""),
    ("user_id", " "),
    ("user_id", "a\nb"),
    ("user_id", "x" * 256),
    ("session_id", ""),
    ("history", "a"),
    ("history", [""]),
    ("history", ["x"] * 1001),
    ("exclude", ["x"] * 1001),
    ("exclude", [None]),
    ("filter", "x" * 1001),
    ("filter", "a\x00"),
    ("diversity", -0.1),
    ("diversity", 1.1),
    ("diversity", float("nan")),
    ("language", "de"),
    ("placement", "x" * 256),
    ("model", "\x00"),
    ("fields", ["x"] * 41),
    ("trace_item", ""),
]


@pytest.mark.parametrize(("said", "fields"), ASKED)
def test_question_in_a_body_and_in_a_query_is_the_same(said, fields):
    expected = ListRequest(**{"n": DEFAULT_N, "history": None, "exclude": [], **fields})
    assert RecommendationRequest(**said).question == expected
    assert RecommendationQuery(**said).question == expected


@pytest.mark.parametrize(("field", "wrong"), WRONG)
@pytest.mark.parametrize("form", [RecommendationRequest, RecommendationQuery])
def test_question_that_makes_no_sense_is_refused_at_its_field(form, field, wrong):
    with pytest.raises(ValidationError) as refused:
        form(**{field: wrong})
    assert refused.value.errors()[0]["loc"][0] == field


@pytest.mark.parametrize("form", [RecommendationRequest, RecommendationQuery])
def test_question_with_a_slip_in_a_name_names_the_nearest(form):
    with pytest.raises(ValidationError) as refused:
        form(user_di="ada")
    assert "did you mean `user_id`?" in reason_of(refused.value, form)


@pytest.mark.parametrize("name", ["num_recommendations", "top_k"])
@pytest.mark.parametrize("form", [RecommendationRequest, RecommendationQuery])
def test_question_knows_other_names_of_its_length(form, name):
    assert form(**{name: 3}).question.n == 3
    assert form(**{name: 3, "n": 5}).question.n == 5
    with pytest.raises(ValidationError):
        form(**{name: 0})


@pytest.mark.parametrize("name", ["n", "num_recommendations", "top_k"])
def test_brief_question_knows_each_name_of_its_length(name):
    assert BriefRequest(user_id="ada", **{name: 3}).question == ListRequest(user_id="ada", n=3)


def test_brief_question_without_a_length_has_the_usual_one():
    assert BriefRequest(user_id=7, model="ease").question == ListRequest(
        user_id="7", model="ease", n=DEFAULT_N
    )


CONTEXTS = [
    {},
    {"device": "phone", "page": "cart", "channel": "web"},
    {"hour": 0, "weekday": 6},
    {"latitude": -90.0, "longitude": 180.0},
    {"budget": 0.0, "diet": "vegan", "mode": "exploration"},
]


@pytest.mark.parametrize("told", CONTEXTS)
def test_context_in_a_body_and_in_a_query_is_the_same(told):
    expected = RequestContext(**told)
    assert RecommendationRequest(context=told).question.context == expected
    assert RecommendationQuery(**told).question.context == expected


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("hour", -1),
        ("hour", 24),
        ("weekday", 7),
        ("latitude", 90.5),
        ("longitude", -180.5),
        ("latitude", float("nan")),
        ("budget", -1),
        ("budget", float("inf")),
        ("budget", float("nan")),
        ("mode", "lucky"),
        ("device", "x" * 256),
        ("diet", "\x00"),
        ("weather", "rain"),
    ],
)
def test_context_that_makes_no_sense_is_refused(field, wrong):
    with pytest.raises(ValidationError):
        RequestContextIn(**{field: wrong})
    with pytest.raises(ValidationError):
        RecommendationRequest(context={field: wrong})


@pytest.mark.parametrize("wanted", [{"trace": True}, {"trace_item": "i1"}, {"fields": ["tags"]}])
def test_question_is_the_same_whatever_is_told_beside_its_list(wanted):
    assert RecommendationRequest(user_id="ada", **wanted).question == (
        RecommendationRequest(user_id="ada").question
    )


@pytest.mark.parametrize("rule", ["x" * 4000, "", "item.price < 3"])
def test_segment_takes_rules_up_to_their_length(rule):
    assert SegmentIn(rule=rule).of == "items"


@pytest.mark.parametrize(
    "said", [{"rule": "x" * 4001}, {}, {"rule": "x", "of": "all"}, {"rule": "x", "more": 1}]
)
def test_segment_that_makes_no_sense_is_refused(said):
    with pytest.raises(ValidationError):
        SegmentIn(**said)
