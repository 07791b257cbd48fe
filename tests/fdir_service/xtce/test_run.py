"""The telemetry of a real run, decoded by an independent tool with the exported file."""

import math
from dataclasses import replace

import pytest

from fdir_service.stream import Stream
from pus import codec
from pus.packets import Tc, Tm
from pus.samples import Command, Reply
from tests.fdir_service import lockstep
from tests.fdir_service.xtce.reading import HEADER, entries, rest

CHUNK = 10
BROKEN = Tc(66, 17, 1, sequence=99).pack()[:-1] + b"\0"


def requests():
    """Requests of the ground, and what makes them fail or answer."""
    everything = codec.u16(0)
    known = [
        (17, 1, b""),
        (17, 3, codec.u16(81)),
        (12, 1, codec.DEFAULT.ids([4242])),
        (12, 8, everything),
        (12, 8, codec.DEFAULT.ids([1])),
        (12, 8, codec.DEFAULT.ids([11])),
        (12, 10, b""),
        (12, 13, b""),
        (12, 25, everything),
        (12, 25, codec.DEFAULT.ids([2])),
        (12, 27, b""),
        (19, 6, b""),
        (19, 10, everything),
        (20, 1, codec.DEFAULT.ids([7])),
        (20, 1, codec.DEFAULT.ids([1, 21, 44])),
        (3, 9, codec.DEFAULT.ids([1])),
        (3, 33, codec.DEFAULT.ids([1])),
        (5, 6, codec.DEFAULT.ids([1003, 1011])),
        (5, 7, b""),
        (18, 8, b""),
        (21, 6, b""),
        (3, 77, b""),
    ]
    packets = [Tc(66, *parts, source=3, sequence=k).pack() for k, parts in enumerate(known)]
    return [*packets, BROKEN, Tc(99, 17, 1, sequence=98).pack()]


@pytest.fixture(scope="module")
def telemetry():
    """The demo flight in lock-step, then the requests: all packets in order."""
    stream, flown = Stream(lockstep.hopper()), lockstep.vehicle()
    outputs = [output for _, output in lockstep.rounds(stream, flown, CHUNK)]
    for packet in requests():
        output = stream.take([Command(stream.time, packet)])
        replies = [t.pack() for request in output.requests for t in flown.command(request, stream.time)]
        outputs += [output, stream.take([Reply(stream.time, reply) for reply in replies])]
    return [tm for output in outputs for tm in output.telemetry]


@pytest.fixture(scope="module")
def decoded(telemetry, hopper):
    """Each packet and what the independent decoder read."""
    return [(tm, hopper.data(tm)) for tm in telemetry]


def of(decoded, service, *subtypes):
    found = [(tm, data) for tm, data in decoded if tm.service == service and tm.subtype in subtypes]
    assert found
    return found


def seconds(tm_time):
    return (tm_time << 16) // 1_000_000_000 / 65536


def test_every_header_is_the_packets(telemetry, hopper):
    for tm in telemetry:
        header = hopper.header(tm)
        assert tuple(header) == HEADER
        assert header["packet_type"] == "telemetry"
        assert header["apid"] == tm.apid
        assert header["sequence_count"] == tm.sequence
        assert header["packet_length"] == len(tm.pack()) - 7
        assert header["service"].raw_value == tm.service
        assert header["subtype"] == tm.subtype
        assert header["destination"] == tm.destination
        assert header["time_code"] == 0x2E
        assert header["time"] == seconds(tm.time)


def test_the_run_has_the_reports_that_matter(telemetry):
    kinds = {(tm.service, int(tm.subtype)) for tm in telemetry}
    assert kinds >= {
        (1, 1), (1, 2), (1, 3), (1, 4), (1, 7), (1, 10), (3, 10), (3, 25), (3, 35), (5, 1), (5, 4), (5, 8),
        (12, 9), (12, 11), (12, 12), (12, 14), (12, 26), (12, 28), (17, 2), (17, 4), (18, 9), (19, 7),
        (19, 11), (20, 2), (21, 7),
    }  # fmt: skip


def test_verification_reports_echo_the_request(decoded):
    for tm, data in of(decoded, 1, 1, 2, 3, 4, 7, 10):
        first, second = int.from_bytes(tm.data[:2], "big"), int.from_bytes(tm.data[2:4], "big")
        assert data["request_apid"] == first & 0x7FF
        assert data["request_sequence_flags"] == 3
        assert data["request_sequence_count"] == second & 0x3FFF


