"""Each number has its bounds: what lies at them is taken, what lies beyond is refused by name."""

import math

import pytest
from pydantic import ValidationError

from omakase_settings import Settings, names

FROM_1 = {"taken": (1, 7), "refused": (0, -1)}
FROM_0 = {"taken": (0, 7), "refused": (-1,)}
ABOVE_0 = {"taken": (0.001, 7.5), "refused": (0, -0.001)}
NOT_BELOW_0 = {"taken": (0, 0.001, 7.5), "refused": (-0.001,)}
SHARE = {"taken": (0, 0.5, 1), "refused": (-0.001, 1.001)}
PORT = {"taken": (1, 65_535), "refused": (0, 65_536, -1)}
FROM_KIB = {"taken": (1024, 2**31), "refused": (1023, 0)}

BOUNDS = {
    "redis_timeout_seconds": {"taken": (0.001, 60), "refused": (0, 60.001, -1)},
    "web.port": PORT,
    "web.workers": FROM_1,
    "web.hsts_seconds": FROM_0,
    "web.proxies": FROM_0,
    "web.key_seconds": NOT_BELOW_0,
    "web.threads": FROM_1,
    "web.max_body_bytes": FROM_KIB,
    "web.max_connections": {"taken": (10, 100_000), "refused": (9, 0)},
    "web.max_requests": FROM_1,
    "web.header_seconds": ABOVE_0,
    "web.body_seconds": ABOVE_0,
    "tokens.minutes": FROM_1,
    "tokens.max_minutes": FROM_1,
    "tokens.session_days": FROM_1,
    "limits.key_per_minute": FROM_0,
    "limits.user_per_minute": FROM_0,
    "limits.address_per_minute": FROM_0,
    "limits.refused_per_minute": FROM_0,
    "limits.sessions_per_minute": FROM_0,
    "limits.events_per_minute": FROM_0,
    "limits.login_per_minute": FROM_0,
    "database.busy_seconds": ABOVE_0,
    "database.keep_seconds": FROM_0,
    "events.max_batch": FROM_1,
    "events.import_batch": FROM_1,
    "events.future_seconds": FROM_0,
    "events.visitor_past_seconds": FROM_0,
    "jobs.lease_seconds": ABOVE_0,
    "jobs.keep_days": NOT_BELOW_0,
    "analytics.target_click_rate": SHARE,
    "analytics.target_conversion_rate": SHARE,
    "analytics.target_availability": SHARE,
    "alerts.fewest_answers": FROM_1,
    "alerts.p95_ms": ABOVE_0,
    "alerts.click_rate": SHARE,
    "alerts.weekly_fall": SHARE,
    "alerts.coverage": SHARE,
    "alerts.catalog_fall": SHARE,
    "alerts.errors": SHARE,
    "alerts.fewest_requests": FROM_1,
    "alerts.cache_fall": SHARE,
    "alerts.drift": ABOVE_0,
    "alerts.volume_factor": {"taken": (1.001, 10), "refused": (1, 0.5, 0, -2)},
    "alerts.person_events": FROM_0,
    "alerts.item_share": SHARE,
    "alerts.silent_hours": NOT_BELOW_0,
    "alerts.model_days": NOT_BELOW_0,
    "alerts.job_minutes": NOT_BELOW_0,
    "mail.port": PORT,
    "mail.timeout_seconds": ABOVE_0,
    "oidc.timeout_seconds": ABOVE_0,
    "feeds.timeout_seconds": ABOVE_0,
    "feeds.max_bytes": FROM_KIB,
    "feeds.missing_share": {"taken": (0.001, 1), "refused": (0, 1.001, -0.5)},
    "feeds.batch": FROM_1,
    "digests.items": {"taken": (1, 30), "refused": (0, 31)},
    "digests.fewest_items": FROM_1,
    "digests.every_days": {"taken": (1, 365), "refused": (0, 366)},
    "digests.hour": {"taken": (0, 23), "refused": (-1, 24)},
    "digests.late_hours": {"taken": (0.001, 23), "refused": (0, 23.001)},
    "digests.most_refusals": FROM_1,
    "training.k": FROM_1,
    "training.keep_versions": FROM_1,
    "training.tolerance": SHARE,
    "training.fewest_people": {"taken": (2, 100), "refused": (1, 0)},
    "training.roll_back_tolerance": {"taken": (0, 0.999), "refused": (1, -0.001)},
    "training.seed": FROM_0,
    "training.fade_days": NOT_BELOW_0,
    "training.person_day_events": FROM_0,
    "training.processes": FROM_1,
    "serving.pool": FROM_1,
    "serving.default_n": FROM_1,
    "serving.max_n": FROM_1,
    "serving.history_events": FROM_1,
    "serving.seen_events": FROM_1,
    "serving.exploration": {"taken": (0, 0.5), "refused": (-0.001, 0.501)},
    "serving.hold_seconds": ABOVE_0,
    "serving.refresh_seconds": NOT_BELOW_0,
    "cache.seconds": NOT_BELOW_0,
    "cache.entries": FROM_1,
    "cache.wait_seconds": ABOVE_0,
    "online.seconds": NOT_BELOW_0,
    "online.people": FROM_1,
    "online.unsettled_seconds": NOT_BELOW_0,
    "realtime.threads": FROM_1,
    "realtime.slow_seconds": ABOVE_0,
    "realtime.max_message_bytes": FROM_KIB,
    "realtime.waiting_messages": FROM_1,
    "chat.refresh_seconds": NOT_BELOW_0,
    "chat.learning_talks": FROM_1,
    "chat.llm_seconds": ABOVE_0,
    "gorse.timeout_seconds": ABOVE_0,
    "answers.queue": FROM_1,
    "answers.write_seconds": ABOVE_0,
    "answers.window_seconds": FROM_1,
    "retention.events_days": NOT_BELOW_0,
    "retention.snapshot_days": NOT_BELOW_0,
    "retention.answers_days": NOT_BELOW_0,
    "retention.figures_days": NOT_BELOW_0,
    "retention.conversations_days": NOT_BELOW_0,
    "retention.dead_letters_days": NOT_BELOW_0,
    "retention.forgotten_days": FROM_0,
    "retention.batch": FROM_1,
    "sql.batch": FROM_1,
    "streams.batch": FROM_1,
    "streams.max_length": FROM_1,
    "tracing.share": SHARE,
}
"""Every setting that is a number."""

