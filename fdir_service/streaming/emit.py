"""The emitter: a plan as an ONNX graph that takes a chunk of samples and the states of the chunk before.

Names: input ``chunk`` (K, channels), output ``scores`` (K, outputs), states ``state_0``... in and
``next_0``... out, each (1, channels, columns). A stream that later columns read is written with its last
columns in front. With several rows at once, as coalescing wants them, it is ``chunk`` (B, K, channels),
``lengths`` (B,), ``scores`` (B, K, outputs), and states (B, channels, columns).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from fdir_service.streaming.plan import Plan
from fdir_service.streaming.streams import (
    AcrossChannels,
    Array,
    Convolution,
    Join,
    Pointwise,
    Pool,
    Recurrence,
    Source,
    Stream,
    Taps,
    carried,
    in_order,
)
from fdir_service.streaming.verdict import Compiled, Shape

CHUNK, LENGTHS, SCORES, STATE, NEXT = "chunk", "lengths", "scores", "state", "next"
_END = np.iinfo(np.int64).max
_IR_VERSION = 8
NODE_WORK = 20_000
"""Operations on elements that take as long as one node of a small graph does by being called.

Measured with onnxruntime on two processors: 10,000 to 25,000. A call of the streaming graph costs its nodes,
hardly more for ten samples than for one, so it pays as soon as the windows it replaces are as much work.
"""


def emit(plan: Plan, *, rows: bool = False) -> Compiled:
    """Return the streaming graph of a plan; with `rows` one that takes several chunks at once."""
    streams = in_order(plan.scores)
    writer = _Writer(plan.opset, rows, *carried(streams))
    for stream in streams:
        writer.add(stream)
    newest = writer.view(plan.scores, 0)
    if rows:
        writer.node("Transpose", [newest], SCORES, perm=[0, 2, 1])
    else:
        writer.node("Transpose", [newest], "columns", perm=[0, 2, 1])
        writer.node("Squeeze", ["columns", writer.constant(np.array([0]))], SCORES)
    graph = writer.model(streams[0].channels, plan.scores.channels)
    pays_from = 1 + len(writer.nodes) * NODE_WORK // max(1, plan.work)
    return Compiled(graph, tuple(writer.states), plan.field, pays_from)


@dataclass(slots=True)
class _Writer:
    """The graph so far.

    Attributes
    ----------
    rows : several chunks at once.
    shown, again : columns before the chunk, see `carried`.
    names : of each stream's tensor, with the columns it shows.

    """

    opset: int
    rows: bool
    shown: dict[Stream, int]
    again: dict[Stream, int]
    names: dict[Stream, str] = field(default_factory=dict)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[tuple[Any, ...], onnx.TensorProto] = field(default_factory=dict)
    views: dict[tuple[Stream, int, int], str] = field(default_factory=dict)
    states: list[Shape] = field(default_factory=list)

    def node(self, op_type: str, inputs: Sequence[str], output: str = "", **attributes: Any) -> str:
        """Append a node and return the name of its output."""
        name = output or f"{op_type.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op_type, inputs, [name], name=name, **attributes))
        return name

    def constant(self, value: Array) -> str:
        """Return the name of a constant; equal ones are kept once."""
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self.constants:
            name = f"constant_{len(self.constants)}"
            self.constants[key] = numpy_helper.from_array(
                np.ascontiguousarray(value).reshape(value.shape), name
            )
        return self.constants[key].name

    def cut(self, tensor: str, start: int, end: int, axis: int = 2) -> str:
        """Return part of a tensor along an axis."""
        bounds = [self.constant(np.array([n], np.int64)) for n in (start, end, axis)]
        return self.node("Slice", [tensor, *bounds])

    def view(self, stream: Stream, past: int, delay: int = 0) -> str:
        """Return a stream `delay` columns earlier, with `past` columns before the chunk."""
        start = self.shown[stream] - past - delay
        if not start and not delay:
            return self.names[stream]
        key = (stream, start, delay)
        if key not in self.views:
            self.views[key] = self.cut(self.names[stream], start, -delay or _END)
        return self.views[key]

    def add(self, stream: Stream) -> None:
        """Append what computes a stream, and its state if later columns need one."""
        computed = self._computed(stream, self.again[stream])
        columns = self.shown[stream]
        if columns > self.again[stream]:
            k = len(self.states)
            self.states.append((stream.channels, columns, stream.dtype.name))
            computed = self.node("Concat", [f"{STATE}_{k}", computed], axis=2)
            bounds = [self.constant(np.array([n], np.int64)) for n in (-columns, _END, 2)]
            self.node("Slice", [computed, *bounds], f"{NEXT}_{k}")
        self.names[stream] = computed

    def _computed(self, stream: Stream, past: int) -> str:
        """Return the tensor of a stream, with `past` columns before the chunk."""
        match stream.operation:
            case Source():
                name = self._source()
            case Join():
                name = self.node("Concat", [self.view(below, past) for below in stream.inputs], axis=1)
            case Pointwise() as operation:
                name = self._pointwise(operation, stream.inputs)
            case Convolution() as operation:
                name = self._convolution(operation, stream.inputs[0])
            case Pool() as operation:
                name = self._pool(operation, stream.inputs[0], past)
            case Taps() as operation:
                name = self._taps(operation, stream.inputs[0], past)
            case AcrossChannels() as operation:
                name = self._across(operation, stream.inputs[0])
            case Recurrence() as operation:
                name = self._recurrence(operation, stream)
        return name

    def _source(self) -> str:
        batch = CHUNK if self.rows else self.node("Unsqueeze", [CHUNK, self.constant(np.array([0]))])
        return self.node("Transpose", [batch], perm=[0, 2, 1])

    def _pointwise(self, operation: Pointwise, inputs: tuple[Stream, ...]) -> str:
        streams = iter(inputs)
        names = []
        for operand in operation.operands:
            if operand is None:
                names.append(self.view(next(streams), 0))
            else:
                names.append("" if isinstance(operand, str) else self.constant(operand))
        attributes = dict(operation.attributes)
        if operation.op_type == "Cast":
            attributes["to"] = helper.np_dtype_to_tensor_dtype(attributes["to"])
        return self.node(operation.op_type, names, **attributes)

    def _convolution(self, operation: Convolution, below: Stream) -> str:
        constants = [operation.weight] if operation.bias is None else [operation.weight, operation.bias]
        names = [self.view(below, operation.depth), *map(self.constant, constants)]
        kernel, dilation = [operation.weight.shape[2]], [operation.dilation]
        return self.node("Conv", names, kernel_shape=kernel, dilations=dilation, group=operation.group)

    def _pool(self, operation: Pool, below: Stream, past: int) -> str:
        """Combine pairs, then pairs of pairs, ...: twice as many taps each time (a Max or Add node each).

        Slices and Max are faster than the stride-1 dilated pooling operator, and a sum in pairs is precise.
        """
        spacing, taps = operation.dilation, operation.taps
        power, power_past, size = self.view(below, operation.depth + past), operation.depth + past, 1
        result, done = "", 0
        while True:
            if taps & size:
                part = self._shifted(power, power_past, done * spacing, past)
                result = self.node(operation.op_type, [result, part]) if done else part
                done += size
            if done == taps:
                return result
            moved = power_past - size * spacing
            newer = self._shifted(power, power_past, 0, moved)
            older = self._shifted(power, power_past, size * spacing, moved)
            power, power_past, size = self.node(operation.op_type, [newer, older]), moved, 2 * size

    def _shifted(self, tensor: str, has: int, delay: int, past: int) -> str:
        """Return a tensor with `has` columns before the chunk, earlier by `delay`, with `past` of them."""
        start = has - past - delay
        return self.cut(tensor, start, -delay or _END) if start or delay else tensor

    def _taps(self, operation: Taps, below: Stream, past: int) -> str:
        edges = np.flatnonzero(np.diff(operation.delays)) + 1
        channels, delays = np.split(operation.channels, edges), np.split(operation.delays, edges)
        parts = [
            self._select(self.view(below, past, int(d[0])), c, below.channels)
            for c, d in zip(channels, delays, strict=True)
        ]
        return parts[0] if len(parts) == 1 else self.node("Concat", parts, axis=1)

    def _select(self, tensor: str, channels: Array, count: int) -> str:
        """Return some channels of a tensor, in their order."""
        first, last = int(channels[0]), int(channels[-1])
        if not np.array_equal(channels, np.arange(first, last + 1)):
            return self.node("Gather", [tensor, self.constant(channels)], axis=1)
        return tensor if len(channels) == count else self.cut(tensor, first, last + 1, axis=1)

    def _across(self, operation: AcrossChannels, below: Stream) -> str:
        """Give each group of channels an axis of its own, and apply the operator along it."""
        shape = self.constant(np.array([below.channels // operation.size, operation.size, -1]))
        grouped = self.node("Reshape", [self.view(below, 0), shape])
        if operation.reduces:
            reduced = self._reduce(operation.op_type, grouped)
            return self.node("Unsqueeze", [reduced, self.constant(np.array([0]))])
        last = self.node("Transpose", [grouped], perm=[0, 2, 1])
        constants = map(self.constant, operation.constants)
        applied = self.node(operation.op_type, [last, *constants], **{"axis": -1, **operation.attributes})
        back = self.node("Transpose", [applied], perm=[0, 2, 1])
        return self.node("Reshape", [back, self.constant(np.array([1, below.channels, -1]))])

    def _recurrence(self, operation: Recurrence, stream: Stream) -> str:
        """Let a recurrent layer go on from its state over the chunk."""
        first = len(self.states)
        self.states += [(1, stream.channels, stream.dtype.name)] * operation.states
        given, made = ([f"{prefix}_{k}" for k in range(first, len(self.states))] for prefix in (STATE, NEXT))
        bias, peepholes = (
            "" if a is None else self.constant(a) for a in (operation.bias, operation.peepholes)
        )
        steps = self.node("Transpose", [self.view(stream.inputs[0], 0)], perm=[2, 0, 1])
        weights = map(self.constant, operation.weights)
        lengths, before = (LENGTHS, [self._swapped(s) for s in given]) if self.rows else ("", given)
        names = [steps, *weights, bias, lengths, *before, *([peepholes] if peepholes else [])]
        output = f"steps_{len(self.nodes)}"
        after = [f"{output}_{name}" for name in made] if self.rows else made
        node = helper.make_node(
            operation.op_type, names, [output, *after], name=output, **operation.attributes
        )
        self.nodes.append(node)
        if self.rows:
            for name, turned in zip(made, after, strict=True):
                self._swapped(turned, name)
        row = self.node("Squeeze", [output, self.constant(np.array([1]))])
        return self.node("Transpose", [row], perm=[1, 2, 0])

    def _swapped(self, tensor: str, output: str = "") -> str:
        return self.node("Transpose", [tensor], output, perm=[1, 0, 2])

    def _reduce(self, op_type: str, tensor: str) -> str:
        """Reduce axis 1; since operator set 18 (13 for sums) the axes are an input."""
        if self.opset >= 18 or op_type == "ReduceSum":
            return self.node(op_type, [tensor, self.constant(np.array([1]))], keepdims=0)
        return self.node(op_type, [tensor], axes=[1], keepdims=0)

    def model(self, channels: int, outputs: int) -> bytes:
        """Return the serialised model."""
        rows: list[str | int] = ["B"] if self.rows else []

        def states(prefix: str) -> list[onnx.ValueInfoProto]:
            return [
                _entry(f"{prefix}_{k}", [*(rows or [1]), *columns], kind)
                for k, (*columns, kind) in enumerate(self.states)
            ]

        lengths = [_entry(LENGTHS, rows, "int32")] if rows else []
        inputs = [_entry(CHUNK, [*rows, "K", channels]), *lengths, *states(STATE)]
        results = [_entry(SCORES, [*rows, "K", outputs]), *states(NEXT)]
        graph = helper.make_graph(self.nodes, "streaming", inputs, results, list(self.constants.values()))
        opsets = [helper.make_opsetid("", self.opset)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        octets: bytes = model.SerializeToString(deterministic=True)
        return octets


def _entry(name: str, shape: Sequence[int | str], kind: str = "float32") -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(kind)), shape)
