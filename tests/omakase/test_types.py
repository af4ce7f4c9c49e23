from dataclasses import replace

import numpy as np
import pytest

from omakase.errors import ConfigError
from omakase.types import PAD, Config, Queries, Slate


class Knobs(Config):
    depth: int = 3
    names: tuple[str, ...] = ()


def test_what_somebody_wrote_becomes_a_configuration():
    assert Knobs.checked({"depth": "4"}, "ranker x") == Knobs(depth=4)


def test_all_that_is_wrong_is_told_with_its_place():
    with pytest.raises(ConfigError) as told:
        Knobs.checked({"depth": "deep", "names": ["a", 3], "width": 1}, "ranker x")
    where = [each.split(": ")[0] for each in str(told.value).split("; ")]
    assert where == ["ranker x.depth", "ranker x.names.1", "ranker x.width"]


def single() -> Queries:
    return Queries.of(np.asarray([[0, 2]], np.int32))


def test_a_single_question_remembers_what_each_model_said():
    asked, question = [], single()

    def score(queries):
        asked.append(queries)
        return np.full((len(queries), 3), len(asked), np.float32)

    first, second = object(), object()
    assert question.cached_scores(first) is None
    said = question.once(first, score)
    assert question.once(first, score) is said is question.cached_scores(first)
    assert question.once(second, score) is not said
    assert len(asked) == 2


def test_a_changed_question_and_a_batch_are_asked_anew():
    asked, model, question = [], object(), single()

    def score(queries):
        asked.append(len(queries))
        return np.zeros((len(queries), 3), np.float32)

    question.once(model, score)
    for other in (replace(question, now=np.ones(1, np.int64)), question[:1]):
        assert other.cached_scores(model) is None
        other.once(model, score)
    both = Queries.of(np.asarray([[0], [1]], np.int32))
    for _ in range(2):
        both.once(model, score)
    assert asked == [1, 1, 1, 2, 2]
    assert both.cached_scores(model) is None


def stanced(history, stances):
    rows = np.asarray([history], np.int32)
    return Queries.of(rows, stances=np.asarray([stances], np.int8))


def test_stances_follow_the_signs_of_weights_unless_they_are_given():
    queries = Queries.of(
        np.asarray([[PAD, 3, 4, 5]], np.int32), weights=np.asarray([[0, 2, -1, 0]], np.float32)
    )
    assert queries.stance.tolist() == [[0, 1, -1, 0]]
    assert stanced([PAD, 3, 4], [1, 1, -2]).stance.tolist() == [[0, 1, -2]]


def test_citable_is_what_speaks_for_an_item_of_which_nothing_was_refused():
    queries = stanced([3, 4, 3, 5, 6], [1, 1, -1, -2, 0])
    assert queries.citable().tolist() == [[False, True, False, False, False]]
    assert queries.liked_history().tolist() == [[PAD, PAD, PAD, 3, 4]]


def test_some_of_the_queries_keep_their_stances():
    queries = stanced([3, 4], [1, -1])
    assert queries[np.asarray([0, 0], np.int32)].stance.tolist() == [[1, -1], [1, -1]]


def test_slate_chances_leave_out_what_is_not_there():
    items = np.array([[3, 1, PAD], [PAD, PAD, PAD]], np.int32)
    scores = np.where(items == PAD, -np.inf, 1).astype(np.float32)
    drawn = Slate(items, scores, np.array([[0.5, 0.25, 1], [1, 1, 1.0]]))
    assert drawn.chances() == [(0.5, 0.25), ()]
    assert Slate(items, scores).chances() == [(), ()]


def test_slate_of_chances_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="chances"):
        Slate(np.zeros((1, 2), np.int32), np.zeros((1, 2), np.float32), np.ones((1, 3)))


def test_queries_seeded_have_a_seed_each():
    assert Queries.of(np.zeros((3, 1), np.int32)).seeded(7).seeds.tolist() == [7, 8, 9]
