"""Pacing: a vehicle whose samples fall due by a clock and are gathered to messages."""

import math

import numpy as np

from pus.samples import Samples
from sim.spacecraft import Spacecraft


class PacedVehicle:
    """Takes samples from a vehicle once they are due; sample k is due k periods / speed after the start.

    Attributes
    ----------
    vehicle : where the samples come from.
    speed : simulated seconds per second; infinite: everything is due at once.
    chunk : samples per message.

    """

    def __init__(self, vehicle: Spacecraft, speed: float, chunk: int) -> None:
        self.vehicle = vehicle
        self.speed = speed
        self.chunk = chunk
        self._origin = 0
        self._is_started = False
        self._held: list[Samples] = []

    def start(self, now: int) -> None:
        """Let the run begin at the clock reading `now` (ns)."""
        self._origin = now
        self._is_started = True

    @property
    def sequence(self) -> int:
        """Sequence number of the next message."""
        return self.vehicle.sequence - self._gathered

    @property
    def is_complete(self) -> bool:
        """Whether the next message can be sent: it is full, or nothing follows its samples."""
        ends = self.vehicle.done or self.vehicle.is_out
        return self._gathered == self.chunk or (ends and self._gathered > 0)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to send."""
        return self.vehicle.done and not self._held

    def due(self) -> int:
        """Return the clock reading at which the next message is complete, or as much is lost, ns."""
        last = min(self.sequence + self.chunk, self.vehicle.outages.border(self.sequence)) - 1
        return self._due(last)

    def catch_up(self, now: int) -> None:
        """Take the samples due at `now` (ns), no more than a message holds; fly through an outage."""
        while (n := self._wanted(now)) > 0:
            if samples := self.vehicle.advance(n):
                self._held.append(samples)

    def message(self) -> Samples:
        """Return the samples gathered, at least one, as one message."""
        first = self._held[0]
        times = np.concatenate([part.times for part in self._held])
        values = np.concatenate([part.values for part in self._held])
        return Samples(first.source, first.session, first.sequence, times, values, first.period)

    def clear(self) -> None:
        """Forget the samples gathered: they have been sent."""
        self._held.clear()

    @property
    def _gathered(self) -> int:
        return sum(len(part) for part in self._held)

    def _wanted(self, now: int) -> int:
        """Return how many samples are due and fit into the message."""
        if self.is_complete:
            return 0
        return min(self._elapsed(now) - self.vehicle.sequence, self.chunk - self._gathered)

    def _due(self, sample: int) -> int:
        return self._origin + math.ceil(sample * self.vehicle.period / self.speed)

    def _elapsed(self, now: int) -> int:
        """Return how many samples of the run are due."""
        samples = self.vehicle.samples
        if math.isinf(self.speed) or not self._is_started:
            return samples if self._is_started else 0
        # The quotient may be off by one sample in the last place; `_due` decides.
        k = min(samples, max(0, int((now - self._origin) * self.speed / self.vehicle.period)))
        while k < samples and self._due(k) <= now:
            k += 1
        return k