TAKEN = [(name, value) for name, bounds in BOUNDS.items() for value in bounds["taken"]]
REFUSED = [(name, value) for name, bounds in BOUNDS.items() for value in bounds["refused"]]


def made(name: str, value: object) -> Settings:
    topic, _, key = name.rpartition(".")
    return Settings(**({topic: {key: value}} if topic else {key: value}))


def at(settings: Settings, name: str) -> object:
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def refusal(name: str, value: object) -> dict:
    with pytest.raises(ValidationError) as caught:
        made(name, value)
    (told,) = caught.value.errors()
    return told


def test_bounds_are_told_here_of_every_number_among_the_settings():
    defaults = Settings()
    assert set(BOUNDS) == {name for name in names() if is_number(at(defaults, name))}


@pytest.mark.parametrize("name", BOUNDS)
def test_default_of_a_number_lies_within_its_own_bounds(name):
    default = at(Settings(), name)
    assert at(made(name, default), name) == default


@pytest.mark.parametrize(("name", "value"), TAKEN)
def test_number_at_its_bounds_or_between_them_is_taken(name, value):
    assert at(made(name, value), name) == value


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_number_beyond_its_bounds_is_refused_by_its_name(name, value):
    assert ".".join(map(str, refusal(name, value)["loc"])) == name


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("name", BOUNDS)
def test_number_that_is_not_finite_is_refused_by_its_name(name, value):
    assert ".".join(map(str, refusal(name, value)["loc"])) == name


