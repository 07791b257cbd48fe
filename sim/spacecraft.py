"""What the publisher needs of any simulated vehicle: samples out, telecommands in, outages between."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pus.failure import RequestError
from pus.packets import Tm, decode_tc
from pus.samples import Samples
from sim.outages import Outages
from sim.unit import Attached

QUEUE = 16_384
"""Messages that may wait for a slow subscriber."""


class Fault(Protocol):
    """Something that goes wrong from a sample on, and stops by itself before another, or not (None)."""

    @property
    def start(self) -> int:
        """First sample."""
        ...

    @property
    def stop(self) -> int | None:
        """First sample after it, or None."""
        ...


@dataclass(frozen=True, slots=True)
class FaultTruth:
    """What really happened in a unit, known to the simulator only.

    Attributes
    ----------
    sensor, unit : which unit, "A" or "B".
    fault : what.
    start : time of the first sample with the fault, ns.
    end : time of the first sample without it, ns, or None: the run ends before. A fault that comes and
        goes is one entry from its first sample on to its end or its clearing.

    """

    sensor: StrEnum
    unit: str
    fault: Fault
    start: int
    end: int | None


class Spacecraft(ABC):
    """A run of one source of samples. Pure: no clock, no socket.

    Parameters
    ----------
    source : its name.
    period : of the samples, ns.
    samples : length of the run.
    session : session of the samples.
    start : time of the first sample, ns since the mission epoch.
    outages : first sample of each outage and the one after its last (None: for good).

    """

    queue = QUEUE

    def __init__(
        self,
        source: str,
        period: int,
        samples: int,
        session: int,
        start: int,
        outages: Iterable[tuple[int, int | None]],
    ) -> None:
        self.source = source
        self.period = period
        self.samples = samples
        self.session = session
        self.sequence = 0
        self.outages = Outages(samples, outages)
        self._start = start

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self.sequence >= self.samples

    @property
    def is_out(self) -> bool:
        """Whether the next sample is lost on its way."""
        return self.outages.is_lost(self.sequence)

    @property
    def is_dead(self) -> bool:
        """Whether the source is dead: no sample comes any more, not even after the end of the run."""
        return self.outages.is_dead(self.sequence)

    @property
    def time(self) -> int:
        """Time of the next sample, ns."""
        return self._time_of(self.sequence)

    @property
    @abstractmethod
    def faults(self) -> list[FaultTruth]:
        """The faults of the run by start; an end by a telecommand shows once it has happened."""

    @abstractmethod
    def command(self, octets: bytes, time: int) -> list[Tm]:
        """Execute one TC packet at `time` (ns), effective from the next sample; return the answers."""

    @abstractmethod
    def _read(self, first: int, stop: int) -> NDArray[Any]:
        """Return samples `first` .. `stop` - 1, (k, *shape)."""

    def advance(self, n: int) -> Samples:
        """Fly n samples and return those that come through; the same bytes whatever the chunks.

        The vehicle flies fewer at the end of the run and at the border of an outage, which it never
        crosses. The samples of an outage are lost: it flies them, and returns none.
        """
        first, stop = self.sequence, min(self.sequence + n, self.outages.border(self.sequence))
        values = self._read(first, first if self.is_out else stop)
        samples = Samples.regular(self.source, self.session, first, self.time, self.period, values)
        self.sequence = stop
        return samples

    def _truth(self, sensor: StrEnum, unit: str, attached: Attached) -> FaultTruth:
        end = attached.end
        over = end is not None and end < self.samples
        return FaultTruth(
            sensor,
            unit,
            attached.fault,
            self._time_of(attached.fault.start),
            self._time_of(end) if over and end is not None else None,
        )

    def _time_of(self, sample: int) -> int:
        return self._start + sample * self.period


def session_of(seed: int) -> int:
    """Return the session of a run that is told none."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0])


def is_foreign(octets: bytes, apid: int) -> bool:
    """Whether this is a sound TC packet, but not for the application process `apid`."""
    try:
        return decode_tc(octets).apid != apid
    except RequestError:
        return False
