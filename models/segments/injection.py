"""Faults put into a recorded channel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.segments.photodiodes import Run

Floats = NDArray[np.float64]

FULL: Final = np.pi / 2
"""rad; the most a diode reads."""
LIT: Final = 0.38
"""rad; what the diodes' own flags call valid lies above."""
LEAD: Final = 64
ROOM: Final = 48
"""Rows before an onset, and at least behind it, that are refreshed."""
REACH: Final = 160
"""Rows from the onset in which a segment can tell of the fault."""
ONSETS: Final = 2
"""A diode, a run and a kind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is added to a reading for so many rows.

    Attributes
    ----------
    rows : how long it lasts; 0: to the end.
    noise : standard deviation, rad.
    offset : rad.
    spikes : of `offset`, so many rows of these only; 0: all.
    holds : whether the reading keeps its value of the onset.

    """

    rows: int
    noise: float = 0.0
    offset: float = 0.0
    spikes: int = 0
    holds: bool = False


FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        "stuck": Fault(rows=128, holds=True),
        "noise": Fault(rows=32, noise=0.1),
        "weak noise": Fault(rows=64, noise=0.03),
        "spikes": Fault(rows=48, offset=0.6, spikes=3),
        "jump": Fault(rows=0, offset=0.4),
    }
)


def inject(values: Floats, fault: Fault, onset: int, rng: np.random.Generator) -> Floats:
    """Return `values` (T,) with a fault from row `onset` on, within what a diode can read."""
    stop = min(len(values), onset + fault.rows) if fault.rows else len(values)
    found = values.copy()
    part = found[onset:stop]
    if fault.holds:
        part[:] = values[onset]
    where = rng.choice(len(part), fault.spikes, replace=False) if fault.spikes else slice(None)
    part[where] += fault.offset
    part += fault.noise * rng.standard_normal(len(part))
    return np.clip(found, 0.0, FULL)


def onsets(run: Run, diode: int, rng: np.random.Generator) -> list[int]:
    """Return up to `ONSETS` rows at which a diode is lit."""
    rows = np.arange(run.values.shape[1])
    inside = (rows >= LEAD) & (rows < run.fresh - ROOM)
    lit = np.flatnonzero(inside & (run.values[diode] > LIT))
    return sorted(rng.choice(lit, min(ONSETS, len(lit)), replace=False).tolist())


def trials(run: Run, seed: int) -> Iterator[tuple[str, int, Floats]]:
    """Yield (kind, onset, values (T,)) of a run's diodes, one fault at a time."""
    rng = np.random.default_rng([seed, *run.name.encode()])
    for diode in range(len(run.values)):
        for kind, fault in FAULTS.items():
            for onset in onsets(run, diode, rng):
                yield kind, onset, inject(run.values[diode], fault, onset, rng)
