"""Readings of a real sensor as if they were simulated, so that the same faults can be injected into them.

The truth of a recording is not known. What stands for the noise-free reading is a short centred mean; the
noise is that of the calmest seconds, and the resolution the usual gap between the values that occur.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.draws import Floats
from sim.faults import Range
from sim.sensors import Readings, SensorModel

MEAN_S: Final = 0.05
"""Seconds of the mean that stands for the noise-free reading: motion is slower, noise is not."""
CALM_S: Final = 1.0
CALM: Final = 0.2
"""The noise is that of a window of `CALM_S` than which only this share of the windows is calmer."""
NOMINAL: Final = (0.001, 0.999)
"""Quantiles of the readings that bound the nominal range."""


@dataclass(frozen=True, slots=True)
class RecordedSensor:
    """Three axes of a recording without faults.

    Attributes
    ----------
    measured, clean : (T, 3), as recorded, and without noise as far as can be told.
    white : (3,) rms of the noise of one sample.
    step : resolution.
    nominal : range of each axis.

    """

    measured: Floats
    clean: Floats
    white: Floats
    step: float
    nominal: Range

    @classmethod
    def of(cls, measured: Floats, rate: float) -> "RecordedSensor":
        """Tell noise, resolution and range of `measured` (T, 3), sampled at `rate` Hz.

        Raises
        ------
        ValueError
            If an axis never changes, or the recording is too short to tell.

        """
        calm = round(CALM_S * rate)
        if len(measured) < 2 * calm + 2 or (np.ptp(measured, axis=0) == 0).any():
            raise ValueError(f"{len(measured)} samples at {rate:g} Hz: too short, or an axis never changes")
        low, high = np.quantile(measured, NOMINAL, axis=0)
        return cls(
            measured, _mean(measured, MEAN_S * rate), _noise(measured, calm), _step(measured), (low, high)
        )

    def polled(self, every: int, phase: int = 0) -> "RecordedSensor":
        """Return the sensor as one sees it who reads every so many samples only."""
        chosen = slice(phase, None, every)
        return RecordedSensor(self.measured[chosen], self.clean[chosen], self.white, self.step, self.nominal)

    def readings(self, rng: np.random.Generator) -> Readings:
        """Return the readings with noise drawn anew, which a stuck axis has instead of that recorded."""
        white = rng.standard_normal(self.measured.shape) * self.white
        rms = float(np.sqrt(np.mean(self.white**2)))
        model = SensorModel(rms, instability=0.0, bias=0.0, scale=0.0, misalignment=0.0, step=self.step)
        return Readings(model, self.clean, white, self.measured)


def _mean(values: Floats, samples: float) -> Floats:
    """Return the centred mean over an odd number of samples (T, 3), over what there is at the ends."""
    half = round((samples - 1) / 2)
    total = np.cumsum(np.pad(values, ((1, 0), (0, 0))), axis=0)
    at = np.arange(len(values))
    first, stop = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    mean: Floats = (total[stop] - total[first]) / (stop - first)[:, None]
    return mean


def _noise(values: Floats, calm: int) -> Floats:
    """Return the rms of white noise (3,) by second differences, which slow motion hardly has."""
    bent = np.diff(values, 2, axis=0)
    windows = bent[: len(bent) // calm * calm].reshape(-1, calm, 3)
    rms: Floats = np.quantile(np.sqrt(np.mean(windows**2, axis=1) / 6), CALM, axis=0)
    return rms


def _step(values: Floats) -> float:
    """Return the median over the axes of the usual gap between neighbouring values."""
    return float(np.median([np.median(np.diff(np.unique(column))) for column in values.T]))
