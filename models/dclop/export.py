"""One ONNX file: raw sample -> CLOP score, cluster, membership, latent point; needs no torch."""

from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto

from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card, Output
from models.dclop.clop_graph import squares_to, write_measure, write_probability, write_remoteness
from models.dclop.encoder import Encoder
from models.dclop.model import Dclop
from models.dclop.standardisation import Standardisation
from models.errors import DifferenceError
from models.graph import GraphWriter, Value

TOLERANCE: Final = 1e-5
"""Largest difference from the float64 reference, relative to the output where that is above 1."""

Samples = NDArray[np.float32]


def outputs(model: Dclop, on: float, off: float) -> tuple[Output, ...]:
    """Return the outputs of the file in order; only the score becomes an index."""
    others = ["cluster", "membership", *(f"latent.{k}" for k in range(model.encoder.latent))]
    return (Output(name="score", on=on, off=off), *(Output(name=n) for n in others))


def export_dclop(model: Dclop, card: Card, path: Path, samples: Samples) -> float:
    """Write `model` to `path` with `card`; return the largest difference from it on `samples` (n, C).

    Raises
    ------
    DifferenceError
        If an output differs by more than `TOLERANCE`, on the samples or on noisy ones around them.

    """
    written = build(model, card)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written)
    difference = largest_difference(model, written, np.concatenate([samples, _noisy(samples)]))
    if not difference <= TOLERANCE:
        raise DifferenceError(f"{path}: differs by {difference:.2g} from float64, at most {TOLERANCE:g}")
    return difference


def build(model: Dclop, card: Card) -> bytes:
    """Return the serialised graph with its card."""
    graph = GraphWriter()
    channels = len(model.standardisation.mean)
    rows = graph.add("Reshape", INPUT_NAME, graph.constant([-1, channels]))
    inputs = _standardise(graph, model.standardisation, graph.cast(rows, TensorProto.DOUBLE))
    latent = _encode(graph, model.encoder, inputs)
    labels, membership = _assign(graph, model, latent)
    score = _score(graph, model, latent, inputs, labels)
    cluster = graph.cast(graph.add("Unsqueeze", labels, graph.constant([1])), TensorProto.DOUBLE)
    columns = graph.add("Concat", score, cluster, membership, latent, axis=1)
    written = graph.detector(card, graph.cast(columns, TensorProto.FLOAT))
    onnx.helper.set_model_props(written, {METADATA_KEY: card.model_dump_json()})
    onnx.checker.check_model(written, full_check=True)
    octets: bytes = written.SerializeToString(deterministic=True)
    return octets


def _standardise(graph: GraphWriter, standardisation: Standardisation, rows: Value) -> Value:
    """Add equation 21 in float64: in single precision a large mean would swallow the deviation."""
    centred = graph.add("Sub", rows, graph.constant(standardisation.mean))
    scaled = graph.add("Div", centred, graph.constant(standardisation.scale))
    limit = standardisation.clip
    if limit is None:
        return scaled
    return graph.add("Clip", scaled, graph.scalar(-limit), graph.scalar(limit))


def _encode(graph: GraphWriter, encoder: Encoder, values: Value) -> Value:
    """Add the encoder in float64: in clusters as tight as joint training makes them single would not do."""
    for layer in encoder.layers:
        values = graph.add("Gemm", values, graph.constant(layer.weight), graph.constant(layer.bias))
        if layer.slope != 1:
            sloped = graph.add("Mul", values, graph.scalar(layer.slope))
            # onnxruntime's PRelu knows single precision only.
            values = graph.add("Max" if layer.slope < 1 else "Min", values, sloped)
    return values


def _assign(graph: GraphWriter, model: Dclop, latent: Value) -> tuple[Value, Value]:
    """Add labels (b,) and memberships (b, 1) (equations 3 and 6)."""
    squares = squares_to(graph, latent, graph.constant(model.centres[None]))
    similarity = graph.add("Reciprocal", graph.add("Add", squares, graph.scalar(1.0)))
    labels = graph.add("ArgMax", similarity, axis=1, keepdims=0)
    most, total = (
        graph.add(op, similarity, graph.constant([1]), keepdims=1) for op in ("ReduceMax", "ReduceSum")
    )
    return labels, graph.add("Div", most, total)


def _score(graph: GraphWriter, model: Dclop, latent: Value, inputs: Value, labels: Value) -> Value:
    """Add the score (b, 1), `Dclop.combine`."""
    clusters = len(model.centres)
    among_latent = write_measure(graph, model.clop, latent, labels, clusters)
    score = write_probability(graph, model.clop, among_latent)
    if model.inputs is None:
        return score
    among_inputs = write_measure(graph, model.inputs, inputs, labels, clusters)
    both = graph.add("Mul", score, write_probability(graph, model.inputs, among_inputs))
    return graph.add("Max", both, write_remoteness(graph, model.inputs, among_inputs))


def open_graph(octets: bytes) -> ort.InferenceSession:
    """Open a serialised graph on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(octets, options, providers=["CPUExecutionProvider"])


def run(session: ort.InferenceSession, samples: Samples) -> NDArray[np.float32]:
    """Return the outputs (n, 3 + Z) of samples (n, C) in one call."""
    found: NDArray[np.float32] = session.run([OUTPUT_NAME], {INPUT_NAME: samples[:, None]})[0]
    return found


def largest_difference(model: Dclop, octets: bytes, samples: Samples) -> float:
    """Return how far the outputs of a serialised graph are from the float64 reference on samples (n, C)."""
    expected = model(samples).columns
    session = open_graph(octets)
    found = np.concatenate([run(session, samples[i : i + 256]) for i in range(0, len(samples), 256)])
    return float((np.abs(found - expected) / np.maximum(1, np.abs(expected))).max())


def _noisy(samples: Samples) -> Samples:
    """Return as many novel samples: half a standard deviation of noise on top."""
    rng = np.random.default_rng(0)
    noise = rng.standard_normal(samples.shape) * samples.std(axis=0, dtype=np.float64) / 2
    return np.asarray(samples + noise, np.float32)
