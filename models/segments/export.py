"""A mixture as one ONNX file: features of a segment in, negative log-likelihood out; needs no torch."""

from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto

from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card
from models.errors import DifferenceError
from models.graph import GraphWriter, Value
from models.segments.mixture import (
    FLOOR,
    INPUTS,
    KURTOSIS,
    KURTOSIS_OFFSET,
    LEAST_KURTOSIS,
    SKEW,
    VARIANCES,
    Mixture,
)

TOLERANCE: Final = 1e-5
"""Largest difference from float64, relative to the score where that is above 1."""


def export_mixture(mixture: Mixture, card: Card, path: Path, inputs: NDArray[np.float32]) -> float:
    """Write `mixture` to `path` with `card`; return the largest difference from it on `inputs` (n, 9).

    Raises
    ------
    DifferenceError
        If a score differs by more than `TOLERANCE`.

    """
    written = build(mixture, card)
    session = ort.InferenceSession(written, providers=["CPUExecutionProvider"])
    found = session.run([OUTPUT_NAME], {INPUT_NAME: inputs[:, None]})[0][:, 0].astype(np.float64)
    expected = mixture.score(inputs.astype(np.float64))
    difference = float((np.abs(found - expected) / np.maximum(1.0, np.abs(expected))).max())
    if not difference <= TOLERANCE:
        raise DifferenceError(f"{path}: differs by {difference:.2g} from float64, at most {TOLERANCE:g}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written)
    return difference


def build(mixture: Mixture, card: Card) -> bytes:
    """Return the serialised graph with its card; it computes in float64."""
    graph = GraphWriter()
    rows = graph.add("Reshape", INPUT_NAME, graph.constant([-1, len(INPUTS)]))
    values = _transform(graph, graph.cast(rows, TensorProto.DOUBLE))
    z = graph.add("Sub", values, graph.constant(mixture.centre))
    z = graph.add("Div", z, graph.constant(mixture.scale))
    score = graph.add("Neg", _log_likelihood(graph, mixture, z))
    written = graph.detector(card, graph.cast(score, TensorProto.FLOAT))
    onnx.helper.set_model_props(written, {METADATA_KEY: card.model_dump_json()})
    onnx.checker.check_model(written, full_check=True)
    octets: bytes = written.SerializeToString(deterministic=True)
    return octets


def _transform(graph: GraphWriter, rows: Value) -> Value:
    """Add what `transformed` does, column by column."""
    columns = list(graph.add_many(len(INPUTS), "Split", rows, axis=1, num_outputs=len(INPUTS)))
    for k in VARIANCES:
        known = graph.add("Max", columns[k], graph.scalar(0.0))
        columns[k] = graph.add("Log", graph.add("Add", known, graph.scalar(FLOOR)))
    # Asinh is not there in float64: asinh x = sign(x) log(|x| + sqrt(x^2 + 1)).
    size = graph.add("Abs", columns[SKEW])
    root = graph.add("Sqrt", graph.add("Add", graph.add("Mul", size, size), graph.scalar(1.0)))
    tamed = graph.add("Log", graph.add("Add", size, root))
    columns[SKEW] = graph.add("Mul", graph.add("Sign", columns[SKEW]), tamed)
    peaked = graph.add("Max", columns[KURTOSIS], graph.scalar(LEAST_KURTOSIS))
    columns[KURTOSIS] = graph.add("Log", graph.add("Add", peaked, graph.scalar(KURTOSIS_OFFSET)))
    return graph.add("Concat", *columns, axis=1)


def _log_likelihood(graph: GraphWriter, mixture: Mixture, z: Value) -> Value:
    """Add the log-likelihood (batch, 1) of standardised features (batch, D)."""
    components, size = mixture.means.shape
    roots = mixture.roots.transpose(1, 0, 2).reshape(size, components * size)
    centres = np.einsum("kd,kde->ke", mixture.means, mixture.roots).reshape(-1)
    away = graph.add("Sub", graph.add("MatMul", z, graph.constant(roots)), graph.constant(centres))
    away = graph.add("Reshape", away, graph.constant([-1, components, size]))
    squares = graph.add("ReduceSum", graph.add("Mul", away, away), graph.constant([2]), keepdims=0)
    half = graph.add("Mul", squares, graph.scalar(-0.5))
    return _log_sum_exp(graph, graph.add("Add", half, graph.constant(mixture.constants)))


def _log_sum_exp(graph: GraphWriter, values: Value) -> Value:
    """Add log sum exp over the columns, less the largest one inside, which keeps it finite."""
    axes = graph.constant([1])
    largest = graph.add("ReduceMax", values, axes, keepdims=1)
    total = graph.add("ReduceSum", graph.add("Exp", graph.add("Sub", values, largest)), axes, keepdims=1)
    return graph.add("Add", graph.add("Log", total), largest)
