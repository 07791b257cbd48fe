"""Operators that treat every element by itself: one stream operator, whatever the tensor's shape."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from onnx import helper

from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, patterns, tap
from fdir_service.streaming.streams import Array, Ints, Pointwise, Stream

_ALIKE = (
    *("Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Clip", "Cos"),
    *("Cosh", "Div", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log"),
    *("Max", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "Reciprocal", "Relu"),
    *("Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Sub"),
    *("Sum", "Swish", "Tan", "Tanh", "ThresholdedRelu", "Where", "Xor"),
)
"""Results are of the type of what goes in."""
_LOGICAL = ("Equal", "Greater", "GreaterOrEqual", "IsInf", "IsNaN", "Less", "LessOrEqual")


def apply(op_type: str, operands: Sequence[Value | None], **attributes: Any) -> Signal:
    """Return what a pointwise operator makes of signals and constants, broadcast against each other."""
    shape = np.broadcast_shapes(*(value.shape for value in operands if value is not None))
    parts = [_broadcast(value, shape) for value in operands]
    signals = [part for part in parts if isinstance(part, Signal)]
    return _direct(op_type, parts, signals, attributes) or _matched(op_type, parts, signals, attributes)


def _broadcast(value: Value | None, shape: tuple[int, ...]) -> Value | None:
    """Return an operand at full shape; a constant of one value stays as it is, without axes."""
    if value is None:
        return None
    if isinstance(value, Signal):
        return value if value.shape == shape else value.moved(lambda a: np.broadcast_to(a, shape))
    if value.size and (value == value.flat[0]).all():
        return np.array(value.reshape(-1)[0])
    return np.asarray(np.broadcast_to(value, shape))


def _direct(
    op_type: str, parts: list[Value | None], signals: list[Signal], attributes: Mapping[str, Any]
) -> Signal | None:
    """Apply channel by channel, if all signals have the same channels and delays."""
    first = signals[0]
    for other in signals[1:]:
        same = other.stream.channels == first.stream.channels
        if not (same and _equal(other.channel, first.channel) and _equal(other.delay, first.delay)):
            return None
    operands: list[Array | str | None] = []
    for part in parts:
        if isinstance(part, np.ndarray) and part.ndim:
            by_channel = np.ones(first.stream.channels, part.dtype)
            by_channel[first.channel] = part
            if (by_channel[first.channel] != part).any():
                return None
            operands.append(by_channel[:, None])
        else:
            operands.append(_operand(part))
    stream = _stream(op_type, operands, [signal.stream for signal in signals], attributes)
    return Signal(stream, first.channel, first.delay)


def _equal(a: Ints, b: Ints) -> bool:
    return a is b or bool(np.array_equal(a, b))


def _operand(part: Value | None) -> Array | str | None:
    return "" if part is None else None if isinstance(part, Signal) else part


def _matched(
    op_type: str, parts: list[Value | None], signals: list[Signal], attributes: Mapping[str, Any]
) -> Signal:
    """Apply to every different combination of channels, distances in time and constants."""
    shape = signals[0].shape
    channel = np.stack([signal.channel.reshape(-1) for signal in signals], axis=1)
    delay = np.stack([signal.delay.reshape(-1) for signal in signals], axis=1)
    varying = [part.reshape(-1) for part in parts if isinstance(part, np.ndarray) and part.ndim]
    labels = [np.unique(values, return_inverse=True)[1].reshape(-1, 1) for values in varying]
    which, base, channels, delays = patterns(channel, delay, *labels)
    if labels and _spread(which, base) < _spread(patterns(channel, delay)[0], base):
        raise InexpressibleError("has a constant that differs from one time step to the next")
    first = np.unique(which, return_index=True)[1]
    streams = iter(tap(s.stream, channels[:, k], delays[:, k]) for k, s in enumerate(signals))
    inputs: list[Stream] = []
    operands: list[Array | str | None] = []
    for part in parts:
        if isinstance(part, Signal):
            inputs.append(next(streams))
        is_table = isinstance(part, np.ndarray) and part.ndim
        operands.append(part.reshape(-1)[first][:, None] if is_table else _operand(part))  # type: ignore[union-attr]
    stream = _stream(op_type, operands, inputs, attributes)
    return Signal(stream, which.reshape(shape), base.reshape(shape))


def _spread(which: Ints, base: Ints) -> int:
    """Return the fewest times at which any pattern is met."""
    met = np.unique(np.stack([which, base], axis=1), axis=0)[:, 0]
    return int(np.bincount(met).min())


def _stream(
    op_type: str,
    operands: list[Array | str | None],
    inputs: list[Stream],
    attributes: Mapping[str, Any],
) -> Stream:
    if op_type in _LOGICAL:
        dtype = np.dtype(np.bool_)
    elif op_type == "Cast":
        dtype = np.dtype(attributes["to"])
    else:
        constants = [o.dtype for o in operands if isinstance(o, np.ndarray)]
        # The condition of Where says nothing about its result.
        dtype = [*(s.dtype for s in inputs), *constants][-1 if op_type == "Where" else 0]
    reach = np.max([stream.reach for stream in inputs], axis=0)
    return Stream(Pointwise(op_type, tuple(operands), attributes), tuple(inputs), reach, dtype)


def _same(call: Call) -> list[Value]:
    return [apply(call.node.op_type, call.inputs, **call.node.attributes)]


def _cast(call: Call) -> list[Value]:
    return [apply("Cast", call.inputs, to=helper.tensor_dtype_to_np_dtype(call.attribute("to")))]


def _batch_normalization(call: Call) -> list[Value]:
    if call.attribute("training_mode", 0):
        raise InexpressibleError("normalises each batch by itself (training mode)")
    scale, bias, mean, variance = (call.constant(k) for k in range(1, 5))
    gain = scale / np.sqrt(variance + variance.dtype.type(call.attribute("epsilon", 1e-5)))
    shape = (-1,) + (1,) * (len(call.signal.shape) - 2)
    scaled = apply("Mul", [call.signal, gain.reshape(shape)])
    return [apply("Add", [scaled, (bias - mean * gain).reshape(shape)])]


RULES: Mapping[str, Rule] = MappingProxyType(
    dict.fromkeys((*_ALIKE, *_LOGICAL), _same) | {"Cast": _cast, "BatchNormalization": _batch_normalization}
)
