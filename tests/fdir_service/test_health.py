"""Health parameters are the service's own counts and statuses, asked for when they are reported."""

from typing import get_args

import pytest

from fdir_service.mission.schema import HealthKind
from fdir_service.stream import Stream
from pus import codec
from pus.packets import Tc
from pus.samples import Command
from tests.fdir_service.builders import bench_with, flight, freeze, samples

FIRST = 100
KINDS = get_args(HealthKind)
SECTIONS = "".join(
    f'[[health]]\nid = {FIRST + k}\nname = "health.{kind}"\nkind = "{kind}"\n' for k, kind in enumerate(KINDS)
)


@pytest.fixture
def stream(tmp_path):
    return Stream(bench_with(tmp_path, ("[recovery]", SECTIONS + "[recovery]")))


def health(stream):
    """The values of all health parameters by kind."""
    return {kind: stream.chain.latest(FIRST + k) for k, kind in enumerate(KINDS)}


def test_at_the_start_nothing_has_happened(stream):
    assert health(stream) == {
        **dict.fromkeys(KINDS, 0.0), "pmons_enabled": 3.0, "recovery_mode": 2.0,
    }  # fmt: skip


def test_counts_follow_what_happens(stream):
    freeze(stream)
    stream.take([samples(20, flight(6)), samples(28, flight(29)[28:])])
    assert health(stream) == {
        "samples_received": 27.0, "samples_lost": 2.0, "samples_rejected": 6.0, "events_detected": 1.0,
        "events_reported": 1.0, "pmons_enabled": 3.0, "pmons_in_violation": 0.0, "fmons_failed": 1.0,
        "recovery_attempts": 1.0, "recovery_mode": 2.0,
    }  # fmt: skip


def test_a_pmon_in_violation_is_counted_while_it_lasts(stream):
    freeze(stream)
    assert health(stream)["pmons_in_violation"] == 1.0


def test_the_ground_can_ask_for_them(stream):
    freeze(stream)
    wanted = FIRST + KINDS.index("samples_received")
    output = stream.take([Command(0, Tc(66, 20, 1, codec.ids([wanted])).pack())])
    (report,) = [tm for tm in output.telemetry if tm.service == 20]
    assert report.data == codec.u16(1) + codec.u16(wanted) + codec.u32(26)
