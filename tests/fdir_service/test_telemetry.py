"""Telemetry in words: names of the mission, statuses as words; what is not known stays octets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.ground.reports import REPORTS
from fdir_service.ground.telemetry import PacketDecoder, describe
from fdir_service.mission import load
from pus import codec, cuc
from pus.failure import Failure, FailureCode
from pus.packets import Tc, Tm
from pus.parameters import ValueType
from pus.st01 import failed
from pus.st12 import layout
from pus.st12.definitions import FmonChecking, PmonChecking
from pus.st12.monitoring import FmonChange, Transition

HOPPER = load("hopper")
DECODER = PacketDecoder(HOPPER)
S = 1_000_000_000


def read(service, subtype, data=b"", apid=66, time=12_300_000_000):
    return DECODER.telemetry(Tm(apid, service, subtype, data, time, 1, 9).pack())


def test_the_header_is_named_and_dated():
    record = read(17, 2)
    assert record == {
        "kind": "tm", "apid": 66, "application": "hopper", "sequence": 9, "service": 17, "subtype": 2,
        "name": "alive", "time_s": pytest.approx(12.3, abs=2e-5), "utc": "2030-01-01T00:00:12.299Z",
        "destination": 1, "fields": {},
    }  # fmt: skip
    assert describe(record) == "    12.300 s  hopper #9 TM[17,2] alive"


def test_units_have_names_and_strangers_have_numbers():
    assert read(17, 2, apid=81)["application"] == "acc"
    assert describe(read(17, 2, apid=99)) == "    12.300 s  APID 99 #9 TM[17,2] alive"


def test_a_failure_names_its_code_and_the_identifier():
    tc = Tc(66, 12, 1, sequence=77)
    report = failed(4, tc.pack(), Failure(FailureCode.UNKNOWN_PMON, 7))
    fields = read(1, 4, report.data)["fields"]
    assert fields["sequence"] == 77
    assert (fields["failure"], fields["id"]) == ("UNKNOWN_PMON", 7)


def test_progress_names_the_step_and_why_it_failed():
    request = Tc(66, 18, 3, sequence=77).pack()[:4]
    assert read(1, 5, request + codec.u16(2))["fields"]["step"] == 2
    fields = read(1, 6, request + codec.u16(2) + codec.u16(FailureCode.UNKNOWN_PMON) + codec.u16(7))["fields"]
    assert (fields["sequence"], fields["step"]) == (77, 2)
    assert (fields["failure"], fields["id"]) == ("UNKNOWN_PMON", 7)


def test_a_failure_code_of_somebody_else_is_a_number():
    fields = read(1, 8, bytes(4) + b"\xab\xcd")["fields"]
    assert fields["failure"] == "0xabcd"


def test_an_event_of_a_pmon_tells_value_and_limit():
    pmon = HOPPER.pmons[11]
    transition = Transition(pmon, PmonChecking.NOMINAL, PmonChecking.HIGH, 6.5, 5.0, S)
    data = codec.u16(1003) + layout.encode_pmon_event(transition, HOPPER.parameters, codec.DEFAULT)
    record = read(5, 3, data)
    assert record["fields"] == {
        "event": 1003,
        "name": "accelerometer-out-of-range",
        "cause": {"pmon": 11, "name": "acc-range-x", "parameter": "acc.x", "value": 6.5, "limit": 5.0},
    }
    assert "value 6.5, limit 5" in describe(record)


def test_an_event_of_an_fmon_tells_the_statuses_of_its_pmons():
    fmon = HOPPER.fmons[1]
    change = FmonChange(
        fmon,
        FmonChecking.RUNNING,
        FmonChecking.FAILED,
        (PmonChecking.LOW, PmonChecking.NOMINAL, PmonChecking.NOMINAL),
        S,
    )
    record = read(5, 4, codec.u16(1001) + layout.encode_fmon_event(change, codec.DEFAULT))
    pmon, *_ = record["fields"]["cause"]["pmons"]
    assert pmon == {"pmon": 1, "name": "acc-index", "status": "unexpected value"}


def test_the_end_of_a_recovery_names_the_level_and_the_unit():
    record = read(5, 1, codec.u16(1010) + codec.u16(11) + codec.u16(81))
    assert record["fields"]["cause"] == {"level": 11, "name": "acc-unit", "apid": 81, "unit": "acc"}


def test_a_summary_of_throttled_reports_tells_their_number():
    changed = HOPPER.file.profile.model_copy(update={"summary_event": 1003})
    assert changed.summary_event == 1003
    from dataclasses import replace

    mission = replace(HOPPER, profile=replace(HOPPER.profile, summary_event=1003))
    data = codec.u16(1003) + codec.u16(1001) + codec.u32(400)
    record = PacketDecoder(mission).telemetry(Tm(66, 5, 1, data, 0).pack())
    assert record["fields"]["cause"]["suppressed"] == 400


@pytest.mark.parametrize(("data", "rest"), [(b"\x01\x02\x03", {"data": "010203"}), (b"", {})])
def test_auxiliary_data_of_another_layout_stay_octets(data, rest):
    fields = read(5, 4, codec.u16(1001) + data)["fields"]
    assert fields == {"event": 1001, "name": "accelerometer-failed"} | rest


def test_check_transitions_are_in_the_words_of_their_check():
    transitions = [
        Transition(HOPPER.pmons[11], PmonChecking.NOMINAL, PmonChecking.LOW, -6.0, -5.0, S),
        Transition(HOPPER.pmons[1], PmonChecking.UNCHECKED, PmonChecking.LOW, 1.0, 0.0, 2 * S),
    ]
    entries = b"".join(layout.encode_transition(t, HOPPER.parameters, codec.DEFAULT) for t in transitions)
    limit, expected = read(12, 12, codec.u16(2) + entries)["fields"]["transitions"]
    assert (limit["previous"], limit["current"], limit["time_s"]) == ("nominal", "below low limit", 1.0)
    assert (expected["previous"], expected["current"]) == ("unchecked", "unexpected value")
    assert (expected["mask"], expected["value"], expected["limit"]) == (255, 1, 0)


def test_a_housekeeping_report_has_the_names_of_its_structure_and_nulls_for_what_is_not_known():
    types = [HOPPER.parameters.by_id[k].type for k in HOPPER.housekeeping[0].parameters]
    data = b"".join(kind.pack_or_unknown(float("nan")) if kind.is_float else kind.pack(3) for kind in types)
    record = read(3, 25, codec.u16(1) + data)
    values = record["fields"]["values"]
    assert values["acc.stuck.score"] is None
    assert values["fdir.samples"] == 3
    assert "acc.stuck.score not known" in describe(record)
    json.dumps(record, allow_nan=False)


@pytest.mark.parametrize("subtype", [25, 26])
def test_the_values_of_an_unknown_structure_stay_octets(subtype):
    assert read(3, subtype, codec.u16(77) + b"\x01\x02")["fields"] == {"sid": 77, "data": "0102"}


@pytest.mark.parametrize(
    ("service", "subtype", "data", "problem"),
    [
        (200, 1, b"\x01", "unknown report"),
        (12, 28, b"\x00\x01\x00", "octets wanted"),
        (12, 28, codec.u16(1) + codec.u16(1) + b"\x02\x01\x01", "neither 0 nor 1"),
        (12, 28, codec.u16(1) + codec.u16(1) + b"\x01\x01\x09", "9 is not a valid FmonChecking"),
        (17, 2, b"\x01", "trailing"),
        (20, 2, codec.u16(1) + codec.u16(999), "parameter 999 is none of mission hopper"),
        (12, 9, bytes(4) + codec.DEFAULT.ids([1]) + codec.u16(1) + codec.u16(999), "validity parameter 999"),
        (12, 12, codec.u16(1) + codec.u16(1) + codec.u16(1) + b"\x00" + bytes(24) + b"\xff" * 10, ""),
    ],
)
def test_what_does_not_fit_its_layout_stays_octets_with_the_reason(service, subtype, data, problem):
    record = read(service, subtype, data)
    assert record["data"] == data.hex()
    assert problem in record["problem"]
    assert record["problem"] in describe(record)


def test_a_stored_request_that_is_damaged_stays_octets():
    request = bytearray(Tc(81, 8, 1).pack())
    request[-1] ^= 1
    entry = codec.u16(66) + codec.u16(1001) + b"\x01" + bytes(request)
    (action,) = read(19, 11, codec.u16(1) + entry)["fields"]["actions"]
    assert action["request"] == {"packet": request.hex()}


def test_what_is_no_telemetry_packet_is_shown_as_it_is():
    record = DECODER.telemetry(b"\x01\x02")
    assert (record["kind"], record["packet"]) == ("packet", "0102")
    assert describe(record).startswith("packet 0102 (LENGTH")


def test_telecommands_are_named_too():
    record = DECODER.telecommand(Tc(66, 12, 1, codec.DEFAULT.ids([11]), source=3, sequence=4).pack())
    assert record["name"] == "st12.enable-pmon"
    assert describe(record).strip() == "hopper #4 TC[12,1] st12.enable-pmon: data 0001000b"
    assert DECODER.telecommand(b"")["kind"] == "packet"


@given(st.sampled_from(sorted(REPORTS)), st.binary(max_size=80))
def test_no_data_of_any_report_raise(kind, data):
    record = read(*kind, data)
    assert ("fields" in record) != ("problem" in record)
    assert describe(record)
    json.dumps(record, allow_nan=False)


@given(st.binary(max_size=60))
def test_no_octets_raise(octets):
    assert describe(DECODER.telemetry(octets))
    assert describe(DECODER.telecommand(octets))


@given(st.integers(0, (1 << 32) * S - 1))
def test_every_time_that_a_packet_can_carry_can_be_shown(time):
    shown = read(17, 2, time=time)["time_s"]
    assert shown == cuc.decode(cuc.encode(time)) / S


def test_every_value_type_is_decoded():
    assert {p.type for p in HOPPER.parameters.parameters} <= set(ValueType)
