"""How much of the planned motion the vehicle makes: all of it, none at rest, and smoothly between."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from sim.draws import Floats
from sim.flight_plan import ramp
from sim.trajectory import PERIOD

SETTLE_S: Final = 4.0
"""From motion to rest, and back."""


class Motion:
    """The share of the planned motion, sample by sample.

    Parameters
    ----------
    samples : T, length of the run.
    holds : first sample and the one after the last of every hold of the plan.

    """

    def __init__(self, samples: int, holds: Iterable[tuple[int, int]] = ()) -> None:
        self._planned = np.ones(samples)
        self._commanded = np.ones(samples)
        for start, stop in holds:
            self._planned *= 1.0 - _progress(samples, start) + _progress(samples, stop)

    @property
    def share(self) -> Floats:
        """(T,): 1 all of the motion, 0 rest."""
        return self._planned * self._commanded

    def change(self, sample: int, target: float) -> None:
        """Let the share go to `target` from `sample` on; nothing before it changes."""
        before = self._commanded[sample - 1] if sample else 1.0
        progress = _progress(len(self._commanded), sample)[sample:]
        self._commanded[sample:] = before + (target - before) * progress


def _progress(samples: int, start: int) -> Floats:
    """Return a ramp from 0 to 1, (samples,), that rises from sample `start` on for `SETTLE_S`."""
    times = (np.arange(samples, dtype=np.float64) - start + 1) * PERIOD
    return ramp(times, np.zeros(1), np.full(1, SETTLE_S))
