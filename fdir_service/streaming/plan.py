"""The plan: what each tensor of a window model is as a stream, or why it is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from fdir_service.streaming import dense, moves, pointwise, recurrent, reductions, sliding
from fdir_service.streaming.call import Call, Rule
from fdir_service.streaming.model import OLDEST_OPSET, Model, Node, fold
from fdir_service.streaming.signals import InexpressibleError, Signal, Value, tap, window
from fdir_service.streaming.streams import Stream, source
from fdir_service.streaming.verdict import Refusal

RULES: Mapping[str, Rule] = MappingProxyType(
    {**moves.RULES, **pointwise.RULES, **sliding.RULES, **dense.RULES, **reductions.RULES}
)
_REASONS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(recurrent.RULES, "recurrent: every window starts from a state of its own")
    | dict.fromkeys(
        ("InstanceNormalization", "GroupNormalization", "MeanVarianceNormalization", "LpNormalization"),
        "normalises each window by itself",
    )
    | dict.fromkeys(("Attention", "MultiHeadAttention", "Einsum"), "attention or a product of two tensors")
    | dict.fromkeys(("If", "Loop", "Scan"), "control flow")
)
_RANDOM = frozenset({"Bernoulli", "Multinomial", "RandomNormal", "RandomUniform"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A model that can be run as a stream.

    Attributes
    ----------
    scores : the stream of its outputs, aligned to the window that ends with the sample.
    field : samples that a score depends on, at most W.
    opset : operator set of the model.
    work : multiply-adds and other operations on elements that one window takes.

    """

    scores: Stream
    field: int
    opset: int
    work: int


def plan(
    model: Model, length: int, shape: tuple[int, ...], *, carried: bool = False
) -> Plan | tuple[Refusal, ...]:
    """Return the plan of a model for windows (batch, length, *shape), or what stands against it.

    `carried`: the model was trained so that the state of its recurrent layers may go on.
    """
    if model.opset < OLDEST_OPSET:
        reason = f"operator set {model.opset} is older than {OLDEST_OPSET}"
        return (Refusal("(model)", "", reason),)
    given = window(source(int(np.prod(shape, dtype=int))), length, shape)
    rules = {**RULES, **recurrent.RULES} if carried else RULES
    walk = _Walk({**model.constants, model.input: given}, model.opset, rules)
    for node in model.nodes:
        walk.visit(node)
    if walk.refusals:
        return tuple(walk.refusals)
    return _aligned(walk.values[model.output], length, model.opset, walk.work)


def _aligned(scores: Value | None, length: int, opset: int, work: int) -> Plan | tuple[Refusal, ...]:
    """Delay each output so that it belongs to the window that ends with the newest sample."""
    if not isinstance(scores, Signal):
        return (Refusal("(model)", "", "its scores do not depend on the window"),)
    try:
        stream = tap(scores.stream, scores.channel.reshape(-1), scores.delay.reshape(-1))
    except InexpressibleError as error:
        return (Refusal("(model)", "", f"its scores: {error}"),)
    if stream.dtype != np.float32:
        return (Refusal("(model)", "", f"its scores are {stream.dtype}"),)
    # A carried state depends on all samples; a fresh start has seen enough with one window.
    return Plan(stream, min(length, int(stream.reach.max())), opset, work)


@dataclass(slots=True)
class _Walk:
    """The tensors so far; None: behind a node that is refused."""

    values: dict[str, Value | None]
    opset: int
    rules: Mapping[str, Rule]
    refusals: list[Refusal] = field(default_factory=list)
    work: int = 0

    def visit(self, node: Node) -> None:
        names = [name for name in node.inputs if name]
        if any(self.values[name] is None for name in names):
            self.values.update(dict.fromkeys(node.outputs))
            return
        inputs = [self.values[name] if name else None for name in node.inputs]
        try:
            outputs = self._outputs(node, inputs)
        except InexpressibleError as error:
            self.refusals.append(Refusal(node.name, node.op_type, str(error)))
            outputs = [None] * len(node.outputs)
        self.values.update(zip(node.outputs, outputs, strict=False))

    def _outputs(self, node: Node, inputs: list[Value | None]) -> list[Value | None]:
        if node.domain not in {"", "ai.onnx"}:
            raise InexpressibleError(f"is of the operator set {node.domain}, which is not known")
        if node.op_type == "Constant":
            return [_constant(node)]
        rule = self.rules.get(node.op_type)
        if node.op_type in _RANDOM or (node.op_type in _REASONS and rule is None):
            raise InexpressibleError(_REASONS.get(node.op_type, "random"))
        constants = [value for value in inputs if not isinstance(value, Signal)]
        if len(constants) == len(inputs):
            return list(fold(node, constants, self.opset))
        if rule is None:
            raise InexpressibleError("has no form as a stream that is known")
        outputs = rule(Call(node, tuple(inputs)))
        self.work += _work(node, inputs, outputs)
        return list(outputs)


def _work(node: Node, inputs: list[Value | None], outputs: list[Value]) -> int:
    """Return the operations of a node: as many for each element as a product or kernel has weights for it."""
    elements = sum(value.channel.size for value in outputs if isinstance(value, Signal))
    if node.op_type in moves.RULES:
        return 0
    weights = [value for value in inputs[:2] if isinstance(value, np.ndarray)]
    if node.op_type == "Conv" and weights:
        return elements * (weights[0].size // len(weights[0]))
    if node.op_type in recurrent.RULES:
        return outputs[0].shape[0] * sum(w.size for w in inputs[1:3] if isinstance(w, np.ndarray))
    if node.op_type in dense.RULES and weights:
        return elements * max(1, weights[0].size // outputs[0].shape[-1])
    return elements


def _constant(node: Node) -> Value:
    (value,) = node.attributes.values()
    if isinstance(value, np.ndarray):
        return value
    return np.array(value, np.int64 if "int" in next(iter(node.attributes)) else np.float32)
