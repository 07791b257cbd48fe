"""`fdir events` lists an audit log: everything, or what is wanted of it."""

import csv
import json
from datetime import UTC, datetime

import pytest

from fdir_service.audit.log import AuditLog
from fdir_service.audit.selection import Selection, read_bound
from fdir_service.journal import Journal
from fdir_service.stream import Stream
from pus.packets import Tc
from pus.samples import Command
from tests.fdir_service.lockstep import hopper, rounds, vehicle
from tests.fdir_service.processes import daemon, simulator, started

MISSION = hopper()
FROZEN = next(section.id for section in MISSION.file.pmon if section.name == "acc-frozen")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """The audit log of the demo's flight, with a request of the ground at its end."""
    path, stream = tmp_path_factory.mktemp("log") / "audit.jsonl", Stream(MISSION)
    audit = AuditLog(path, stream, Journal(MISSION), sync=False)
    for messages, output in rounds(stream, vehicle(), 1):
        audit.put(messages, output)
    audit.put([], stream.take([Command(0, Tc(66, 17, 1).pack())]))
    audit.close()
    return path


@pytest.fixture(scope="module")
def failure(log):
    """The record of the failure."""
    records = map(json.loads, log.read_text().splitlines())
    return next(r for r in records if r["kind"] == "fmon" and r["current"] == "failed")


@pytest.fixture
def listed(fdir, log):
    """List the log with some options; return its records."""

    def run(*words):
        ended = fdir("events", log, *words, "--json")
        assert (ended.code, ended.err) == (0, "")
        return [json.loads(line) for line in ended.out.splitlines()]

    return run


def kinds(records):
    return {record["kind"] for record in records}


def test_without_options_all_records_are_listed_in_words(fdir, log, failure):
    ended = fdir("events", log)
    head, header, *rows = ended.out.splitlines()
    assert head.split() == ["UTC", "on", "board", "record", "what"]
    assert "log of hopper" in header
    assert len(rows) + 1 == len(log.read_text().splitlines())
    words = "fmon          FMON 1 accelerometer: running -> failed"
    assert f"{failure['utc']}  {failure['time_s']:10.3f} s  {words}" in rows


def test_json_is_the_log_itself(fdir, log):
    assert fdir("events", log, "--json").out == log.read_text()


def test_kinds(listed):
    assert kinds(listed("--kind", "event", "--kind", "tc")) == {"event", "tc"}
    assert len(listed("--kind", "header")) == 1
    assert listed("--kind", "silence") == []


@pytest.mark.parametrize(
    ("least", "severities"),
    [
        ("informative", {"informative", "medium", "high"}),
        ("low", {"medium", "high"}),
        ("medium", {"medium", "high"}),
        ("high", {"high"}),
    ],
)
def test_severity_is_the_least_one(listed, least, severities):
    records = listed("--severity", least)
    assert kinds(records) == {"event"}
    assert {record["severity"] for record in records} == severities


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--unit", "acc"), {"verification", "recovery"}),
        (("--level", 1), {"recovery"}),
        (("--level", "acc-unit"), {"recovery"}),
        (("--fmon", 1), {"fmon", "recovery", "frame"}),
        (("--fmon", "accelerometer"), {"fmon", "recovery", "frame"}),
        (("--pmon", FROZEN), {"transition"}),
        (("--pmon", "acc-frozen"), {"transition"}),
        (("--event", 1001), {"event"}),
        (("--event", "accelerometer-failed"), {"event"}),
        (("--unit", "imu"), set()),
    ],
)
def test_names_and_numbers(listed, words, found):
    assert kinds(listed(*words)) == found


def test_a_number_and_a_name_mean_the_same(listed):
    assert listed("--level", 1) == listed("--level", "acc-unit") != listed("--level", 0)
    assert listed("--fmon", 1) == listed("--fmon", "accelerometer")
    assert listed("--pmon", FROZEN) == listed("--pmon", "acc-frozen")


def test_one_option_widens_different_ones_narrow_down(listed):
    both = listed("--level", 0, "--level", 1)
    assert len(both) == len(listed("--level", 0)) + len(listed("--level", 1))
    assert {r["unit"] for r in listed("--level", 1, "--unit", "acc")} == {"acc"}


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("72", "80"),
        ("2030-01-01T00:01:12.000Z", "2030-01-01T00:01:20"),
        ("2030-01-01T02:01:12.000+02:00", "80.0"),
    ],
)
def test_times_are_seconds_or_utc(listed, failure, begin, end):
    records = listed("--from", begin, "--to", end)
    assert failure in records
    assert records == [r for r in listed() if 72 <= r["time_s"] <= 80]


