import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.faults import Axes, DeadFault, Mode, MuteFault, StuckFault, inject
from sim.unit import Attached, Cure, Flapping
from tests.sim.units import AT_REST, BOOT, READINGS, SHORT, A, B, T, frozen, unit


def test_a_sound_unit_reads_what_its_sensor_measures():
    assert (unit().read(10, 60) == READINGS[A].measured[10:60]).all()


def test_units_have_errors_of_their_own():
    assert (unit().read(0, T) != unit(which=B).read(0, T)).mean() > 0.95


@given(
    st.sampled_from(Axes),
    st.booleans(),
    st.integers(1, T - 1),
    st.none() | st.integers(1, T),
    st.lists(st.integers(1, 50), min_size=1),
)
def test_a_live_unit_shows_a_fault_as_whole_trajectory_injection_does(axes, noise, start, duration, chunks):
    fault = StuckFault(start, duration, Mode.LAST, axes, noise)
    expected, _ = inject(READINGS[A], [fault])
    live, read = unit(Attached(fault)), []
    edges = itertools.accumulate(itertools.cycle(chunks), initial=0)
    for first, stop in itertools.pairwise(itertools.takewhile(lambda edge: edge < T, edges)):
        read.append(live.read(first, stop))
    done = sum(len(part) for part in read)
    assert np.concatenate([*read, live.read(done, T)]).tobytes() == expected.tobytes()


def test_readings_before_a_power_cycle_stay_as_they_were():
    broken = unit(Attached(frozen(), Cure.POWER_CYCLE))
    before = broken.read(0, 80)
    broken.power_cycle(80)
    assert broken.faults[0].present(79)
    assert not broken.faults[0].present(80)
    assert np.isnan(broken.read(80, 81)).all()
    assert (before[50:] == READINGS[A].measured[49]).all()


@pytest.mark.parametrize(("restart", "silent"), [("power_cycle", BOOT), ("reinitialise", SHORT)])
def test_a_unit_that_starts_anew_is_without_readings_for_its_time(restart, silent):
    sound = unit()
    getattr(sound, restart)(10)
    assert np.isnan(sound.read(10, 10 + silent)).all()
    assert (sound.read(10 + silent, 60) == READINGS[A].measured[10 + silent : 60]).all()


def test_a_second_power_cycle_starts_the_boot_time_anew():
    sound = unit()
    sound.power_cycle(10)
    sound.power_cycle(25)
    assert np.isnan(sound.read(25, 45)).all()
    assert np.isfinite(sound.read(45, 46)).all()


def test_a_reinitialisation_does_not_shorten_the_boot_time():
    sound = unit()
    sound.power_cycle(10)
    sound.reinitialise(12)
    assert np.isnan(sound.read(12, 30)).all()
    assert np.isfinite(sound.read(30, 31)).all()


@pytest.mark.parametrize(
    ("cure", "restart", "clears"),
    [
        (Cure.NOTHING, "reinitialise", False),
        (Cure.NOTHING, "power_cycle", False),
        (Cure.REINITIALISE, "reinitialise", True),
        (Cure.REINITIALISE, "power_cycle", True),
        (Cure.POWER_CYCLE, "reinitialise", False),
        (Cure.POWER_CYCLE, "power_cycle", True),
    ],
)
def test_a_fault_is_cleared_by_its_cure_and_by_what_does_more(cure, restart, clears):
    broken = unit(Attached(frozen(), cure))
    getattr(broken, restart)(80)
    expected = READINGS[A].measured[100:110] if clears else READINGS[A].measured[[49] * 10]
    assert (broken.read(100, 110) == expected).all()
    assert broken.faults[0].end == (80 if clears else None)


@pytest.mark.parametrize("sample", [10, 49])
def test_what_has_not_happened_yet_is_not_cleared(sample):
    broken = unit(Attached(frozen(), Cure.POWER_CYCLE))
    broken.power_cycle(sample)
    assert (broken.read(80, 90) == READINGS[A].measured[49]).all()


def test_a_fault_that_is_over_is_not_cleared_again():
    broken = unit(Attached(frozen(50, 10), Cure.POWER_CYCLE))
    broken.power_cycle(100)
    assert broken.faults[0].cleared is None
    assert broken.faults[0].end == 60


