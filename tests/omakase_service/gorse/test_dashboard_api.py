"""What the dashboard asks: figures, tasks, whole users and items, for a key with admin alone."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone

from omakase_service.gorse.api import ROUTES
from omakase_service.gorse.contracts import FeedbackRule, MoveSettings
from omakase_service.gorse.figures import config_of, series_of, stats_of, tasks_of
from omakase_service.jobs.models import Job
from omakase_service.platform.contracts import Scope

NOON = "2024-05-01T12:00:00Z"
ZERO = "0001-01-01T00:00:00Z"
NEVER = "Mon, 01 Jan 0001 00:00:00 UTC"


def liked(user, item, kind="star", at=NOON, **more):
    said = {"FeedbackType": kind, "UserId": user, "ItemId": item, "Timestamp": at}
    return said | more


@pytest.fixture
def shop(admin):
    """Three items with categories, two people, one of whom liked two."""
    items = [
        {"ItemId": f"i{n}", "Timestamp": f"202{n}-01-01", "Categories": ["a", "b"][: n + 1]}
        for n in range(3)
    ]
    admin("POST", "/api/items", items)
    admin("POST", "/api/users", [{"UserId": "u", "Labels": {"age": "24"}}, {"UserId": "v"}])
    later = "2024-06-01T12:00:00Z"
    admin("POST", "/api/feedback", [liked("u", "i0"), liked("u", "i1", "view", later, Value=2)])
    return admin


def ids(answer, name="ItemId"):
    return [row[name] for row in answer.json()]


def test_dashboard_opens_to_admin_alone(client_with, settings_with):
    settings_with()
    reader = client_with("read", "write")
    for route in ROUTES:
        if route.scope is Scope.ADMIN:
            path = route.path.replace("{", "").replace("}", "")
            kind = {"CONTENT_TYPE": "application/json"} if route.method == "POST" else {}
            answer = reader(route.method, path, **kind)
            assert (answer.status, answer.text) == (
                401,
                "unauthorized: this key has no scope 'admin'",
            ), route.path


def test_userinfo_names_nobody(admin):
    assert admin("GET", "/api/dashboard/userinfo").json() == {
        "name": "admin",
        "family_name": "",
        "given_name": "",
        "middle_name": "",
        "nickname": "",
        "picture": "",
        "updated_at": "",
        "email": "",
        "email_verified": False,
        "auth_type": "",
    }


def test_cluster_has_no_other_nodes(admin):
    assert admin("GET", "/api/dashboard/cluster").json() == []


def test_config_is_at_the_places_of_a_file():
    config = MoveSettings(
        known=True,
        positive=(FeedbackRule("star"), FeedbackRule("rating", ">=", 4.0)),
        read=(FeedbackRule("view"),),
        negative=(FeedbackRule("hate"),),
        popular=("best", "hot"),
        neighbors=("near",),
        similar_users=("alike",),
        default_n=7,
        cache_size=70,
    )
    assert config_of(config) == {
        "server": {"default_n": 7},
        "recommend": {
            "cache_size": 70,
            "data_source": {
                "positive_feedback_types": ["star", "rating>=4"],
                "read_feedback_types": ["view"],
                "negative_feedback_types": ["hate"],
            },
            "non-personalized": [
                {"name": "best", "score": "len(feedback)"},
                {"name": "hot", "score": "len(feedback)"},
            ],
            "item-to-item": [{"name": "near", "type": "auto"}],
            "user-to-user": [{"name": "alike", "type": "auto"}],
        },
    }


def test_config_over_http_is_what_holds(admin):
    assert admin("GET", "/api/dashboard/config").json() == config_of(MoveSettings())


def test_stats_count_what_there_is(shop):
    stats = shop("GET", "/api/dashboard/stats").json()
    assert (stats["NumUsers"], stats["NumItems"]) == (2, 3)
    assert (stats["NumUserLabels"], stats["NumItemLabels"]) == (1, 2)
    assert stats["NumTotalPosFeedback"] == stats["NumValidPosFeedback"] == 2
    assert stats["NumValidNegFeedback"] == 0
    assert (stats["NumServers"], stats["NumWorkers"]) == (0, 0)
    assert stats["BinaryVersion"] == "omakase"


def test_stats_before_training_have_times_and_scores_of_nothing(shop):
    stats = shop("GET", "/api/dashboard/stats").json()
    for name in (
        "PopularItemsUpdateTime",
        "LatestItemsUpdateTime",
        "MatchingModelFitTime",
        "RankingModelFitTime",
    ):
        assert stats[name] == ZERO
    assert stats["MatchingModelScore"] == {"NDCG": 0, "Precision": 0, "Recall": 0}
    assert set(stats["RankingModelScore"].values()) == {0}


def test_stats_split_feedback_by_the_settings(shop):
    config = MoveSettings(known=True, positive=(FeedbackRule("star"),))
    stats = stats_of(config)
    assert (stats["NumTotalPosFeedback"], stats["NumValidNegFeedback"]) == (1, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_users", 2),
        ("num_items", 3),
        ("num_feedback", 2),
        ("num_pos_feedbacks", 1),
        ("num_neg_feedbacks", 1),
    ],
)
def test_series_of_a_figure_has_its_value_of_today(shop, name, value):
    config = MoveSettings(known=True, positive=(FeedbackRule("star"),))
    [point] = series_of(name, config)
    today = f"{datetime.now(UTC):%Y-%m-%d}T00:00:00Z"
    assert (point["Name"], point["Value"]) == (name, value)
    assert point["Timestamp"] <= today


@pytest.mark.parametrize("name", ["cf_ndcg", "cf_precision", "cf_recall", "ctr_auc", "none"])
def test_series_of_a_figure_that_is_not_there_is_empty(shop, name):
    assert shop("GET", f"/api/dashboard/timeseries/{name}").json() == []


def test_series_over_http_is_one_point(shop):
    [point] = shop("GET", "/api/dashboard/timeseries/num_items").json()
    assert (point["Name"], point["Value"]) == ("num_items", 3)


@pytest.mark.parametrize(
    ("state", "status", "error"),
    [
        ("queued", "Pending", ""),
        ("running", "Running", ""),
        ("succeeded", "Complete", ""),
        ("failed", "Failed", "the disk is full"),
        ("cancelled", "Suspended", ""),
    ],
)
def test_task_is_a_job_in_the_words_of_the_dashboard(db, state, status, error):
    started = datetime(2024, 5, 1, 12, tzinfo=UTC)
    Job.objects.create(
        kind="train", state=state, note="the disk is full", done=3, total=9, started=started
    )
    [task] = tasks_of()
    assert task == {
        "Tracer": "master",
        "Name": "train",
        "Status": status,
        "Error": error,
        "Count": 3,
        "Total": 9,
        "StartTime": NOON,
        "FinishTime": ZERO,
    }


def test_tasks_are_the_newest_twenty(db):
    for n in range(23):
        Job.objects.create(kind=f"job-{n}")
    names = [task["Name"] for task in tasks_of()]
    assert names == [f"job-{n}" for n in range(22, 2, -1)]


def test_user_is_shown_with_when_they_did_something_last(shop):
    user = shop("GET", "/api/dashboard/user/u").json()
    assert (user["UserId"], user["Labels"], user["Comment"]) == ("u", {"age": "24"}, "")
    assert user["LastActiveTime"] == "2024-06-01T12:00:00Z"
    assert user["LastUpdateTime"] > NOON
    assert shop("GET", "/api/dashboard/user/v").json()["LastActiveTime"] == ZERO
    missing = shop("GET", "/api/dashboard/user/none")
    assert (missing.status, missing.text) == (404, "none: user not found")


def test_users_come_page_by_page_with_their_activity(shop):
    page = shop("GET", "/api/dashboard/users?n=1").json()
    assert [(u["UserId"], u["LastActiveTime"]) for u in page["Users"]] == [
        ("u", "2024-06-01T12:00:00Z")
    ]
    page = shop("GET", f"/api/dashboard/users?n=1&cursor={page['Cursor']}").json()
    assert [(u["UserId"], u["LastActiveTime"]) for u in page["Users"]] == [("v", ZERO)]
    assert page["Cursor"] == ""


def test_feedback_of_a_user_is_newest_first_with_whole_items(shop):
    rows = shop("GET", "/api/dashboard/user/u/feedback").json()
    assert [row["FeedbackType"] for row in rows] == ["view", "star"]
    assert rows[0] == {
        "FeedbackType": "view",
        "UserId": "u",
        "Item": shop("GET", "/api/item/i1").json(),
        "Value": 2,
        "Timestamp": "2024-06-01T12:00:00Z",
        "Comment": "",
    }
    assert len(shop("GET", "/api/dashboard/user/u/feedback/star").json()) == 1
    assert shop("GET", "/api/dashboard/user/u/feedback/none").json() == []
    assert shop("GET", "/api/dashboard/user/none/feedback").json() == []


@pytest.mark.parametrize(
    ("query", "kinds"),
    [("n=1", ["view"]), ("n=1&offset=1", ["star"]), ("n=5&offset=2", []), ("n=0", [])],
)
def test_feedback_of_a_user_goes_from_the_offset_on(shop, query, kinds):
    rows = shop("GET", f"/api/dashboard/user/u/feedback?{query}").json()
    assert [row["FeedbackType"] for row in rows] == kinds


def test_latest_items_are_whole_and_scored_by_their_time(shop):
    answer = shop("GET", "/api/dashboard/latest?n=2")
    first = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
    assert answer.json()[0] == shop("GET", "/api/item/i2").json() | {"Score": first}
    assert ids(answer) == ["i2", "i1"]
    assert answer.headers["Last-Modified"] == NEVER
    assert ids(shop("GET", "/api/dashboard/latest?user-id=u")) == ["i2"]
    assert ids(shop("GET", "/api/dashboard/latest?category=b&n=1")) == ["i2"]


def test_popular_items_are_whole_and_say_when_they_were_counted(shop):
    answer = shop("GET", "/api/dashboard/non-personalized/popular")
    assert [(row["ItemId"], row["Score"]) for row in answer.json()] == [("i0", 1), ("i1", 1)]
    assert answer.headers["Last-Modified"] != NEVER
    nothing = shop("GET", "/api/dashboard/non-personalized/none")
    assert (nothing.json(), nothing.headers["Last-Modified"]) == ([], NEVER)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("recommend/u", ["i2"]),
        ("recommend/v", ["i0", "i1", "i2"]),
        ("recommend/v?n=2", ["i0", "i1"]),
        ("recommend/v?n=2&offset=1", ["i1", "i2"]),
        ("recommend/v/latest", ["i2", "i1", "i0"]),
        ("recommend/u/latest", ["i2"]),
        ("recommend/v/latest/any?n=1", ["i2"]),
        ("recommend/v/non-personalized/popular", ["i0", "i1"]),
        ("recommend/u/non-personalized", []),
        ("recommend/v/collaborative", []),
        ("recommend/u/item-to-item/neighbors", []),
    ],
)
def test_recommend_by_one_recommender_is_its_list_alone(shop, path, expected):
    assert ids(shop("GET", f"/api/dashboard/{path}")) == expected


@pytest.mark.parametrize("n", ["0", "-1", "-50"])
@pytest.mark.parametrize(
    ("recommender", "expected"),
    [
        ("", ["i0", "i1", "i2"]),
        ("/latest", ["i2", "i1", "i0"]),
        ("/non-personalized", ["i0", "i1"]),
    ],
)
def test_recommend_of_no_length_is_all_there_is(shop, recommender, expected, n):
    assert ids(shop("GET", f"/api/dashboard/recommend/v{recommender}?n={n}")) == expected
    rest = ids(shop("GET", f"/api/dashboard/recommend/v{recommender}?n={n}&offset=1"))
    assert rest == expected[1:]
    assert ids(shop("GET", f"/api/dashboard/recommend/v/latest?n={n}&offset=500")) == []


def test_item_to_item_of_an_unknown_item_is_not_found(shop):
    answer = shop("GET", "/api/dashboard/item-to-item/neighbors/none")
    assert (answer.status, answer.text) == (404, "none: item not found")
    answer = shop("GET", "/api/dashboard/item-to-item/neighbors/i0")
    assert (answer.json(), answer.status) == ([], 200)


def test_user_to_user_has_whole_users_by_what_they_share(shop):
    shop("POST", "/api/feedback", [liked("v", "i0")])
    answer = shop("GET", "/api/dashboard/user-to-user/neighbors/u")
    assert answer.json() == [{"UserId": "v", "Labels": None, "Comment": "", "Score": 0.5}]
    written = parsedate_to_datetime(answer.headers["Last-Modified"].replace("UTC", "GMT"))
    assert abs(written - timezone.now()) < timedelta(hours=1)


def test_categories_are_the_most_used_first(shop):
    assert shop("GET", "/api/dashboard/categories").json() == ["a", "b"]
