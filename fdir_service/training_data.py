"""Simulated flights as training data: where the simulator and the training of stuck-value models meet."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fdir_service.benchmark_flights import LONG_FAULTS
from models.recipes import Part, StuckData
from sim.dataset import Batch, DatasetSettings, concatenate, generate
from sim.schedule import ScheduleSettings


@dataclass(frozen=True, slots=True)
class _PartSettings:
    """Seed and heading offset (grid steps) of one part: no two parts share a flight or a heading grid."""

    seed: int
    offset: float
    share: float
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)


NEVER = 1 << 30
NO_FAULTS = ScheduleSettings(first_onset=(NEVER, NEVER))

PARTS: dict[Part, tuple[_PartSettings, ...]] = {
    "train": (_PartSettings(1, 0.0, 2 / 3), _PartSettings(6, 0.6, 1 / 3, LONG_FAULTS)),
    "validation": (_PartSettings(2, 0.25, 0.1),),
    "test": (_PartSettings(3, 0.5, 1 / 6),),
    "nominal": (_PartSettings(4, 0.25, 0.1, NO_FAULTS),),
    "nominal_test": (_PartSettings(5, 0.75, 1 / 6, NO_FAULTS),),
}


def stuck_data(trajectories: int) -> StuckData:
    """Return what generates the parts of a data set of `trajectories` training flights."""

    def part(name: Part) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        batch = concatenate(_flights(settings, trajectories) for settings in PARTS[name])
        return batch.signals, batch.labels

    return part


def _flights(settings: _PartSettings, trajectories: int) -> Batch:
    n = max(1, round(trajectories * settings.share))
    dataset = DatasetSettings(schedule=settings.schedule)
    return concatenate(generate(dataset, n, settings.seed, offset=settings.offset))
