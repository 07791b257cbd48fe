"""Leave-one-trial-out figures: thresholds never come from the trial that they judge."""

import numpy as np
import pytest

from models.flights import Flights
from models.recorded_trials import LeftOut, Trial, choose_thresholds, leave_one_out_figures

PERSISTENCY, WINDOW = 10, 5


def trial(samples, high=0.95, nominal=0.0):
    """Return a trial with a fault of each sensor, both found with a score of `high`."""
    axes = np.zeros((2, samples, 6), np.bool_)
    axes[0, 50:90, 1] = axes[1, 50:90, 4] = True
    flights = Flights(axes * 1.0, axes)
    scores = (flights.labels[:, WINDOW - 1 :] * high).astype(np.float32)
    quiet = np.full((1, *scores.shape[1:]), nominal, np.float32)
    checks = np.zeros((2, samples, 2), np.bool_)
    checks[0, 60:90, 0] = True
    return LeftOut(Trial(flights, checks, np.zeros((1, samples, 6))), scores, quiet)


def test_a_detector_that_finds_everything_has_perfect_figures_and_the_checks_their_own():
    figures = leave_one_out_figures([trial(200), trial(300), trial(250)], PERSISTENCY)
    assert figures["learned.strict_j"] == figures["either.strict_j"] == 1.0
    assert figures["classical.acc.strict_recall"] == 1.0
    assert figures["classical.imu.strict_recall"] == 0.0
    assert figures["classical.strict_j"] == 0.5
    assert figures["learned.nominal"] == 0
    assert figures["faults"] == 6


def test_thresholds_stay_above_what_is_said_of_trials_without_a_fault():
    loud = [trial(200, nominal=0.6), trial(300, nominal=0.6)]
    for thresholds in choose_thresholds(loud, PERSISTENCY):
        assert thresholds.on > 0.6


def test_the_thresholds_for_a_trial_do_not_know_it():
    figures = leave_one_out_figures([trial(200), trial(300, nominal=0.9), trial(250)], PERSISTENCY)
    assert figures["learned.nominal"] == 2


def test_a_fault_that_began_before_the_first_window_is_nobody_s():
    found = trial(200)
    found.trial.flights.axes[0, :20, 0] = True
    found.trial.classical[0, :20, 0] = True
    labels, _ = found.labelled(0)
    assert not labels[0, : 20 - WINDOW + 1].any()
    assert not found.classical(0)[0, : 20 - WINDOW + 1].any()
    assert labels.shape == (3, 200 - WINDOW + 1)
    assert pytest.approx(30) == found.classical(0).sum()
