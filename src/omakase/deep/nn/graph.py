"""A trained net as it is served: ONNX Runtime, no torch."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from omakase.errors import ArtifactError

if TYPE_CHECKING:
    import onnxruntime


@dataclass(frozen=True)
class OnnxGraph:
    """One output from named inputs, computed in one thread.

    Attributes:
        content: the bytes of an ONNX model, as an array.
    """

    content: NDArray[np.uint8]

    @cached_property
    def session(self) -> "onnxruntime.InferenceSession":
        """Opened at the first use, once.

        Raises:
            ArtifactError: the bytes are no graph.
        """
        import onnxruntime  # 17 MB that a version without nets does without

        options = onnxruntime.SessionOptions()
        # an answer is too small to split; a server has other requests for its other cores
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(
                self.content.tobytes(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ArtifactError(f"the graph does not open: {error}") from error

    def run(self, **inputs: NDArray[Any]) -> NDArray[np.float32]:
        """The output of these inputs."""
        scores: NDArray[np.float32] = self.session.run(None, inputs)[0]
        return scores
