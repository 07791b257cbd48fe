"""What a publisher sends, and does not send, in an outage."""

import math

import pytest

from pus.samples import Heartbeat, Samples
from sim.vehicle import PERIOD_NS
from tests.sim.bench import SECOND, SELECT_B


@pytest.mark.parametrize("speed", [1.0, math.inf])
def test_in_an_outage_heartbeats_tell_what_was_missed(speed, bench):
    outages = ({"start_s": 3.0, "duration_s": 4.0},)
    one = bench(duration_s=10.0, chunk=4, heartbeat_s=1.0, speed=speed, outages=outages)
    account = one.publisher.run()
    messages = one.received()
    numbers = [m.sequence + k for m in messages if isinstance(m, Samples) for k in range(len(m))]
    assert numbers == [*range(30), *range(70, 100)]
    assert account.samples == 60
    beats = [m for m in messages if isinstance(m, Heartbeat)]
    assert beats[-1].sequence == 100
    if math.isfinite(speed):
        during = [beat for beat in beats if 30 < beat.sequence < 70]
        assert len(during) >= 3
        assert {beat.time for beat in during} == {29 * PERIOD_NS}


def test_what_an_outage_took_at_the_end_is_told_afterwards(bench):
    one = bench(outages=({"start_s": 1.5, "duration_s": 60.0},))
    assert one.publisher.run().samples == 15
    beats = [m for m in one.received() if isinstance(m, Heartbeat)]
    assert beats[-1].sequence == 20


def test_a_dead_source_sends_nothing_at_all_while_the_vehicle_flies_on_and_obeys(bench):
    one = bench(duration_s=10.0, heartbeat_s=0.5, tail_s=3.0, outages=({"start_s": 3.0},))
    one.clock.at(3.2, one.received)
    one.clock.at(5.0, lambda: one.commander.send(SELECT_B))
    account = one.publisher.run()
    assert one.received() == []
    assert one.answers() == [(1, 1), (1, 3), (1, 7)]
    assert account.samples == 30
    assert one.clock.time - one.clock.start == pytest.approx(12.9 * SECOND)
