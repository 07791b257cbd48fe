"""Restriction criteria of containers: comparisons of raw values, joined by and, or, not."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree as ET

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A raw value of a parameter that comes earlier in the packet, compared with a number."""

    parameter: str
    operator: str
    value: int


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; no part is an `All`."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; no part is an `Any`."""

    parts: tuple["Condition", ...]


Condition = Comparison | All | Any


def all_of(*conditions: Condition) -> Condition:
    """Join conditions by and."""
    parts = tuple(_parts(conditions, All))
    return parts[0] if len(parts) == 1 else All(parts)


def any_of(*conditions: Condition) -> Condition:
    """Join conditions by or."""
    parts = tuple(_parts(conditions, Any))
    return parts[0] if len(parts) == 1 else Any(parts)


def _parts(conditions: Iterable[Condition], kind: type[All] | type[Any]) -> Iterator[Condition]:
    # XTCE lets and contain only or, and or contain only and.
    for condition in conditions:
        if isinstance(condition, kind):
            yield from condition.parts
        else:
            yield condition


def not_(condition: Condition) -> Condition:
    """Return the opposite; XTCE has no not, so it goes down to the comparisons."""
    match condition:
        case All():
            return any_of(*map(not_, condition.parts))
        case Any():
            return all_of(*map(not_, condition.parts))
    return Comparison(condition.parameter, _OPPOSITE[condition.operator], condition.value)


def equals(parameter: str, value: int) -> Condition:
    """Compare for equality."""
    return Comparison(parameter, "==", value)


def is_one_of(parameter: str, values: Collection[int], others: Collection[int]) -> Condition:
    """Tell `values` from `others` in few comparisons; a value that is neither may pass."""
    runs = groupby(sorted({*values, *others}), key=lambda value: value in values)
    return any_of(*(_span(parameter, list(run)) for inside, run in runs if inside))


def _span(parameter: str, run: list[int]) -> Condition:
    first, last = run[0], run[-1]
    if first == last:
        return equals(parameter, first)
    return all_of(Comparison(parameter, ">=", first), Comparison(parameter, "<=", last))


def element(condition: Condition) -> ET.Element:
    """Return a condition as RestrictionCriteria."""
    criteria = ET.Element("RestrictionCriteria")
    match condition:
        case Comparison():
            criteria.append(_comparison(condition))
        case All(parts) if all(isinstance(part, Comparison) for part in parts):
            listed = ET.SubElement(criteria, "ComparisonList")
            listed.extend(_comparison(part) for part in parts if isinstance(part, Comparison))
        case _:
            ET.SubElement(criteria, "BooleanExpression").append(_expression(condition))
    return criteria


def _comparison(comparison: Comparison) -> ET.Element:
    attributes = {
        "parameterRef": comparison.parameter,
        "comparisonOperator": comparison.operator,
        "value": str(comparison.value),
        "useCalibratedValue": "false",
    }
    return ET.Element("Comparison", attributes)


def _expression(condition: Condition) -> ET.Element:
    if isinstance(condition, Comparison):
        found = ET.Element("Condition")
        reference = {"parameterRef": condition.parameter, "useCalibratedValue": "false"}
        ET.SubElement(found, "ParameterInstanceRef", reference)
        ET.SubElement(found, "ComparisonOperator").text = condition.operator
        ET.SubElement(found, "Value").text = str(condition.value)
        return found
    joined = ET.Element("ANDedConditions" if isinstance(condition, All) else "ORedConditions")
    joined.extend(map(_expression, condition.parts))
    return joined
