"""The real daemon and the real simulator as processes on loopback: a fault, its detection, its recovery."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import zmq

from fdir_service.recording import read
from pus.packets import Tc, decode_tm
from pus.samples import Samples
from tests.fdir_service.processes import DEADLINE_S, daemon, simulator, started

SPEED = 30


@pytest.fixture
def telemetry():
    """Collect TM packets from an address until one matches."""
    with zmq.Context() as context, context.socket(zmq.SUB) as socket:
        socket.subscribe(b"")

        def until(address, wanted):
            socket.connect(address)
            seen = []
            while socket.poll(DEADLINE_S * 1000):
                tm = decode_tm(socket.recv())
                seen.append((tm.apid, tm.service, tm.subtype, tm.data))
                if wanted(tm):
                    return seen
            raise AssertionError(f"nothing matched within {DEADLINE_S} s: {seen}")

        yield until


def is_event(number):
    return lambda tm: tm.service == 5 and tm.data[:2] == number.to_bytes(2, "big")


def run_demo(*words):
    command = [sys.executable, "-m", "fdir_service", "demo", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)


def test_a_frozen_accelerometer_is_detected_and_replaced_and_the_run_can_be_replayed(telemetry, tmp_path):
    recording, events = tmp_path / "run.rec", tmp_path / "events.jsonl"
    with (
        simulator("demo", SPEED) as sim,
        daemon(sim.first["samples"], sim.first["units"], "--record", recording, "--audit", events) as service,
    ):
        seen = telemetry(service.first["telemetry"], is_event(1010))
        metrics = urllib.request.urlopen(service.first["metrics"]).read().decode()
        code, out, err = service.stop()
        assert sim.stop(signal.SIGTERM)[0] == 0
    assert code == 0, err
    assert [subtype for apid, service_, subtype, _ in seen if (apid, service_) == (81, 1)] == [1, 3, 7] * 3
    account = json.loads(out)["avionics"]
    assert account["balances"]
    assert account["lost"] == 0
    assert 'fdir_events_total{severity="high"} 2.0' in metrics
    assert 'fdir_recovery_attempts_total{action="switch",level="acc-unit",result="recovered"} 1.0' in metrics
    kinds = [json.loads(line)["kind"] for line in events.read_text().splitlines()]
    assert {"transition", "fmon", "event", "verification", "recovery"} <= set(kinds)
    assert account["received"] == sum(len(m) for m in read(recording) if isinstance(m, Samples))
    replayed = subprocess.run(
        [sys.executable, "-m", "fdir_service", "replay", str(recording), "--all", "--json"],
        capture_output=True, text=True, timeout=DEADLINE_S, check=True,
    )  # fmt: skip
    live = [record for line in events.read_text().splitlines() if (record := json.loads(line))]
    assert decisions(json.loads(replayed.stdout)["records"]) == decisions(live)


def decisions(records):
    kinds = ("event", "request", "recovery")
    return [
        (r["kind"], r["time_s"], r.get("event"), r.get("outcome"), r.get("action"))
        for r in records
        if r["kind"] in kinds
    ]


def test_the_demo_succeeds_only_if_the_fault_is_detected_and_recovered():
    ended = run_demo("--speed", SPEED, "--json")
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert report["good"]
    assert report["false_reports"] == []
    assert report["faults"][0]["fault"]["unit"] == "acc"
    assert 2.6 <= report["faults"][0]["detection_s"] < 11.0


def test_the_demo_shows_the_whole_chain_as_lines():
    out = run_demo("--speed", SPEED).stdout
    for words in (
        "samples received", "failure index acc.stuck = 1", "of 27 checks agree",
        "FMON 1 accelerometer: running -> failed", "event 1001 accelerometer-failed",
        "level 0 acc-internal: reinitialise on acc sent", "acc answers TM[1,7] completed",
        "level 1 acc-unit: switch on acc recovered", "failure index acc.stuck = 0", "Faults", "step p99",
    ):  # fmt: skip
        assert words in out


def test_a_demo_without_a_fault_is_no_success():
    ended = run_demo("--scenario", "nominal", "--speed", 60, "--json")
    assert ended.returncode == 3
    assert json.loads(ended.stdout)["false_reports"] == []


def test_a_demo_with_an_unknown_scenario_is_refused():
    ended = run_demo("--scenario", "none-such")
    assert ended.returncode == 2
    assert "none-such" in ended.stderr


def test_a_demo_that_is_interrupted_leaves_no_simulator_behind():
    command = [sys.executable, "-m", "fdir_service", "demo", "--speed", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # the first record: samples flow
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 3
    assert children
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_the_ground_can_ask_whether_the_service_is_alive():
    with simulator("nominal", 1) as sim, daemon(sim.first["samples"], sim.first["units"]) as service:
        with (
            zmq.Context() as context,
            context.socket(zmq.DEALER) as ground,
            context.socket(zmq.SUB) as socket,
        ):
            ground.connect(service.first["commands"])
            socket.subscribe(b"")
            socket.connect(service.first["telemetry"])
            answers = set()
            for _ in range(DEADLINE_S):  # a subscription takes a moment: ask until an answer comes
                ground.send(Tc(66, 17, 1, source=7).pack())
                while socket.poll(200):
                    tm = decode_tm(socket.recv())
                    answers.add((tm.service, tm.subtype, tm.destination))
                if answers:
                    break
        assert {(1, 1, 7), (1, 3, 7), (17, 2, 7), (1, 7, 7)} <= answers
        assert service.stop(signal.SIGTERM)[0] == 0


def test_a_killed_simulator_is_reported_and_the_daemon_goes_on(tmp_path):
    events = tmp_path / "events.jsonl"
    with simulator("nominal", 10) as sim:
        with daemon(sim.first["samples"], sim.first["units"], "--audit", events, "-v") as service:
            assert service.process.stderr is not None
            for line in service.process.stderr:
                if "acc-range-x: unchecked -> nominal" in line:
                    sim.process.kill()
                if "source avionics is silent" in line:
                    break
            health = urllib.request.urlopen(service.first["metrics"].replace("metrics", "healthz"))
            assert health.status == 200
            code, _, err = service.stop()
    assert code == 0, err
    assert '"kind": "silence"' in events.read_text()


def test_a_port_in_use_is_named(telemetry):
    with simulator("nominal", 1) as sim:
        address = sim.first["samples"]
        with pytest.raises(AssertionError, match=rf"{address}: cannot listen"):
            with started("simulate", "nominal", "--samples", address):
                pass
        with pytest.raises(AssertionError, match=rf"{address}: cannot listen"):
            with started("run", "hopper", "--telemetry", address, "--metrics-port", 0):
                pass


def test_a_full_disk_ends_the_daemon_with_a_message():
    with simulator("nominal", 10) as sim:
        with daemon(sim.first["samples"], sim.first["units"], "--record", "/dev/full") as service:
            code, _, err = service.wait()
    assert code == 1
    assert "No space left on device" in err


def test_an_audit_log_that_cannot_be_written_keeps_the_daemon_from_starting():
    with pytest.raises(AssertionError, match="No space left on device"):
        with daemon("tcp://127.0.0.1:1", "tcp://127.0.0.1:1", "--audit", "/dev/full"):
            pass


def test_record_writes_what_the_simulator_publishes(tmp_path):
    file = tmp_path / "flight.rec"
    with simulator("nominal", 60) as sim:
        command = [
            sys.executable,
            "-m",
            "fdir_service",
            "record",
            str(file),
            "--samples",
            sim.first["samples"],
        ]
        ended = subprocess.run(
            [*command, "--limit", "200", "--json"],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=True,
        )
    assert json.loads(ended.stdout)["messages"] == 200
    assert len(list(read(file))) == 200
