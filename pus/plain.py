"""Plain data: state as nested lists, numbers, strings and octets that msgpack can carry, and back.

What is no plain value is a list that starts with the name of its type: ``["Pmon", field, field, ...]``. Only
types that are registered can come back.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

Plain = Any
"""None, bool, int, float, str, bytes, or a list of these whose first element names a type."""


class PlainError(ValueError):
    """Data that this program has not written."""


class PlainCodec:
    """Turns values of registered types (dataclasses, enumerations) into plain data and back."""

    def __init__(self, types: Iterable[type]) -> None:
        self._types: dict[str, type] = {kind.__name__: kind for kind in types}
        self._builders: dict[str, Callable[[list[Any]], Any]] = {
            "list": list,
            "tuple": tuple,
            "set": set,
            "dict": lambda items: dict(zip(items[::2], items[1::2], strict=True)),
            "Counter": lambda items: Counter(dict(zip(items[::2], items[1::2], strict=True))),
        }

    def pack(self, value: Any) -> Plain:
        """Return `value` as plain data; raises `PlainError` for a type that is not registered."""
        if value is None or type(value) in (bool, int, float, str, bytes):
            return value
        if isinstance(value, np.ndarray):
            return ["array", value.dtype.str, list(value.shape), value.tobytes()]
        name = type(value).__name__
        if isinstance(value, dict):
            return [name, *(self.pack(part) for item in value.items() for part in item)]
        if name in self._builders:
            parts = sorted(value) if isinstance(value, set) else value
            return [name, *map(self.pack, parts)]
        if self._types.get(name) is not type(value):
            raise PlainError(f"{type(value)} has no plain form")
        if isinstance(value, Enum):
            return [name, value.value]
        names = [field.name for field in fields(self._types[name])]
        return [name, *(self.pack(getattr(value, field)) for field in names)]

    def unpack(self, plain: Plain) -> Any:
        """Return the value of plain data; raises `PlainError` if it is malformed."""
        if not isinstance(plain, list):
            return plain
        try:
            name, *parts = plain
            if name == "array":
                return np.frombuffer(parts[2], parts[0]).reshape(parts[1]).copy()
            if name in self._builders:
                return self._builders[name]([self.unpack(part) for part in parts])
            kind = self._types[name]
            values = [self.unpack(part) for part in parts]
            if not is_dataclass(kind):
                return kind(*values)
            names = [field.name for field in fields(kind)]
            return kind(**dict(zip(names, values, strict=True)))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise PlainError(f"malformed plain data: {error!r}") from None