def test_failures_are_named(decoded):
    assert {(d["failure_code"], d.get("failure_id")) for _, d in of(decoded, 1, 2, 4, 10)} == {
        ("crc", None),
        ("subtype", 77),
        ("unknown_pmon", 4242),
        ("apid", 99),
    }


def test_housekeeping_carries_the_parameters_by_name(decoded, hopper):
    mission = hopper.database.mission
    (structure,) = mission.housekeeping
    reports = of(decoded, 3, 25)
    assert len(reports) > 140
    for tm, data in reports:
        reader = codec.Reader(tm.data)
        assert data.pop("sid") == reader.u16()
        for k in structure.parameters:
            parameter = mission.parameters.by_id[k]
            value, wanted = data.pop(parameter.name.replace(".", "_")), reader.value(parameter.type)
            assert value == wanted or (math.isnan(value) and math.isnan(wanted))
        assert data == {}


def test_the_event_of_the_fault_and_of_its_recovery_are_named(decoded):
    failed, exhausted, *_ = (data for _, data in of(decoded, 5, 4))
    assert failed["event_id"] == "accelerometer-failed"
    assert (failed["event_fmon"], failed["event_pmon_count"]) == (1, 3)
    assert (failed["event_pmon_1"], failed["event_pmon_1_checking"]) == (1, "low")
    assert exhausted == {
        "event_id": "level-exhausted", "event_level": "acc-internal", "event_application": "hopper",
    }  # fmt: skip
    assert [data for _, data in of(decoded, 5, 1)] == [
        {"event_id": "recovered", "event_level": "acc-unit", "event_application": "acc"}
    ]


def check_transitions(tm, data, table):
    """Compare with the packet field by field; return N."""
    reader = codec.Reader(tm.data)
    n = reader.u16()
    found = entries(data, "transition")
    assert len(found) == (n if n <= 3 else 1)
    for entry in found:
        pmon, parameter, check = reader.u16(), table.by_id[reader.u16()], reader.u8()
        wanted = {"pmon": pmon, "parameter": parameter.name, "check_type": check}
        for name in ("mask", "value", "limit") if check == 0 else ("value", "limit"):
            wanted[f"{name}_{parameter.type}"] = reader.value(parameter.type)
        wanted |= {"previous": reader.u8(), "current": reader.u8(), "time_code": 0x2E}
        wanted["time"] = seconds(reader.time())
        raw = {"check_type", "previous", "current"}
        assert {k: v.raw_value if k in raw else v for k, v in entry.items()} == wanted
    assert rest(data) == (reader.rest() if n > 3 else None)
    return n


def test_transitions_are_those_of_the_packets(decoded, hopper):
    table = hopper.database.mission.parameters
    lengths = {check_transitions(tm, data, table) for tm, data in of(decoded, 12, 11, 12)}
    assert {0, 2} < lengths
    assert max(lengths) > 3


def test_transitions_that_are_reported_at_once_are_those_of_the_packets(hopper):
    mission = hopper.database.mission
    hasty = replace(mission, profile=replace(mission.profile, max_transitions=1))
    flight = lockstep.rounds(Stream(hasty), lockstep.vehicle(), CHUNK)
    reports = [tm for _, output in flight for tm in output.telemetry if tm.service == 12]
    assert 1 in {check_transitions(tm, hopper.data(tm), mission.parameters) for tm in reports}


def test_lists_of_statuses_are_those_of_the_mission(decoded):
    ((_, actions),) = of(decoded, 19, 7)
    assert entries(actions, "action") == [
        {"application": "hopper", "event": "accelerometer-failed", "status": "enabled"},
        {"application": "hopper", "event": "gyroscopes-failed", "status": "enabled"},
    ]
    ((tm, fmons),) = of(decoded, 12, 28)
    for entry, raw in zip(entries(fmons, "fmon"), (tm.data[2:7], tm.data[7:]), strict=True):
        assert (entry["protection"], entry["status"]) == ("protected", "enabled")
        assert (entry["id"], entry["checking"].raw_value) == (int.from_bytes(raw[:2], "big"), raw[4])
    ((_, pmons),) = of(decoded, 12, 14)
    assert pmons["pmon_count"] == 9
    assert [entry["id"] for entry in entries(pmons, "pmon")] == [1, 2, 11]
    assert rest(pmons) == bytes.fromhex("000c01 000d01 000e01 000f01 001001 001101")
    ((_, events),) = of(decoded, 5, 8)
    assert (events["disabled_event_1"], events["disabled_event_2"]) == (
        "accelerometer-out-of-range",
        "action-failed",
    )


