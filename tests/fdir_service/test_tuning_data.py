import numpy as np

from fdir_service.benchmark_flights import Source
from fdir_service.tuning_data import ResidentFlights
from models.classical import classical_index
from models.flights import Flights
from sim.faults import NOMINAL_HIGH
from sim.sensors import Sensor, Setting, model_of

SOURCE = Source(flights=2, part=2)


def test_every_trial_sees_the_same_flights_and_later_epochs_the_first_ones_again():
    data = ResidentFlights(SOURCE, sets=2)
    first, second, third = (data.epoch(1, number) for number in range(3))
    assert third is first
    assert not np.array_equal(first.signals, second.signals)
    np.testing.assert_array_equal(first.signals, SOURCE.of_epoch(1, 0).signals)
    assert data.epoch(2, 0) is not first


def test_a_part_is_flown_once():
    data = ResidentFlights(SOURCE)
    validation = data.part("validation")
    assert data.part("validation") is validation
    np.testing.assert_array_equal(validation.axes, SOURCE.of_part("validation").axis_labels)
    assert not np.array_equal(validation.signals, data.part("test").signals)


def test_the_classical_checks_are_those_of_the_evaluation():
    flights = ResidentFlights(SOURCE).part("validation")
    frozen = Flights(flights.signals.copy(), flights.axes)
    frozen.signals[0, 100:200, :3] = frozen.signals[0, 99, :3]
    found = ResidentFlights(SOURCE).classical(frozen)
    assert found.shape == (2, 4096, 2)
    assert found[0, 105:200, 0].all()
    for k, sensor in enumerate(Sensor):
        own = frozen.signals[1, :, 3 * k : 3 * k + 3]
        step = model_of(sensor, Setting.N).step
        expected = classical_index(own, np.array(NOMINAL_HIGH[sensor]), step)
        np.testing.assert_array_equal(found[1, :, k], expected)
