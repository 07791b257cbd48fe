"""What the demo knows of a scenario beforehand."""

import pytest

from fdir_service.demo import read_truth
from tests.fdir_service.lockstep import HOPPER, hopper

SECOND = 1_000_000_000


def truth(name):
    return read_truth(hopper(), HOPPER / "scenarios" / f"{name}.toml")


def test_every_published_sample_counts_also_one_that_is_lost_on_the_way():
    gap = truth("gap")
    assert (gap.samples, gap.dies) == (2400, False)
    assert not gap.is_told(2399)
    assert gap.is_told(2400)


def test_of_a_source_that_dies_only_what_came_before_can_be_known_and_more_may_happen():
    dead = truth("dead-source")
    assert (dead.samples, dead.dies) == (1000, True)
    assert not dead.is_told(1000)


def test_the_faults_are_told_with_their_units_and_times():
    faults = truth("everything").faults
    assert [(fault.unit, fault.onset // SECOND) for fault in faults] == [
        ("imu", 70), ("imu", 70), ("acc", 210), ("acc", 210),
    ]  # fmt: skip
    assert {fault.end for fault in faults} == {None}


@pytest.mark.parametrize("name", ["mute", "switch"])
def test_that_a_unit_does_not_answer_is_nothing_to_be_detected(name):
    assert len(truth(name).faults) == 1


def test_a_coast_is_no_fault():
    assert truth("false-index").faults == ()
