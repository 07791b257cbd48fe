"""Telecommands by name: every one of the catalogue is understood on board, and answers in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.ground.arguments import ArgumentError
from fdir_service.ground.commands import CATALOGUE, find, make, name_of
from fdir_service.ground.telemetry import PacketDecoder, describe
from fdir_service.ladder.commands import REARM_LEVEL
from fdir_service.ladder.definitions import Member
from fdir_service.mission import load
from fdir_service.stream import Stream
from pus.packets import decode_tc

HOPPER = load("hopper")


def chain():
    return Stream(HOPPER).chain


def packet(name, *words, apid=HOPPER.apid):
    return make(HOPPER, name, words, apid, 1).pack()


PING = packet("st17.are-you-alive").hex()
SESSION = [
    "st17.are-you-alive",
    "st17.test-connection hopper",
    "st05.disable-event accelerometer-failed 1003",
    "st05.report-disabled",
    "st05.enable-event 1001 1003",
    "st12.report-pmon",
    "st12.report-pmon acc-range-x 12",
    "st12.report-fmon",
    "st12.report-fmon accelerometer",
    "st12.report-fmon-status",
    "st12.report-pmon-status",
    "st12.report-out-of-limits",
    "st12.change-delay 50",
    "st12.disable-pmon acc-range-x",
    "st12.modify-pmon 11 acc.x limit low=-4 high=4 low-event=1003 repetition=2",
    "st12.enable-pmon acc-range-x",
    "st12.add-pmon 50 ai.enabled expected expected=1 mask=0xff event=1003 interval=2",
    "st12.add-pmon 51 acc.y delta low=-1.5 high=1.5 consecutive=3 validity=ai.enabled:1:0x0f",
    "st12.add-fmon 7 50 51 minimum=2 event=accelerometer-failed validity=ai.enabled:1",
    "st12.unprotect-fmon 7",
    "st12.protect-fmon 7",
    "st12.enable-fmon 7",
    "st12.disable-fmon 7",
    "st12.report-pmon 50 51",
    "st12.report-fmon 7",
    "st12.unprotect-fmon 7",
    "st12.delete-fmon 7",
    "st12.delete-pmon 50 51",
    "st12.disable-fmon-function",
    "st12.disable-pmon-function",
    "st12.enable-pmon-function",
    "st12.enable-fmon-function",
    "st03.report-housekeeping-structure 1",
    "st03.report-housekeeping-properties 1",
    "st03.generate-housekeeping 1",
    "st03.change-housekeeping-interval 1=20",
    "st03.disable-housekeeping 1",
    "st03.append-housekeeping 1 acc.x",
    "st03.enable-housekeeping 1",
    "st03.create-housekeeping 2 10 acc.y sets=5:imu.x,imu.y;2:imu.z",
    "st03.report-housekeeping-structure 2",
    "st03.delete-housekeeping 2",
    "st03.create-diagnostic 3 10 acc.y",
    "st03.append-diagnostic 3 acc.z",
    "st03.change-diagnostic-interval 3=5",
    "st03.enable-diagnostic 3",
    "st03.generate-diagnostic 3",
    "st03.report-diagnostic-structure 3",
    "st03.report-diagnostic-properties 3",
    "st03.disable-diagnostic 3",
    "st03.delete-diagnostic 3",
    f"st18.load CHECK 1:{PING}:2.5 2:{PING}",
    "st18.start CHECK 1",
    "st18.suspend CHECK",
    "st18.resume-one-step CHECK",
    "st18.communicate CHECK",
    "st18.report-status",
    "st18.set-observability CHECK=2",
    "st18.abort CHECK",
    "st18.start-one-step CHECK",
    "st18.stop CHECK 0",
    "st18.abort-all",
    "st18.unload CHECK",
    "st18.stop-engine",
    "st18.start-engine",
    "st19.report-action-status",
    "st19.report-action",
    "st19.disable-action",
    "st19.enable-action accelerometer-failed",
    "st19.disable-action 1001",
    "st19.delete-action 1001",
    f"st19.add-action 1001 {PING}",
    "st19.report-action 1001",
    "st19.disable-function",
    "st19.enable-function",
    "st19.delete-all-actions",
    "st20.set-value ai.enabled=0",
    "st20.report-value ai.enabled acc.x 41",
    f"st21.load TWICE {PING}:0.5 {PING}",
    "st21.report-status",
    "st21.report-checksum TWICE",
    "st21.report-content TWICE",
    "st21.activate TWICE",
    "st21.abort TWICE",
    "st21.activate TWICE",
    "st21.abort-all",
    "st21.unload TWICE",
]
"""A day of a diligent operator: each request is completed when they follow each other."""
REFUSED = [
    "st12.delete-all-pmons",
    "st18.resume NONE",
    "st18.load-by-reference NONE",
    "st18.load-and-start NONE",
    "st18.stop-and-unload NONE",
    "st21.load-by-reference NONE",
    "st21.load-and-activate NONE",
]
"""Requests that are understood but refused, since the hopper's mission file has nothing for them."""


