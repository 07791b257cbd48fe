"""The shipped scenarios show the committed detector what they promise, whatever a ladder makes of it."""

import numpy as np
import pytest

from fdir_service.demo import read_truth
from fdir_service.derived import SamplesSinceChange
from fdir_service.pool import Pool
from fdir_service.stream import CHUNK, Silence, Stream
from pus.packets import Tc
from sim.pair import SELECT_UNIT, UNIT_ARGUMENT
from sim.vehicle import PERIOD_NS, UNIT_APIDS
from tests.fdir_service.lockstep import HOPPER, hopper, rounds, vehicle

MISSION = hopper()
NAMES = [parameter.name for parameter in Pool(MISSION, "avionics", CHUNK).parameters]
SETTINGS = {section.id: section.value for section in MISSION.file.setting}
PERSISTENCY = 27
"""Samples that a PMON of the mission asks for."""
REFILL_S = MISSION.detectors[0].card.window / 10 + 0.5
"""Until a detector that starts anew has seen a window, and a frozen sensor in it."""


def scenario_file(name):
    return HOPPER / "scenarios" / f"{name}.toml"


def flight(name, select_b_s=None):
    """Return times (s) and all parameters of a scenario; unit B of both pairs is selected at `select_b_s`."""
    flown, pool = vehicle(name), Pool(MISSION, "avionics", CHUNK)
    times, values = [], []
    while not flown.done:
        if select_b_s is not None and flown.sequence == round(select_b_s * 10):
            for apid in UNIT_APIDS.values():
                flown.command(Tc(apid, 8, 1, SELECT_UNIT.encode({UNIT_ARGUMENT: 1})).pack(), flown.time)
        if samples := flown.advance(10):
            times.append(samples.times / 1e9)
            values.append(pool.step(samples, SETTINGS).values)
    return np.concatenate(times), dict(zip(NAMES, np.concatenate(values, axis=1), strict=True))


def is_believed(index):
    """Whether the index is 1 for as long as a PMON asks for."""
    return np.convolve(index == 1.0, np.ones(PERSISTENCY), "valid").max() == PERSISTENCY


FROZEN = ["reinitialise", "power-cycle", "switch", "both-failed", "mute", "inhibit"]


@pytest.mark.parametrize("name", FROZEN)
def test_a_frozen_accelerometer_is_seen_soon_and_for_as_long_as_nothing_is_done(name):
    times, values = flight(name)
    assert not is_believed(values["acc.stuck"][times < 70.0])
    assert (values["acc.stuck"][times >= 71.0] == 1.0).all()
    assert not is_believed(values["imu.stuck"])


@pytest.mark.parametrize("name", sorted({*FROZEN, "gap", "flapping"} - {"both-failed"}))
def test_unit_b_is_sound_where_it_should_help(name):
    times, values = flight(name, select_b_s=75.0)
    assert not is_believed(values["acc.stuck"][times >= 75.0])
    assert not np.isnan(values["acc.stuck"][times >= 122.0]).any()


@pytest.mark.parametrize("selected_s", [110.0, 160.0, 220.0])
def test_the_other_unit_of_a_pair_that_has_failed_is_seen_to_be_frozen_too(selected_s):
    times, values = flight("both-failed", select_b_s=selected_s)
    assert (values["acc.stuck"][times >= selected_s + REFILL_S] == 1.0).all()


@pytest.mark.parametrize("selected_s", [0.0, 100.0, 240.0])
def test_first_the_gyroscopes_and_then_the_accelerometers_are_seen_to_have_failed(selected_s):
    times, values = flight("everything", select_b_s=selected_s)
    unknown = (times >= selected_s) & (times < selected_s + REFILL_S)
    gyroscopes = (times >= 71.0) & (times < 210.0) & ~unknown
    accelerometers = (times >= 214.0) & ~unknown
    assert (values["imu.stuck"][gyroscopes] == 1.0).all()
    assert (values["acc.stuck"][accelerometers] == 1.0).all()


def test_a_flapping_accelerometer_is_believed_to_be_frozen_each_time():
    times, values = flight("flapping")
    for onset in np.arange(70.0, 290.0, 30.0):
        during = (times >= onset) & (times < onset + 8.0)
        between = (times >= onset + 8.1) & (times < onset + 30.0)
        assert is_believed(values["acc.stuck"][during])
        assert (values["acc.stuck"][between] == 0.0).all()


def test_a_gap_interrupts_the_samples_and_nothing_else():
    times, _ = flight("gap")
    assert not ((times >= 90.0) & (times < 95.0)).any()
    assert len(times) == 2400 - 50


def test_a_dead_source_sends_nothing_any_more():
    times, _ = flight("dead-source")
    assert times[-1] == pytest.approx(99.9)


@pytest.mark.parametrize("chunk", [1, 7])
def test_on_board_time_goes_on_behind_a_dead_source(chunk):
    stream, flown = Stream(MISSION), vehicle("dead-source")
    timeline = [entry for _, output in rounds(stream, flown, chunk) for entry in output.timeline]
    (silence,) = [entry for entry in timeline if isinstance(entry, Silence)]
    assert 101.9e9 < silence.time <= 101.9e9 + (chunk + 1) * PERIOD_NS
    assert stream.time == 2000 * PERIOD_NS
    assert stream.accounts["avionics"].published == read_truth(MISSION, scenario_file("dead-source")).samples


@pytest.mark.parametrize("chunk", [1, 7])
def test_in_lock_step_a_gap_is_counted_and_the_source_silent_meanwhile(chunk):
    stream = Stream(MISSION)
    timeline = [entry for _, output in rounds(stream, vehicle("gap"), chunk) for entry in output.timeline]
    assert sum(isinstance(entry, Silence) for entry in timeline) == 1
    account = stream.accounts["avionics"]
    assert (account.lost, account.gaps, account.balances) == (50, 1, True)
    assert account.published == read_truth(MISSION, scenario_file("gap")).samples


def test_a_dead_unit_reads_nothing():
    times, values = flight("dead-unit")
    assert np.isfinite(values["acc.x"][times < 70.0]).all()
    assert np.isnan(values["acc.x"][times >= 70.0]).all()


def test_the_learned_index_is_false_in_a_coast_and_a_classical_check_does_not_agree():
    times, values = flight("false-index")
    false = (values["acc.stuck"] == 1.0).nonzero()[0]
    assert (np.diff(false) == 1).all()
    assert 90.0 < times[false[0]] < 100.0
    assert times[false[-1]] - times[false[0]] > 40.0
    assert SamplesSinceChange()(times, values["acc.x"]).max() < 10
    assert not is_believed(values["imu.stuck"])


def test_every_shipped_scenario_is_looked_at_here_or_has_a_golden_file():
    shipped = {path.stem for path in (HOPPER / "scenarios").glob("*.toml")}
    here = {*FROZEN, "everything", "flapping", "gap", "dead-source", "dead-unit", "false-index"}
    assert shipped == here | {"demo", "nominal"}