def test_definitions_are_those_of_the_mission(decoded):
    everything, conditional, plain = (data for _, data in of(decoded, 12, 9))
    assert everything["pmon_definition_count"] == 9
    assert rest(everything)
    assert entries(conditional, "pmon_definition") == [
        {
            "pmon": 1, "parameter": "acc.stuck", "validity_parameter": "ai.enabled", "validity_mask_u8": 255,
            "validity_expected_u8": 1, "interval": 1, "status": "enabled", "repetition": 27,
            "check_type": "expected_value", "mask_u8": 255, "expected_u8": 0, "event": "none",
        }
    ]  # fmt: skip
    assert entries(plain, "pmon_definition") == [
        {
            "pmon": 11, "parameter": "acc.x", "validity_parameter": "none", "interval": 1,
            "status": "enabled", "repetition": 5, "check_type": "limit",
            "low_f64": -5.0, "low_event": "accelerometer-out-of-range",
            "high_f64": 5.0, "high_event": "accelerometer-out-of-range",
        }
    ]  # fmt: skip
    several, single = (data for _, data in of(decoded, 12, 26))
    assert rest(several)
    assert entries(single, "fmon_definition") == [
        {
            "fmon": 2, "validity_parameter": "none", "protection": "protected", "status": "enabled",
            "event": "gyroscopes-failed", "minimum": 1, "pmon_count": 3,
            "pmon_1": 2, "pmon_2": 15, "pmon_3": 17,
        }
    ]  # fmt: skip


def test_values_of_parameters_are_named(decoded):
    one, three = (data for _, data in of(decoded, 20, 2))
    assert one == {"reported_count": 1, "reported_1_parameter": "acc.unit", "reported_1_value_u8": 1}
    names = [entry["parameter"] for entry in entries(three, "reported")]
    assert names == ["acc.x", "acc.stuck", "fdir.failed"]
    assert {"reported_1_value_f64", "reported_2_value_u8", "reported_3_value_u32"} <= set(three)


def test_answers_of_a_unit_are_decoded_too(decoded):
    assert ("acc", 81) in {
        (data["connected_application"], data["connected_application"].raw_value)
        for _, data in of(decoded, 17, 4)
    }
    assert 81 in {tm.apid for tm, _ in of(decoded, 17, 2)}


def test_reports_of_structures_are_decoded(decoded):
    ((_, structure),) = of(decoded, 3, 10)
    assert (structure["sid"], structure["generation"], structure["collection_interval"]) == (1, "enabled", 10)
    assert structure["structure_parameter_count"] == 19
    assert structure["structure_parameter_1"] == "acc.stuck"
    ((_, properties),) = of(decoded, 3, 35)
    assert entries(properties, "property") == [{"sid": 1, "generation": "enabled", "collection_interval": 10}]


def test_what_a_unit_reports_of_its_own_stays_octets(hopper):
    for service in (3, 5, 12, 200):
        assert hopper.report(service, 25, b"\1\2\3", apid=81) == {"rest_from_20": b"\1\2\3"}


def test_a_report_that_nobody_defined_stays_octets(hopper):
    assert hopper.report(12, 99, b"") == {"rest_from_20": b""}
    assert hopper.report(3, 25, b"\0\7\1\2") == {"sid": 7, "rest_from_22": b"\1\2"}
    # The ground has shortened the structure: it is not the one of the mission any more.
    assert hopper.report(3, 25, b"\0\1\xff") == {"sid": 1, "rest_from_22": b"\xff"}


def test_what_is_no_telemetry_stays_octets(hopper):
    octets = Tc(66, 17, 1).pack()
    found = hopper.packet(octets)
    assert found["packet_type"] == "telecommand"
    assert found["rest_from_6"] == octets[6:-2]


def test_the_end_of_time_is_decoded(hopper):
    tm = Tm(66, 17, 2, b"", (1 << 32) * 1_000_000_000 - 1)
    assert hopper.header(tm)["time"] == 2**32 - 2**-16
