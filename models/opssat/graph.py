"""Layouts, smooth quantities, indicators, trees and networks in an ONNX graph."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from onnx import TensorProto

from models.card import INPUT_NAME
from models.graph import GraphWriter, Value
from models.opssat.density import Density
from models.opssat.layout import FLOOR, Layout
from models.opssat.mixture import Mixture
from models.opssat.smooth import FORMS, LEAST, LIMIT, Form, Smooth
from models.opssat.supervised import Supervised
from models.opssat.trees import boosted_trees, forest_trees

LN10: Final = float(np.log(10))
_ZERO: Final = np.array(0, np.float32)


def write_inputs(graph: GraphWriter, layout: Layout) -> tuple[Value, Value]:
    """Add the quantities (b, Q) and the channel number (b, 1) of the input, both float32."""
    rows = graph.add("Reshape", INPUT_NAME, graph.constant([-1, len(layout.columns) + 1]))
    split = graph.add_many(
        len(layout.columns) + 1, "Split", rows, axis=1, num_outputs=len(layout.columns) + 1
    )
    found = dict(zip(layout.columns, split, strict=False))
    for q in layout.quotients:
        less = graph.add("Sub", found[q.above], graph.constant(np.array(q.less, np.float32)))
        above = graph.add("Max", less, graph.constant(_ZERO))
        below = graph.add("Max", found[q.below], graph.constant(np.array(FLOOR)))
        found[q.name] = graph.add("Div", above, below)
    return graph.add("Concat", *(found[name] for name in layout.quantities), axis=1), split[-1]


def write_indicators(graph: GraphWriter, channel: Value, known: Sequence[int]) -> Value:
    """Add the channel (b, 1) as indicators (b, len(known)) float32."""
    same = graph.add("Equal", channel, graph.constant(np.array([known], np.float32)))
    return graph.cast(same, TensorProto.FLOAT)


def write_smooth(graph: GraphWriter, smooth: Smooth, expanded: Value) -> Value:
    """Add the smooth quantities (b, S) float64 of the quantities (b, Q)."""
    parts = []
    for form in FORMS:
        places = smooth.places(form)
        if places:
            chosen = graph.add("Gather", expanded, graph.constant(places), axis=1)
            parts.append(_transformed(graph, graph.cast(chosen, TensorProto.DOUBLE), form))
    values = graph.add("Concat", *parts, axis=1)
    centred = graph.add("Sub", values, graph.constant(smooth.standardisation.mean))
    scaled = graph.add("Div", centred, graph.constant(smooth.standardisation.scale))
    return graph.add("Clip", scaled, graph.scalar(-LIMIT), graph.scalar(LIMIT))


def _transformed(graph: GraphWriter, values: Value, form: Form) -> Value:
    if form == "log":
        natural = graph.add("Log", graph.add("Max", values, graph.scalar(LEAST)))
        return graph.add("Div", natural, graph.scalar(LN10))
    if form == "count":
        above = graph.add("Max", values, graph.scalar(0.0))
        return graph.add("Log", graph.add("Add", above, graph.scalar(1.0)))
    if form == "signed":
        size = graph.add("Log", graph.add("Add", graph.add("Abs", values), graph.scalar(1.0)))
        return graph.add("Mul", graph.add("Sign", values), size)
    return values


def write_supervised(graph: GraphWriter, model: Supervised) -> Value:
    """Add the mean probability (b, 1) float32."""
    expanded, channel = write_inputs(graph, model.layout)
    own = write_indicators(graph, channel, model.known)
    splits = graph.add("Concat", expanded, own, axis=1)
    parts = [graph.cast(forest_trees(model.forest).write(graph, splits), TensorProto.DOUBLE)]
    if model.boosted:
        trees, start = boosted_trees(model.boosted)
        odds = graph.cast(trees.write(graph, splits), TensorProto.DOUBLE)
        parts.append(graph.add("Sigmoid", graph.add("Add", odds, graph.scalar(start))))
    if model.networks:
        smooth = write_smooth(graph, model.smooth, expanded)
        inputs = graph.add("Concat", smooth, graph.cast(own, TensorProto.DOUBLE), axis=1)
        parts.append(_mean(graph, [_network(graph, network, inputs) for network in model.networks]))
    return graph.cast(_mean(graph, parts), TensorProto.FLOAT)


def _network(graph: GraphWriter, network: Any, values: Value) -> Value:
    """Add the probability (b, 1) of a multilayer perceptron with rectified linear units."""
    last = len(network.coefs_) - 1
    for k, (weight, bias) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        values = graph.add("Gemm", values, graph.constant(weight), graph.constant(bias))
        values = graph.add("Sigmoid", values) if k == last else graph.add("Max", values, graph.scalar(0.0))
    return values


def _mean(graph: GraphWriter, values: Sequence[Value]) -> Value:
    total = graph.add("Sum", *values)
    return graph.add("Div", total, graph.scalar(float(len(values))))


def write_density(graph: GraphWriter, model: Density) -> Value:
    """Add the bounded surprise (b, 1) float32."""
    expanded, channel = write_inputs(graph, model.layout)
    points = write_smooth(graph, model.smooth, expanded)
    own = write_indicators(graph, channel, model.known)
    other = graph.add("Sub", graph.constant(np.array(1, np.float32)), _row_sum(graph, own))
    groups = graph.cast(graph.add("Concat", own, other, axis=1), TensorProto.DOUBLE)
    densities = [_log_density(graph, mixture, points, groups, len(model.known)) for mixture in model.mixtures]
    surprise = graph.add("Neg", _mean(graph, densities))
    u = graph.add("Div", surprise, graph.scalar(float(len(model.smooth.names))))
    size = graph.add("Add", graph.add("Abs", u), graph.scalar(1.0))
    shifted = graph.add("Add", graph.add("Div", u, size), graph.scalar(1.0))
    return graph.cast(graph.add("Div", shifted, graph.scalar(2.0)), TensorProto.FLOAT)


def _row_sum(graph: GraphWriter, values: Value) -> Value:
    return graph.add("ReduceSum", values, graph.constant([1]), keepdims=1)


def _log_density(graph: GraphWriter, mixture: Mixture, points: Value, groups: Value, others: int) -> Value:
    """Add the log density (b, 1) of points (b, D) with indicators (b, others + 1) of their channel."""
    components, dimensions, _ = mixture.whitening.shape
    columns = np.moveaxis(mixture.whitening, 0, 1).reshape(dimensions, -1)
    whitened = graph.add("MatMul", points, graph.constant(columns))
    each = graph.add("Reshape", whitened, graph.constant([-1, components, dimensions]))
    apart = graph.add("Sub", each, graph.constant(mixture.shift))
    squares = graph.add("ReduceSumSquare", apart, graph.constant([2]), keepdims=0)
    halved = graph.add("Div", squares, graph.scalar(2.0))
    density = graph.add("Sub", graph.constant(mixture.constant), halved)
    absent = graph.add("MatMul", groups, graph.constant(mixture.present(others)))
    return graph.add("ReduceLogSumExp", graph.add("Add", density, absent), graph.constant([1]), keepdims=1)
