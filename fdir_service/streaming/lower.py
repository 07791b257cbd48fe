"""Lowering: a plan as a layer table, for single samples; or the operator that the table lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from fdir_service.streaming import kernel, scalars
from fdir_service.streaming.plan import Plan
from fdir_service.streaming.scalars import Address
from fdir_service.streaming.signals import InexpressibleError
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
from fdir_service.streaming.table import Table

_LINE = 16
"""Elements of a cache line, at which everything begins."""
_POOLS = MappingProxyType({"Add": kernel.ADD, "Max": kernel.MAX, "Min": kernel.MIN})
_GROUPS = MappingProxyType(
    {
        "ReduceSum": kernel.REDUCE_ADD,
        "ReduceMax": kernel.REDUCE_MAX,
        "ReduceMin": kernel.REDUCE_MIN,
        "Softmax": kernel.SOFTMAX,
        "LogSoftmax": kernel.LOG_SOFTMAX,
        "LayerNormalization": kernel.NORMALIZE,
    }
)
_TYPES = (np.dtype(np.float32), np.dtype(np.bool_))
"""A truth value is 1 or 0."""
ROW_WORK, GRAPH_ROW_WORK = 300, 12_000
"""Multiply-adds that take as long as going on to the next row of the table, and of the streaming graph.

