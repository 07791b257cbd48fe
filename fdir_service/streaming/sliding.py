"""Operators that slide over time: a stride becomes a distance in samples for everything that follows."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.pointwise import apply
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, lines
from fdir_service.streaming.streams import Convolution, Ints, Operation, Pool, Stream


def _spacing(call: Call) -> tuple[int, int]:
    """Return (stride, dilation) of a node that slides over one unpadded axis."""
    if len(call.attribute("kernel_shape", [0])) != 1:
        raise InexpressibleError("slides over more than one axis")
    if any(call.attribute("pads", ())) or call.attribute("auto_pad", "NOTSET").startswith("SAME"):
        raise InexpressibleError("pads with zeros: the edges of a window would move with it")
    return call.attribute("strides", [1])[0], call.attribute("dilations", [1])[0]


def _slid(call: Call, stream: Stream, delay: Ints, kernel: int) -> Signal:
    """Return the output (N, C, positions) of a node that slides a kernel over its signal (N, C', L)."""
    stride, dilation = _spacing(call)
    length = (kernel - 1) * dilation + 1
    if call.attribute("ceil_mode", 0) and (len(delay) - length) % stride:
        raise InexpressibleError("its last step reaches beyond the window (ceil_mode)")
    newest = delay[length - 1 :: stride]
    rows = call.signal.shape[0]
    shape = (rows, stream.channels // rows, len(newest))
    channel = np.arange(stream.channels).reshape(rows, -1, 1)
    return Signal(stream, np.broadcast_to(channel, shape), np.broadcast_to(newest, shape))


def slide(operation: Operation, stream: Stream, reach: Ints) -> Stream:
    """Return what an operation that reads earlier columns makes of a stream."""
    return Stream(operation, (stream,), reach + operation.depth, stream.dtype)


def _conv(call: Call) -> list[Value]:
    weight, bias = call.constant(1), call.optional(2)
    if weight.ndim != 3:
        raise InexpressibleError("slides over more than one axis")
    _, dilation = _spacing(call)
    stream, delay, step = lines(call.signal)
    rows = call.signal.shape[0]
    group = rows * call.attribute("group", 1)
    weight = np.tile(weight, (rows, 1, 1))
    bias = None if bias is None else np.tile(bias, rows)
    operation = Convolution(weight, bias, dilation * step, group)
    reach = stream.reach.reshape(group, -1).max(axis=1)
    result = slide(operation, stream, np.repeat(reach, len(weight) // group))
    return [_slid(call, result, delay, weight.shape[2])]


def pool(op_type: str, stream: Stream, taps: int, dilation: int) -> Stream:
    """Return Add, Max or Min of each channel over `taps` samples, `dilation` apart."""
    return stream if taps == 1 else slide(Pool(op_type, taps, dilation), stream, stream.reach)


def _pool(call: Call) -> list[Value]:
    if len(call.node.outputs) > 1:
        raise InexpressibleError("tells where its maxima are")
    _, dilation = _spacing(call)
    stream, delay, step = lines(call.signal)
    (kernel,) = call.attribute("kernel_shape")
    is_mean = call.node.op_type == "AveragePool"
    pooled = pool("Add" if is_mean else "Max", stream, kernel, dilation * step)
    result = _slid(call, pooled, delay, kernel)
    return [apply("Mul", [result, np.array(1 / kernel, stream.dtype)]) if is_mean else result]


RULES: Mapping[str, Rule] = MappingProxyType({"Conv": _conv, "MaxPool": _pool, "AveragePool": _pool})