def test_every_request_of_a_session_is_completed_and_every_answer_can_be_read():
    board, decoder = chain(), PacketDecoder(HOPPER)
    for line in SESSION:
        telemetry = board.process.execute(packet(*line.split()), 0)
        records = [decoder.telemetry(tm.pack()) for tm in telemetry]
        assert "completed" in [record["name"] for record in records], line
        assert not [record for record in records if "problem" in record], line
        assert all(describe(record) for record in records)
        json.dumps(records, allow_nan=False)


def test_requests_that_fit_no_state_are_understood_all_the_same():
    board = chain()
    for line in REFUSED:
        assert [tm.subtype for tm in board.process.execute(packet(*line.split()), 0)] == [1, 4], line


def test_session_and_refused_requests_cover_the_catalogue():
    used = {line.split()[0] for line in SESSION + REFUSED}
    assert {telecommand.name for telecommand in CATALOGUE} - used == {"st08.perform"}


def test_the_catalogue_holds_just_what_the_services_execute():
    services = chain().process.services.values()
    offered = {(service.number, subtype) for service in services for subtype in service.operations}
    kinds = [(telecommand.service, telecommand.subtype) for telecommand in CATALOGUE]
    assert set(kinds) == offered | {(8, 1)}
    assert len(set(kinds)) == len(kinds)
    assert all(t.name.startswith(f"st{t.service:02d}.") for t in CATALOGUE)
    assert all(name_of(t.service, t.subtype) == t.name and find(t.name) is t for t in CATALOGUE)
    assert name_of(99, 1) == ""


def test_a_function_of_a_unit_is_the_request_that_recovery_would_send():
    action = next(a for level in HOPPER.levels for a in level.actions if a.name == "switch")
    tc = decode_tc(action.request({Member.REDUNDANT: 1}, 0))
    assert make(HOPPER, "st08.perform", ["SELECT_UNIT", "1=1"], 81).data == tc.data


def test_a_function_of_our_own_commands_the_ladder():
    tc = make(HOPPER, "st08.perform", ["REARM_LEVEL", "1=11"], 66)
    assert tc.data == REARM_LEVEL.encode({1: 11})