Measured: 40 ns and 1.7 us, at 7 multiply-adds a ns.
"""


def lower(plan: Plan) -> Table:
    """Return the layer table of a plan; raises `InexpressibleError` if it needs what the table lacks."""
    streams = in_order(plan.scores)
    writer = _Writer(*carried(streams))
    for stream in streams:
        writer.add(stream)
    scores = writer.places[plan.scores]
    writer.row(kernel.COPY, plan.scores.channels, scores, scores)
    return writer.table()


@dataclass(slots=True)
class _Writer:
    """The table so far.

    Attributes
    ----------
    shown, again : columns before the newest, see `carried`.
    places : of each stream's newest column.

    """

    shown: dict[Stream, int]
    again: dict[Stream, int]
    places: dict[Stream, Address] = field(default_factory=dict)
    rows: list[list[int]] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    constants: dict[bytes, int] = field(default_factory=dict)
    work: int = 0
    columns: list[tuple[int, int, int, bool]] = field(default_factory=list)
    size: int = 0

    def room(self, n: int) -> int:
        """Return where `n` more elements are."""
        start = self.size
        self.size += -(-n // _LINE) * _LINE
        return start

    def constant(self, value: Array) -> Address:
        """Return the place of a constant; equal ones are kept once."""
        with np.errstate(over="ignore"):
            single = np.ascontiguousarray(value, np.float32)
        if not ((single == value) | np.isnan(single)).all():
            raise InexpressibleError("has a constant that is no float32")
        octets = single.tobytes()
        if octets not in self.constants:
            self.constants[octets] = self.room(single.size)
        return self.constants[octets], 0

    def row(
        self, op: int, n: int, out: Address, *operands: Address, more: Sequence[int] = (), again: int = 0
    ) -> None:
        """Append a row."""
        padded = [*operands, *[operands[0]] * (3 - len(operands))]
        numbers = [op, again, n, *out, *(part for address in padded for part in address), *more]
        self.rows.append(numbers + [0] * (kernel.WIDTH - len(numbers)))

    def add(self, stream: Stream) -> None:
        """Append what computes a stream, and find room for the columns that it shows."""
        if stream.dtype not in _TYPES:
            raise InexpressibleError(f"computes in {stream.dtype}")
        past, again, n = self.shown[stream], self.again[stream], stream.channels
        start = self.room(n * (past + kernel.SLACK) if past else n)
        if past:
            self.columns.append((start, past, n, not again))
        self.places[stream] = out = (start + past * n, n if past else 0)
        inputs = [self.places[below] for below in stream.inputs]
        match stream.operation:
            case Recurrence() as operation:
                raise InexpressibleError(f"has a recurrent layer ({operation.op_type})")
            case Source():
                self.row(kernel.COPY, n, out, out)
            case Join():
                self._join(stream, again)
            case Pointwise() as operation:
                self._pointwise(operation, stream, out)
            case Convolution() as operation:
                self._convolution(operation, stream.inputs[0].channels, out, inputs[0])
            case Pool() as operation:
                more = operation.taps, operation.dilation, n, _POOLS[operation.op_type]
                self.row(kernel.POOL, n, out, inputs[0], more=more, again=again)
            case Taps() as operation:
                self.row(kernel.TAPS, n, out, inputs[0], more=(len(self.index),), again=again)
                self.index += (operation.channels - operation.delays * stream.inputs[0].channels).tolist()
            case AcrossChannels() as operation:
                self._across(operation, n, out, inputs[0])

    def _join(self, stream: Stream, again: int) -> None:
        base, stride = self.places[stream]
        for below in stream.inputs:
            self.row(kernel.COPY, below.channels, (base, stride), self.places[below], again=again)
            base += below.channels

    def _pointwise(self, operation: Pointwise, stream: Stream, out: Address) -> None:
        streams = iter(stream.inputs)
        operands: list[Address | None] = []
        for operand in operation.operands:
            if operand is None:
                operands.append(self.places[next(streams)])
            elif isinstance(operand, str):
                operands.append(None)
            else:
                operands.append(self.constant(np.broadcast_to(operand.reshape(-1), stream.channels)))
        attributes: dict[str, Any] = {**operation.attributes, "from": stream.inputs[0].dtype}
        scalars.write(operation.op_type, operands, attributes, self._elements(stream.channels))
        self.rows[-1][kernel.OUT : kernel.OUT + 2] = out

    def _elements(self, n: int) -> scalars.Apply:
        """Return what applies an operator to n elements, or a number, and tells where it put the result."""

        def apply(op: int, *operands: Address | float) -> Address:
            places = [
                self.constant(np.full(n, value, np.float32)) if isinstance(value, float) else value
                for value in operands
            ]
            out = self.room(n), 0
            self.row(op, n, out, *places)
            return out

        return apply

    def _convolution(self, operation: Convolution, channels: int, out: Address, below: Address) -> None:
        n, wide, taps = operation.weight.shape
        grouped = operation.weight.reshape(operation.group, -1, wide, taps)
        # By tap and output where each channel is convolved by itself, else by group, input, tap and output.
        weight = self.constant(grouped.transpose((3, 2, 0, 1) if wide == 1 else (0, 2, 3, 1)))
        bias = self.constant(np.zeros(n, np.float32) if operation.bias is None else operation.bias)
        more = taps, operation.dilation, channels, operation.group
        window = self.room(wide * taps)
        self.work += operation.weight.size
        self.row(kernel.CONVOLVE, n, out, below, weight, (bias[0], window), more=more)

    def _across(self, operation: AcrossChannels, n: int, out: Address, below: Address) -> None:
        op = _GROUPS[operation.op_type]
        if op != kernel.NORMALIZE:
            self.row(op, n, out, below, more=(operation.size,))
            return
        gain, *rest = operation.constants
        offset = rest[0] if rest else np.zeros(operation.size, np.float32)
        epsilon = self.constant(np.array([operation.attributes.get("epsilon", 1e-5)], np.float32))
        places = self.constant(gain), self.constant(offset)
        self.row(op, n, out, below, *places, more=(operation.size, epsilon[0]))

    def table(self) -> Table:
        """Return the table."""
        constants = tuple((start, octets) for octets, start in self.constants.items())
        rows, index = (np.array(numbers, np.int64).tobytes() for numbers in (self.rows, self.index))
        most = GRAPH_ROW_WORK * len(self.rows) // (ROW_WORK * len(self.rows) + self.work)
        return Table(rows, index, constants, self.size, tuple(self.columns), max(1, most))
