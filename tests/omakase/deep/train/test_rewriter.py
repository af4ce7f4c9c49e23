"""A language model made on the spot learns to reword answers; nothing is downloaded."""

import orjson
import pytest

pytest.importorskip("peft")
import torch
from safetensors.torch import load_file
from tests.omakase.deep.tiny_model import ANSWER, REWORDING, write_tiny_model

from omakase.deep.train.rewriter import (
    AdapterPlan,
    LocalRewriter,
    RewordedAnswer,
    read_pairs,
    train_adapter,
)
from omakase.errors import DataError

PLAN = AdapterPlan(epochs=60, rank=16, learning_rate=1e-2, batch=2, save_every=20)
SHORT = AdapterPlan(epochs=8, rank=4, learning_rate=1e-3, batch=1, save_every=3)
PAIRS = [RewordedAnswer(ANSWER, REWORDING), RewordedAnswer("How about this?", "Try this!")]


class Killed(Exception):
    """The machine went away."""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base")
    write_tiny_model(folder)
    return folder


def test_train_adapter_of_pairs_rewords_as_they_do(base, tmp_path):
    before = LocalRewriter(base, None).rewrite(ANSWER)
    report = train_adapter(base, PAIRS, tmp_path / "adapter", PLAN)
    assert report.last_loss < 0.1 * report.first_loss
    assert before != REWORDING
    assert LocalRewriter(base, tmp_path / "adapter").rewrite(ANSWER) == REWORDING


def test_train_adapter_that_was_killed_comes_to_the_same(base, tmp_path):
    whole = train_adapter(base, PAIRS, tmp_path / "whole", SHORT)

    def kill(step: int, steps: int, loss: float) -> None:
        if step == 11:
            raise Killed

    with pytest.raises(Killed):
        train_adapter(base, PAIRS, tmp_path / "broken", SHORT, kill)
    report = train_adapter(base, PAIRS, tmp_path / "broken", SHORT)
    assert (report.resumed_at, report.steps) == (9, whole.steps)
    assert report.last_loss == pytest.approx(whole.last_loss, rel=1e-5)
    first, second = (
        load_file(tmp_path / name / "adapter_model.safetensors") for name in ("whole", "broken")
    )
    assert all(torch.allclose(first[name], second[name], atol=1e-5) for name in first)
    assert not (tmp_path / "broken" / "checkpoint").exists()


def test_train_adapter_by_another_plan_begins_anew(base, tmp_path):
    def kill(step: int, steps: int, loss: float) -> None:
        if step == 4:
            raise Killed

    with pytest.raises(Killed):
        train_adapter(base, PAIRS, tmp_path, SHORT, kill)
    other = AdapterPlan(epochs=2, rank=4, learning_rate=1e-3, batch=1)
    assert train_adapter(base, PAIRS, tmp_path, other).resumed_at == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"answer": "a"}', "line 1: an answer and a rewording"),
        (b'{"answer": "a", "rewording": "b"}\nnonsense', "line 2"),
        (b'{"answer": "a", "rewording": 3}', "must be texts"),
        (b"\n", "no pairs"),
    ],
)
def test_read_pairs_of_a_bad_line_says_which(content, message):
    with pytest.raises(DataError, match=message):
        read_pairs(content)


def test_read_pairs_of_json_lines_are_all_of_them():
    lines = b"\n".join(orjson.dumps({"answer": str(n), "rewording": "b"}) for n in range(3))
    assert [pair.answer for pair in read_pairs(lines)] == ["0", "1", "2"]


def test_local_rewriter_of_an_empty_folder_says_what_is_missing(tmp_path, base):
    with pytest.raises(DataError, match="no causal model"):
        LocalRewriter(tmp_path, None)
    with pytest.raises(DataError, match="no adapter"):
        LocalRewriter(base, tmp_path)
