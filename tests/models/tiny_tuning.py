"""A study that takes seconds: noise in six channels, frozen readings, a network that hardly trains."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.flights import Flights, Part
from models.metrics import Mask
from models.stuck_recipe import FAITHFUL
from models.training import DenseTraining
from models.tuning import Limit, Study, TuningSettings
from models.tuning_space import Space
from models.tuning_storage import ScoreStore

RECIPE = replace(FAITHFUL, training=DenseTraining(batch=2, crop=64, rate=1e-2))
SETTINGS = TuningSettings(seed=1, flights=3, validation=3, steps=2)
SPACE = Space((60, 68, 76), epochs=(1, 3))


def flights(seed: int) -> Flights:
    rng = np.random.default_rng(seed)
    signals = np.round(rng.standard_normal((3, 420, 6)), 2)
    axes = np.zeros(signals.shape, np.bool_)
    for record in range(3):
        for start, length in ((120, 40), (300, 80)):
            columns = slice(0, 3) if rng.random() < 0.5 else slice(3, 6)
            signals[record, start : start + length, columns] = signals[record, start - 1, columns]
            axes[record, start : start + length, columns] = True
    return Flights(signals, axes)


class Data:
    """Flights that count how often they were asked for, and may wait for ever for one."""

    def __init__(self, hold: int | None = None) -> None:
        self.asked = 0
        self.parts: list[Part] = []
        self._hold = hold

    def epoch(self, seed: int, number: int) -> Flights:
        self.asked += 1
        if self.asked == self._hold:
            sys.stdout.write("waiting\n")
            sys.stdout.flush()
            sys.stdin.read()
        return flights(10 * seed + number % 2)

    def part(self, name: Part) -> Flights:
        self.parts.append(name)
        return flights(5)

    def classical(self, given: Flights) -> Mask:
        return given.labels[..., :2]


def open_tiny(path: Path | None, folder: Path, settings: TuningSettings = SETTINGS) -> Study:
    return Study.open(RECIPE, settings, path, ScoreStore(folder, RECIPE.name), SPACE)


def main(path: str, hold: str, trials: str) -> None:
    """Run a study in a process of its own that waits when it asks for flights for the given time."""
    study = open_tiny(Path(path), Path(path + ".scores"))
    study.run(Data(int(hold)), Limit(int(trials)), lambda _: None)
