"""Simulated flights as training data: where the simulator and the training of stuck-value models meet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.recipes import Part, StuckData
from sim.dataset import DatasetSettings, concatenate, generate
from sim.schedule import ScheduleSettings


@dataclass(frozen=True, slots=True)
class _PartSettings:
    """Seed and heading offset (grid steps) of one part: no two parts share a flight or a heading grid."""

    seed: int
    offset: float
    share: float
    has_faults: bool = True


PARTS: dict[Part, _PartSettings] = {
    "train": _PartSettings(1, 0.0, 1.0),
    "validation": _PartSettings(2, 0.25, 0.1),
    "test": _PartSettings(3, 0.5, 1 / 6),
    "nominal": _PartSettings(4, 0.25, 0.1, has_faults=False),
    "nominal_test": _PartSettings(5, 0.75, 1 / 6, has_faults=False),
}
NEVER = 1 << 30


def stuck_data(trajectories: int) -> StuckData:
    """Return what generates the parts of a data set of `trajectories` training flights."""

    def part(name: Part) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        settings = PARTS[name]
        schedule = ScheduleSettings() if settings.has_faults else ScheduleSettings(first_onset=(NEVER, NEVER))
        n = max(1, round(trajectories * settings.share))
        dataset = DatasetSettings(schedule=schedule)
        batch = concatenate(generate(dataset, n, settings.seed, offset=settings.offset))
        return batch.signals, batch.labels

    return part
