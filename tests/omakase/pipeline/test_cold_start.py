"""Each case of a cold start by its name, and what comes of it."""

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.pipeline.cold_start import (
    FEW,
    PATHS,
    Offers,
    Paths,
    configurations,
    known_from,
    path_of,
)
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.popularity_prior import PopularityPrior
from omakase.registry import MODELS, build_pipeline
from omakase.stacking.calibration import ScoreCalibrationConfig
from omakase.types import PAD, Context, Queries

DATA = two_tribes()
ITEMS = DATA.items.with_columns(category=pl.Series(["even", "odd"] * 6))
KNOWN = PipelineConfig(
    name="known",
    sources=(SourceSpec(kind="scored", name="ease", config={"model": "ease"}),),
    rankers=(PlugSpec(kind="cut", config={"k": 50}),),
    fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
)


LIKES = {"categories": "category"}


@pytest.fixture(scope="module")
def parts():
    names = ("ease", "popular", "newest", "item_knn")
    configs = {name: MODELS[name].config_type() for name in names}
    made = InMemoryVersion.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    return InMemoryVersion(ITEMS, made.models)


@pytest.fixture(scope="module")
def paths(parts):
    offers = Offers(LIKES, content="item_knn")
    return Paths.of(lambda config: build_pipeline(config, parts), KNOWN, offers)


def asked(*events, user=0, **person) -> Queries:
    history = np.asarray([events or (PAD,)], np.int32)
    return Queries.of(history, users=np.asarray([user], np.int32), contexts=(Context(user=person),))


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (asked(), "stranger"),
        (asked(user=PAD), "stranger"),
        (asked(likes="x"), "stranger"),
        (asked(categories=("odd",)), "profile"),
        (asked(categories=()), "stranger"),
        (asked(1, 3, user=PAD), "session"),
        (asked(1, 3, 5, 7, 9, user=PAD), "known"),
        (asked(brands="x"), "profile"),
        (asked(1, 3), "few"),
        (asked(1, 3, 5, 7), "few"),
        (asked(1, 3, 5, 7, 9), "known"),
        (asked(1, 3, categories=("even",)), "few"),
    ],
)
def test_each_case_has_its_name(paths, query, path):
    assert paths.paths(query) == [path]


def test_a_stranger_gets_what_is_popular_and_a_little_of_what_is_new(paths, parts):
    slate = paths.recommend(asked(), 10)
    stranger = Queries.of(np.full((1, 1), PAD, np.int32))
    popular = np.argsort(-parts.model("popular").score(stranger)[0], kind="stable")
    assert slate.items[0, 0] == popular[0]
    newest = int(parts.model("newest").score(stranger)[0].argmax())
    assert newest in slate.items[0].tolist()


def test_a_profile_is_answered_by_what_it_names_first(paths):
    first = paths.recommend(asked(categories=("odd",)), 5).items[0]
    assert (first % 2 == 1).all()


def test_a_session_without_a_name_is_answered_by_its_events(paths):
    shown = paths.recommend(asked(1, 3, user=PAD), 3).items[0]
    assert (shown % 2 == 1).all()


def test_a_batch_of_all_cases_is_answered_as_each_alone(paths):
    cases = [asked(), asked(categories=("odd",)), asked(1, 3, user=PAD), asked(0, 2)]
    history = np.full((4, 2), PAD, np.int32)
    history[2], history[3] = (1, 3), (0, 2)
    together = Queries.of(
        history,
        users=np.asarray([0, 0, PAD, 0], np.int32),
        contexts=tuple(case.contexts[0] for case in cases),
    )
    slate = paths.recommend(together, 5)
    for row, case in enumerate(cases):
        assert paths.recommend(case, 5).items[0].tolist() == slate.items[row].tolist()


def test_known_people_get_the_pipeline_as_it_is(paths, parts):
    queries = everyone(DATA)
    expected = build_pipeline(KNOWN, parts).recommend(queries, 4)
    assert paths.recommend(queries, 4).lists() == expected.lists()


def test_every_path_keeps_rules_and_gate():
    strict = KNOWN.model_copy(
        update={"rules": KNOWN.rules.model_copy(update={"exclude": ("i01",)})}
    )
    made = configurations(strict, Offers(LIKES))
    for path, config in made.items():
        assert config.rules.exclude == ("i01",), path
        assert config.gate == KNOWN.gate
        assert config.name == path or path == "known"
    assert set(made) == set(PATHS)


def named(config: PipelineConfig) -> list[str]:
    return [source.called for source in config.sources]


def test_what_a_version_does_not_offer_no_path_asks_for():
    made = configurations(KNOWN, Offers({}, newest=False))
    assert named(made["stranger"]) == named(made["profile"]) == ["here", "crowd"]
    assert made["stranger"].merge.config == {"share": 0.0, "draws": False}
    assert named(made["few"]) == ["ease"]


def test_content_joins_where_events_are_few():
    made = configurations(KNOWN, Offers(LIKES, content="item_knn"))
    assert named(made["few"]) == named(made["session"]) == ["ease", "near"]
    assert named(made["known"]) == ["ease"]
    alone = KNOWN.model_copy(update={"rankers": ()})
    assert named(configurations(alone, Offers(LIKES, content="ease"))["few"]) == ["ease", "crowd"]


