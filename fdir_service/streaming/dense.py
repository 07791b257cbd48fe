"""Products with constant matrices: a convolution over the distances in time that they read."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.pointwise import apply
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, patterns
from fdir_service.streaming.streams import Array, Convolution, Stream

MOST_WEIGHTS = 1 << 23
"""Elements of one convolution's weight."""


def _product(signal: Signal, matrix: Array) -> Signal:
    """Return signal (..., F) times matrix (F, O)."""
    *rows, features = signal.shape
    outputs = matrix.shape[1]
    which, base, channels, delays = patterns(
        signal.channel.reshape(-1, features), signal.delay.reshape(-1, features)
    )
    step = int(np.gcd.reduce(delays, axis=None)) or 1
    taps = int(delays.max()) // step + 1
    if len(channels) * outputs * signal.stream.channels * taps > MOST_WEIGHTS:
        raise InexpressibleError(f"reads the window in {len(channels)} different ways: does not repeat")
    weight = np.zeros((len(channels), signal.stream.channels, taps, outputs), matrix.dtype)
    for kind, (channel, delay) in enumerate(zip(channels, delays, strict=True)):
        np.add.at(weight[kind], (channel, taps - 1 - delay // step), matrix)
    operation = Convolution(np.moveaxis(weight, 3, 1).reshape(-1, *weight.shape[1:3]), None, step)
    reach = np.repeat((signal.stream.reach[channels] + delays).max(axis=1), outputs)
    stream = Stream(operation, (signal.stream,), reach, signal.stream.dtype)
    channel = which[:, None] * outputs + np.arange(outputs)
    delay = np.broadcast_to(base[:, None], channel.shape)
    shape = (*rows, outputs)
    return Signal(stream, channel.reshape(shape), delay.reshape(shape))


def _swapped(a: Array) -> Array:
    return np.swapaxes(a, -1, -2)


def _matmul(call: Call) -> list[Value]:
    left, right = call.inputs
    if isinstance(left, Signal) and isinstance(right, Signal):
        raise InexpressibleError("multiplies two tensors of the window (attention)")
    if isinstance(left, Signal) and isinstance(right, np.ndarray) and right.ndim == 2:
        return [_product(left, right)]
    if isinstance(left, np.ndarray) and left.ndim == 2 and isinstance(right, Signal) and len(right.shape) > 1:
        return [_product(right.moved(_swapped), left.T).moved(_swapped)]
    raise InexpressibleError("its constant is no matrix")


def _gemm(call: Call) -> list[Value]:
    matrix = call.constant(1)
    signal = call.signal.moved(np.transpose) if call.attribute("transA", 0) else call.signal
    alpha, beta = (matrix.dtype.type(call.attribute(name, 1)) for name in ("alpha", "beta"))
    product = _product(signal, alpha * (matrix.T if call.attribute("transB", 0) else matrix))
    addend = call.inputs[2] if len(call.inputs) > 2 else None
    if addend is None:
        return [product]
    scaled = apply("Mul", [addend, np.array(beta)]) if isinstance(addend, Signal) else addend * beta
    return [apply("Add", [product, scaled])]


RULES: Mapping[str, Rule] = MappingProxyType({"MatMul": _matmul, "Gemm": _gemm})
