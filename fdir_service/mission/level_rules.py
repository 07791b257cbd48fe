"""Rules that cross the levels of a ladder: times must nest, and every action must be able to show its effect.

The time-out of a level must exceed the time that the levels beneath take to detect and to recover.
"""

from collections.abc import Iterable, Mapping

from fdir_service.ladder.definitions import Level
from fdir_service.ladder.order import Order
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile

_NS = 1_000_000_000


class LevelRules:
    """The rules for the levels of one file; `windows` holds the length of each known detector's."""

    def __init__(
        self, file: MissionFile, levels: tuple[Level, ...], windows: Mapping[str, int], problems: Problems
    ) -> None:
        self._pmons = {section.id: section for section in file.pmon}
        self._fmons = {section.id: section for section in file.fmon}
        self._period = _periods(file)
        self._segment = {name: s.samples for s in file.segment for name in s.parameters}
        self._window = {
            name: windows.get(detector.name, 0)
            + max((self._segment.get(i, 0) for i in detector.inputs), default=0)
            for detector in file.detector
            for output in detector.outputs
            for name in output.named
        }
        self._order = Order(levels)
        self._problems = problems

    def check(self, key: str, level: Level) -> None:
        """Add to the problems what does not fit."""
        slowest = self._detection(self._order.fmons[level.id])
        for k, action in enumerate(level.actions):
            for fmon in self._order.fmons[level.id] if action.needs_classical else ():
                if not self._has_classical(fmon):
                    reason = f"all checks of FMON {fmon} read detectors: the action would wait for ever"
                    self._problems.add(f"{key}.actions.{k}.needs_classical", reason)
            if action.needs_nominal and action.confirm < slowest:
                reason = f"{action.confirm / _NS:g} s, but its checks take {slowest / _NS:g} s to be nominal"
                self._problems.add(f"{key}.actions.{k}.confirm_s", reason)
        for lower in self._order.levels:
            if lower.number < level.number and lower.id not in self._order.beneath[level.id]:
                self._check_apart(key, level, lower)
        for lower_id in level.below if level.fmons else ():
            lower = self._order.by_id[lower_id]
            needed = self._detection(self._order.fmons[lower_id]) + self._resolution(lower)
            if level.wait <= needed:
                reason = f"{level.wait / _NS:g} s, but {lower.name!r} may take {needed / _NS:g} s"
                self._problems.add(f"{key}.wait_s", reason)

    def _check_apart(self, key: str, level: Level, lower: Level) -> None:
        """Check that levels which do not wait for one another watch different checks."""
        if self._checks(level.fmons) & self._checks(lower.fmons):
            self._problems.add(f"{key}.below", f"shares a PMON with {lower.name!r} of a lower number")

    def _has_classical(self, fmon: int) -> bool:
        return any(self._pmons[pmon].parameter not in self._window for pmon in self._checks((fmon,)))

    def _resolution(self, level: Level) -> int:
        """Return the longest time from a failure to the exhaustion of a level, with those beneath (ns)."""
        lower = (self._resolution(self._order.by_id[k]) for k in level.below)
        return level.longest + max(lower, default=0)

    def _checks(self, fmons: Iterable[int]) -> set[int]:
        return {pmon for fmon in fmons for pmon in self._fmons[fmon].pmons}

    def _detection(self, fmons: Iterable[int]) -> int:
        """Return how long the slowest check needs to establish a status after values were unknown (ns)."""
        return max(map(self._time, self._checks(fmons)), default=0)

    def _time(self, pmon: int) -> int:
        section = self._pmons[pmon]
        first = self._window.get(section.parameter, 0) or self._segment.get(section.parameter, 0)
        samples = section.repetition * section.interval + first
        return round(samples * self._period[section.parameter] * _NS)


def _periods(file: MissionFile) -> dict[str, float]:
    """Return the period (s) of each parameter, 0 if irregular; derived ones have that of their input."""
    sources = {s.name: s.period_s or 0.0 for s in file.source}
    periods = {p.name: sources[s.name] for s in file.source for p in s.parameters}
    images = {s.name: sources[s.name] for s in file.source if s.is_image}
    periods.update((s.name, sources[s.source]) for s in file.setting)
    for derived in file.derived:
        periods[derived.name] = (images if derived.kind == "digest" else periods)[derived.input]
    for segment in file.segment:
        periods.update(dict.fromkeys(segment.parameters, periods[segment.input]))
    for detector in file.detector:
        for output in detector.outputs:
            period = images[detector.source] if detector.source else periods[detector.inputs[0]]
            periods[output.name] = periods[f"{output.name}.score"] = period
    return periods
