import itertools
import math
from contextlib import closing

import numpy as np
import pytest
import zmq

from pus.packets import Tc, decode_tm
from pus.samples import Heartbeat, Samples, decode
from sim.adcs.scenario import AdcsScenario
from sim.adcs.vehicle import AdcsVehicle
from sim.clock import SystemClock
from sim.publisher import BindError, Publisher, PublisherSettings
from sim.spacecraft import Spacecraft
from sim.vehicle import PERIOD_NS, SOURCE, Vehicle
from tests.sim.bench import SECOND, SELECT_B, Bench


@pytest.mark.parametrize("chunk", [1, 7, 20, 50])
@pytest.mark.parametrize("speed", [0.5, 1.0, 10.0, math.inf])
def test_what_is_published_is_what_the_vehicle_says(chunk, speed, bench, scenario):
    one = bench(chunk=chunk, speed=speed)
    account = one.publisher.run()
    samples = one.samples()
    assert [message.sequence for message in samples] == list(range(0, 20, chunk))
    whole = Vehicle(scenario(duration_s=2.0)).advance(20)
    assert np.concatenate([message.values for message in samples]).tobytes() == whole.values.tobytes()
    assert np.concatenate([message.times for message in samples]).tolist() == whole.times.tolist()
    assert (account.samples, account.messages) == (20, len(samples))


def test_another_spacecraft_goes_over_the_same_wire_at_its_own_pace(context):
    table = {"vehicle": "cubesat-adcs", "name": "test", "seed": 5, "duration_s": 200.0}
    scenario = AdcsScenario.model_validate(table)
    with closing(Bench(context, AdcsVehicle(scenario), chunk=3, speed=10.0, tail_s=0.0)) as one:
        account = one.publisher.run()
        samples = one.samples()
    assert {message.source for message in samples} == {"adcs"}
    whole = AdcsVehicle(scenario).advance(20).values
    assert np.concatenate([message.values for message in samples]).tobytes() == whole.tobytes()
    assert account.samples == 20
    assert one.clock.time - one.clock.start == pytest.approx(19 * SECOND)


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 1.9), (10.0, 0.19), (0.5, 3.8), (math.inf, 0.0)])
def test_a_run_takes_its_time(speed, seconds, bench):
    one = bench(speed=speed, tail_s=0.0)
    one.publisher.run()
    assert one.clock.time - one.clock.start == pytest.approx(seconds * SECOND)


def test_heartbeats_tell_the_next_sequence_number_during_long_messages_and_after_the_end(bench):
    one = bench(duration_s=10.0, chunk=50, heartbeat_s=1.0, tail_s=3.0)
    account = one.publisher.run()
    messages = one.received()
    told = 0
    for message in messages:
        assert message.sequence == told
        told += len(message) if isinstance(message, Samples) else 0
    beats = [message for message in messages if isinstance(message, Heartbeat)]
    assert len(beats) == account.heartbeats >= 10
    assert [beat.sequence for beat in beats[-3:]] == [100] * 3
    assert beats[-1].time == 99 * PERIOD_NS
    assert {beat.session for beat in beats} == {messages[-1].session}


def test_a_command_is_answered_at_once_and_holds_from_the_next_sample(bench):
    one = bench(chunk=10)
    one.clock.at(0.55, lambda: one.commander.send(SELECT_B))
    account = one.publisher.run()
    assert one.answers() == [(1, 1), (1, 3), (1, 7)]
    units = np.concatenate([message.values[:, 6] for message in one.samples()])
    assert units.tolist() == [0.0] * 6 + [1.0] * 14
    assert (account.commands, account.answers) == (1, 3)


def test_commands_are_still_served_after_the_end(bench):
    one = bench(tail_s=2.0)
    one.clock.at(3.0, lambda: one.commander.send(Tc(82, 17, 1).pack()))
    one.publisher.run()
    assert (17, 2) in one.answers()


def test_commands_are_served_at_infinite_speed(bench):
    one = bench(speed=math.inf)
    one.commander.send(SELECT_B)
    one.publisher.run()
    assert one.answers() == [(1, 1), (1, 3), (1, 7)]
    assert one.samples()[-1].values[-1, 6] == 1.0


def test_a_message_of_several_frames_is_no_command(bench):
    one = bench()
    one.clock.at(0.1, lambda: one.commander.send_multipart([b"", SELECT_B]))
    account = one.publisher.run()
    assert (account.refused, account.commands) == (1, 0)
    assert one.answers() == []


def test_the_run_waits_for_the_first_subscriber_if_asked(bench):
    one = bench(subscribe=False, await_subscriber=True, tail_s=0.0)
    one.clock.at(5.0, one.subscribe)
    one.publisher.run()
    assert sum(len(message) for message in one.samples()) == 20
    assert one.clock.time - one.clock.start >= 6.9 * SECOND


def test_commands_are_served_while_nobody_subscribes(bench):
    one = bench(subscribe=False, await_subscriber=True)
    one.commander.send(SELECT_B)
    one.clock.at(1.0, one.subscribe)
    one.publisher.run()
    assert one.answers() == [(1, 1), (1, 3), (1, 7)]
    assert one.samples()[0].values[0, 6] == 1.0


def test_without_a_subscriber_the_run_goes_on_if_it_may(bench):
    assert bench(subscribe=False).publisher.run().samples == 20


@pytest.mark.parametrize("after", [0, 3, 12])
def test_a_flag_stops_the_run(after, bench):
    calls = itertools.count()
    account = bench(await_subscriber=True, chunk=1).publisher.run(lambda: next(calls) >= after)
    assert account.samples < 20


