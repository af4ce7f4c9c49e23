import numpy as np
import pytest
import torch
from torch import nn

from omakase.deep.nn.export import onnx_graph
from omakase.deep.nn.graph import OnnxGraph
from omakase.errors import ArtifactError


def test_bytes_that_are_no_graph_are_refused():
    with pytest.raises(ArtifactError, match="does not open"):
        OnnxGraph(np.frombuffer(b"nonsense", dtype=np.uint8)).run(x=np.zeros(1))


def test_opens_once_and_from_read_only_bytes():
    content = onnx_graph(nn.ReLU(), {"x": torch.zeros(1, 2)}, "y", {"x": ("B",)})
    content.flags.writeable = False
    graph = OnnxGraph(content)
    out = graph.run(x=np.asarray([[-1.0, 2.0]], dtype=np.float32))
    assert out.tolist() == [[0.0, 2.0]]
    assert graph.session is graph.session
    assert graph.session.get_session_options().intra_op_num_threads == 1
