"""`fdir tc` sends a telecommand by name and shows what becomes of it."""

import json

import pytest

from pus.packets import decode_tc
from tests.fdir_service.processes import daemon, simulator

NOBODY = "tcp://127.0.0.1:1"


@pytest.fixture(scope="module")
def service():
    with daemon(NOBODY, NOBODY, "--tm-port", 0, "--tc-port", 0) as running:
        yield running.first


@pytest.fixture(params=["tcp", "zeromq", "mixed"])
def links(request, service):
    tcp = ("--tc", service["tc"], "--tm", service["tm"])
    zeromq = ("--commands", service["commands"], "--telemetry", service["telemetry"])
    return {"tcp": tcp, "zeromq": zeromq, "mixed": (*tcp[:2], *zeromq[2:])}[request.param]


def test_a_request_that_is_completed_is_shown_step_by_step(fdir, links):
    ended = fdir("tc", "st12.enable-pmon", "acc-range-x", *links, "--sequence", 4711)
    assert (ended.code, ended.err) == (0, "")
    sent, *reports, outcome = ended.out.splitlines()
    assert "hopper #4711 TC[12,1] st12.enable-pmon: data 0001000b" in sent
    assert [line.split("TM")[1].split(":")[0] for line in reports] == [
        "[1,1] accepted", "[1,3] started", "[1,7] completed",
    ]  # fmt: skip
    assert outcome == "completed"


def test_a_response_is_printed_in_words(fdir, links):
    out = fdir("tc", "st12.report-fmon-status", *links).out
    assert "fmon 1, name accelerometer, protected yes, enabled yes, status unchecked" in out


def test_a_refused_request_names_every_failure(fdir, links):
    ended = fdir("tc", "st12.enable-pmon", 7, 11, 99, *links)
    assert ended.code == 3
    assert ended.out.count("UNKNOWN_PMON") == 2
    assert ended.out.splitlines()[-1] == "refused"


def test_an_application_process_that_does_not_exist_is_a_refusal(fdir, links):
    ended = fdir("tc", "st17.are-you-alive", "--unit", 99, *links)
    assert (ended.code, "TM[1,10] not routed" in ended.out) == (3, True)


def test_the_same_as_json(fdir, links):
    ended = fdir("tc", "st20.report-value", "ai.enabled", *links, "--json")
    report = json.loads(ended.out)
    assert report["outcome"] == "completed"
    assert decode_tc(bytes.fromhex(report["packet"])).service == 20
    assert [r["fields"] for r in report["reports"] if r["service"] == 20] == [{"values": {"ai.enabled": 1}}]


def test_no_answer_in_time_is_a_failure(fdir, links):
    ended = fdir("tc", "st08.perform", "SELECT_UNIT", "1=1", "--unit", "acc", *links, "--timeout", 0.3)
    assert ended.code == 1
    assert ended.out.splitlines()[-1] == "no answer"


def test_no_daemon_is_a_failure_too(fdir):
    ended = fdir("tc", "st17.are-you-alive", "--commands", NOBODY, "--telemetry", NOBODY, "--timeout", 0.3)
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "no answer")
    ended = fdir("tc", "st17.are-you-alive", "--tc", "127.0.0.1:1", "--tm", "127.0.0.1:1")
    assert (ended.code, "cannot connect" in ended.err) == (1, True)


def test_a_unit_performs_a_function(fdir):
    with simulator("nominal", 1) as sim, daemon(sim.first["samples"], sim.first["units"]) as service:
        links = ("--commands", service.first["commands"], "--telemetry", service.first["telemetry"])
        ended = fdir("tc", "st08.perform", "SELECT_UNIT", "1=1", "--unit", "acc", *links, "--timeout", 20)
    assert ended.code == 0, ended.out
    assert "acc #" in ended.out


def test_a_dry_run_prints_the_packet_and_sends_nothing(fdir):
    words = ("tc", "st12.enable-pmon", 7, "--dry-run", "--source", 5, "--sequence", 6)
    ended = fdir(*words)
    tc = decode_tc(bytes.fromhex(ended.out))
    assert (tc.apid, tc.service, tc.subtype, tc.data, tc.source, tc.sequence) == (
        66, 12, 1, b"\x00\x01\x00\x07", 5, 6,
    )  # fmt: skip
    assert json.loads(fdir(*words, "--json").out) == {
        "telecommand": "st12.enable-pmon", "packet": ended.out.strip(),
    }  # fmt: skip
    assert decode_tc(bytes.fromhex(fdir("tc", "st17.are-you-alive", "--dry-run").out)).sequence == 0


def test_the_list_names_every_telecommand_with_its_arguments(fdir):
    plain = fdir("tc", "--list").out
    assert "TC[12,1]  st12.enable-pmon PMON...\n" in plain
    listed = json.loads(fdir("tc", "--list", "--json").out)
    assert len(listed) == len(plain.splitlines())
    assert {"name": "st17.are-you-alive", "service": 17, "subtype": 1, "usage": ""} in listed


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "name a telecommand"),
        (("st12.enable-pmn",), "did you mean st12.enable-pmon"),
        (("st12.enable-pmon",), "PMON is missing"),
        (("st17.are-you-alive", "--unit", "acx"), "did you mean acc"),
        (("st17.are-you-alive", "--mission", "nowhere"), "no such file"),
    ],
)
def test_words_that_do_not_fit_are_usage_errors(fdir, words, reason):
    ended = fdir("tc", *words)
    assert (ended.code, reason in ended.err) == (2, True)


@pytest.mark.parametrize("verb", ["tc", "tm"])
def test_the_verbs_have_json_and_an_example_in_their_help(fdir, verb):
    ended = fdir(verb, "--help")
    assert "--json" in ended.out
    assert f"Example: fdir {verb}" in ended.out