def test_a_definition_sent_is_the_definition_reported():
    board, decoder = chain(), PacketDecoder(HOPPER)
    line = "st12.add-pmon 60 acc.x delta low=-2 high=3 low-event=1003 consecutive=4 repetition=5 interval=6"
    board.process.execute(packet(*line.split(), "validity=ai.enabled:1:3"), 0)
    reports = board.process.execute(packet("st12.report-pmon", "60"), 0)
    (pmon,) = decoder.telemetry(reports[2].pack())["fields"]["pmons"]
    assert pmon == {
        "pmon": 60, "parameter": "acc.x", "validity": {"parameter": "ai.enabled", "mask": 3, "expected": 1},
        "interval": 6, "enabled": False, "repetition": 5, "check": "delta", "low": -2.0, "low_event": 1003,
        "high": 3.0, "high_event": 0, "consecutive": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("st12.enable-pmn 7", "did you mean st12.enable-pmon"),
        ("fly", "see --list"),
        ("st12.enable-pmon", "PMON is missing"),
        ("st12.enable-pmon acc-rang-x", "did you mean acc-range-x"),
        ("st12.enable-pmon zzz", "PMON 'zzz' is unknown"),
        ("st12.enable-pmon 70000", "70000 is outside 0..65535"),
        ("st12.enable-pmon 7x", "'7x' is no whole number"),
        ("st12.enable-pmon 7 on=1", "more than it takes: on=1"),
        ("st12.change-delay 1 2", "more than it takes: 2"),
        ("st12.add-pmon 9 nowhere limit", "parameter 'nowhere' is unknown"),
        ("st12.add-pmon 9 999 limit", "parameter 999 is none of mission hopper"),
        ("st12.add-pmon 9 acc.x", "check (expected, limit or delta) is missing"),
        ("st12.add-pmon 9 acc.x above low=1 high=2", "'above' is no check"),
        ("st12.add-pmon 9 acc.x expected expected=1", "acc.x is no unsigned parameter"),
        ("st12.add-pmon 9 acc.x limit low=1", "high=... is missing"),
        ("st12.add-pmon 9 acc.x limit low=1 low=2 high=3", "low= is given twice"),
        ("st12.add-pmon 9 acc.x limit low=one high=3", "'one' is no f64 value"),
        ("st12.add-pmon 9 acc.x limit low=nan high=3", "nan is outside f64"),
        ("st12.add-pmon 9 acc.unit expected expected=256", "256 is outside 0..255"),
        ("st12.add-pmon 9 acc.x limit low=1 high=3 validity=acc.y:1", "acc.y is no unsigned parameter"),
        ("st08.perform SELECT_UNIT 1=1", "hopper has no function 'SELECT_UNIT', but RECOVER"),
        ("st18.load A", "step is missing"),
        ("st18.load A 1:xyz", "'xyz' is no packet"),
        ("st18.load A 1:00:soon", "'soon' is no number of seconds"),
        ("st18.load A 1:00:-1", "'-1' is no number of seconds"),
        (f"st18.load A 1:{'00' * 65536}", "65546 octets of code"),
        ("st18.load A_NAME_THAT_IS_FAR_TOO_LONG 1:00", "1..16 visible ASCII characters"),
        ("st18.start A 4", "4 is outside 0..3"),
        ("st18.set-observability", "NAME=LEVEL is missing"),
        ("st19.add-action 1001 12345", "is no packet in hexadecimal digits"),
        (f"st19.add-action 1001 {'00' * 65529}", "65535 octets of application data"),
        ("st20.set-value ai.enabled=256", "256 is outside u8"),
        ("st20.set-value ai.enabled=0.5", "'0.5' is no u8 value"),
    ],
)
def test_words_that_do_not_fit_are_refused_with_the_reason(line, reason):
    name, *words = line.split()
    with pytest.raises(ArgumentError) as refusal:
        make(HOPPER, name, words, HOPPER.apid)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("FLY", "acc has no function 'FLY', but SELECT_UNIT, POWER_CYCLE"),
        ("SELECT_UNIT", "takes the arguments [1]"),
        ("SELECT_UNIT 1=1 2=2", "takes the arguments [1]"),
        ("SELECT_UNIT 1=300", "300 is outside u8"),
    ],
)
def test_functions_are_checked_against_the_unit(words, reason):
    with pytest.raises(ArgumentError) as refusal:
        make(HOPPER, "st08.perform", words.split(), 81)
    assert reason in str(refusal.value)


WORDS = st.lists(st.text("acx.=:;,0123456789-", max_size=8), max_size=4)


@given(st.sampled_from(CATALOGUE), WORDS)
def test_any_words_make_a_packet_or_are_refused(telecommand, words):
    try:
        tc = make(HOPPER, telecommand.name, words, 81)
    except ArgumentError:
        return
    assert decode_tc(tc.pack()) == tc
