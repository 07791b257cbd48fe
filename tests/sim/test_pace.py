import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.pace import PacedVehicle
from sim.scenario import Scenario
from sim.vehicle import PERIOD_NS, Vehicle

SAMPLES = 60


def paced(speed: float = 1.0, chunk: int = 10, **fields: object) -> PacedVehicle:
    table = {"name": "x", "seed": 5, "duration_s": SAMPLES / 10} | fields
    return PacedVehicle(Vehicle(Scenario.model_validate(table)), speed, chunk)


def test_nothing_is_due_before_the_start():
    run = paced()
    run.catch_up(10**12)
    assert (run.sequence, run.is_complete, run.is_over) == (0, False, False)


def test_the_first_sample_is_due_at_the_start_and_the_others_a_period_apart():
    run = paced(chunk=1)
    run.start(500)
    assert run.due() == 500
    run.catch_up(500)
    assert run.is_complete
    run.clear()
    assert run.due() == 500 + PERIOD_NS
    run.catch_up(500 + PERIOD_NS - 1)
    assert not run.is_complete
    run.catch_up(500 + PERIOD_NS)
    assert run.is_complete


def test_a_message_is_due_with_its_last_sample():
    run = paced(speed=2.0, chunk=10)
    run.start(0)
    assert run.due() == 9 * PERIOD_NS // 2
    run.catch_up(3 * PERIOD_NS // 2)
    assert run.vehicle.sequence == 4
    assert (run.sequence, run.is_complete) == (0, False)
    assert run.due() == 9 * PERIOD_NS // 2


def test_everything_is_due_at_once_at_infinite_speed():
    run = paced(speed=math.inf, chunk=100)
    run.start(7)
    assert run.due() == 7
    run.catch_up(7)
    assert len(run.message()) == SAMPLES
    run.clear()
    assert run.is_over
    assert not run.is_complete


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 3 * PERIOD_NS), min_size=1, max_size=30),
    st.sampled_from([0.1, 0.3, 1.0, 7.0, 1000.0]),
    st.integers(1, 25),
)
def test_messages_join_what_was_taken_and_nothing_is_taken_early(waits, speed, chunk):
    run = paced(speed, chunk)
    run.start(0)
    now, messages = 0, []
    for wait in [*waits, 10**15, *[0] * SAMPLES]:
        now += wait
        run.catch_up(now)
        taken = run.vehicle.sequence
        assert math.ceil((taken - 1) * PERIOD_NS / speed) <= now
        assert taken == SAMPLES or run.is_complete or math.ceil(taken * PERIOD_NS / speed) > now
        if run.is_complete:
            messages.append(run.message())
            run.clear()
    assert run.is_over
    assert [len(message) for message in messages[:-1]] == [chunk] * (len(messages) - 1)
    assert np.concatenate([m.times for m in messages]).tolist() == [k * PERIOD_NS for k in range(SAMPLES)]
    whole = paced().vehicle.advance(SAMPLES).values
    assert np.concatenate([m.values for m in messages]).tobytes() == whole.tobytes()


@pytest.mark.parametrize("chunk", [1, 7, 60])
def test_the_last_message_holds_what_is_left(chunk):
    run = paced(math.inf, chunk)
    run.start(0)
    sizes = []
    while not run.is_over:
        run.catch_up(0)
        sizes.append(len(run.message()))
        run.clear()
    assert sum(sizes) == SAMPLES
    assert sizes[-1] == SAMPLES % chunk or chunk


OUTAGE = ({"start_s": 2.3, "duration_s": 1.5},)


@pytest.mark.parametrize("chunk", [1, 7, 60])
@pytest.mark.parametrize("speed", [1.0, math.inf])
def test_a_message_ends_where_an_outage_begins_and_the_next_one_starts_behind_it(speed, chunk):
    run, taken = paced(speed, chunk, outages=OUTAGE), []
    run.start(0)
    now = 0
    while not run.is_over:
        now = max(now, run.due())
        run.catch_up(now)
        if run.is_complete:
            message = run.message()
            assert message.sequence == run.sequence
            assert len(message) <= chunk
            taken += range(message.sequence, message.sequence + len(message))
            run.clear()
    assert taken == [*range(23), *range(38, SAMPLES)]


def test_a_vehicle_flies_through_an_outage_by_the_clock():
    run = paced(1.0, 10, outages=OUTAGE)
    run.start(0)
    for due in (9, 19, 22):
        assert run.due() == due * PERIOD_NS
        run.catch_up(run.due())
        run.clear()
    assert run.due() == 32 * PERIOD_NS
    run.catch_up(25 * PERIOD_NS)
    assert (run.sequence, run.is_complete) == (26, False)
    run.catch_up(40 * PERIOD_NS)
    assert (run.sequence, run.vehicle.sequence) == (38, 41)


def test_samples_that_wait_hold_the_vehicle_at_the_border_of_an_outage():
    run = paced(1.0, 60, outages=OUTAGE)
    run.start(0)
    run.catch_up(50 * PERIOD_NS)
    assert (run.sequence, run.vehicle.sequence, run.is_complete) == (0, 23, True)


def test_a_run_that_ends_in_an_outage_is_over_with_it():
    run = paced(math.inf, 60, outages=({"start_s": 2.3},))
    run.start(0)
    run.catch_up(0)
    assert len(run.message()) == 23
    run.clear()
    run.catch_up(0)
    assert run.is_over
    assert run.sequence == SAMPLES
