"""A request of no level whose answer a restart may have cost is told to the ground, and is not repeated."""

import pytest

from fdir_service.ladder.state import Outcome
from fdir_service.snapshot import CODEC
from fdir_service.stream import Stream
from pus import codec, cuc
from pus.failure import Failure, FailureCode
from pus.packets import ACK_ALL, ACK_COMPLETION, Tc, decode_tc
from pus.samples import Command, Reply
from tests.fdir_service.builders import RESET, bench_with, flight, freeze, samples, unit
from tests.fdir_service.outcomes import events, outcomes, take, tc

S = 1_000_000_000


@pytest.fixture
def stream(tmp_path):
    """A stream whose event-action has just asked the pair."""
    found = Stream(bench_with(tmp_path, ("enabled = false", "enabled = true")))
    assert len(take(found, samples(0, [0.0, 0.0, 9.0], "slow")).requests) == 1
    return found


def restarted(before):
    """Return a stream of the same mission that goes on from this one."""
    stream = Stream(before.mission)
    stream.time = before.time
    stream.unanswered.update(CODEC.unpack(CODEC.pack(before.unanswered)))
    return stream


def test_a_request_without_an_answer_is_told_once_and_not_sent_again(stream):
    (packet,) = stream.unanswered.values()
    second = restarted(stream)
    output = second.resume()
    (step,) = output.steps
    assert (step.time, step.outcome, step.level) == (stream.time, Outcome.FAILED, None)
    assert (step.apid, step.reason, step.request) == (81, "no answer before the restart", packet)
    assert output.requests == []
    assert events(output) == [1011]
    (report,) = output.telemetry
    assert report.data[-4:] == codec.u16(0) + codec.u16(81)
    assert list(restarted(second).resume().steps) == []


def refuse(name, arguments):
    return Failure(FailureCode.BAD_ARGUMENT, 1)


@pytest.mark.parametrize("process", [unit(), unit(refuse)], ids=["executed", "refused"])
def test_a_request_that_was_answered_either_way_is_not_told(stream, process):
    take(stream, *(Reply(S, tm.pack()) for p in stream.unanswered.values() for tm in process.execute(p, S)))
    assert outcomes(restarted(stream).resume()) == []


def test_a_refusal_is_told_at_once(stream):
    (packet,) = stream.unanswered.values()
    output = take(stream, *(Reply(S, tm.pack()) for tm in unit(refuse).execute(packet, S)))
    (step,) = output.steps
    assert (step.outcome, step.level, step.apid, step.reason) == (Outcome.FAILED, None, 81, "refused")
    assert events(output) == [1011]


def test_an_answer_that_is_not_final_leaves_it_open(stream):
    (packet,) = stream.unanswered.values()
    accepted, started, _ = unit().execute(packet, S)
    take(stream, Reply(S, accepted.pack()), Reply(S, started.pack()))
    assert outcomes(restarted(stream).resume()) == [Outcome.FAILED]


@pytest.mark.parametrize(("ack", "told"), [(ACK_COMPLETION, 1), (ACK_ALL - ACK_COMPLETION, 0), (0, 0)])
def test_a_request_that_asks_for_no_report_of_its_completion_is_not_waited_for(bench, ack, told):
    """The ground loads a sequence of one request to the pair and activates it."""
    request = Tc(81, 8, 1, codec.characters("RESET"), ack=ack).pack()
    name = codec.characters("AGAIN")
    load = name + codec.DEFAULT.count(1) + request + cuc.encode_relative(0)
    stream = Stream(bench)
    output = take(stream, tc(21, 1, load), tc(21, 4, name), samples(0, flight(1)))
    assert output.requests == [request]
    assert len(restarted(stream).resume().telemetry) == told


def test_requests_of_the_ladder_and_of_the_ground_are_judged_by_others(bench):
    stream = Stream(bench)
    freeze(stream)
    take(stream, Command(0, RESET))
    assert stream.unanswered == {}


def test_what_the_news_releases_in_our_own_process_is_executed_at_once(tmp_path):
    sequence = """[[sequence]]
name = "LOOK"
steps = [{ unit = "pair", function = "RESET" }]

[[event_action]]
event = 1011
sequence = "LOOK"

[recovery]"""
    mission = bench_with(tmp_path, ("enabled = false", "enabled = true"), ("[recovery]", sequence))
    stream = Stream(mission)
    take(stream, samples(0, [0.0, 0.0, 9.0], "slow"))
    output = restarted(stream).resume()
    assert [decode_tc(packet).data for packet in output.requests] == [codec.characters("RESET")]