@pytest.mark.parametrize("fault", [DeadFault(50, 30), MuteFault(50, 30)])
def test_a_dead_and_a_mute_unit_answer_nothing_while_they_are(fault):
    silent = unit(Attached(fault))
    assert [silent.answers(sample) for sample in (49, 50, 79, 80)] == [True, False, False, True]


def test_a_mute_unit_goes_on_measuring():
    assert (unit(Attached(MuteFault(50, None))).read(0, T) == READINGS[A].measured).all()


def test_a_mute_unit_may_be_stuck_as_well():
    broken = unit(Attached(frozen()), Attached(MuteFault(50, None)))
    assert (broken.read(60, 70) == READINGS[A].measured[49]).all()
    assert not broken.answers(60)


# --- faults that come and go ---------------------------------------------------------------------------


def flapping(cure: Cure = Cure.NOTHING, duration: int | None = None) -> Attached:
    return Attached(frozen(50, duration), cure, Flapping(on=10, off=15))


def test_a_flapping_fault_comes_and_goes_and_sticks_anew_each_time():
    values = unit(flapping()).read(0, T)
    sound = READINGS[A].measured
    assert (values[50:60] == sound[49]).all()
    assert (values[60:75] == sound[60:75]).all()
    assert (values[75:85] == sound[74]).all()
    assert (values[85:100] == sound[85:100]).all()
    assert (values[175:185] == sound[174]).all()


@given(st.integers(1, 60), st.integers(1, 60), st.none() | st.integers(1, T), st.integers(1, T - 1))
def test_a_flapping_fault_is_there_for_a_while_in_every_period(on, off, duration, start):
    attached = Attached(frozen(start, duration), Cure.NOTHING, Flapping(on, off))
    stop = T if duration is None else start + duration
    expected = [start <= k < stop and (k - start) % (on + off) < on for k in range(T)]
    assert [attached.present(k) for k in range(T)] == expected


@given(st.lists(st.integers(1, 50), min_size=1))
def test_a_flapping_fault_does_not_depend_on_the_chunks(chunks):
    edges = [0, *itertools.takewhile(lambda edge: edge < T, itertools.accumulate(itertools.cycle(chunks))), T]
    broken = unit(flapping())
    parts = [broken.read(first, stop) for first, stop in itertools.pairwise(edges)]
    assert np.concatenate(parts).tobytes() == unit(flapping()).read(0, T).tobytes()


def test_a_flapping_fault_ends_with_its_time():
    values = unit(flapping(duration=28)).read(0, T)
    assert (values[75:78] == READINGS[A].measured[74]).all()
    assert (values[78:] == READINGS[A].measured[78:]).all()


def test_a_flapping_fault_is_cleared_also_while_it_is_gone():
    broken = unit(flapping(Cure.REINITIALISE))
    assert not broken.faults[0].present(65)
    broken.reinitialise(65)
    assert broken.faults[0].end == 65
    assert (broken.read(70, T) == READINGS[A].measured[70:]).all()


def test_a_unit_that_is_dead_now_and_then_answers_in_between():
    fading = unit(Attached(DeadFault(50, None), Cure.NOTHING, Flapping(10, 15)))
    assert [fading.answers(sample) for sample in (55, 65, 80)] == [False, True, False]


# --- motion --------------------------------------------------------------------------------------------


def test_a_vehicle_that_comes_to_rest_reads_the_errors_of_its_units_only():
    resting, share = unit(), np.ones(T)
    share[100:] = 0.0
    resting.move(share)
    assert resting.read(0, 100).tobytes() == READINGS[A].measured[:100].tobytes()
    assert resting.read(100, T).tobytes() == AT_REST[A].measured[100:].tobytes()


def test_what_is_stuck_stays_stuck_when_the_vehicle_comes_to_rest():
    broken = unit(Attached(frozen()))
    before = broken.read(0, 100)
    broken.move(np.concatenate([np.ones(100), np.zeros(100)]))
    assert broken.read(0, 100).tobytes() == before.tobytes()
    assert (broken.read(100, T) == before[-1]).all()
