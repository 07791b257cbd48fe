"""One sensor unit: what it reads, what is wrong with it and what clears that.

A unit gives no readings for a boot time after a power cycle, and for a shorter time while it reinitialises.
A dead unit gives neither readings nor answers; a mute one measures, but neither answers nor obeys. The
power switch is outside the unit and reaches both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from sim.draws import Floats
from sim.faults import DeadFault, Fault, MuteFault
from sim.sensors import Readings, blend


class Cure(StrEnum):
    """What clears a fault; a power cycle also clears what a reinitialisation does."""

    NOTHING = "nothing"
    REINITIALISE = "reinitialise"
    POWER_CYCLE = "power_cycle"


@dataclass(frozen=True, slots=True)
class Flapping:
    """A fault that comes and goes: there for `on` samples, gone for `off`, again and again."""

    on: int
    off: int


@dataclass(slots=True)
class Attached:
    """A fault in a unit.

    Attributes
    ----------
    fault : what happens.
    cleared_by : what clears it.
    flapping : how it comes and goes, or None: it is there throughout.
    cleared : sample from which on it is gone because something cleared it, or None.

    """

    fault: Fault
    cleared_by: Cure = Cure.NOTHING
    flapping: Flapping | None = None
    cleared: int | None = None

    @property
    def end(self) -> int | None:
        """First sample after the fault, or None while nothing ends it."""
        ends = [end for end in (self.fault.stop, self.cleared) if end is not None]
        return min(ends, default=None)

    def present(self, sample: int) -> bool:
        """Whether the fault is there at `sample`."""
        return any(self.episodes(sample, sample + 1))

    def clear(self, sample: int) -> None:
        """Let the fault be gone from `sample` on; one that has not begun or is over stays as it is."""
        if self.fault.start <= sample and (self.end is None or sample < self.end):
            self.cleared = sample

    def episodes(self, first: int, stop: int) -> Iterator[tuple[Fault, int, int]]:
        """Yield each time that the fault is there within samples `first` .. `stop` - 1.

        Yields the fault as it is that time, and the first sample and the one after the last, cut to the
        samples asked for. A flapping fault sticks anew each time, at the last value of that moment.
        """
        end = stop if self.end is None else min(stop, self.end)
        for onset, until in self._onsets(first, end):
            if max(first, onset) < min(until, end):
                yield replace(self.fault, start=onset), max(first, onset), min(until, end)

    def _onsets(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        start, flapping = self.fault.start, self.flapping
        if flapping is None:
            yield start, end
            return
        period = flapping.on + flapping.off
        for onset in range(start + max(0, first - start) // period * period, end, period):
            yield onset, onset + flapping.on


class Unit:
    """One sensor unit.

    Parameters
    ----------
    moving : what it would read over the whole run, (T, 3), if it were sound and flew as planned.
    still : the same, with the same errors and noise, for a vehicle at rest.
    faults : what is or will be wrong with it.
    boot, reinitialise : samples without readings after a power cycle, after a reinitialisation.

    """

    def __init__(
        self, moving: Readings, still: Readings, faults: list[Attached], boot: int, reinitialise: int
    ) -> None:
        self.faults = faults
        self._moving = moving
        self._still = still
        self._readings = moving
        self._boot = boot
        self._reinitialise = reinitialise
        self._silent_until = 0

    def read(self, first: int, stop: int) -> Floats:
        """Return the readings at samples `first` .. `stop` - 1, (k, 3); NaN while dead or booting."""
        out = self._readings.measured[first:stop].copy()
        for attached in self.faults:
            for fault, start, end in attached.episodes(first, stop):
                fault.overlay(self._readings, out[start - first : end - first], start)
        out[: max(0, self._silent_until - first)] = np.nan
        return out

    def move(self, share: Floats) -> None:
        """Let the vehicle make a share (T,) of its planned motion."""
        self._readings = blend(self._still, self._moving, share)

    def power_cycle(self, sample: int) -> None:
        """Switch off and on before `sample`: clears what can be cleared, silent for the boot time."""
        self._restart(sample, self._boot, (Cure.REINITIALISE, Cure.POWER_CYCLE))

    def reinitialise(self, sample: int) -> None:
        """Load the unit's settings anew before `sample`: clears what that can clear, silent for a moment."""
        self._restart(sample, self._reinitialise, (Cure.REINITIALISE,))

    def _restart(self, sample: int, silent: int, cures: tuple[Cure, ...]) -> None:
        self._silent_until = max(self._silent_until, sample + silent)
        for attached in self.faults:
            if attached.cleared_by in cures:
                attached.clear(sample)

    def answers(self, sample: int) -> bool:
        """Whether the unit answers and obeys at `sample`."""
        return not any(
            isinstance(attached.fault, DeadFault | MuteFault) and attached.present(sample)
            for attached in self.faults
        )
