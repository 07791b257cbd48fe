"""The contenders do the same: both find the same changes, both pack the same octets."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.bench import monitors, packing
from fdir_service.bench.monitors import REPETITION, Objects, Tables, Workload, contenders, workload
from fdir_service.bench.objects import HIGH, INVALID, LOW, NOMINAL, UNCHECKED, LimitMonitor, check_objects
from fdir_service.bench.rounds import DisagreementError
from pus.packets import decode_tm
from pus.st12.definitions import Limit, Pmon
from tests.pus.naive import Watch

VALUES = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, math.nan, math.inf])


@given(st.lists(VALUES, max_size=60), st.integers(1, 4))
def test_an_object_does_as_the_naive_reference_does(values, repetition):
    monitor, watch = LimitMonitor(7, -1.0, 1.0, repetition), Watch(Pmon(7, 0, Limit(-1.0, 1.0), repetition))
    for value in values:
        before = watch.status
        watch.sample(value, is_valid=True)
        assert monitor.check(value) == (watch.status != before)
        assert monitor.status == watch.status


@settings(max_examples=30)
@given(st.integers(1, 8), st.integers(1, 80), st.sampled_from([0.01, 0.3, 0.9]))
def test_tables_and_objects_find_the_same_changes(count, samples, violating):
    work = workload(count, samples, 3, violating)
    ours, theirs = Tables(work), Objects(work)
    assert ours.changes() == theirs.changes()
    assert ours.changes() == theirs.changes()  # from the state of the first time on


def test_changes_name_sample_monitor_and_new_status():
    values = np.array([[0, 0, 9, 9, 9, 9.0], [0, -9, -9, -9, np.nan, 0]])
    objects = [LimitMonitor(k, -1.0, 1.0, 2) for k in range(2)]
    found = check_objects(objects, values)
    assert found == [(1, 0, NOMINAL), (2, 1, LOW), (3, 0, HIGH), (4, 1, INVALID)]
    assert LimitMonitor(0, 0.0, 1.0, 1).status == UNCHECKED


def test_a_workload_violates_as_often_as_it_says_and_on_both_sides():
    work = workload(200, 256, 2)
    low = np.array([[limit.low] for limit in work.limits])
    high = np.array([[limit.high] for limit in work.limits])
    for chunk in work.chunks:
        shares = [(chunk < low).mean(), (chunk > high).mean()]
        assert shares == pytest.approx([0.005, 0.005], abs=0.001)
        assert chunk.flags.c_contiguous
    assert work.checks == 2 * 200 * 256
    assert len({limit.low for limit in work.limits}) == 200


def test_a_workload_is_the_same_each_time():
    first, second = workload(3, 5, 2), workload(3, 5, 2)
    assert first.limits == second.limits
    assert all(np.array_equal(a, b) for a, b in zip(first.chunks, second.chunks, strict=True))


def test_each_contender_does_the_work_that_it_says():
    work = workload(4, REPETITION, 2)
    ours, theirs = contenders(work, 3, 1)
    assert (ours.work, theirs.work) == (3 * work.checks, work.checks)
    ours.run()
    theirs.run()


def test_running_goes_on_from_the_state_before():
    work = Workload((Limit(-1.0, 1.0),), (np.full((1, 2), 5.0),))
    ours, theirs = Tables(work), Objects(work)
    ours.run()
    theirs.run()
    assert ours.changes() == theirs.changes() == [[(0, 0, HIGH)]]


def test_contenders_that_disagree_are_not_compared(monkeypatch):
    monkeypatch.setattr(monitors, "check_objects", lambda *_: [])
    with pytest.raises(DisagreementError, match="different changes"):
        contenders(workload(2, 5, 1), 1, 1)
    monkeypatch.setattr(packing, "theirs", lambda n: [b""] * n)
    with pytest.raises(DisagreementError, match="packets differ"):
        packing.contenders(quick=True)


def test_reports_are_packed_as_spacepackets_packs_them_and_can_be_read():
    ours, theirs = packing.ours(20), packing.theirs(20)
    assert ours == theirs
    report = decode_tm(ours[7])
    assert (report.service, report.subtype, report.sequence, report.data) == (5, 2, 7, packing.DATA)
