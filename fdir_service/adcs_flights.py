"""Nominal flights of the simulated CubeSat as a table: what the mission ``cubesat-adcs`` trains DCLOP on."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.card import Card
from models.dclop.recipe import DclopRecipe, train_dclop
from models.dclop.table import Table
from models.dclop.training import DEPENDABLE
from models.metadata import digest_of
from models.training import ProgressCallback
from sim.adcs.scenario import AdcsScenario
from sim.adcs.sensors import NAMES, UNITS
from sim.adcs.vehicle import AdcsVehicle

FLIGHTS: Final = 12
STEP: Final = 24
"""Every how many samples of 10 s a row is taken; it begins later in each flight."""
DAY_S: Final = 86_400.0
BUDGET: Final = 1000
RECIPE: Final = DclopRecipe(DEPENDABLE, BUDGET)
COMMAND: Final = "fdir train dclop-adcs --seed {seed}"


def flight(seed: int, days: float = 1.0) -> NDArray[np.float64]:
    """Return the 27 parameters of a flight without a fault, (n, 27), a sample every 10 s."""
    scenario = AdcsScenario(vehicle="cubesat-adcs", name="nominal", seed=seed, duration_s=days * DAY_S)
    return AdcsVehicle(scenario).advance(scenario.samples).values[:, : len(NAMES)]


def table(seed: int, flights: int = FLIGHTS, step: int = STEP) -> Table:
    """Return rows of `flights` days with seeds from ``1000 seed`` on."""
    starts = [k * step // flights for k in range(flights)]
    rows = np.concatenate([flight(1000 * seed + k)[start::step] for k, start in enumerate(starts)])
    return Table(NAMES, UNITS, rows, 0, digest_of(rows.astype("<f8").tobytes()))


def train_adcs(
    out: Path,
    seed: int,
    progress: ProgressCallback,
    recipe: DclopRecipe = RECIPE,
    flights: int = FLIGHTS,
) -> Card:
    """Train the detector of the mission ``cubesat-adcs`` and write `out`."""
    name = f"flights {1000 * seed} to {1000 * seed + flights - 1}"
    command = COMMAND.format(seed=seed)
    return train_dclop(table(seed, flights), name, out, seed, progress, recipe, command)
