"""Reports made by our own encoders are read back by the independent decoder, in both profiles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pus import codec, cuc
from pus.failure import Failure, FailureCode
from pus.packets import Tc
from pus.parameters import OWN
from pus.procedure import Step, encode_steps
from pus.st01 import failed
from pus.st12 import layout
from pus.st12.definitions import (
    Delta,
    ExpectedValue,
    Fmon,
    FmonChecking,
    Limit,
    Pmon,
    PmonChecking,
    Validity,
)
from pus.st12.monitoring import FmonChange, Transition
from tests.fdir_service.xtce.reading import entries, rest

S = 1_000_000_000


@pytest.fixture(params=["bench_decoder", "bare"])
def profiled(request):
    """Decoders of both profiles: with and without validity conditions."""
    return request.getfixturevalue(request.param)


def whole(kind):
    return st.integers(0, (1 << 8 * kind.size) - 1).map(float)


def value(kind):
    width = 8 * kind.size
    return whole(kind) if kind.is_unsigned else st.floats(width=width, allow_nan=False)


@st.composite
def checks(draw, parameter):
    kind = parameter.type
    limits = value(kind), value(kind)
    choices = [st.builds(Limit, *limits), st.builds(Delta, *limits, consecutive=st.integers(1, 9))]
    if kind.is_unsigned:
        choices.append(st.builds(ExpectedValue, whole(kind).map(int), whole(kind).map(int)))
    return draw(st.one_of(choices))


@st.composite
def transitions(draw, table):
    parameter = draw(st.sampled_from([p for p in table.parameters if p.source != OWN]))
    pmon = Pmon(draw(st.integers(1, 0xFFFF)), parameter.id, draw(checks(parameter)), 1)
    status = st.sampled_from(PmonChecking)
    values = [draw(value(parameter.type)) for _ in range(2)]
    return Transition(pmon, draw(status), draw(status), *values, draw(st.integers(0, 1 << 60)))


@settings(max_examples=60)
@given(data=st.data(), subtype=st.sampled_from([11, 12]))
def test_any_transitions_are_read_back(data, subtype, bench_decoder):
    table = bench_decoder.database.mission.parameters
    sent = data.draw(st.lists(transitions(table), max_size=5))
    octets = [layout.encode_transition(transition, table, codec.DEFAULT) for transition in sent]
    found = bench_decoder.report(12, subtype, codec.u16(len(sent)) + b"".join(octets))
    read = entries(found, "transition")
    for transition, entry in zip(sent, read, strict=False):
        parameter = table.by_id[transition.pmon.parameter]
        assert entry["pmon"] == transition.pmon.id
        assert entry["parameter"] == parameter.name
        assert entry["check_type"].raw_value == transition.pmon.check.type
        assert entry[f"value_{parameter.type}"] == transition.value
        assert entry[f"limit_{parameter.type}"] == transition.crossed
        assert entry["previous"] == transition.previous.name.lower()
        assert entry["current"] == transition.current.name.lower()
        assert entry["time"].raw_value == int.from_bytes(cuc.encode_relative(transition.time), "big")
    assert len(read) == (len(sent) if len(sent) <= 3 else 1)
    assert (rest(found) or b"") == b"".join(octets[1:] if len(sent) > 3 else [])


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_pmon_definitions_are_read_back_in_both_profiles(profiled, n):
    mission = profiled.database.mission
    table, with_validity = mission.parameters, mission.profile.pmon_validity
    condition = Validity(table.by_name["guard"].id, 3, 1) if with_validity else None
    pmon = Pmon(9, table.by_name["z"].id, Delta(-1.0, 1.0, 0, 1004, 5), 2, 7, condition)
    octets = layout.encode_pmon(pmon, table, codec.DEFAULT, with_validity=with_validity, status=b"\1")
    found = profiled.report(12, 9, codec.u32(100) + codec.u16(n) + octets * n)
    wanted = {
        "pmon": 9, "parameter": "z", "interval": 7, "status": "enabled", "repetition": 2,
        "check_type": "delta",
        "low_f32": -1.0, "low_event": "none", "high_f32": 1.0, "high_event": "z-jumped", "consecutive": 5,
    }  # fmt: skip
    if with_validity:
        wanted |= {"validity_parameter": "guard", "validity_mask_u8": 3, "validity_expected_u8": 1}
    assert found["maximum_delay"] == 100
    assert entries(found, "pmon_definition") == [wanted]
    assert (rest(found) or b"") == octets * (n - 1)


@pytest.mark.parametrize("pmons", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 2)])
@pytest.mark.parametrize("conditional", [False, True])
def test_fmon_definitions_are_read_back_in_both_profiles(profiled, pmons, conditional):
    mission = profiled.database.mission
    table, with_validity = mission.parameters, mission.profile.fmon_validity
    condition = Validity(table.by_name["received"].id, 1, 0) if conditional and with_validity else None
    fmon = Fmon(5, 1001, pmons, 1, condition)
    octets = layout.encode_fmon(fmon, table, codec.DEFAULT, with_validity=with_validity, status=b"\0\1")
    (found,) = entries(profiled.report(12, 26, codec.u16(1) + octets), "fmon_definition")
    assert ("validity_parameter" in found) is with_validity
    assert ("validity_mask_u32" in found) is (condition is not None)
    assert (found["protection"], found["status"]) == ("unprotected", "enabled")
    assert (found["event"], found["minimum"], found["pmon_count"]) == ("x-frozen", 1, len(pmons))
    assert [found[f"pmon_{k}"] for k in range(1, 1 + min(3, len(pmons)))] == list(pmons[:3])


# --- events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x", "z", "guard"])
@pytest.mark.parametrize(("event", "subtype"), [(1001, 4), (1003, 3)])
def test_an_event_of_any_pmon_is_read_back(bench_decoder, name, event, subtype):
    table = bench_decoder.database.mission.parameters
    parameter = table.by_name[name]
    pmon = Pmon(77, parameter.id, Limit(0.0, 2.0), 1)
    transition = Transition(pmon, PmonChecking.NOMINAL, PmonChecking.HIGH, 3.0, 2.0, S)
    found = bench_decoder.report(
        5, subtype, codec.u16(event) + layout.encode_pmon_event(transition, table, codec.DEFAULT)
    )
    assert found["event_id"].raw_value == event
    assert (found["event_pmon"], found["event_parameter"]) == (77, name)
    assert found[f"event_value_{parameter.type}"] == 3.0
    assert found[f"event_limit_{parameter.type}"] == 2.0


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_an_event_of_any_fmon_is_read_back(bench_decoder, n):
    fmon = Fmon(8, 1003, tuple(range(1, n + 1)))
    change = FmonChange(fmon, FmonChecking.RUNNING, FmonChecking.FAILED, (PmonChecking.HIGH,) * n, S)
    found = bench_decoder.report(5, 3, codec.u16(1003) + layout.encode_fmon_event(change, codec.DEFAULT))
    assert (found["event_fmon"], found["event_pmon_count"]) == (8, n)
    read = [(found[f"event_pmon_{k}"], found[f"event_pmon_{k}_checking"]) for k in range(1, min(n, 3) + 1)]
    assert read == [(k, "high") for k in range(1, min(n, 3) + 1)]
    assert rest(found) == (bytes.fromhex("000404 000504") if n == 5 else None)


def test_the_end_of_a_recovery_of_no_event_is_read_back(bench_decoder):
    found = bench_decoder.report(5, 4, codec.u16(1011) + codec.u16(0) + codec.u16(81))
    assert found == {"event_id": "recovery-failed", "event_level": "none", "event_application": "pair"}


def test_a_summary_of_throttled_reports_is_read_back(bare):
    found = bare.report(5, 2, codec.u16(1004) + codec.u16(1003) + codec.u32(70_000))
    assert found == {"event_id": "z-jumped", "event_cause": "x-out-of-range", "event_suppressed": 70_000}


def test_an_event_under_another_severity_stays_octets(bench_decoder):
    found = bench_decoder.report(5, 1, codec.u16(1003) + b"\1\2")
    assert found == {"event_id": "x-out-of-range", "rest_from_22": b"\1\2"}


# --- the others --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", FailureCode)
@pytest.mark.parametrize("subtype", [2, 4, 8, 10])
def test_every_failure_code_is_named_with_and_without_an_identifier(bench_decoder, code, subtype):
    request = Tc(66, 12, 1, sequence=5).pack()
    for identifier in (None, 0xABCD):
        report = failed(subtype, request, Failure(code, identifier))
        found = bench_decoder.report(1, subtype, report.data)
        assert found["failure_code"] == code.name.lower()
        assert found.get("failure_id") == identifier


def test_failure_data_of_somebody_else_stay_octets(bench_decoder):
    found = bench_decoder.report(1, 8, bytes(4) + codec.u16(FailureCode.APID) + b"\1\2\3")
    assert found["rest_from_26"] == b"\1\2\3"


def named(text):
    return codec.characters(text)


LISTS = {
    (3, 35): ("property", lambda k: codec.u16(k) + codec.u8(1) + codec.u32(k)),
    (3, 36): ("property", lambda k: codec.u16(k) + codec.u8(0) + codec.u32(k)),
    (5, 8): ("disabled_event", lambda k: codec.u16(1003)),
    (12, 14): ("pmon", lambda k: codec.u16(k) + codec.u8(1)),
    (12, 28): ("fmon", lambda k: codec.u16(k) + codec.u8(1) + codec.u8(0) + codec.u8(3)),
    (18, 9): ("procedure", lambda k: named(f"P{k}") + codec.u8(2)),
    (18, 18): ("aborted_procedure", lambda k: named(f"P{k}")),
    (19, 7): ("action", lambda k: codec.u16(66) + codec.u16(1001) + codec.u8(0)),
    (20, 2): ("reported", lambda k: codec.u16(1) + bytes(8)),
    (21, 7): ("sequence", lambda k: named("A" * 16) + codec.u8(1)),
    (21, 14): ("aborted_sequence", lambda k: named(f"S{k}")),
}


@pytest.mark.parametrize("n", range(6))
@pytest.mark.parametrize("kind", LISTS)
def test_lists_have_fields_for_three_entries_and_octets_beyond(profiled, kind, n):
    prefix, encode = LISTS[kind]
    octets = [encode(k) for k in range(1, n + 1)]
    found = profiled.report(*kind, codec.u16(n) + b"".join(octets))
    numbers = {name.removeprefix(f"{prefix}_")[0] for name in found if name.startswith(f"{prefix}_")}
    typed = n if n <= 3 else 1 if kind == (20, 2) else 3
    assert {number for number in numbers if number.isdigit()} == {str(k) for k in range(1, typed + 1)}
    assert rest(found) == (b"".join(octets[typed:]) if n > 3 else None)


def test_identifiers_keep_their_padding(bench_decoder):
    found = bench_decoder.report(21, 7, codec.u16(2) + named("SHORT") + b"\0" + named("A" * 16) + b"\1")
    first, second = entries(found, "sequence")
    assert (first["name"].rstrip("\0"), first["status"]) == ("SHORT", "inactive")
    assert (second["name"], second["status"]) == ("A" * 16, "running")


def test_a_checksum_and_the_content_of_a_sequence_are_read(bench_decoder):
    found = bench_decoder.report(21, 10, named("SAFE") + codec.u16(0xBEEF))
    assert (found["sequence_name"].rstrip("\0"), found["sequence_checksum"]) == ("SAFE", 0xBEEF)
    steps = encode_steps((Step(Tc(81, 17, 1).pack(), S),))
    found = bench_decoder.report(21, 12, named("SAFE") + codec.u16(1) + steps)
    assert (found["sequence_step_count"], rest(found)) == (1, steps)


def test_stored_requests_and_diagnostic_values_stay_octets(bench_decoder):
    assert rest(bench_decoder.report(19, 11, codec.u16(1) + b"\1\2")) == b"\1\2"
    assert bench_decoder.report(3, 26, codec.u16(4) + b"\1\2") == {"sid": 4, "rest_from_22": b"\1\2"}


@pytest.mark.parametrize("subtype", [10, 12])
def test_a_structure_with_few_parameters_shows_them(bench_decoder, subtype):
    data = codec.u16(9) + codec.u8(0) + codec.u32(10) + codec.DEFAULT.ids([1, 4]) + codec.u16(0)
    found = bench_decoder.report(3, subtype, data)
    assert (found["structure_parameter_1"], found["structure_parameter_2"]) == ("x", "z")
    assert rest(found) == codec.u16(0)


STEPS = [
    (5, codec.u16(3), {"step": 3}),
    (6, codec.u16(3) + codec.u16(FailureCode.UNKNOWN_PMON), {"step": 3, "failure_code": "unknown_pmon"}),
    (6, codec.u16(3) + codec.u16(FailureCode.UNKNOWN_PMON) + codec.u16(7), {"step": 3, "failure_id": 7}),
]


@pytest.mark.parametrize(("subtype", "octets", "wanted"), STEPS)
def test_progress_is_read_with_its_step(bench_decoder, subtype, octets, wanted):
    request = bytes.fromhex("1842c005")
    found = bench_decoder.report(1, subtype, request + octets)
    wanted |= {"request_apid": 0x42, "request_sequence_count": 5}
    assert {name: found[name] for name in wanted} == wanted
