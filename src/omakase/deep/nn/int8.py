"""A graph whose layers run in whole numbers of eight bits, kept where its lists stay as good."""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from omakase.deep.nn.graph import OnnxGraph

Inputs = Mapping[str, NDArray[Any]]
KEPT: Final = 0.99
"""Share of the figure that the smaller graph must reach."""
LEAST: Final = 256
"""Weights of a layer that is worth it; the last one, with a single output, is left alone."""


def int8_graph(content: NDArray[np.uint8], samples: Sequence[Inputs]) -> NDArray[np.uint8]:
    """The graph with the weights of its layers in int8, and what flows into them in uint8.

    Scales are found once, from the samples, so that a row's answer does not depend on the rows
    beside it.

    Args:
        content: bytes of an ONNX model.
        samples: what is typically asked of it.
    """
    import onnx  # export only
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    graph = onnx.load_from_string(content.tobytes())
    names = layers(graph)
    if not names:
        return content
    with tempfile.TemporaryDirectory() as folder, _quiet():
        small = Path(folder) / "small.onnx"
        quantize_static(
            graph,
            str(small),
            _Reader(samples),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_quantize=names,
        )
        return np.frombuffer(small.read_bytes(), dtype=np.uint8)


def layers(graph: Any) -> list[str]:
    """Names of the products with weights that were learnt; those between two inputs stay exact."""
    weights = {weight.name: int(np.prod(weight.dims)) for weight in graph.graph.initializer}
    return [
        node.name
        for node in graph.graph.node
        if node.op_type in ("MatMul", "Gemm")
        and any(weights.get(name, 0) >= LEAST for name in node.input)
    ]


def as_good(
    content: NDArray[np.uint8], samples: Sequence[Inputs], figure: Callable[[OnnxGraph], float]
) -> NDArray[np.uint8]:
    """The graph in int8 where that is smaller and keeps its figure within 1 %; else as it was.

    Args:
        figure: how good a graph is, higher is better.
    """
    small = int8_graph(content, samples)
    if len(small) >= len(content):  # of a few weights, the scales take more than they spare
        return content
    return small if figure(OnnxGraph(small)) >= KEPT * figure(OnnxGraph(content)) else content


@contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser advises on the root logger to simplify graphs first; the exporter has.

    Its words alone are left out: the logger's level is everybody's, of other threads, too.
    """
    logger = logging.getLogger()

    def speaks_for_others(record: logging.LogRecord) -> bool:
        return "onnxruntime" not in record.pathname or record.levelno >= logging.ERROR

    logger.addFilter(speaks_for_others)
    try:
        yield
    finally:
        logger.removeFilter(speaks_for_others)


class _Reader:
    """Hands out the samples, one after the other."""

    def __init__(self, samples: Sequence[Inputs]) -> None:
        self._left: Iterator[Inputs] = iter(samples)

    def get_next(self) -> Inputs | None:
        return next(self._left, None)
