"""What a test gives instead of sensors and models: a value for every parameter at every sample."""

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from fdir_service.mission import Mission
from fdir_service.testing.nominal import nominal

Value = float | None | Callable[[float], float | None]
"""A value, None (not known; so is NaN), or a function of on-board time in seconds, always the same one."""
Floats = NDArray[np.float64]

_NS = 1_000_000_000


class Feed:
    """The present value of every parameter that has samples, and the values of the samples already made.

    A derived parameter keeps its nominal value until its input is given one; from then on it is computed,
    unless it is given a value itself.
    """

    def __init__(self, mission: Mission) -> None:
        self._mission = mission
        self._values: dict[str, Value] = dict(nominal(mission))
        self._inputs = {section.name: section.input for section in mission.file.derived}
        self._computed: set[str] = set()
        self._fed: set[str] = set()
        self._rows: dict[str, tuple[Floats, NDArray[np.bool_]]] = {}
        self._made: dict[tuple[str, int], tuple[Floats, NDArray[np.bool_]]] = {}

    def give(self, values: Mapping[str, Value]) -> None:
        """Give parameters new values, which they keep."""
        self._values.update(values)
        self._fed |= values.keys() & self._inputs.keys()
        self._computed -= self._fed
        for name, source in self._inputs.items():
            if (source in values or source in self._computed) and name not in self._fed:
                self._computed.add(name)
        self._rows.clear()

    def compute(self, names: Iterable[str]) -> None:
        """Let derived parameters be computed (again)."""
        self._computed |= set(names)
        self._fed -= self._computed
        self._rows.clear()

    def is_derived(self, name: str) -> bool:
        """Whether a parameter can be computed from another one."""
        return name in self._inputs

    def sample(self, source: str, time: int) -> Floats:
        """Return the values (P,) of all parameters of a source for its sample at `time` (ns)."""
        if source not in self._rows:
            self._rows[source] = self._row(source)
        row, computed = self._rows[source]
        if functions := self._functions(source):
            row = row.copy()
            for k, function in functions:
                row[k] = _number(function(time / _NS))
        self._made[source, time] = row, computed
        return row

    def made(self, source: str, times: NDArray[np.int64]) -> tuple[Floats, NDArray[np.bool_]]:
        """Return what was given (P, K) for samples already made, and which of it is to be computed (P, K)."""
        rows, computed = zip(*(self._made[source, time] for time in times.tolist()), strict=True)
        return np.stack(rows, axis=1), np.stack(computed, axis=1)

    def _row(self, source: str) -> tuple[Floats, NDArray[np.bool_]]:
        names = [parameter.name for parameter in self._mission.parameters.sources[source]]
        values = [self._values[name] for name in names]
        row = np.array([math.nan if callable(value) else _number(value) for value in values])
        return row, np.array([name in self._computed for name in names])

    def _functions(self, source: str) -> list[tuple[int, Callable[[float], float | None]]]:
        parameters = enumerate(self._mission.parameters.sources[source])
        return [(k, value) for k, p in parameters if callable(value := self._values[p.name])]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
