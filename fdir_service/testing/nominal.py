"""Nominal values: what every parameter has while a test gives it nothing else."""

import math
from collections.abc import Iterator

from fdir_service.mission import Mission
from pus.parameters import OWN, Parameter
from pus.st12.definitions import Delta, ExpectedValue, Limit, Validity


def nominal(mission: Mission) -> dict[str, float]:
    """Return a value for every parameter that has samples, so that no check is violated.

    That is the expected value, the middle of all limits, or what a validity condition asks for; 0 without
    any of them. Of a redundant unit the preferred member is selected.
    """
    found = {parameter.id: 0.0 for parameter in mission.parameters.parameters if parameter.source != OWN}
    selected = ((u.selected, u.members[0]) for u in mission.units.values() if u.selected is not None)
    found.update((parameter, float(member)) for parameter, member in selected)
    found.update((condition.parameter, float(condition.expected)) for condition in _conditions(mission))
    found.update(_expected(mission))
    found.update(_middles(mission))
    return {mission.parameters.by_id[k].name: value for k, value in found.items()}


def _conditions(mission: Mission) -> Iterator[Validity]:
    conditions = [pmon.validity for pmon in mission.pmons.values()]
    conditions += [fmon.validity for fmon in mission.fmons.values()]
    yield from filter(None, conditions)


def _expected(mission: Mission) -> Iterator[tuple[int, float]]:
    for pmon in mission.pmons.values():
        if isinstance(pmon.check, ExpectedValue):
            yield pmon.parameter, float(pmon.check.expected)


def _middles(mission: Mission) -> Iterator[tuple[int, float]]:
    limits: dict[int, tuple[float, float]] = {}
    for pmon in mission.pmons.values():
        check = pmon.check
        if isinstance(check, Limit) and not isinstance(check, Delta):
            low, high = limits.get(pmon.parameter, (-math.inf, math.inf))
            limits[pmon.parameter] = max(low, check.low), min(high, check.high)
    for parameter, (low, high) in limits.items():
        yield parameter, _between(mission.parameters.by_id[parameter], low, high)


def _between(parameter: Parameter, low: float, high: float) -> float:
    """Return the middle, or what else between the limits the type of the parameter can hold."""
    middle = low / 2 + high / 2
    candidates = (middle, math.floor(middle), low, math.ceil(low), high)
    return next((float(v) for v in candidates if low <= v <= high and parameter.type.holds(v)), 0.0)
