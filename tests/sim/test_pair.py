import numpy as np
import pytest

from pus.failure import FailureCode
from pus.packets import Tc
from sim.faults import DeadFault, MuteFault
from sim.pair import POWER_CYCLE, REINITIALISE, SELECT_UNIT
from sim.unit import Attached, Cure
from tests.sim.units import (
    ALIVE,
    ANSWERED,
    APID,
    BOOT,
    DONE,
    READINGS,
    SHORT,
    A,
    B,
    frozen,
    kinds,
    order,
    pair,
)


def test_selecting_the_other_unit_recovers_from_a_permanent_fault():
    broken = pair(Attached(frozen()))
    assert (broken.read(60, 70) == READINGS[A].measured[49]).all()
    assert kinds(broken.execute(order(SELECT_UNIT, B), 123, 70)) == DONE
    assert broken.selected == B
    assert (broken.read(70, 80) == READINGS[B].measured[70:80]).all()


def test_both_of_a_pair_may_fail():
    broken = pair(Attached(frozen()), of_b=(Attached(frozen(90)),))
    broken.execute(order(SELECT_UNIT, B), 0, 70)
    assert (broken.read(90, 110) == READINGS[B].measured[89]).all()


def test_reports_carry_the_time_the_source_and_a_count():
    answers = pair().execute(order(SELECT_UNIT, B, source=7, ack=15), 123, 0)
    assert {tm.time for tm in answers} == {123}
    assert {tm.destination for tm in answers} == {7}
    assert [tm.sequence for tm in answers] == [0, 1, 2]


def test_only_the_acknowledgements_asked_for_are_sent():
    assert kinds(pair().execute(order(SELECT_UNIT, B, ack=8), 0, 0)) == [(1, 7)]


@pytest.mark.parametrize(
    ("function", "cure", "silent"),
    [(REINITIALISE, Cure.REINITIALISE, SHORT), (POWER_CYCLE, Cure.POWER_CYCLE, BOOT)],
)
def test_a_unit_can_be_told_to_start_anew(function, cure, silent):
    broken = pair(Attached(frozen(), cure))
    assert kinds(broken.execute(order(function, A), 0, 80)) == DONE
    assert np.isnan(broken.read(80, 80 + silent)).all()
    assert (broken.read(80 + silent, 120) == READINGS[A].measured[80 + silent : 120]).all()


def test_a_power_cycle_of_the_other_unit_leaves_the_readings_alone():
    sound = pair()
    sound.execute(order(POWER_CYCLE, B), 0, 10)
    assert (sound.read(10, 40) == READINGS[A].measured[10:40]).all()
    assert np.isnan(sound.units[B].read(10, 30)).all()


def test_a_unit_that_boots_can_be_selected_and_is_silent_until_it_has_booted():
    sound = pair()
    sound.execute(order(POWER_CYCLE, B), 0, 10)
    assert kinds(sound.execute(order(SELECT_UNIT, B), 0, 15)) == DONE
    assert np.isnan(sound.read(15, 30)).all()
    assert (sound.read(30, 40) == READINGS[B].measured[30:40]).all()


@pytest.mark.parametrize("fault", [DeadFault(50, None), MuteFault(50, None)])
@pytest.mark.parametrize("function", [SELECT_UNIT, REINITIALISE, POWER_CYCLE])
def test_a_request_to_a_silent_unit_comes_to_nothing(function, fault):
    half = pair(Attached(fault, Cure.REINITIALISE if function is REINITIALISE else Cure.NOTHING))
    assert half.execute(ALIVE, 0, 60) == []
    assert half.execute(order(function, A), 0, 60) == []
    assert half.units[A].faults[0].cleared is None
    assert kinds(half.execute(order(SELECT_UNIT, B), 0, 60)) == DONE
    assert kinds(half.execute(ALIVE, 0, 60)) == ANSWERED
    assert half.execute(order(SELECT_UNIT, A), 0, 60) == []
    assert half.selected == B


def test_silence_leaves_no_hole_in_the_sequence_count():
    half_dead = pair(Attached(DeadFault(50, None)))
    half_dead.execute(ALIVE, 0, 60)
    assert half_dead.execute(order(SELECT_UNIT, B), 0, 60)[0].sequence == 0


@pytest.mark.parametrize("fault", [DeadFault(50, None), MuteFault(50, None)])
def test_a_power_cycle_may_bring_a_silent_unit_back(fault):
    hung = pair(Attached(fault, Cure.POWER_CYCLE))
    assert kinds(hung.execute(order(POWER_CYCLE, A), 0, 60)) == DONE
    assert np.isfinite(hung.read(60 + BOOT, 100)).all()
    assert kinds(hung.execute(ALIVE, 0, 70)) == ANSWERED


@pytest.mark.parametrize(
    ("request_", "expected", "code"),
    [
        (Tc(APID, 8, 1, b"SELF_DESTRUCT\0\0\0").pack(), [(1, 1), (1, 4)], FailureCode.UNKNOWN_FUNCTION),
        (order(SELECT_UNIT, 2), [(1, 1), (1, 3), (1, 8)], FailureCode.BAD_ARGUMENT),
        (order(REINITIALISE, 2), [(1, 1), (1, 3), (1, 8)], FailureCode.BAD_ARGUMENT),
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
