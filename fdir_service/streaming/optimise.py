"""Leaving to onnxruntime once what it would do to a graph whenever it opens it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import onnxruntime as ort


def optimised(graph: bytes) -> bytes:
    """Return a serialised graph as onnxruntime would run it on any processor.

    Raises
    ------
    OSError
        If there is no place for a temporary file.
    Exception
        Of onnxruntime, whose exceptions share no other base: a graph that it cannot open.

    """
    options = ort.SessionOptions()
    # What comes above this level is for one processor only.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    with TemporaryDirectory() as folder:
        place = Path(folder) / "graph.onnx"
        options.optimized_model_filepath = str(place)
        ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        return place.read_bytes()
