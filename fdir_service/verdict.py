"""Was an injected fault detected and recovered? Compares the timeline with what the simulator knows."""

from collections.abc import Sequence
from dataclasses import dataclass

from fdir_service.ladder import state as ladder
from fdir_service.mission import Mission
from fdir_service.stream import Output
from pus.chain import Instant
from pus.st05 import Severity

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that was injected into a unit: onset and end (None: permanent), ns."""

    unit: str
    onset: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an injected fault; times in seconds from its onset, None: never."""

    fault: Injected
    detection_s: float | None
    reaction_s: float | None
    recovery_s: float | None

    @property
    def good(self) -> bool:
        """Whether it was detected, reacted to and recovered."""
        return None not in (self.detection_s, self.reaction_s, self.recovery_s)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario says should come of it: the highest level that acts (-1: none), the units blamed."""

    highest_level: int
    blamed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a run.

    Attributes
    ----------
    outcomes : of the faults that were injected.
    false_reports : time (ns) and name of the events that no fault explains.
    highest_level : number of the highest level that took an action, -1: none.
    blamed : units that were reported as failed.
    expected : what should have come of it; None: every fault recovered, and nothing reported falsely.

    """

    outcomes: tuple[Outcome, ...]
    false_reports: tuple[tuple[int, str], ...]
    highest_level: int = -1
    blamed: frozenset[str] = frozenset()
    expected: Expectation | None = None

    @property
    def good(self) -> bool:
        """Whether all came as it should."""
        if self.expected is not None:
            return Expectation(self.highest_level, self.blamed) == self.expected
        recovered = bool(self.outcomes) and all(outcome.good for outcome in self.outcomes)
        return recovered and not self.false_reports


class Judge:
    """Collects what matters from the outputs; `verdict` compares it with the truth."""

    def __init__(self, mission: Mission) -> None:
        self._fmons_of = _fmons_of_units(mission)
        self._unit_of_event = {
            mission.fmons[k].event: unit for unit, fmons in self._fmons_of.items() for k in fmons
        }
        self._own = mission.recovery_events
        self._numbers = {level.id: level.number for level in mission.levels}
        self._events: list[tuple[int, int, str]] = []
        self._steps: list[ladder.Step] = []

    def take(self, output: Output) -> None:
        """Take what one round produced."""
        for entry in output.timeline:
            if isinstance(entry, Instant):
                self._events += [
                    (e.time, e.definition.id, e.definition.name)
                    for e in entry.events
                    if e.definition.severity is not Severity.INFORMATIVE and e.definition.id not in self._own
                ]
            elif isinstance(entry, ladder.Step):
                self._steps.append(entry)

    def verdict(self, faults: Sequence[Injected], expected: Expectation | None = None) -> Verdict:
        """Compare with the faults that were injected, and with what a scenario expects."""
        outcomes = tuple(self._outcome(fault) for fault in faults)
        false = tuple(
            (time, name)
            for time, event, name in self._events
            if not any(self._explains(fault, event, time) for fault in faults)
        )
        acting = [self._numbers[s.level] for s in self._steps if s.level and s.outcome is ladder.Outcome.SENT]
        blamed = {unit for _, event, _ in self._events if (unit := self._unit_of_event.get(event))}
        return Verdict(outcomes, false, max(acting, default=-1), frozenset(blamed), expected)

    def _explains(self, fault: Injected, event: int, time: int) -> bool:
        is_during = fault.onset <= time and (fault.end is None or time <= fault.end)
        return is_during and self._unit_of_event.get(event, fault.unit) == fault.unit

    def _outcome(self, fault: Injected) -> Outcome:
        mine = {event for event, unit in self._unit_of_event.items() if unit == fault.unit}
        detected = [time for time, event, _ in self._events if event in mine and time >= fault.onset]
        steps = [s for s in self._steps if set(s.causes) & self._fmons_of.get(fault.unit, set())]
        sent, recovered = (
            [s.time for s in steps if s.outcome is outcome and s.time >= fault.onset]
            for outcome in (ladder.Outcome.SENT, ladder.Outcome.RECOVERED)
        )
        return Outcome(
            fault,
            _since(detected, fault.onset),
            _since(sent, fault.onset),
            _since(recovered, fault.onset),
        )


def _fmons_of_units(mission: Mission) -> dict[str, set[int]]:
    """Return the FMONs that blame each unit: those of the levels that act on it."""
    found: dict[str, set[int]] = {}
    for level in mission.levels:
        for action in level.actions:
            if action.apid in mission.units:
                found.setdefault(mission.units[action.apid].name, set()).update(level.fmons)
    return found


def _since(times: list[int], onset: int) -> float | None:
    return (times[0] - onset) / _NS if times else None
