"""What the stuck-value net sees of a vehicle's accelerometer and gyroscopes; all of it inside the graph.

Beyond signal and derivative, which are compressed by arcsinh, everything is made of *steps*: differences of
consecutive readings, counted in units of the resolution and rounded. Sums of steps with whole weights are
exact in float32, in whatever order they are taken, so that a frozen reading has energies of exactly zero and
a huge jump leaves no rounding behind. Every feature is a causal convolution or an elementwise operator.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.features import LARGEST, FeatureConstants
from models.scaling import Floats

AXES: Final = 3
LARGEST_STEP: Final = 1024.0
"""Steps beyond count as this one: faster than any motion, and sums of them still are exact."""
DEVIATIONS: Final = (16, 48)
"""Samples of the moving averages from which the deviation is taken, and of the mean of its square."""
DRIFTS: Final = ((4, 12), (8, 24), (16, 48))
"""(samples of a moving average, samples by which it is compared with its own past)."""
DRIFT_ENERGIES: Final = (16, 32, 32)
"""Samples of the mean of the square of each drift."""
STEP_ENERGY: Final = 8
TURN: Final = 16
"""Samples over which the rotation of the specific force is followed."""
TURNING: Final = 256.0
"""Readings beyond this many scales are no motion: products of larger ones would only lose digits."""
CENTRE: Final = 1.5
"""Taken from every energy: on the logarithmic scale it lies between standstill and motion."""
USED: Final = 2 * (DEVIATIONS[-1] - 1)
"""Samples by which the features are fewer than the readings."""
SIGNED: Final = 2 * 6 + 6 * len(DRIFTS) + 3 * AXES
ENERGIES: Final = 6 * (2 + len(DEVIATIONS) + len(DRIFTS)) + AXES
FEATURES: Final = SIGNED + ENERGIES


@dataclass(frozen=True, slots=True)
class Mounting:
    """Where the accelerometer sits, and how often both sensors are read.

    Attributes
    ----------
    lever_arm : r, position of the accelerometer from the centre of mass, m.
    period : seconds between samples.

    """

    lever_arm: tuple[float, float, float]
    period: float


class InertialFeatures(nn.Module):
    """Features of three axes of specific force (m/s2) and three of angular rate (rad/s).

    Of each axis: signal and derivative; log energies of steps (1 and 8 samples), of the deviation from a
    moving average, and of slow drifts; the drifts themselves. Of the accelerometer with the gyroscopes: steps
    without those that the angular acceleration makes at the lever arm, ``d(a - dw/dt x r)``, their energy,
    the rotation of the specific force ``sum w x a dt`` over 1.6 s, and what it leaves of the change of a.
    """

    center: Tensor
    gain: Tensor
    per_resolution: Tensor
    bound: Tensor
    deviation: Tensor
    drift: Tensor
    lever: Tensor
    windows: Tensor
    slow_windows: Tensor
    turn: Tensor
    motion_gain: Tensor

    def __init__(self, constants: FeatureConstants, mounting: Mounting) -> None:
        super().__init__()
        signal, derivative = constants.signal, constants.derivative
        resolution = constants.resolution
        noise = derivative.scale / resolution / 2
        drift_gain = np.array([samples**-0.5 for samples, _ in DRIFTS]) / noise[:, None]
        buffers = {
            "center": _column(np.concatenate([signal.center, derivative.center])),
            "gain": _column(1 / np.concatenate([signal.scale, derivative.scale])),
            "per_resolution": _column(1 / resolution),
            "bound": _column(TURNING * signal.scale),
            "deviation": _bank([deviation_kernel(n) for n in DEVIATIONS]),
            "drift": _bank([drift_kernel(*pair) for pair in DRIFTS]),
            "lever": torch.tensor(_lever_kernel(mounting, resolution), dtype=torch.float32),
            "windows": _windows(
                [1] * 6 + [STEP_ENERGY] * 6 + [*DEVIATIONS] * 6, [1] * 12 + [*DEVIATIONS] * 6
            ),
            "slow_windows": _windows(
                [*DRIFT_ENERGIES] * 6 + [STEP_ENERGY] * AXES, [n for n, _ in DRIFTS] * 6 + [1] * AXES
            ),
            "turn": _column(mounting.period * TURN / resolution[:AXES]),
            "motion_gain": _column(np.concatenate([drift_gain.ravel(), np.tile(1 / noise[:AXES], 3)])),
        }
        for name, buffer in buffers.items():
            self.register_buffer(name, buffer)

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, FEATURES, T - USED) of `x` (batch, 6, T): the compressed ones, then the energies."""
        length = x.shape[-1] - USED
        differences = x[..., 1:] - x[..., :-1]
        steps = torch.round((differences * self.per_resolution).clamp(-LARGEST_STEP, LARGEST_STEP))
        deviation = nn.functional.conv1d(steps, self.deviation, groups=2 * AXES)
        drift = nn.functional.conv1d(steps, self.drift, groups=2 * AXES)
        rigid = nn.functional.conv1d(steps, self.lever)
        readings = (_newest(length, x, differences) - self.center) * self.gain
        motion = _newest(length, drift, rigid, self._turned(x, steps)) * self.motion_gain
        squares = [
            _mean_squares(length, self.windows, steps, steps, deviation),
            _mean_squares(length, self.slow_windows, drift, rigid),
        ]
        signed = _arcsinh(torch.cat([readings, motion], 1))
        return torch.cat([signed, 0.5 * torch.log(1.0 + torch.cat(squares, 1)) - CENTRE], 1)

    def _turned(self, x: Tensor, steps: Tensor) -> Tensor:
        """Return sum w x a dt and the change of a with it, (batch, 6, ...), in units of the resolution."""
        bounded = x.clamp(-self.bound, self.bound)[..., 1:]
        force, rate = bounded[:, :AXES], bounded[:, AXES:]
        ahead, behind = (torch.roll(torch.arange(AXES), -k) for k in (1, 2))
        turned = (rate[:, ahead] * force[:, behind] - rate[:, behind] * force[:, ahead]) * self.turn
        changed = steps[:, :AXES] * TURN + turned
        return nn.functional.avg_pool1d(torch.cat([turned, changed], 1), TURN, 1)


