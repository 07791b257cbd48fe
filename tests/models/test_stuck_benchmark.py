import numpy as np
import pytest

from models.hysteresis import Thresholds
from models.operating_point import OperatingPoint
from models.stuck_benchmark import benchmark_figures

POINT = OperatingPoint(Thresholds(0.5, 0.3), 15)
WINDOW = 40


def flight() -> tuple[np.ndarray, np.ndarray]:
    """Return axes (1, T, 6) with two faults of the accelerometer and one of the gyroscopes, and scores."""
    axes = np.zeros((1, 800, 6), np.bool_)
    axes[0, 100:160, 0] = axes[0, 300:360, 0:3] = axes[0, 500:540, 4] = True
    scores = np.zeros((1, 800, 8))
    scores[..., 2:] = axes * 0.9
    scores[0, 500:518, 6] = 0.0
    scores[..., 0], scores[..., 1] = scores[..., 2:5].max(axis=-1), scores[..., 5:].max(axis=-1)
    return axes, scores[:, WINDOW - 1 :]


def test_a_detector_in_time_for_the_short_persistency_only() -> None:
    found = benchmark_figures(*flight(), (POINT, POINT))
    assert (found["acc.missed"], found["imu.missed"]) == (0, 0)
    assert (found["acc.strict_recall"], found["imu.strict_recall"]) == (1, 0)
    assert (found["acc.best.strict_recall"], found["imu.best.strict_recall"]) == (1, 1)
    assert found["imu.best.persistency"] == 15
    assert (found["acc.isolation"], found["imu.isolation"]) == (1, 1)
    assert (found["literal_j"], found["strict_j"]) == (0.5, 1.0)


def test_a_detector_without_scores_of_axes_names_none() -> None:
    axes, scores = flight()
    found = benchmark_figures(axes, scores[..., :2], (POINT, POINT))
    assert "acc.isolation" not in found
    assert found["strict_j"] == 1.0


def test_figures_that_nothing_was_counted_for_are_left_out() -> None:
    axes, scores = flight()
    found = benchmark_figures(axes & False, scores * 0.0, (POINT, POINT))
    assert "acc.isolation" not in found
    assert "acc.missed" not in found
    assert found["strict_j"] == 0.0


@pytest.mark.parametrize("wrong", [0, 2])
def test_an_axis_that_is_not_named_costs_isolation_alone(wrong: int) -> None:
    axes, scores = flight()
    scores[..., 2 + wrong] = 0.0
    found = benchmark_figures(axes, scores, (POINT, POINT))
    assert found["acc.isolation"] == {0: 0.0, 2: 0.5}[wrong]
    assert found["acc.missed"] == 0
