"""One operator of the model with what goes into it, as the rules for operators see it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fdir_service.streaming.model import Node
from fdir_service.streaming.signals import InexpressibleError, Signal, Value
from fdir_service.streaming.streams import Array


@dataclass(frozen=True, slots=True)
class Call:
    """A node and its inputs; None: left out."""

    node: Node
    inputs: tuple[Value | None, ...]

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute of the node."""
        return self.node.attributes.get(name, default)

    @property
    def signal(self) -> Signal:
        """The first input, which has to come from the window."""
        first = self.inputs[0]
        if not isinstance(first, Signal):
            raise InexpressibleError("its first input is a constant, another one comes from the window")
        return first

    def optional(self, k: int) -> Array | None:
        """Return input k, which has to be a constant, or None if it is left out."""
        value = self.inputs[k] if k < len(self.inputs) else None
        if isinstance(value, Signal):
            raise InexpressibleError(f"its input {k} comes from the window and is no constant")
        return value

    def constant(self, k: int) -> Array:
        """Return input k, which has to be a constant that is there."""
        value = self.optional(k)
        if value is None:
            raise InexpressibleError(f"its input {k} is missing")
        return value

    def integers(self, k: int) -> list[int]:
        """Return input k, a constant, as a list of integers; empty if it is left out."""
        value = self.optional(k)
        return [] if value is None else [int(n) for n in value.reshape(-1)]


Rule = Callable[[Call], list[Value]]
"""What an operator makes of its inputs; raises `InexpressibleError`."""
