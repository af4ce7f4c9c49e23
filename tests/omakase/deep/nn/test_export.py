import numpy as np
import torch
from torch import nn

from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.graph import OnnxGraph


class Sum(nn.Module):
    """Adds two inputs, and noise in training."""

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        noise = 100.0 if self.training else 0.0
        return x.sum(1) + y + noise


def test_the_graph_is_the_net_in_evaluation_mode():
    net = Sum().train()
    graph = onnx_graph(
        net, {"x": torch.zeros(1, 2), "y": torch.zeros(1)}, "z", {"x": ("B", "L"), "y": ("B",)}
    )
    assert graph.dtype == np.uint8
    assert net.training, "the net is left as it was"
    x = np.arange(12, dtype=np.float32).reshape(3, 4)  # sizes other than those of the example
    y = np.asarray([1, 2, 3], dtype=np.float32)
    np.testing.assert_allclose(OnnxGraph(graph).run(x=x, y=y), x.sum(1) + y)
