"""CLOP in an ONNX graph: an exact search in two stages, then equations 7, 8, 18 and 20."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from onnx import TensorProto

from models.dclop.clop import FLOOR, Clop
from models.graph import GraphWriter, Value

FOREIGN: Final = 1e30
"""Added to the squared distances of other clusters' members."""
FARTHEST: Final = 1e12
"""Largest coordinate in the coarse search; a point that far away scores 1 whoever its neighbours are."""
CERTAIN: Final = 10.0
"""Arguments of erf from here on give 1."""


@dataclass(frozen=True, slots=True)
class MeasuredValues:
    """Homes (b,), pdist and CPLOF (b, 1) in the graph, as `Measured`."""

    homes: Value
    pdist: Value
    cplof: Value


def write_measure(
    graph: GraphWriter, clop: Clop, points: Value, labels: Value, clusters: int
) -> MeasuredValues:
    """Add what `Clop.measure` finds of points (b, D) float64 with their labels (b,) among `clusters`."""
    homes = _homes(graph, clop, points, labels, clusters)
    ranks, candidates = _candidates(graph, clop, points, homes)
    squares, near = _nearest(graph, clop, points, ranks, candidates)
    most = int(clop.counts.max())
    # Neighbours beyond those that a small cluster has count nothing.
    shares = (np.arange(most) < clop.counts[:, None]) / clop.counts[:, None]
    share = graph.add("Gather", graph.constant(shares), homes)
    deviation = graph.add("Sqrt", _weighted(graph, squares, share))
    distance = graph.add("Mul", deviation, graph.scalar(clop.settings.extent))
    pdist = graph.add("Max", distance, graph.scalar(FLOOR))
    expected = _weighted(graph, graph.add("Gather", graph.constant(clop.pdist), near), share)
    return MeasuredValues(homes, pdist, _excess(graph, pdist, expected))


def write_probability(graph: GraphWriter, clop: Clop, measured: MeasuredValues) -> Value:
    """Add CLOP (b, 1) float64 (equation 20)."""
    scaling = graph.add("Gather", graph.constant(clop.scaling[:, None]), measured.homes)
    return _probability(graph, graph.add("Div", measured.cplof, scaling))


def write_remoteness(graph: GraphWriter, clop: Clop, measured: MeasuredValues) -> Value:
    """Add `Clop.remoteness` (b, 1) float64."""
    excess = _excess(graph, measured.pdist, graph.scalar(clop.typical))
    return _probability(graph, graph.add("Div", excess, graph.scalar(clop.spread)))


def squares_to(graph: GraphWriter, points: Value, others: Value) -> Value:
    """Add squared distances (b, m) of points (b, D) to others (b or 1, m, D), from their differences."""
    apart = graph.add("Sub", graph.add("Unsqueeze", points, graph.constant([1])), others)
    return graph.add("ReduceSumSquare", apart, graph.constant([2]), keepdims=0)


def _homes(graph: GraphWriter, clop: Clop, points: Value, labels: Value, clusters: int) -> Value:
    """Add the position (b,) of the own large cluster or of the one with the nearest centre."""
    position = np.full(clusters, -1, np.int64)
    position[list(clop.large)] = np.arange(len(clop.large))
    own = graph.add("Gather", graph.constant(position), labels)
    centres = graph.constant(clop.centres[None])
    by_centre = graph.add("ArgMin", squares_to(graph, points, centres), axis=1, keepdims=0)
    return graph.add("Where", graph.add("Less", own, graph.constant(np.array(0))), by_centre, own)


def _candidates(graph: GraphWriter, clop: Clop, points: Value, homes: Value) -> tuple[Value, Value]:
    """Add the 2 m nearest of the home cluster by one float32 product: ranks and indices (b, 2 m).

    The coordinates are those of the home cluster, whose width they have, so that single precision ranks
    tight clusters well. To ``|r|^2 - 2 y r`` further columns add `FOREIGN` where the clusters differ.
    """
    centre = graph.add("Gather", graph.constant(clop.centres), homes)
    far = graph.scalar(FARTHEST)
    inside = graph.add("Clip", graph.add("Sub", points, centre), graph.scalar(-FARTHEST), far)
    own = np.eye(len(clop.large), dtype=np.float32)
    beside = np.column_stack([np.ones(len(own), np.float32), FOREIGN * (1 - own)]).astype(np.float32)
    left = [graph.cast(inside, TensorProto.FLOAT), graph.add("Gather", graph.constant(beside), homes)]
    relative = clop.references - clop.centres[clop.cluster]
    columns = np.column_stack([-2 * relative, (relative**2).sum(axis=1), own[clop.cluster]])
    product = graph.add(
        "MatMul", graph.add("Concat", *left, axis=1), graph.constant(columns.T.astype(np.float32))
    )
    count = min(2 * clop.settings.neighbours, len(relative))
    found = graph.add_many(2, "TopK", product, graph.constant([count]), largest=0)
    return found[0], found[1]


def _nearest(
    graph: GraphWriter, clop: Clop, points: Value, ranks: Value, candidates: Value
) -> tuple[Value, Value]:
    """Add squared distances (float64) and indices (b, m) of the nearest candidates."""
    near = graph.add("Gather", graph.constant(clop.references), candidates)
    foreign = graph.add("Less", graph.constant(np.array(FOREIGN / 2, np.float32)), ranks)
    exact = graph.add("Where", foreign, graph.scalar(FOREIGN), squares_to(graph, points, near))
    squares, order = graph.add_many(2, "TopK", exact, graph.constant([int(clop.counts.max())]), largest=0)
    return squares, graph.add("GatherElements", candidates, order, axis=1)


def _excess(graph: GraphWriter, values: Value, expected: Value) -> Value:
    return graph.add("Sub", graph.add("Div", values, expected), graph.scalar(1.0))


def _probability(graph: GraphWriter, deviations: Value) -> Value:
    argument = graph.add("Mul", deviations, graph.scalar(1 / math.sqrt(2)))
    limited = graph.add("Clip", argument, graph.scalar(0.0), graph.scalar(CERTAIN))
    # onnxruntime's Erf knows single precision only.
    erf = graph.add("Erf", graph.cast(limited, TensorProto.FLOAT))
    return graph.cast(erf, TensorProto.DOUBLE)


def _weighted(graph: GraphWriter, values: Value, weights: Value) -> Value:
    product = graph.add("Mul", values, weights)
    return graph.add("ReduceSum", product, graph.constant([1]), keepdims=1)
