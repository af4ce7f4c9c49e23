"""A torch net as an ONNX graph, kept as bytes in an array."""

import io
import logging
import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

OPSET = 17


def onnx_graph(
    net: nn.Module, inputs: Mapping[str, Tensor], output: str, axes: Mapping[str, Sequence[str]]
) -> NDArray[np.uint8]:
    """The net in evaluation mode, as the bytes of an ONNX model.

    Args:
        inputs: name to an example, in the order of `forward`.
        axes: names of the leading axes of each input that may vary ("B", "L"); the output varies
            along "B", its first, unless they name it too.
    """
    target = io.BytesIO()
    training = net.training
    net.eval()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        torch.onnx.export(
            net,
            tuple(inputs.values()),
            target,  # type: ignore[arg-type]  # a file is taken, the types deny it
            input_names=list(inputs),
            output_names=[output],
            dynamic_axes={
                name: dict(enumerate(names)) for name, names in {output: ["B"], **axes}.items()
            },
            opset_version=OPSET,
            dynamo=False,  # the newer exporter takes seconds where this takes a tenth
        )
    net.train(training)
    return np.frombuffer(target.getvalue(), dtype=np.uint8)