def test_the_flag_is_looked_at_while_a_long_message_grows(bench):
    one = bench(duration_s=100.0, chunk=1000)
    stopped: list[bool] = []
    one.clock.at(2.0, lambda: stopped.append(True))
    one.publisher.run(lambda: bool(stopped))
    assert one.clock.time - one.clock.start < 2.3 * SECOND


def test_an_interrupt_ends_the_run_with_an_account(bench):
    def interrupt() -> None:
        raise KeyboardInterrupt

    one = bench()
    one.clock.at(1.05, interrupt)
    assert one.publisher.run().samples == 11


def test_the_loop_closes_over_sockets(context, demo):
    one = Bench(context, Vehicle(demo), chunk=5)
    one.clock.at(75.02, lambda: one.commander.send(SELECT_B))
    account = one.publisher.run()
    values = np.concatenate([message.values for message in one.samples()])
    assert one.answers() == [(1, 1), (1, 3), (1, 7)]
    assert (np.diff(values[700:751, :3], axis=0) == 0.0).all()
    assert (np.diff(values[751:, :3], axis=0) != 0.0).mean() > 0.9
    assert np.flatnonzero(values[:, 6])[0] == 751
    assert (account.samples, account.commands, account.answers) == (1500, 1, 3)
    one.close()


def test_two_subscribers_get_the_same(bench, context):
    one = bench(await_subscriber=True)
    other: zmq.Socket[bytes] = context.socket(zmq.SUB)
    with other:
        other.subscribe(SOURCE)
        other.connect(one.publisher.samples_endpoint)
        one.publisher.run()
        twice = []
        while other.poll(0):
            twice.append(decode(other.recv_multipart()[1]))
    assert [m.sequence for m in twice] == [m.sequence for m in one.received()]


def test_every_client_gets_its_own_answers(bench, context):
    one = bench()
    other: zmq.Socket[bytes] = context.socket(zmq.DEALER)
    with other:
        other.connect(one.publisher.commands_endpoint)
        one.commander.send(SELECT_B)
        other.send(Tc(82, 17, 1).pack())
        account = one.publisher.run()
        assert one.answers() == [(1, 1), (1, 3), (1, 7)]
        replies = []
        while other.poll(0):
            replies.append(decode_tm(other.recv()).apid)
    assert replies == [82] * 4
    assert (account.commands, account.answers) == (2, 7)


def test_a_publisher_waits_instead_of_spinning(bench):
    one = bench(duration_s=10.0, chunk=1, heartbeat_s=1.0, tail_s=0.0)
    one.publisher.run()
    assert one.clock.waits < 250


@pytest.mark.parametrize("reads", [True, False])
def test_as_fast_as_possible_means_as_fast_as_the_subscriber_reads(reads, bench, monkeypatch):
    monkeypatch.setattr(Spacecraft, "queue", 2)
    one = bench(speed=math.inf, subscribe=False, tail_s=0.0)
    one.subscriber.setsockopt(zmq.RCVHWM, 2)
    one.subscribe()
    taken: list[Samples] = []
    refusals: list[int] = []

    def read_later() -> None:
        refusals.append(1)
        if reads:
            taken.extend(one.samples())
        one.clock.at((one.clock.time - one.clock.start) / SECOND + 0.001, read_later)

    one.clock.at(0.0, read_later)
    account = one.publisher.run(lambda: not reads and len(refusals) > 30)
    taken += one.samples()
    assert refusals
    assert account.samples == sum(len(message) for message in taken)
    assert (account.samples == 20) is reads


def test_real_sockets_on_free_ports_with_the_clock_of_the_machine(context, scenario):
    vehicle = Vehicle(scenario(duration_s=20.0))
    settings = PublisherSettings(
        "tcp://127.0.0.1:*", "tcp://127.0.0.1:0", speed=math.inf, chunk=16, tail_s=0.0, await_subscriber=True
    )
    subscriber: zmq.Socket[bytes] = context.socket(zmq.SUB)
    with Publisher(vehicle, settings, context) as publisher, subscriber:
        assert publisher.samples_endpoint != publisher.commands_endpoint
        assert not publisher.samples_endpoint.endswith((":*", ":0"))
        subscriber.subscribe(SOURCE)
        subscriber.connect(publisher.samples_endpoint)
        account = publisher.run()
        received = 0
        while received < account.samples and subscriber.poll(5000):
            message = decode(subscriber.recv_multipart()[1])
            received += len(message) if isinstance(message, Samples) else 0
    assert received == account.samples == 200


def test_an_address_in_use_is_named(context, scenario):
    vehicle = Vehicle(scenario())
    free = "tcp://127.0.0.1:*"
    with Publisher(vehicle, PublisherSettings(free, free), context, SystemClock()) as publisher:
        taken = publisher.commands_endpoint
        with pytest.raises(BindError, match="in use") as caught:
            Publisher(vehicle, PublisherSettings(free, taken), context)
    assert caught.value.address == taken
    assert taken in str(caught.value)


def test_a_nonsense_address_is_named(context, scenario):
    with pytest.raises(BindError, match="nonsense"):
        Publisher(Vehicle(scenario()), PublisherSettings("nonsense"), context)


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 0.0},
        {"speed": math.nan},
        {"chunk": 0},
        {"chunk": 1 << 20},
        {"heartbeat_s": 0.0},
        {"tail_s": -1.0},
    ],
)
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match="positive"):
        PublisherSettings(**wrong)
