"""An ONNX model as plain values: nodes with their attributes, constants by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import onnx.inliner
import onnxruntime as ort
from onnx import helper, numpy_helper

from fdir_service.streaming.streams import Array

OLDEST_OPSET = 13
"""Since then axes are inputs of Squeeze and Split, and Softmax has one axis."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operator of the model; an input that is left out is called ""."""

    name: str
    op_type: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A model's graph: nodes in order, constants, its input and output, its operator set."""

    nodes: tuple[Node, ...]
    constants: Mapping[str, Array]
    input: str
    output: str
    opset: int


def read(octets: bytes) -> Model:
    """Return the graph of a serialised model with one input and one output."""
    model = onnx.load_model_from_string(octets)
    if model.functions:
        model = onnx.inliner.inline_local_functions(model)
    graph = model.graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    opset = next(o.version for o in model.opset_import if o.domain in {"", "ai.onnx"})
    (given,) = [entry.name for entry in graph.input if entry.name not in constants]
    return Model(tuple(map(_node, graph.node)), constants, given, graph.output[0].name, opset)


def _node(proto: onnx.NodeProto) -> Node:
    attributes = {a.name: _attribute(a) for a in proto.attribute}
    name = proto.name or f"(makes {proto.output[0]})"
    return Node(name, proto.op_type, proto.domain, tuple(proto.input), tuple(proto.output), attributes)


def _attribute(proto: onnx.AttributeProto) -> Any:
    value = helper.get_attribute_value(proto)
    if isinstance(value, onnx.TensorProto):
        return numpy_helper.to_array(value)
    return value.decode() if isinstance(value, bytes) else value


def fold(node: Node, inputs: Sequence[Array | None], opset: int) -> list[Array]:
    """Return the outputs of a node whose inputs are all constants, as onnxruntime computes them."""
    given = {name: value for name, value in zip(node.inputs, inputs, strict=True) if value is not None}
    attributes = {
        key: numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
        for key, value in node.attributes.items()
    }
    proto = helper.make_node(node.op_type, node.inputs, node.outputs, domain=node.domain, **attributes)
    entries = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in given.items()
    ]
    results = [onnx.ValueInfoProto(name=name) for name in node.outputs]
    graph = helper.make_graph([proto], "constant", entries, results)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(value) for value in session.run(None, given)]
