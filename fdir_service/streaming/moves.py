"""Operators that move elements about, and do the same to the channels and delays of a signal."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, join
from fdir_service.streaming.streams import Array


def _moving(move: Callable[[Call, Array], Array]) -> Rule:
    """Return the rule of an operator that does to the elements what `move` does to an array."""
    return lambda call: [call.signal.moved(lambda a: move(call, a))]


def _reshape(call: Call, a: Array) -> Array:
    keeps = not call.attribute("allowzero", 0)
    return a.reshape([a.shape[k] if n == 0 and keeps else n for k, n in enumerate(call.integers(1))])


def _flatten(call: Call, a: Array) -> Array:
    return a.reshape(int(np.prod(a.shape[: call.attribute("axis", 1)])), -1)


def _slice(call: Call, a: Array) -> Array:
    starts, ends = call.integers(1), call.integers(2)
    axes = call.integers(3) or list(range(len(starts)))
    steps = call.integers(4) or [1] * len(starts)
    where = [slice(None)] * a.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        # Going down, an end before the first element means: to the first one.
        stop = None if step < 0 and end < -a.shape[axis] else end
        where[axis] = slice(start, stop, step)
    return a[tuple(where)]


def _split(call: Call) -> list[Value]:
    axis, n = call.attribute("axis", 0), len(call.node.outputs)
    each = -(-call.signal.shape[axis] // n)
    edges = np.cumsum(call.integers(1) or [each] * n)[: n - 1]
    parts = (np.split(a, edges, axis) for a in (call.signal.channel, call.signal.delay))
    return [Signal(call.signal.stream, channel, delay) for channel, delay in zip(*parts, strict=True)]


def _concat(call: Call) -> list[Value]:
    signals = [value for value in call.inputs if isinstance(value, Signal)]
    if len(signals) < len(call.inputs):
        raise InexpressibleError("joins a constant to what comes from the window")
    parts, axis = join(signals), call.attribute("axis")
    channel = np.concatenate([part.channel for part in parts], axis)
    return [Signal(parts[0].stream, channel, np.concatenate([part.delay for part in parts], axis))]


def _pad(call: Call) -> list[Value]:
    if any(call.integers(1)):
        raise InexpressibleError("pads: the edges of a window would move with it")
    return [call.signal]


def _shape(call: Call) -> list[Value]:
    part = slice(call.attribute("start", 0), call.attribute("end"))
    return [np.array(call.signal.shape[part], np.int64)]


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "Transpose": _moving(lambda call, a: np.transpose(a, call.attribute("perm"))),
        "Reshape": _moving(_reshape),
        "Flatten": _moving(_flatten),
        "Squeeze": _moving(lambda call, a: np.squeeze(a, tuple(call.integers(1)) or None)),
        "Unsqueeze": _moving(lambda call, a: np.expand_dims(a, tuple(call.integers(1)))),
        "Slice": _moving(_slice),
        "Gather": _moving(lambda call, a: np.take(a, call.constant(1), call.attribute("axis", 0))),
        "Expand": _moving(
            lambda call, a: np.broadcast_to(a, np.broadcast_shapes(a.shape, tuple(call.integers(1))))
        ),
        "Tile": _moving(lambda call, a: np.tile(a, call.integers(1))),
        "Identity": _moving(lambda _, a: a),
        "Dropout": _moving(lambda _, a: a),
        "Split": _split,
        "Concat": _concat,
        "Pad": _pad,
        "Shape": _shape,
        "Size": lambda call: [np.array(call.signal.channel.size, np.int64)],
    }
)
