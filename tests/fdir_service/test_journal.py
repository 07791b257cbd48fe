"""What happened becomes records with the mission's names, and each record one line for people."""

import json

import pytest

from fdir_service.journal import Journal, describe, status_name
from fdir_service.ladder.state import Outcome, Step
from fdir_service.stream import Output, Silence, Stream, Telecommand, Verification
from pus import codec
from pus.chain import Instant
from pus.packets import Tc
from pus.samples import Command
from pus.st12.definitions import Delta, ExpectedValue, Limit, Pmon, PmonChecking
from pus.st12.monitoring import Transition
from tests.fdir_service.builders import PERIOD, SWITCH, answers, flight, freeze, samples, unit

S = 1_000_000_000


@pytest.fixture
def journal(bench):
    return Journal(bench)


def one(journal, entry):
    """The only record of a timeline of one entry."""
    (record,) = journal.records(Output(timeline=[entry]))
    return record


@pytest.fixture
def frozen(bench, journal):
    """The records of a flight in which x freezes, by kind."""
    by_kind = {}
    for record in journal.records(freeze(Stream(bench))):
        by_kind.setdefault(record["kind"], []).append(record)
    return by_kind


def test_a_frozen_sensor_leaves_records_in_the_words_of_the_mission(bench, frozen):
    now = {"time_ns": 2_500_000_000, "time_s": 2.5, "utc": "2030-01-01T00:00:02.500Z"}
    assert frozen["transition"][-1] == now | {
        "kind": "transition", "pmon": 1, "name": "x-moves", "parameter": "x.frozen", "previous": "nominal",
        "current": "unexpected value", "value": 1.0, "limit": 0.0, "model": bench.detectors[0].sha256,
    }  # fmt: skip
    assert frozen["fmon"][-1] == now | {
        "kind": "fmon", "fmon": 1, "name": "x-sensor", "previous": "running", "current": "failed",
        "violated": [1],
    }  # fmt: skip
    (event,) = frozen["event"]
    assert (event["event"], event["name"], event["severity"], event["reported"]) == (
        1001, "x-frozen", "high", True,
    )  # fmt: skip
    entered, sent = frozen["recovery"]
    assert (entered["outcome"], entered["level"], entered["fmons"]) == ("entered", 1, [1])
    assert sent == entered | {
        "outcome": "sent", "action": "switch", "attempt": 1, "unit": "pair", "packet": SWITCH.hex(),
    }  # fmt: skip


def test_records_are_in_order_of_time_and_fit_into_json(frozen):
    times = [record["time_s"] for records in frozen.values() for record in records]
    assert max(times) == 2.5
    text = json.dumps(frozen, allow_nan=False)
    assert json.loads(text) == frozen


def test_lines_tell_what_happened(frozen):
    lines = [describe(records[-1]) for records in frozen.values()]
    assert lines == [
        "     2.500 s  PMON 1 x-moves: nominal -> unexpected value (x.frozen = 1, limit 0)",
        "     2.500 s  FMON 1 x-sensor: running -> failed",
        "     2.500 s  event 1001 x-frozen [high]",
        "     2.500 s  level 1 pair: switch on pair sent",
    ]


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (Verification(S, 81, 1), "     1.000 s  pair answers TM[1,1] accepted"),
        (Verification(S, 81, 8), "     1.000 s  pair answers TM[1,8] not completed"),
        (Verification(S, 81, 99), "     1.000 s  pair answers TM[1,99] "),
        (Verification(S, 99, 7), "     1.000 s   answers TM[1,7] completed"),
        (
            Step(S, Outcome.FAILED, 1, 0, 2, 81, "no answer"),
            "     1.000 s  level 1 pair: switch (2) on pair failed (no answer)",
        ),
        (Step(S, Outcome.SENT, apid=81), "     1.000 s  recovery: on pair sent"),
        (Step(S, Outcome.MODE, reason="passive (ground)"), "     1.000 s  recovery: mode passive (ground)"),
        (Step(S, Outcome.ENTERED, 1), "     1.000 s  level 1 pair: entered"),
        (Silence("s", S), "     1.000 s  source s is silent"),
        (
            Telecommand(S, Tc(66, 12, 1).pack(), "rejected"),
            "     1.000 s  ground TC[12,1] to APID 66: rejected",
        ),
        (
            Telecommand(S, Tc(99, 17, 1).pack(), "not_routed"),
            "     1.000 s  ground TC[17,1] to APID 99: not routed",
        ),
        (Telecommand(S, b"\x18", "rejected"), "     1.000 s  ground TC[0,0] to APID None: rejected"),
    ],
)
def test_every_entry_is_one_line(journal, entry, line):
    assert describe(one(journal, entry)) == line


def test_a_request_that_no_event_released_has_event_0(journal, bench):
    instant = Instant(S, requests=[(None, bench.actions[0].request)])
    assert one(journal, instant)["event"] == 0


def test_a_transition_names_its_model_only_where_a_model_is_behind_it(frozen):
    assert {record["name"] for record in frozen["transition"] if "model" in record} == {"x-moves"}


def test_a_request_of_the_ground_is_recorded_with_its_result_before_what_follows_from_it(journal, bench):
    packet = Tc(66, 12, 1, codec.DEFAULT.ids([99])).pack()
    (record,) = journal.records(Stream(bench).take([Command(S, packet)]))
    assert record == journal.head("tc", S) | {
        "apid": 66, "service": 12, "subtype": 1, "result": "failed", "packet": packet.hex(),
    }  # fmt: skip


def test_an_answer_names_the_request(journal, bench):
    stream = Stream(bench)
    output = freeze(stream)
    output = stream.take(answers(unit(), output, stream.time))
    first = next(record for record in journal.records(output) if record["kind"] == "verification")
    assert first["request"] == SWITCH.hex()[:8]


def test_definitions_of_the_ground_have_no_name(bench, journal):
    stream = Stream(bench)
    journal._pmon_names.clear()
    output = stream.take([samples(0, flight(10))])
    assert {record["name"] for record in journal.records(output) if record["kind"] == "transition"} == {""}


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        (0, "2030-01-01T00:00:00.000Z"),
        (PERIOD, "2030-01-01T00:00:00.100Z"),
        (86_400 * S + 1_999_999, "2030-01-02T00:00:00.001Z"),
    ],
)
def test_on_board_time_is_written_as_utc_with_milliseconds(journal, time, utc):
    assert journal.utc(time) == utc


@pytest.mark.parametrize(
    ("check", "low", "high"),
    [
        (Limit(0, 1), "below low limit", "above high limit"),
        (Delta(0, 1), "below low threshold", "above high threshold"),
        (ExpectedValue(1, 1), "unexpected value", None),
    ],
)
def test_statuses_are_named_by_the_type_of_check(check, low, high):
    pmon = Pmon(1, 1, check, 1)
    names = [status_name(pmon, status) for status in PmonChecking if status < PmonChecking.HIGH]
    assert names == ["nominal", "unchecked", "invalid", low]
    if high:
        assert status_name(pmon, PmonChecking.HIGH) == high


def test_an_overflow_is_no_number_in_json_and_a_word_for_people(journal):
    transition = Transition(
        journal.mission.pmons[1], PmonChecking.NOMINAL, PmonChecking.LOW, float("inf"), 0.0, S
    )
    record = one(journal, Instant(S, transitions=[transition]))
    assert json.loads(json.dumps(record, allow_nan=False))["value"] is None
    assert "= overflow, limit 0" in describe(record)
