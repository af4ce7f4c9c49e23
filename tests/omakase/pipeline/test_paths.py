"""Each case of a cold start by its name, and what comes of it."""

import numpy as np
import polars as pl
import pytest

from omakase.conformance.parts import MadeParts
from omakase.conformance.worlds import everyone, two_tribes
from omakase.pipeline.config import PipelineConfig, PlugSpec, SourceSpec
from omakase.pipeline.paths import PATHS, Paths, configurations
from omakase.registry import MODELS, build_pipeline
from omakase.types import PAD, Context, Queries

DATA = two_tribes()
ITEMS = DATA.items.with_columns(category=pl.Series(["even", "odd"] * 6))
KNOWN = PipelineConfig(
    name="known",
    sources=(SourceSpec(kind="scored", name="ease", config={"model": "ease"}),),
    rankers=(PlugSpec(kind="cut", config={"k": 50}),),
    fallback=SourceSpec(kind="fixed", config={"model": "popular"}),
)


@pytest.fixture(scope="module")
def parts():
    names = ("ease", "popular", "newest", "item_knn")
    configs = {name: MODELS[name].config_type() for name in names}
    made = MadeParts.fitted(DATA, MODELS, configs, np.random.default_rng(0))
    return MadeParts(ITEMS, made.models)


@pytest.fixture(scope="module")
def paths(parts):
    return Paths.of(lambda config: build_pipeline(config, parts), KNOWN, content="item_knn")


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
    first = paths.recommend(asked(categories=("odd",)), 6).items[0]
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
    for path, config in configurations(strict).items():
        assert config.rules.exclude == ("i01",), path
        assert config.gate == KNOWN.gate
        assert config.name == path or path == "known"
    assert set(configurations(strict)) == set(PATHS)


def test_without_profiles_and_content_the_paths_are_still_there():
    made = configurations(KNOWN, profiled=False)
    assert made["profile"].sources == made["stranger"].sources
    assert made["few"].sources == KNOWN.sources


def test_content_joins_where_events_are_few():
    made = configurations(KNOWN, content="item_knn")
    assert [s.called for s in made["few"].sources] == ["ease", "near"]
    assert [s.called for s in made["known"].sources] == ["ease"]
