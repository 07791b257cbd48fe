"""Times of the ladder: they must nest, and leave an action the time to show its effect.

The time-out of a level must exceed the time that the level below takes to detect and to recover.
"""

from collections.abc import Iterable

from fdir_service.ladder.definitions import Level
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile

_NS = 1_000_000_000


class TimeRules:
    """The rules for the levels of one file."""

    def __init__(self, file: MissionFile, levels: tuple[Level, ...], problems: Problems) -> None:
        self._pmons = {section.id: section for section in file.pmon}
        self._fmons = {section.id: section for section in file.fmon}
        self._period = _periods(file)
        self._levels = {level.id: level for level in levels}
        self._problems = problems

    def check(self, key: str, level: Level) -> None:
        """Add to the problems what does not fit."""
        slowest = self._detection(level.fmons)
        for k, action in enumerate(level.actions):
            if action.needs_nominal and action.confirm < slowest:
                reason = f"{action.confirm / _NS:g} s, but its checks take {slowest / _NS:g} s to be nominal"
                self._problems.add(f"{key}.actions.{k}.confirm_s", reason)
        for lower in self._lower(level):
            needed = self._detection(lower.fmons) + lower.longest
            if lower.id not in level.below and self._shares(level, lower):
                self._problems.add(f"{key}.below", f"shares a PMON with {lower.name!r} of a lower number")
            elif lower.id in level.below and level.fmons and level.wait <= needed:
                reason = f"{level.wait / _NS:g} s, but {lower.name!r} may take {needed / _NS:g} s"
                self._problems.add(f"{key}.wait_s", reason)

    def _lower(self, level: Level) -> list[Level]:
        return [other for other in self._levels.values() if other.number < level.number]

    def _shares(self, one: Level, other: Level) -> bool:
        return bool(self._of(one.fmons) & self._of(other.fmons))

    def _of(self, fmons: Iterable[int]) -> set[int]:
        return {k for fmon in fmons if fmon in self._fmons for k in self._fmons[fmon].pmons}

    def _detection(self, fmons: Iterable[int]) -> int:
        """Return how long the slowest check needs to establish a status (ns)."""
        times = (self._time(pmon) for pmon in self._of(fmons) if pmon in self._pmons)
        return max(times, default=0)

    def _time(self, pmon: int) -> int:
        section = self._pmons[pmon]
        period = self._period.get(section.parameter, 0.0)
        return round(section.repetition * section.interval * period * _NS)


def _periods(file: MissionFile) -> dict[str, float]:
    """Return the period (s) of each parameter; derived ones and indices have that of their input."""
    periods = {p.name: s.period_s or 0.0 for s in file.source for p in s.parameters}
    sources = {s.name: s.period_s or 0.0 for s in file.source}
    periods.update((s.name, sources.get(s.source, 0.0)) for s in file.setting)
    for derived in file.derived:
        periods[derived.name] = periods.get(derived.input, 0.0)
    for detector in file.detector:
        for output in detector.outputs:
            period = periods.get(detector.inputs[0], 0.0)
            periods[output.name] = periods[f"{output.name}.score"] = period
    return periods
