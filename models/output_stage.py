"""The output stage of a stuck-value detector, tuned on stored scores: what is between score and event.

Thresholds are those of the card's outputs (or of the mission's), the or with the classical checks is a
derived parameter of the mission, the persistency the repetition number of its PMON.
"""

from typing import Any, Final

import numpy as np

from models.flights import Flights
from models.hysteresis import Scores
from models.metrics import Mask
from models.operating_point import Choice, best_choice, choices
from models.stuck_figures import index_figures, judged
from models.stuck_recipe import LIMITS

SENSORS: Final = ("acc", "imu")


def output_stage(flights: Flights, scores: Scores, classical: Mask) -> dict[str, list[dict[str, Any]]]:
    """Return the best point of each sensor without and with the classical checks, and which one is chosen.

    Parameters
    ----------
    flights : n validation flights of T samples.
    scores : (n, T - W + 1, 2 or more), sensors first.
    classical : (n, T, 2), index of the classical checks.

    """
    return {
        sensor: _rows(flights.labels[..., k], scores[..., k], classical[..., k], k)
        for k, sensor in enumerate(SENSORS)
    }


def _rows(labels: Mask, scores: Scores, classical: Mask, sensor: int) -> list[dict[str, Any]]:
    truth, judgeable = judged(labels, scores)
    _, kept = judged(labels, classical[:, labels.shape[1] - scores.shape[1] :].astype(np.float32))
    checks = np.asarray(kept > 0, np.bool_)
    found = choices(truth, judgeable, LIMITS[sensor], checks)
    best = best_choice(found)
    return [_row(choice, truth, judgeable, checks) | {"chosen": choice is best} for choice in found]


def _row(choice: Choice, labels: Mask, scores: Scores, classical: Mask) -> dict[str, Any]:
    point = choice.point
    return {
        "or_classical": point.or_classical,
        "on": point.thresholds.on,
        "off": point.thresholds.off,
        "persistency": point.strict_persistency,
        **index_figures(labels, point.index(scores, classical), point.strict_persistency),
    }
