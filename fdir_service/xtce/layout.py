"""The layout of a packet as a small grammar: fields, choices, lists of entries, an opaque rest."""

from collections.abc import Callable
from dataclasses import dataclass

from fdir_service.xtce.conditions import Comparison, Condition, all_of, any_of, equals, not_
from fdir_service.xtce.types import Type

MOST = 3
"""Entries of a list that get fields of their own."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the packet; `alias` is the mission's name of a parameter."""

    name: str
    type: Type
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Octets to the packet's check word; nothing of the layout can follow."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the packet goes on with when `condition` holds; `rate` in Hz where reports are periodic."""

    name: str
    condition: Condition
    layout: "Layout"
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Just one of the alternatives applies, whatever the packet holds."""

    alternatives: tuple[Alternative, ...]


Layout = tuple[Field | Rest | Choice, ...]


def choice(*alternatives: Alternative) -> Choice:
    """Return a choice whose last alternative is that none of the others applies: the rest stays octets."""
    if not alternatives:
        raise ValueError("a choice needs an alternative")
    other = not_(any_of(*(alternative.condition for alternative in alternatives)))
    return Choice((*alternatives, Alternative("other", other, (Rest(),))))


def flat(alternative: Alternative) -> tuple[Alternative, ...]:
    """Return an alternative that is but a choice as the alternatives of that choice."""
    match alternative.layout:
        case (Choice(parts),):
            name, condition = alternative.name, alternative.condition
            return tuple(
                Alternative(f"{name}_{part.name}", all_of(condition, part.condition), part.layout)
                for part in parts
            )
    return (alternative,)


def repeat(
    count: Field, entry: Callable[[int], Layout], then: Layout = (), *, most: int = MOST, first: int = MOST
) -> Layout:
    """Return a count, that many entries (entry k, from 1) and what follows.

    When there are more than `most` entries, what follows the `first` ones is rest.
    """
    entries: Layout = ()
    alternatives = [Alternative("n0", equals(count.name, 0), then)]
    beginning: Layout = ()
    for n in range(1, most + 1):
        entries += entry(n)
        beginning = entries if n <= first else beginning
        alternatives.append(Alternative(f"n{n}", equals(count.name, n), entries + then))
    more = Alternative("more", Comparison(count.name, ">", most), (*beginning, Rest()))
    return (count, Choice((*alternatives, more)))
