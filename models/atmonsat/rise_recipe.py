"""The recipe of the committed rise detector, end to end: a folder in, one ONNX file with its card out.

The fit is closed-form: there is nothing random, and a seed changes nothing.
"""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from models.atmonsat.data import REPLAY_DAY, SENSORS, TEMPERATURES, Day
from models.atmonsat.rise_evaluation import BUDGET, fitted, hours, nominal_days
from models.atmonsat.rise_filter import BORDERS_S, RiseFilter, aware, temperatures_only
from models.atmonsat.rise_inputs import LAGS_S, channels
from models.card import Card, Channel, Output
from models.export import export

COMMAND: Final = "fdir train atmonsat-rise --data DIR --seed {seed}"
OFF: Final = 0.0
"""The index holds until nothing of the rise is unexpected any more."""
CENTRE: Final = 40.0
"""degC; taken off in the graph, for single precision. The weights of a sensor sum to 0: no score changes."""
PARITY_WINDOWS: Final = 256
VERSION: Final = "1"


class RiseNet(nn.Module):
    """Filters as one graph: a linear map of 72 temperatures, and steps of the younger age."""

    weights: Tensor
    borders: Tensor
    first: Tensor
    steps: Tensor

    def __init__(self, filters: tuple[RiseFilter, ...]) -> None:
        super().__init__()
        offsets = np.stack([rise.offsets for rise in filters], axis=1)
        constants = {
            "weights": np.stack([rise.weights.ravel() for rise in filters], axis=1),
            "borders": np.array(BORDERS_S),
            "first": offsets[0],
            "steps": np.diff(offsets, axis=0),
        }
        for name, values in constants.items():
            self.register_buffer(name, torch.tensor(values, dtype=torch.float32))

    def forward(self, window: Tensor) -> Tensor:
        """Return the scores (batch, filters) of `window` (batch, 1, 74)."""
        sample = window[:, 0]
        size = len(LAGS_S) * SENSORS
        age = torch.minimum(sample[:, size], sample[:, size + 1])
        passed = (age[:, None] >= self.borders).to(torch.float32)
        unexplained = (sample[:, :size] - CENTRE) @ self.weights
        return torch.as_tensor(unexplained - (self.first + passed @ self.steps))


def train_atmonsat_rise(folder: Path, out: Path, seed: int) -> Card:
    """Fit the rise detectors to the undisturbed files in `folder` but the shipped day, and write `out`.

    Raises
    ------
    DataSetError
        If the folder is not the data set.
    ParityError
        If the file does not reproduce the filters.

    """
    days = tuple(day for day in nominal_days(folder) if day.name != REPLAY_DAY)
    found = [fitted(form, days) for form in (aware(), temperatures_only())]
    card = _card(days, [(rise.form.name, on) for rise, on in found], seed)
    windows = np.concatenate([channels(day) for day in days]).astype(np.float32)[:, None]
    chosen = np.linspace(0, len(windows) - 1, PARITY_WINDOWS).astype(np.intp)
    export(RiseNet(tuple(rise for rise, _ in found)), card, out, windows[chosen])
    return card


def _card(days: tuple[Day, ...], thresholds: list[tuple[str, float]], seed: int) -> Card:
    names = [name.replace("_", ".") for name in TEMPERATURES]
    listed = [
        Channel(name=f"{name}.{lag}s" if lag else f"{name}.smooth", unit="degC")
        for lag in LAGS_S
        for name in names
    ]
    listed += [Channel(name="restart.age", unit="s"), Channel(name="reboot.age", unit="s")]
    return Card(
        kind="linear matched filter of temperature rises",
        channels=tuple(listed),
        shape=(len(listed),),
        period=None,
        window=1,
        outputs=tuple(Output(name=name, on=on, off=OFF) for name, on in thresholds),
        data={day.name: day.digest for day in days},
        command=COMMAND.format(seed=seed),
        seed=seed,
        metrics={"nominal_hours": round(hours(days), 2), "nominal_alarms_per_day_at_most": BUDGET},
        version=VERSION,
    )