def test_both_times_are_included(listed, failure):
    for time in (failure["utc"], failure["time_s"]):
        records = listed("--from", time, "--to", time)
        assert failure in records
        assert {record["time_ns"] for record in records} == {failure["time_ns"]}


def test_the_values_of_frames_are_printed_on_request(fdir, log):
    plain = fdir("events", log, "--kind", "frame").out.splitlines()
    assert len(plain) == 3
    assert "freeze frame of FMON 1 accelerometer, before the failure: 101 sample(s) of 10" in plain[1]
    full = fdir("events", log, "--kind", "frame", "--frames").out.splitlines()
    assert len(full) == 3 + 2 + 101 + 50
    assert full[2].split()[:3] == ["since", "failure", "acc.stuck"]
    assert full[3].split()[:2] == ["-10.000", "s"]
    assert any("not known" in row for row in full)  # the detector has just been flushed


def test_frames_are_exported_as_csv(fdir, log, failure, tmp_path):
    ended = fdir("events", log, "--kind", "frame", "--csv", tmp_path / "frames")
    assert ended.out.splitlines()[-1] == f"1 file(s) written to {tmp_path / 'frames'}"
    (file,) = (tmp_path / "frames").iterdir()
    assert file.name == f"1-{failure['time_ns']}-avionics.csv"
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["since_failure_s"] for row in (rows[0], rows[100], rows[-1])] == ["-10.0", "0.0", "5.0"]
    assert len(rows) == 151
    assert float(rows[100]["acc.x.same"]) > 20
    assert rows[-1]["acc.stuck"] == ""
    first = file.read_text()
    assert json.loads(fdir("events", log, "--csv", tmp_path / "frames", "--json").out.splitlines()[0])
    assert file.read_text() == first


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--kind", "alarm"), "'alarm' is none of header, transition"),
        (("--severity", "dire"), "'dire' is none of informative, low, medium, high"),
        (("--from", "noon"), "'noon' is neither a number of seconds nor a time"),
        (("--to", "nan"), "'nan' is neither a number of seconds nor a time"),
    ],
)
def test_what_cannot_be_meant_is_refused(fdir, log, words, reason):
    ended = fdir("events", log, *words)
    assert ended.code == 2
    assert reason in " ".join(ended.err.replace("│", " ").split())


def test_a_file_that_is_no_log_is_refused(fdir, tmp_path):
    for content, reason in (("a,b\n", "no header"), ("", "no whole line")):
        (tmp_path / "notes").write_text(content)
        ended = fdir("events", tmp_path / "notes")
        assert (ended.code, reason in ended.err) == (2, True)
    assert fdir("events", tmp_path / "none").code == 2


def test_the_log_of_a_running_daemon_is_followed(tmp_path):
    path = tmp_path / "audit.jsonl"
    with simulator("nominal", 10) as sim:
        with daemon(sim.first["samples"], sim.first["units"], "--audit", path) as service:
            with started("events", path, "--follow", "--kind", "fmon") as follower:
                assert (follower.first["kind"], follower.first["current"]) == ("fmon", "running")
                assert follower.stop()[0] == 0
            assert service.stop()[0] == 0


# --- the selection itself ------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_utc():
    assert read_bound("2030-01-01T00:00:00") == datetime(2030, 1, 1, tzinfo=UTC)
    assert read_bound("-1.5") == -1_500_000_000


def test_a_header_is_listed_unless_something_is_asked_for():
    header = {"kind": "header", "time_ns": 0}
    assert Selection()(header)
    assert Selection(kinds=frozenset({"header"}))(header)
    assert not Selection(begin=0)(header)


def test_the_request_of_an_event_is_found_with_it():
    request = {"kind": "request", "event": 2001, "name": "unexpected-heat"}
    assert Selection(events=frozenset({"2001"}))(request)
    assert Selection(events=frozenset({"unexpected-heat"}))(request)
    assert not Selection(events=frozenset({"1"}))(request)
