"""Small graphs say nearly the same, row by row, and are dropped where they do not."""

import logging

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import quantization
from torch import nn

from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.int8 import as_good, int8_graph, layers


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 32), nn.Linear(32, 1)).eval()


@pytest.fixture(scope="module")
def graph(net):
    return onnx_graph(net, {"x": torch.zeros(1, 16)}, "y", {"x": ("B",)})


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(1)
    return [{"x": rng.normal(size=(64, 16)).astype(np.float32)} for _ in range(4)]


@pytest.fixture(scope="module")
def small(graph, samples):
    return int8_graph(graph, samples)


def test_it_is_smaller_and_says_nearly_the_same(graph, small, samples, net):
    assert len(small) < 0.8 * len(graph)
    x = samples[0]["x"]
    exact, near = OnnxGraph(graph).run(x=x), OnnxGraph(small).run(x=x)
    assert not np.array_equal(exact, near)
    assert np.corrcoef(exact[:, 0], near[:, 0])[0, 1] > 0.995


def test_weights_are_whole_numbers_of_eight_bits(small):
    kept = {each.data_type for each in onnx.load_from_string(small.tobytes()).graph.initializer}
    assert onnx.TensorProto.INT8 in kept


def test_a_row_is_answered_the_same_beside_any_others(small, samples):
    x = samples[1]["x"]
    loud = np.concatenate([x[:1], 100 * x[1:]])
    run = OnnxGraph(small).run
    np.testing.assert_array_equal(run(x=x)[0], run(x=loud)[0])
    np.testing.assert_array_equal(run(x=x[:1])[0], run(x=x)[0])


def test_the_last_layer_stays_exact(graph):
    assert len(layers(onnx.load_from_string(graph.tobytes()))) == 2


def test_without_layers_nothing_changes():
    plain = onnx_graph(nn.ReLU(), {"x": torch.zeros(1, 16)}, "y", {"x": ("B",)})
    assert int8_graph(plain, []) is plain


@pytest.mark.parametrize(("worth", "is_kept"), [(1.0, True), (0.991, True), (0.98, False)])
def test_it_is_kept_where_the_figure_stays(graph, small, samples, worth, is_kept):
    def figure(asked: OnnxGraph) -> float:
        return 0.5 if len(asked.content) == len(graph) else 0.5 * worth

    found = as_good(graph, samples, figure)
    assert len(found) == len(small if is_kept else graph)


def test_callers_log_is_as_it_was_and_speaks_meanwhile(graph, samples, caplog, monkeypatch):
    root = logging.getLogger()
    before = root.level, [*root.filters]
    whole = quantization.quantize_static

    def quantize(*args, **named):
        logging.warning("of another thread")
        assert root.level == before[0]
        return whole(*args, **named)

    monkeypatch.setattr(quantization, "quantize_static", quantize)
    int8_graph(graph, samples)
    assert (root.level, root.filters) == before
    assert [each.message for each in caplog.records] == ["of another thread"]


def test_what_would_not_get_smaller_is_left_alone(samples):
    few = onnx_graph(nn.Linear(16, 16), {"x": torch.zeros(1, 16)}, "y", {"x": ("B",)})
    assert as_good(few, samples, lambda asked: 1.0) is few
