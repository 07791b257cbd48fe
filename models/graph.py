"""A small writer of ONNX graphs: nodes and constants get their names here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.card import INPUT_NAME, OUTPUT_NAME, Card

OPSET = 18
_IR_VERSION = 9

Value = str
"""The name of a tensor in the graph."""
Attribute = int | str | Sequence[int]


class GraphWriter:
    """Collects nodes and constants of one graph."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._domains: dict[str, int] = {}

    def constant(self, value: NDArray[np.generic] | Sequence[int] | float) -> Value:
        """Add a constant; integers become int64, other numbers keep their type."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def scalar(self, value: float) -> Value:
        """Add a float64 number without dimensions."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value, np.float64), name))
        return name

    def add(self, op: str, *inputs: Value, **attributes: Attribute) -> Value:
        """Add a node with one output."""
        return self.add_many(1, op, *inputs, **attributes)[0]

    def add_many(self, outputs: int, op: str, *inputs: Value, **attributes: Attribute) -> tuple[Value, ...]:
        """Add a node with several outputs."""
        names = tuple(f"{op}_{len(self._nodes)}_{k}" for k in range(outputs))
        node = helper.make_node(op, list(inputs), list(names), names[0])
        node.attribute.extend(helper.make_attribute(key, value) for key, value in sorted(attributes.items()))
        self._nodes.append(node)
        return names

    def add_foreign(self, domain: str, version: int, op: str, *inputs: Value, **attributes: Any) -> Value:
        """Add a node with one output of another operator set than ONNX's own."""
        self._domains[domain] = version
        name = f"{op}_{len(self._nodes)}_0"
        self._nodes.append(helper.make_node(op, list(inputs), [name], name, domain=domain, **attributes))
        return name

    def cast(self, value: Value, kind: int) -> Value:
        """Add a cast to a `TensorProto` type."""
        return self.add("Cast", value, to=kind)

    def detector(self, card: Card, scores: Value) -> onnx.ModelProto:
        """Return the model from `INPUT_NAME` to `scores` (batch, outputs) float32, called `OUTPUT_NAME`."""
        nodes = [*self._nodes, helper.make_node("Identity", [scores], [OUTPUT_NAME], OUTPUT_NAME)]
        shape: list[str | int | None] = ["batch", card.window, *card.shape]
        graph = helper.make_graph(
            nodes,
            "detector",
            [helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["batch", len(card.outputs)])],
            self._constants,
        )
        opsets = [helper.make_opsetid(*entry) for entry in {"": OPSET, **self._domains}.items()]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
