import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pus.failure import FailureCode
from pus.packets import Tc, Tm
from sim.faults import Axes, DeadFault, Mode, StuckFault, inject
from sim.sensors import Readings, Sensor, Setting, measure, model_of
from sim.unit import POWER_CYCLE, SELECT_UNIT, UNIT_ARGUMENT, Attached, Pair, Unit

APID, T, BOOT = 81, 200, 20
A, B = 0, 1


def readings(seed: int) -> Readings:
    truth = np.sin(np.arange(T) / 9.0)[None, :, None] * np.array([0.1, 0.2, 0.3])
    return measure(model_of(Sensor.ACC, Setting.N), truth, [np.random.default_rng(seed)]).of(0)


READINGS = (readings(1), readings(2))


def unit(*faults: Attached, which: int = A) -> Unit:
    return Unit(READINGS[which], list(faults), BOOT)


def pair(*faults: Attached, of_b: tuple[Attached, ...] = ()) -> Pair:
    return Pair(APID, unit(*faults), unit(*of_b, which=B))


def frozen(start: int = 50, duration: int | None = None) -> StuckFault:
    return StuckFault(start, duration, Mode.LAST, Axes.ALL, noise=False)


def select(which: int, **fields: int) -> bytes:
    return Tc(APID, 8, 1, SELECT_UNIT.encode({UNIT_ARGUMENT: which}), **fields).pack()


def cycle(which: int) -> bytes:
    return Tc(APID, 8, 1, POWER_CYCLE.encode({UNIT_ARGUMENT: which})).pack()


ALIVE = Tc(APID, 17, 1).pack()


def kinds(answers: list[Tm]) -> list[tuple[int, int]]:
    return [(tm.service, tm.subtype) for tm in answers]


DONE = [(1, 1), (1, 3), (1, 7)]


def test_a_sound_unit_reads_what_its_sensor_measures():
    assert (unit().read(10, 60) == READINGS[A].measured[10:60]).all()


def test_the_units_of_a_pair_have_errors_of_their_own():
    sound = pair()
    assert (sound.units[A].read(0, T) != sound.units[B].read(0, T)).mean() > 0.95


def test_selecting_the_other_unit_recovers_from_a_permanent_fault():
    broken = pair(Attached(frozen()))
    assert (broken.read(60, 70) == READINGS[A].measured[49]).all()
    assert kinds(broken.execute(select(B), 123, 70)) == DONE
    assert broken.selected == B
    assert (broken.read(70, 80) == READINGS[B].measured[70:80]).all()


def test_reports_carry_the_time_the_source_and_a_count():
    answers = pair().execute(select(B, source=7, ack=15), 123, 0)
    assert {tm.time for tm in answers} == {123}
    assert {tm.destination for tm in answers} == {7}
    assert [tm.sequence for tm in answers] == [0, 1, 2]


def test_only_the_acknowledgements_asked_for_are_sent():
    assert kinds(pair().execute(select(B, ack=8), 0, 0)) == [(1, 7)]


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


def test_readings_before_a_command_stay_as_they_were():
    broken = pair(Attached(frozen(), intermittent=True))
    before = broken.units[A].read(0, 80)
    broken.execute(cycle(A), 0, 80)
    assert broken.units[A].faults[0].present(79)
    assert not broken.units[A].faults[0].present(80)
    assert np.isnan(broken.read(80, 81)).all()
    assert (before[50:] == READINGS[A].measured[49]).all()


def test_a_unit_that_boots_can_be_selected_and_is_silent_until_it_has_booted():
    sound = pair()
    sound.execute(cycle(B), 0, 10)
    assert kinds(sound.execute(select(B), 0, 15)) == DONE
    assert np.isnan(sound.read(15, 30)).all()
    assert (sound.read(30, 40) == READINGS[B].measured[30:40]).all()


def test_a_second_power_cycle_starts_the_boot_time_anew():
    sound = pair()
    sound.execute(cycle(A), 0, 10)
    sound.execute(cycle(A), 0, 25)
    assert np.isnan(sound.read(25, 45)).all()
    assert np.isfinite(sound.read(45, 46)).all()


@pytest.mark.parametrize("intermittent", [True, False])
def test_a_power_cycle_clears_an_intermittent_fault_only(intermittent):
    broken = pair(Attached(frozen(), intermittent))
    assert kinds(broken.execute(cycle(A), 0, 80)) == DONE
    assert np.isnan(broken.read(80, 100)).all()
    after = broken.read(100, 110)
    expected = READINGS[A].measured[100:110] if intermittent else READINGS[A].measured[[49] * 10]
    assert (after == expected).all()
    assert broken.units[A].faults[0].end == (80 if intermittent else None)


def test_a_power_cycle_of_the_other_unit_leaves_the_readings_alone():
    sound = pair()
    sound.execute(cycle(B), 0, 10)
    assert (sound.read(10, 40) == READINGS[A].measured[10:40]).all()
    assert np.isnan(sound.units[B].read(10, 30)).all()


def test_a_power_cycle_does_not_clear_what_has_not_happened_yet():
    broken = pair(Attached(frozen(), intermittent=True))
    broken.execute(cycle(A), 0, 10)
    assert (broken.read(60, 70) == READINGS[A].measured[49]).all()


def test_a_fault_that_is_over_is_not_cleared_again():
    attached = Attached(frozen(50, 10), intermittent=True)
    broken = pair(attached)
    broken.execute(cycle(A), 0, 100)
    assert attached.cleared is None
    assert attached.end == 60


def test_a_request_to_a_dead_unit_comes_to_nothing():
    half_dead = pair(Attached(DeadFault(50, None)))
    assert np.isnan(half_dead.read(50, 60)).all()
    assert half_dead.execute(ALIVE, 0, 60) == []
    assert half_dead.execute(cycle(A), 0, 60) == []
    assert kinds(half_dead.execute(select(B), 0, 60)) == DONE
    assert kinds(half_dead.execute(ALIVE, 0, 60)) == [(1, 1), (1, 3), (17, 2), (1, 7)]
    assert half_dead.execute(select(A), 0, 60) == []
    assert half_dead.selected == B


def test_silence_leaves_no_hole_in_the_sequence_count():
    half_dead = pair(Attached(DeadFault(50, None)))
    half_dead.execute(ALIVE, 0, 60)
    assert half_dead.execute(select(B), 0, 60)[0].sequence == 0


def test_a_power_cycle_may_revive_a_dead_unit():
    hung = pair(Attached(DeadFault(50, None), intermittent=True))
    assert kinds(hung.execute(cycle(A), 0, 60)) == DONE
    assert np.isfinite(hung.read(60 + BOOT, 100)).all()
    assert kinds(hung.execute(ALIVE, 0, 70)) == [(1, 1), (1, 3), (17, 2), (1, 7)]


@pytest.mark.parametrize(
    ("request_", "expected", "code"),
    [
        (Tc(APID, 8, 1, b"SELF_DESTRUCT\0\0\0").pack(), [(1, 1), (1, 4)], FailureCode.UNKNOWN_FUNCTION),
        (select(2), [(1, 1), (1, 3), (1, 8)], FailureCode.BAD_ARGUMENT),
        (Tc(APID, 9, 1).pack(), [(1, 2)], FailureCode.SERVICE),
        (ALIVE[:-1] + b"\0", [(1, 2)], FailureCode.CRC),
    ],
)
def test_what_cannot_be_done_is_refused(request_, expected, code):
    sound = pair()
    answers = sound.execute(request_, 0, 0)
    assert kinds(answers) == expected
    assert answers[-1].data[4:6] == code.to_bytes(2, "big")
    assert sound.selected == A
