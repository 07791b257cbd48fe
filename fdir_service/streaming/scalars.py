"""Operators on single elements, as rows of the layer table: some are one row, some a few."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import Any

import numpy as np

from fdir_service.streaming import kernel
from fdir_service.streaming.signals import InexpressibleError

Address = tuple[int, int]
"""Base and stride of a column."""
Apply = Callable[..., Address]
"""Applies an operator of the kernel to operands, addresses or numbers; returns where the result is."""
_LARGEST = float(np.finfo(np.float32).max)
Rule = Callable[[Apply, list[Address], Mapping[str, Any]], Address]

_ONE_ROW: Mapping[str, int] = MappingProxyType(
    {
        "Add": kernel.ADD,
        "Sub": kernel.SUB,
        "Mul": kernel.MUL,
        "Div": kernel.DIV,
        "Pow": kernel.POW,
        "Abs": kernel.ABS,
        "Sqrt": kernel.SQRT,
        "Exp": kernel.EXP,
        "Log": kernel.LOG,
        "Erf": kernel.ERF,
        "Sin": kernel.SIN,
        "Cos": kernel.COS,
        "Tanh": kernel.TANH,
        "Sigmoid": kernel.SIGMOID,
        "Softplus": kernel.SOFTPLUS,
        "Sign": kernel.SIGN,
        "Floor": kernel.FLOOR,
        "Ceil": kernel.CEIL,
        "Round": kernel.ROUND,
        "PRelu": kernel.PRELU,
        "Equal": kernel.EQUAL,
        "Where": kernel.WHERE,
        "Greater": kernel.GREATER,
        "GreaterOrEqual": kernel.GREATER_EQUAL,
        "And": kernel.MUL,
        "Or": kernel.MAX,
    }
)


def write(
    op_type: str, operands: Sequence[Address | None], attributes: Mapping[str, Any], apply: Apply
) -> None:
    """Write the rows of an operator; the last one has its result.

    Parameters
    ----------
    operands : in the operator's order; None: left out.
    attributes : of the operator, and as "from" the type of its first operand.

    """
    if op_type == "Clip":
        _clip(apply, operands)
        return
    given = [operand for operand in operands if operand is not None]
    if op_type in _ONE_ROW:
        apply(_ONE_ROW[op_type], *given)
    elif op_type in _RULES:
        _RULES[op_type](apply, given, attributes)
    else:
        raise InexpressibleError(f"has the operator {op_type}")


def _clip(apply: Apply, operands: Sequence[Address | None]) -> None:
    x, low, high = (*operands, None, None)[:3]
    above = apply(kernel.MAX, x, -_LARGEST if low is None else low)
    apply(kernel.MIN, above, _LARGEST if high is None else high)


def _chain(op: int) -> Rule:
    """Return the rule of an operator that takes any number of operands, two at a time."""

    def rule(apply: Apply, operands: list[Address], _: Mapping[str, Any]) -> Address:
        if len(operands) == 1:
            return apply(kernel.COPY, *operands)
        return reduce(lambda x, y: apply(op, x, y), operands)

    return rule


def _mean(apply: Apply, operands: list[Address], attributes: Mapping[str, Any]) -> Address:
    total = _chain(kernel.ADD)(apply, operands, attributes)
    return apply(kernel.MUL, total, 1 / len(operands))


def _hard(apply: Apply, x: Address, alpha: float, beta: float) -> Address:
    line = apply(kernel.ADD, apply(kernel.MUL, x, alpha), beta)
    return apply(kernel.MIN, apply(kernel.MAX, line, 0.0), 1.0)


def _gelu(apply: Apply, operands: list[Address], attributes: Mapping[str, Any]) -> Address:
    if attributes.get("approximate", "none") != "none":
        raise InexpressibleError("has the operator Gelu by tanh")
    (x,) = operands
    both = apply(kernel.ADD, apply(kernel.ERF, apply(kernel.MUL, x, 0.5**0.5)), 1.0)
    return apply(kernel.MUL, apply(kernel.MUL, x, 0.5), both)


def _cast(apply: Apply, operands: list[Address], attributes: Mapping[str, Any]) -> Address:
    if attributes["to"] == np.bool_ != attributes["from"]:
        return apply(kernel.SUB, 1.0, apply(kernel.EQUAL, *operands, 0.0))
    return apply(kernel.COPY, *operands)


def _celu(apply: Apply, x: Address, alpha: float) -> Address:
    return apply(kernel.MUL, apply(kernel.ELU, apply(kernel.DIV, x, alpha), 1.0), alpha)


def _selu(apply: Apply, operands: list[Address], attributes: Mapping[str, Any]) -> Address:
    alpha, gamma = (
        attributes.get("alpha", 1.67326319217681884765625),
        attributes.get("gamma", 1.05070102214813232421875),
    )
    return apply(kernel.MUL, apply(kernel.ELU, *operands, alpha), gamma)


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "Sum": _chain(kernel.ADD),
        "Max": _chain(kernel.MAX),
        "Min": _chain(kernel.MIN),
        "Mean": _mean,
        "Cast": _cast,
        "Gelu": _gelu,
        "Selu": _selu,
        "Relu": lambda apply, x, _: apply(kernel.MAX, *x, 0.0),
        "LeakyRelu": lambda apply, x, a: apply(kernel.PRELU, *x, a.get("alpha", 0.01)),
        "ThresholdedRelu": lambda apply, x, a: apply(
            kernel.WHERE, apply(kernel.GREATER, *x, a.get("alpha", 1.0)), *x, 0.0
        ),
        "Elu": lambda apply, x, a: apply(kernel.ELU, *x, a.get("alpha", 1.0)),
        "Celu": lambda apply, x, a: _celu(apply, x[0], a.get("alpha", 1.0)),
        "HardSigmoid": lambda apply, x, a: _hard(apply, x[0], a.get("alpha", 0.2), a.get("beta", 0.5)),
        "HardSwish": lambda apply, x, _: apply(kernel.MUL, *x, _hard(apply, x[0], 1 / 6, 0.5)),
        "Softsign": lambda apply, x, _: apply(kernel.DIV, *x, apply(kernel.ADD, apply(kernel.ABS, *x), 1.0)),
        "Swish": lambda apply, x, a: apply(
            kernel.MUL, *x, apply(kernel.SIGMOID, apply(kernel.MUL, *x, a.get("alpha", 1.0)))
        ),
        "Mish": lambda apply, x, _: apply(kernel.MUL, *x, apply(kernel.TANH, apply(kernel.SOFTPLUS, *x))),
        "Neg": lambda apply, x, _: apply(kernel.MUL, *x, -1.0),
        "Reciprocal": lambda apply, x, _: apply(kernel.DIV, 1.0, *x),
        "Not": lambda apply, x, _: apply(kernel.SUB, 1.0, *x),
        "Xor": lambda apply, x, _: apply(kernel.ABS, apply(kernel.SUB, *x)),
        "Less": lambda apply, x, _: apply(kernel.GREATER, *reversed(x)),
        "LessOrEqual": lambda apply, x, _: apply(kernel.GREATER_EQUAL, *reversed(x)),
        "IsNaN": lambda apply, x, _: apply(kernel.SUB, 1.0, apply(kernel.EQUAL, *x, *x)),
    }
)
"""What is made of more than one row, or takes an attribute."""
