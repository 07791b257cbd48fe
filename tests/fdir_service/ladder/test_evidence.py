"""What the ladder may know: statuses of monitoring, silent sources, selected units; nothing is kept."""

import numpy as np
import pytest

from fdir_service.ladder.definitions import Member
from fdir_service.ladder.evidence import Cause, Evidence
from fdir_service.stream import Stream
from pus import codec
from pus.samples import Tick
from tests.fdir_service.builders import bench_with, flight, samples
from tests.fdir_service.outcomes import tc

S = 1_000_000_000
SELECTED, REDUNDANT = Member.SELECTED, Member.REDUNDANT


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    """The bench with an FMON of a learned and two classical checks, one of them on the slow source."""
    return bench_with(tmp_path_factory.mktemp("evidence"), ("pmons = [1]", "pmons = [1, 2, 3]"))


@pytest.fixture
def stream(mission):
    """Two sources that are sound for two seconds."""
    found = Stream(mission)
    found.take([samples(0, flight(20)), samples(0, [1.0, 1.0, 1.0], source="slow", period=S // 2)])
    return found


def evidence(stream):
    return Evidence(stream.mission, stream.chain, stream.silent)


def go_on(stream, rows):
    received = stream.accounts["s"].received
    stream.take([samples(received, rows)])
    return evidence(stream).cause([1])


def values(n, x=None, unit=0.0):
    rows = flight(60)[20 : 20 + n]
    if x is not None:
        rows[:, 0] = x
    rows[:, 2] = unit
    return rows


def test_a_failure_is_over_when_every_check_is_nominal(stream):
    assert evidence(stream).cause([1]) is Cause.NOMINAL
    assert evidence(stream).is_over(1)


def test_one_check_in_violation_is_a_violation(stream):
    assert go_on(stream, values(3, x=50.0)) is Cause.VIOLATED
    assert not evidence(stream).is_over(1)


def test_values_that_are_missing_while_the_source_goes_on_are_not_known(stream):
    assert go_on(stream, values(3, x=np.nan)) is Cause.UNKNOWN
    assert not evidence(stream).is_over(1)


def test_a_silent_source_says_nothing(stream):
    stream.take([Tick(stream.time + 2 * S + 1)])
    assert evidence(stream).cause([1]) is Cause.SILENT


def test_a_violation_on_one_source_counts_although_another_is_silent(stream):
    assert go_on(stream, values(40, x=50.0)) is Cause.VIOLATED
    stream.take([Tick(5 * S), samples(60, values(40, x=50.0))])
    assert stream.silent == {"s": False, "slow": True}
    assert evidence(stream).cause([1]) is Cause.VIOLATED


@pytest.mark.parametrize(
    ("subtype", "ids"),
    [(20, [1]), (2, [2])],
)
def test_what_the_ground_disables_is_not_judged(stream, subtype, ids):
    go_on(stream, values(3, x=50.0))
    stream.take([tc(12, 22, codec.DEFAULT.ids([1])), tc(12, subtype, codec.DEFAULT.ids(ids))])
    assert evidence(stream).cause([1]) is Cause.NOMINAL


def test_without_functional_monitoring_nothing_is_judged(stream):
    go_on(stream, values(3, x=50.0))
    stream.take([tc(12, 18)])
    assert evidence(stream).cause([1]) is Cause.NOMINAL


def test_an_fmon_that_does_not_exist_any_more_is_not_judged(stream):
    assert evidence(stream).cause([]) is evidence(stream).cause([99]) is Cause.NOMINAL


def test_a_check_that_reads_a_detector_does_not_vote(stream):
    assert go_on(stream, values(8, x=0.5)) is Cause.VIOLATED
    assert not evidence(stream).agrees([1])


def test_a_check_without_a_detector_votes(stream):
    go_on(stream, values(3, x=50.0))
    assert evidence(stream).agrees([1])


@pytest.mark.parametrize(
    ("unit", "failed", "members"),
    [
        (0, [], {SELECTED: 0, REDUNDANT: 1}),
        (1, [], {SELECTED: 1, REDUNDANT: 0}),
        (0, [(81, 1)], {SELECTED: 0}),
        (0, [(81, 0), (99, 1)], {SELECTED: 0, REDUNDANT: 1}),
        (7, [], {}),
    ],
)
def test_the_selected_member_is_what_telemetry_says_and_a_sound_one_may_replace_it(
    stream, unit, failed, members
):
    go_on(stream, values(1, unit=unit))
    assert evidence(stream).members(81, set(failed)) == members


def test_before_telemetry_and_of_single_or_unknown_units_no_member_is_known(mission, stream):
    assert evidence(Stream(mission)).members(81, set()) == {}
    assert evidence(stream).members(99, set()) == {}
