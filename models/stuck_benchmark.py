"""Figures of a stuck-value detector on benchmark flights, at the persistencies of its operating point."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from models.fault_outcomes import STUCK, exact_axes
from models.hysteresis import Scores
from models.metrics import Mask, f_beta
from models.operating_point import OperatingPoint
from models.stuck_figures import PERSISTENCY, figures, judged

SENSORS: Final = ("acc", "imu")
AXES: Final = 3


def benchmark_figures(axes: Mask, scores: Scores, points: Sequence[OperatingPoint]) -> dict[str, float]:
    """Return the figures of both sensors, by name.

    ``acc.NAME`` is at the paper's persistency, ``acc.best.NAME`` at the one chosen for the strict figures,
    see `models.stuck_figures.figures`; ``acc.isolation`` needs scores of axes. ``strict_j`` sums half the
    strict F0.5 of each sensor at the chosen persistencies, ``literal_j`` half the literal one at the paper's.
    Figures that nothing was counted for are left out.

    Parameters
    ----------
    axes : (n, T, 6), whether the axis is stuck.
    scores : (n, T - W + 1, 2 or 8), sensors first.
    points : of the sensors.

    """
    found: dict[str, float] = {}
    for k, (name, point) in enumerate(zip(SENSORS, points, strict=True)):
        own = axes[..., AXES * k : AXES * (k + 1)]
        labels, judgeable = judged(np.asarray(own.any(axis=-1)), scores[..., k])
        for prefix, persistency in ((name, PERSISTENCY), (f"{name}.best", point.strict_persistency)):
            values = figures(labels, judgeable, point.thresholds, persistency)
            found |= {f"{prefix}.{figure}": value for figure, value in values.items()}
        found[f"{name}.best.persistency"] = float(point.strict_persistency)
        if scores.shape[-1] > len(SENSORS):
            named = scores[..., len(SENSORS) + AXES * k :][..., :AXES]
            late = own[:, own.shape[1] - scores.shape[1] :]
            exact = exact_axes(late, point.thresholds(judgeable), named > STUCK)
            found[f"{name}.isolation"] = round(float(np.mean(exact)), 4) if len(exact) else float("nan")
    found |= {"literal_j": _j(found, "", ""), "strict_j": _j(found, "best.", "strict_")}
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _j(found: dict[str, float], prefix: str, kind: str) -> float:
    """Return the sum of half the F0.5 of each sensor; what was not counted is 0 (Equation 1 of the paper)."""

    def value(sensor: str, figure: str) -> float:
        return found.get(f"{sensor}.{prefix}{kind}{figure}", float("nan"))

    parts = [f_beta(value(sensor, "precision"), value(sensor, "recall")) for sensor in SENSORS]
    return round(float(np.mean(parts)), 4)
