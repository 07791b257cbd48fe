"""Dataclasses with slots that cost little to define.

`dataclasses.dataclass` compiles three to seven methods from text for each class, which would be a tenth of
the daemon's start. Only `__init__` has to differ from class to class.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, InitVar, dataclass, field, fields
from inspect import get_annotations
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a class what `dataclass(frozen=True, slots=True)` makes of it.

    Fields may have a default or a default factory and no other options, and a class `__post_init__` and no
    other methods of those that are made here. What is derived from it has to be made here as well.

    Raises
    ------
    TypeError
        If the class has more.

    """
    _refuse_more(cls, "__init__", "__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__")
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own = fields(made)
    if not all(one.init and not one.kw_only and one.repr and one.compare for one in own):
        raise TypeError(f"{cls.__qualname__}: a field has an option that `frozen` does not know")
    made.__init__ = _init(made, own)
    made.__eq__, made.__hash__, made.__getstate__ = _by_values([one.name for one in own])
    made.__repr__, made.__setstate__ = _repr, _set_state
    made.__setattr__, made.__delattr__ = _refuse_to_assign, _refuse_to_delete
    return made  # type: ignore[no-any-return]


@dataclass_transform(field_specifiers=(field,))
def mutable(cls: type[T]) -> type[T]:
    """Make a class what `dataclass(slots=True)` makes of it.

    Fields may have all options but `repr` and `compare`, and a class no `__eq__`, `__hash__` or `__repr__`.

    Raises
    ------
    TypeError
        If the class has more.

    """
    _refuse_more(cls, "__eq__", "__hash__", "__repr__")
    made: Any = dataclass(repr=False, eq=False, slots=True)(cls)
    if not all(one.repr and one.compare for one in fields(made)):
        raise TypeError(f"{cls.__qualname__}: a field has an option that `mutable` does not know")
    made.__eq__, _, _ = _by_values([one.name for one in fields(made)])
    made.__hash__, made.__repr__ = None, _repr
    return made  # type: ignore[no-any-return]


def _refuse_more(cls: type, *made_here: str) -> None:
    more = [name for name in made_here if name in cls.__dict__]
    more += [name for name, kind in get_annotations(cls).items() if isinstance(kind, InitVar)]
    if more:
        raise TypeError(f"{cls.__qualname__}: has {', '.join(more)} of its own")


def _init(made: type, own: tuple[Field[Any], ...]) -> Callable[..., None]:
    """Compile `__init__`, which ends with `__post_init__` if there is one."""
    known: dict[str, Any] = {"__assign__": object.__setattr__, "__missing__": MISSING}
    words, lines = ["__self__"], []
    for k, one in enumerate(own):
        name, value = one.name, one.name
        if one.default is not MISSING:
            known[f"__{k}__"] = one.default
            words.append(f"{name}=__{k}__")
        elif one.default_factory is not MISSING:
            known[f"__{k}__"] = one.default_factory
            words.append(f"{name}=__missing__")
            value = f"__{k}__() if {name} is __missing__ else {name}"
        else:
            words.append(name)
        lines.append(f"__assign__(__self__, {name!r}, {value})")
    lines += ["__self__.__post_init__()"] * hasattr(made, "__post_init__")
    exec(f"def __init__({', '.join(words)}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102  as `dataclass` does
    found: Callable[..., None] = known["__init__"]
    found.__annotations__ = {one.name: one.type for one in own} | {"return": None}
    found.__qualname__, found.__module__ = f"{made.__qualname__}.__init__", made.__module__
    return found


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


@recursive_repr()
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
