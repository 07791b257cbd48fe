"""Reductions over time become pooling, those over channels stay what they are, sample by sample."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.pointwise import apply
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, lines, patterns, tap
from fdir_service.streaming.sliding import pool
from fdir_service.streaming.streams import AcrossChannels, Array, Stream

_POOLED = {"Sum": "Add", "Max": "Max", "Min": "Min"}


def _reduced(kind: str, signal: Signal) -> Signal:
    """Return the Sum, Max or Min over the last axis."""
    *rows, n = signal.shape
    if n == 1:
        return signal.moved(lambda a: a[..., 0])
    if (signal.delay == signal.delay[..., :1]).all():
        return _over_channels(kind, signal)
    if (signal.channel == signal.channel[..., :1]).all():
        return _over_time(kind, signal)
    size = _run(signal)
    split = signal.moved(lambda a: a.reshape(*rows, n // size, size))
    return _reduced(kind, _reduced(kind, split))


def _run(signal: Signal) -> int:
    """Return how many elements of the last axis are one channel, or one sample, before the next begins."""
    n = signal.shape[-1]
    for indices in (signal.channel, signal.delay):
        changes = np.flatnonzero((np.diff(indices) != 0).reshape(-1, n - 1).any(axis=0)) + 1
        if changes.size and changes[0] > 1 and n % changes[0] == 0:
            return int(changes[0])
    raise InexpressibleError("reduces channels and time steps in no regular order")


def _over_time(kind: str, signal: Signal) -> Signal:
    stream, delay, step = lines(signal)
    pooled = pool(_POOLED[kind], stream, len(delay), step)
    shape = signal.shape[:-1]
    channel = np.arange(stream.channels).reshape(shape)
    return Signal(pooled, channel, np.full(shape, delay[-1]))


def _grouped(signal: Signal) -> tuple[Stream, Signal]:
    """Return a stream with the channels of each row (..., n) side by side, and where each row's begin."""
    n = signal.shape[-1]
    which, base, channels, delays = patterns(signal.channel.reshape(-1, n), signal.delay.reshape(-1, n))
    stream = tap(signal.stream, channels.reshape(-1), delays.reshape(-1))
    shape = signal.shape[:-1]
    return stream, Signal(stream, which.reshape(shape), base.reshape(shape))


def _over_channels(kind: str, signal: Signal) -> Signal:
    n = signal.shape[-1]
    grouped, rows = _grouped(signal)
    reach = grouped.reach.reshape(-1, n).max(axis=1)
    stream = Stream(AcrossChannels(f"Reduce{kind}", n, reduces=True), (grouped,), reach, grouped.dtype)
    return Signal(stream, rows.channel, rows.delay)


def _along_channels(call: Call, signal: Signal, *constants: Array) -> Signal:
    """Return what an operator makes of the last axis of a signal that is all of one sample."""
    n = signal.shape[-1]
    if (signal.delay != signal.delay[..., :1]).any():
        raise InexpressibleError("normalises over the time of the window")
    grouped, rows = _grouped(signal)
    reach = np.repeat(grouped.reach.reshape(-1, n).max(axis=1), n)
    attributes = {key: value for key, value in call.node.attributes.items() if key != "axis"}
    operation = AcrossChannels(
        call.node.op_type, n, reduces=False, constants=constants, attributes=attributes
    )
    channel = rows.channel[..., None] * n + np.arange(n)
    delay = np.broadcast_to(rows.delay[..., None], channel.shape)
    return Signal(Stream(operation, (grouped,), reach, grouped.dtype), channel, delay)


def _reduce(call: Call) -> list[Value]:
    signal = call.signal
    axes = call.integers(1) or call.attribute("axes")
    if not axes:
        if call.attribute("noop_with_empty_axes", 0):
            return [signal]
        axes = range(len(signal.shape))
    kind = call.node.op_type.removeprefix("Reduce")
    reduced = _finished(kind, signal, axes := sorted(axis % len(signal.shape) for axis in axes))
    return [_kept(reduced, axes) if call.attribute("keepdims", 1) else reduced]


def _kept(signal: Signal, axes: list[int]) -> Signal:
    """Return a signal with the axes that were reduced as axes of one element."""
    return signal.moved(lambda a: np.expand_dims(a, tuple(axes)))


def _finished(kind: str, signal: Signal, axes: list[int]) -> Signal:
    """Prepare the elements, reduce the axes one by one, and finish."""
    count = int(np.prod([signal.shape[axis] for axis in axes]))
    if kind == "L1":
        signal = apply("Abs", [signal])
    if kind in {"L2", "SumSquare"}:
        signal = apply("Mul", [signal, signal])
    core = kind if kind in _POOLED else "Sum"
    for axis in reversed(axes):
        signal = _reduced(core, signal.moved(partial(np.moveaxis, source=axis, destination=-1)))
    if kind == "Mean":
        signal = apply("Mul", [signal, np.array(1 / count, signal.stream.dtype)])
    if kind in {"L2", "LogSum"}:
        signal = apply("Sqrt" if kind == "L2" else "Log", [signal])
    return signal


def _global_pool(call: Call) -> list[Value]:
    kind = "Mean" if call.node.op_type == "GlobalAveragePool" else "Max"
    axes = list(range(2, len(call.signal.shape)))
    return [_kept(_finished(kind, call.signal, axes), axes)]


def _softmax(call: Call) -> list[Value]:
    axis = call.attribute("axis", -1)
    last = call.signal.moved(lambda a: np.moveaxis(a, axis, -1))
    return [_along_channels(call, last).moved(lambda a: np.moveaxis(a, -1, axis))]


def _layer_normalization(call: Call) -> list[Value]:
    axes = len(call.signal.shape)
    if call.attribute("axis", -1) % axes != axes - 1:
        raise InexpressibleError("normalises over more than one axis")
    constants = [value for value in (call.optional(1), call.optional(2)) if value is not None]
    return [_along_channels(call, call.signal, *constants)]


RULES: Mapping[str, Rule] = MappingProxyType(
    dict.fromkeys(
        [f"Reduce{kind}" for kind in ("Sum", "Max", "Min", "Mean", "L1", "L2", "SumSquare", "LogSum")],
        _reduce,
    )
    | dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool"), _global_pool)
    | dict.fromkeys(("Softmax", "LogSoftmax"), _softmax)
    | {"LayerNormalization": _layer_normalization}
)