@pytest.mark.parametrize("value", ["many", "", "1,5", "١٫٥", None, [1], {"a": 1}, "1e"])
@pytest.mark.parametrize("name", ["web.port", "cache.seconds", "training.tolerance"])
def test_what_is_no_number_is_refused_where_one_is_wanted(name, value):
    assert ".".join(map(str, refusal(name, value)["loc"])) == name


@pytest.mark.parametrize("value", [1.5, "1.5", 10.0001])
@pytest.mark.parametrize("name", ["web.port", "events.max_batch", "retention.batch"])
def test_part_of_a_whole_is_refused_where_a_whole_number_is_wanted(name, value):
    assert refusal(name, value)["loc"][-1] == name.rpartition(".")[2]


@pytest.mark.parametrize(
    ("placement", "place"),
    [
        ({"diversity": -0.1}, ("diversity",)),
        ({"diversity": 1.1}, ("diversity",)),
        ({"diversity": math.nan}, ("diversity",)),
        ({"seen_days": 0}, ("seen_days",)),
        ({"seen_days": math.inf}, ("seen_days",)),
        ({"shown_days": -1}, ("shown_days",)),
        ({"shown_days": math.inf}, ("shown_days",)),
        ({"caps": {"brand": 0}}, ("caps", "brand")),
        ({"caps": {"brand": 1.01}}, ("caps", "brand")),
        ({"caps": {"brand": math.inf}}, ("caps", "brand")),
        ({"pins": {0: "a"}}, ("pins", 0, "[key]")),
        ({"pins": {-3: "a"}}, ("pins", -3, "[key]")),
    ],
)
def test_number_of_a_placement_beyond_its_bounds_is_refused_at_its_place(placement, place):
    told = refusal("serving.placements", {"home": placement})
    found = tuple(str(part) for part in told["loc"])
    assert found[:3] == ("serving", "placements", "home")
    assert found[3:] == tuple(map(str, place))


@pytest.mark.parametrize(
    "placement",
    [
        {"diversity": 0},
        {"diversity": 1},
        {"seen_days": 0.001},
        {"shown_days": 365},
        {"caps": {"brand": 1}},
        {"caps": {"brand": 0.001, "나라": 0.5}},
        {"pins": {1: "a", 1000: "b"}},
    ],
)
def test_number_of_a_placement_at_its_bounds_is_taken(placement):
    home = made("serving.placements", {"home": placement}).serving.placements["home"]
    assert home.model_dump(exclude_unset=True) == placement


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ({"weight": -0.1}, "weight"),
        ({"weight": 1000.1}, "weight"),
        ({"weight": math.inf}, "weight"),
        ({"weight": math.nan}, "weight"),
        ({"cap": 0}, "cap"),
        ({"cap": -1}, "cap"),
        ({"cap": math.inf}, "cap"),
        ({"lowest": math.nan}, "lowest"),
        ({"lowest": -math.inf}, "lowest"),
        ({"highest": math.inf}, "highest"),
        ({"middle": "average"}, "middle"),
        ({"middle": math.inf}, "middle"),
    ],
)
def test_number_of_a_kind_of_events_beyond_its_bounds_is_refused(kind, field):
    with pytest.raises(ValidationError) as caught:
        made("events.kinds", {"rating": kind})
    places = {told["loc"][:4] for told in caught.value.errors()}
    assert places == {("events", "kinds", "rating", field)}


@pytest.mark.parametrize(
    "kind",
    [
        {"weight": 0},
        {"weight": 1000},
        {"cap": 0.001},
        {"lowest": -5, "highest": 5},
        {"middle": -2.5},
        {"middle": "scale"},
        {"middle": "person"},
        {"middle": "none"},
        {"takes_back": ("like", "보기")},
    ],
)
def test_number_of_a_kind_of_events_within_its_bounds_is_taken(kind):
    rating = made("events.kinds", {"rating": kind}).events.kinds["rating"]
    assert rating.model_dump(exclude_unset=True) == kind


@pytest.mark.parametrize("value", [-0.001, math.inf, math.nan, "late"])
def test_look_back_of_a_database_that_no_clock_can_go_is_refused(value):
    with pytest.raises(ValidationError):
        made("sql.sources", {"shop": {"look_back": value}})