def test_another_model_leads_where_that_was_learnt():
    alone = KNOWN.model_copy(
        update={"rankers": (), "crowd": PopularityPrior(known=9, lead="item_knn")}
    )
    made = configurations(alone, Offers(LIKES, newest=False))
    assert named(made["few"]) == named(made["session"]) == ["item_knn", "crowd"]
    assert named(made["known"]) == ["ease"]


def test_the_crowd_joins_where_no_ranker_has_learnt_how_much_it_counts(parts):
    alone = KNOWN.model_copy(update={"rankers": ()})
    few = configurations(alone, Offers(LIKES, crowd=3.0))["few"]
    assert [(s.called, s.share) for s in few.sources] == [("ease", 1.0), ("crowd", 3.0)]
    assert few.merge.kind == "weighted"
    newest = SourceSpec(kind="fixed", config={"model": "newest"})  # popularity is flat here
    by_arrival = alone.model_copy(update={"fallback": newest})
    shown = {}
    for crowd in (1e-6, 1e6):
        config = configurations(by_arrival, Offers(LIKES, crowd=crowd, newest=False))
        for path in ("few", "stranger"):
            slate = build_pipeline(config[path], parts).recommend(asked(1, 3), 6)
            shown[path, crowd] = slate.items[0].tolist()
    assert shown["few", 1e6] == shown["stranger", 1e6] != shown["few", 1e-6]
    assert {item % 2 for item in shown["few", 1e-6][:4]} == {1}
    heard = alone.model_copy(update={"sources": (alone.fallback, *alone.sources)})
    assert named(configurations(heard, Offers(LIKES))["few"]) == named(heard)


def test_what_scores_meant_with_other_sources_is_not_told_of_these():
    curve = {"stage": "source ease", "scores": (0.0, 1.0), "chances": (0.1, 0.9)}
    judged = PipelineConfig.checked(
        {**KNOWN.model_dump(), "rankers": (), "meaning": curve}, "known"
    )
    made = configurations(judged, Offers(LIKES))
    assert [made[path].meaning is None for path in PATHS] == [True, True, True, True, False]
    found = ScoreCalibrationConfig(stage="merge", scores=(0.0, 1.0), chances=(0.2, 0.4))
    learnt = judged.model_copy(
        update={"crowd": PopularityPrior(known=9, lead="item_knn", meaning=found)}
    )
    made = configurations(learnt, Offers(LIKES))
    assert made["few"].meaning == made["session"].meaning == found
    assert made["stranger"].meaning is None


def test_new_items_have_their_share_of_the_places(parts):
    config = configurations(KNOWN, Offers(LIKES, exploration=0.25))["stranger"]
    stages = dict(build_pipeline(config, parts).stages(asked(), 4))
    crowd, newest = (stages[f"source {name}"].items[0].tolist() for name in ("crowd", "newest"))
    shown = stages["answer"].items[0].tolist()
    assert shown[:2] == crowd[:2]
    assert shown[2] == next(item for item in newest if item not in crowd[:2])
    none = configurations(KNOWN, Offers(LIKES, exploration=0.0))["stranger"]
    assert build_pipeline(none, parts).recommend(asked(), 8).items[0].tolist() == crowd[:8]


BY_ARRIVAL = SourceSpec(kind="fixed", config={"model": "newest"})
ALONE = KNOWN.model_copy(update={"rankers": (), "fallback": BY_ARRIVAL})
LEARNT = ALONE.model_copy(
    update={"crowd": PopularityPrior(events=(1, 2), shares=(1e6, 0.0), known=3)}
)


@pytest.mark.parametrize(
    ("events", "path"), [(1, "few"), (2, "few"), (3, "known"), (9, "known"), (0, "stranger")]
)
def test_who_is_known_is_as_learnt(parts, events, path):
    paths = Paths.of(lambda config: build_pipeline(config, parts), LEARNT, Offers(LIKES))
    assert paths.paths(asked(*range(events))) == [path]
    assert (known_from(LEARNT), known_from(ALONE)) == (3, FEW)
    assert path_of(events, named=True, told=False, few=3) == path


def test_popularity_counts_as_learnt_for_each_number_of_events(parts):
    few = build_pipeline(configurations(LEARNT, Offers(LIKES))["few"], parts)
    alone = build_pipeline(ALONE, parts)
    crowd = build_pipeline(configurations(ALONE, Offers(LIKES, crowd=1e6))["few"], parts)
    ways = (few, alone, crowd)
    one = [set(each.recommend(asked(1), 4).items[0].tolist()) for each in ways]
    two = [set(each.recommend(asked(1, 3), 4).items[0].tolist()) for each in ways]
    assert one[0] == one[2] != one[1]
    assert two[0] == two[1] != two[2]


def test_first_event_is_enough_without_a_prior(parts):
    never = ALONE.model_copy(update={"crowd": PopularityPrior(known=1)})
    paths = Paths.of(lambda config: build_pipeline(config, parts), never, Offers(LIKES))
    assert paths.paths(asked(1)) == ["known"]
    assert paths.paths(asked()) == ["stranger"]


def test_places_of_new_items_are_drawn_by_setting(parts):
    config = configurations(KNOWN, Offers(LIKES, exploration=0.25, draws=True))["stranger"]
    pipeline = build_pipeline(config, parts)
    assert pipeline.draws
    chances = pipeline.recommend(asked(), 4).probabilities[0]
    assert ((chances > 0) & (chances < 1)).all()
    assert chances[0] in (pytest.approx(0.75), pytest.approx(0.25))
    assert not build_pipeline(configurations(KNOWN, Offers(LIKES))["stranger"], parts).draws