def deviation_kernel(samples: int) -> Floats:
    """Return whole weights of steps that give the deviation from a moving average, times `samples`."""
    return np.arange(1.0, samples)


def drift_kernel(samples: int, lag: int) -> Floats:
    """Return whole weights of steps: moving sum of `samples` less the one `lag` samples before."""
    return np.convolve(np.ones(samples), np.ones(lag))


def _lever_kernel(mounting: Mounting, resolution: Floats) -> Floats:
    """Return weights (3, 6, 2) of steps that give ``d(a) - d(dw/dt x r)`` in units of a's resolution."""
    x, y, z = mounting.lever_arm
    cross = np.array([[0.0, z, -y], [-z, 0.0, x], [y, -x, 0.0]])
    angular = cross * resolution[AXES:] / resolution[:AXES, None] / mounting.period
    older = np.concatenate([np.zeros((AXES, AXES)), angular], axis=1)
    newer = np.concatenate([np.eye(AXES), -angular], axis=1)
    return np.stack([older, newer], axis=-1)


def _windows(spans: list[int], factors: list[int]) -> Tensor:
    """Return kernels of means over `spans`, each divided by the square of its values' factor."""
    kernels = [np.full(span, 1 / span / factor**2) for span, factor in zip(spans, factors, strict=True)]
    return _padded(kernels)


def _bank(kernels: list[Floats]) -> Tensor:
    """Return the kernels for each of the six axes, (6 * kernels, 1, longest)."""
    return _padded(kernels * (2 * AXES))


def _padded(kernels: list[Floats]) -> Tensor:
    longest = max(map(len, kernels))
    rows = [np.pad(kernel, (longest - len(kernel), 0)) for kernel in kernels]
    return torch.tensor(np.array(rows), dtype=torch.float32)[:, None]


def _newest(length: int, *parts: Tensor) -> Tensor:
    """Return the newest `length` samples of all parts, one below the other."""
    return torch.cat([part[..., part.shape[-1] - length :] for part in parts], 1)


def _mean_squares(length: int, windows: Tensor, *parts: Tensor) -> Tensor:
    values = _newest(length + windows.shape[-1] - 1, *parts)
    return nn.functional.conv1d(values * values, windows, groups=len(windows))


def _arcsinh(values: Tensor) -> Tensor:
    size = values.abs().clamp(max=LARGEST)
    return torch.sign(values) * torch.log(size + torch.sqrt(size * size + 1.0))


def _column(values: NDArray[np.generic]) -> Tensor:
    return torch.tensor(values.ravel(), dtype=torch.float32)[:, None]
