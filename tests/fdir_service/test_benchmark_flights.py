from concurrent.futures import Executor, Future

import numpy as np
import pytest

from fdir_service.benchmark_flights import FlightsAhead, Source, flights_ahead
from models.metrics import flat, runs
from models.stuck_recipe import MOUNTING
from sim.sensors import Setting
from sim.trajectory import PERIOD, TrajectorySettings

SMALL = Source(flights=10, part=4)


class AtOnce(Executor):
    """Runs what is submitted at once and remembers what it was."""

    def __init__(self) -> None:
        self.submitted: list[tuple[int, int]] = []

    def submit(self, fn, /, *args, **kwargs):
        self.submitted.append(args)
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_every_epoch_and_every_seed_fly_other_flights_and_equal_ones_the_same():
    first, again = SMALL.of_epoch(1, 0), SMALL.of_epoch(1, 0)
    np.testing.assert_array_equal(first.signals, again.signals)
    for other in (SMALL.of_epoch(1, 1), SMALL.of_epoch(2, 0)):
        assert not np.array_equal(first.signals[0], other.signals[0])


def test_a_tenth_of_an_epoch_has_faults_that_outlast_the_window():
    flights = SMALL.of_epoch(1, 0)
    assert flights.signals.shape == (10, 4096, 6)
    longest = [runs(flat(labels.T)).length.max() for labels in flights.labels[..., :2]]
    assert max(longest[:9]) <= 110 < longest[9]


def test_an_epoch_of_few_flights_has_no_long_faults():
    assert Source(flights=3).of_epoch(1, 0).signals.shape == (3, 4096, 6)


def test_no_flight_is_in_two_parts():
    validation, test = SMALL.of_part("validation"), SMALL.of_part("test")
    assert len(validation.headings) == len(test.headings) == 4
    assert not set(validation.headings) & set(test.headings)
    assert not np.array_equal(validation.signals[0], test.signals[0])
    assert test.faults


def test_the_setting_makes_the_noise():
    quiet, noisy = (Source(setting, part=1).of_part("test").signals for setting in (Setting.N, Setting.B))
    assert np.abs(np.diff(noisy[0, :30, 0])).mean() > np.abs(np.diff(quiet[0, :30, 0])).mean()


@pytest.mark.parametrize(("seed", "number"), [(0, 0), (1, 1000)])
def test_a_seed_that_would_fly_another_one_s_flights_is_refused(seed, number):
    with pytest.raises(ValueError, match="from 1 on"):
        SMALL.of_epoch(seed, number)


def test_the_next_epoch_is_begun_while_the_present_one_trains():
    pool = AtOnce()
    ahead = FlightsAhead(Source(flights=2), pool)
    for number in range(3):
        ahead.epoch(1, number)
    assert pool.submitted == [(1, 0), (1, 1), (1, 2), (1, 3)]
    ahead.epoch(2, 0)
    assert pool.submitted[4:] == [(2, 0), (2, 1)]


def test_flights_of_another_process_are_the_same_flights():
    source = Source(flights=2, part=1)
    with flights_ahead(source) as data:
        flown, part = data.epoch(3, 0), data.part("test")
    np.testing.assert_array_equal(flown.signals, source.of_epoch(3, 0).signals)
    np.testing.assert_array_equal(part.axes, source.of_part("test").axis_labels)


def test_the_features_know_the_vehicle_of_the_simulator():
    assert MOUNTING.lever_arm == TrajectorySettings().lever_arm
    assert MOUNTING.period == PERIOD
