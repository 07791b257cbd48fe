"""Dataclasses with slots that cost little to define.

`dataclasses.dataclass` compiles three to seven methods from text for each class, which would be a tenth of
the daemon's start. Only `__init__` has to differ from class to class.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a class what `dataclass(frozen=True, slots=True)` makes of it.

    Fields may have a default or a default factory, and no other options.
    """
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own = fields(made)
    made.__init__ = _init(own, checked=hasattr(made, "__post_init__"))
    made.__eq__, made.__hash__, made.__getstate__ = _by_values([one.name for one in own])
    made.__repr__, made.__setstate__ = _repr, _set_state
    made.__setattr__, made.__delattr__ = _refuse_to_assign, _refuse_to_delete
    return made  # type: ignore[no-any-return]


@dataclass_transform(field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """Make a class what `dataclass(slots=True)` makes of it.

    Fields may have all options but `repr` and `compare`.
    """
    made: Any = dataclass(repr=False, eq=False, slots=True)(cls)
    made.__eq__, _, _ = _by_values([one.name for one in fields(made)])
    made.__hash__, made.__repr__ = None, _repr
    return made  # type: ignore[no-any-return]


def _init(own: tuple[Field[Any], ...], *, checked: bool) -> Callable[..., None]:
    """Compile `__init__`; `checked`: it ends with `__post_init__`."""
    known: dict[str, Any] = {"__set__": object.__setattr__, "__missing__": MISSING}
    words, lines = ["self"], []
    for one in own:
        name, value = one.name, one.name
        if one.default is not MISSING:
            known[f"__{name}__"] = one.default
            words.append(f"{name}=__{name}__")
        elif one.default_factory is not MISSING:
            known[f"__{name}__"] = one.default_factory
            words.append(f"{name}=__missing__")
            value = f"__{name}__() if {name} is __missing__ else {name}"
        else:
            words.append(name)
        lines.append(f"__set__(self, {name!r}, {value})")
    lines += ["self.__post_init__()"] * checked
    exec(f"def __init__({', '.join(words)}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102  as `dataclass` does
    made: Callable[..., None] = known["__init__"]
    made.__annotations__ = {one.name: one.type for one in own} | {"return": None}
    return made


def _by_values(names: list[str]) -> tuple[Callable[..., Any], Callable[..., int], Callable[..., Any]]:
    """Return `__eq__`, `__hash__` and `__getstate__` by the values of all fields."""
    if len(names) > 1:
        values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    else:

        def values(one: Any) -> tuple[Any, ...]:
            return tuple(getattr(one, name) for name in names)

    def equal(self: Any, other: object) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    def state(self: Any) -> tuple[Any, ...]:
        return values(self)

    return equal, hashed, state


def _repr(self: Any) -> str:
    values = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self))
    return f"{type(self).__qualname__}({values})"


def _set_state(self: Any, state: tuple[Any, ...]) -> None:
    """Take the values of all fields when a copy is made."""
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


def _refuse_to_assign(self: Any, name: str, value: object) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot delete field {name!r}")
