"""Metrics have the names that dashboards expect, and values that equal the stream's own counts."""

import math
import re

import numpy as np
import pytest
from prometheus_client import REGISTRY, generate_latest

from fdir_service.exposition import registry
from fdir_service.metrics import Metrics
from fdir_service.stream import Output, Stream
from pus import codec
from pus.chain import Instant
from pus.packets import Tc
from pus.samples import Command, Heartbeat, Tick
from pus.st05 import Event, EventDefinition, Severity
from pus.st12.definitions import FmonChecking, PmonChecking
from tests.fdir_service.builders import RESET, answers, flight, freeze, samples, unit

S = 1_000_000_000
HIGH = EventDefinition(1001, "x-frozen", Severity.HIGH)
NAMES = {
    "fdir_samples_total", "fdir_samples_dropped_total", "fdir_samples_lost_total",
    "fdir_sequence_gaps_total", "fdir_sample_age_seconds", "fdir_failure_index", "fdir_pmon_status",
    "fdir_pmon_transitions_total", "fdir_fmon_status", "fdir_events_total", "fdir_level", "fdir_inhibited",
    "fdir_events_suppressed_total", "fdir_mode",
    "fdir_recovery_attempts_total", "fdir_model_info", "fdir_step_duration_seconds_bucket",
}  # fmt: skip


@pytest.fixture
def flown(bench):
    """A stream that has seen a fault, its recovery and bad messages, and its metrics."""
    stream, metrics = Stream(bench), Metrics(bench)
    fault = freeze(stream)
    metrics.observe(fault, 0.002)
    metrics.observe(stream.take(answers(unit(), fault, stream.time)), 0.002)
    rows = flight(60, slice(20, 27), unit_b_from=27)
    rows[45, 0] = np.inf
    later = [
        samples(26, rows[26:40]),
        samples(38, rows[38:41]),
        samples(45, rows[45:50]),
        Heartbeat("s", 1, 52, 0),
        Tick(7 * S),
    ]
    metrics.observe(stream.take(later), 0.002)
    metrics.refresh(stream, {"malformed": 3})
    return stream, metrics


@pytest.fixture
def value(flown):
    """Look up a series by name and labels."""
    shown = registry(flown[1].series)

    def look_up(name, /, **labels):
        return shown.get_sample_value(name, labels)

    return look_up


def test_the_names_are_those_of_the_field_and_unique(flown):
    text = generate_latest(registry(flown[1].series)).decode()
    found = set(re.findall(r"^(\w+)(?:\{| )", text, re.MULTILINE))
    assert found >= NAMES
    assert all(name.startswith("fdir_") for name in found)
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)", text, re.MULTILINE))
    assert all(name.endswith("_total") for name, kind in types.items() if kind == "counter")


def test_samples_are_counted_as_in_the_account(flown, value):
    account = flown[0].accounts["s"]
    assert value("fdir_samples_total", source="s") == account.received == 46
    assert value("fdir_samples_lost_total", source="s") == account.lost == 6
    assert value("fdir_samples_published_total", source="s") == account.published
    assert value("fdir_sequence_gaps_total", source="s") == account.gaps == 2
    assert value("fdir_samples_dropped_total", source="s", reason="duplicate") == 2
    assert value("fdir_samples_total", source="slow") == 0


def test_values_that_are_not_known_are_counted(flown, value):
    assert value("fdir_invalid_values_total", source="s") == flown[0].pools["s"].invalid_values == 1


def test_dropped_messages_are_counted_by_reason(value):
    assert value("fdir_messages_malformed_total", reason="malformed") == 3


def test_windows_are_counted_by_model(flown, value):
    detector = flown[0].pools["s"].detectors[0]
    assert value("fdir_windows_total", model="frozen") == detector.windows > 0


def test_the_age_of_the_newest_sample_is_in_seconds_and_unknown_before_the_first(value):
    assert value("fdir_sample_age_seconds", source="s") == pytest.approx(7.0 - 4.9)
    assert value("fdir_sample_age_seconds", source="slow") is None


def test_events_and_reports_are_counted_by_severity(flown, value):
    observables = flown[0].chain.services.st05.observables
    for severity in Severity:
        name = severity.name.lower()
        assert value("fdir_events_total", severity=name) == observables[severity].detected
        assert value("fdir_event_reports_total", severity=name) == observables[severity].reported
        suppressed = observables[severity].detected - observables[severity].reported
        assert value("fdir_events_suppressed_total", severity=name) == suppressed
    assert value("fdir_events_total", severity="high") == 1


def test_requests_and_steps_of_recovery_are_counted(value):
    labels = {"level": "pair", "action": "switch"}
    for result in ("sent", "executed", "recovered"):
        assert value("fdir_recovery_attempts_total", **labels, result=result) == 1
    assert value("fdir_recovery_attempts_total", **labels, result="failed") is None
    assert value("fdir_recovery_attempts_total", level="pair", action="", result="entered") == 1
    assert (value("fdir_level"), value("fdir_inhibited")) == (-1, 0)


def test_transitions_are_counted_by_pmon_and_status(value):
    assert value("fdir_pmon_transitions_total", pmon="1", to="low") == 1
    assert value("fdir_pmon_transitions_total", pmon="1", to="nominal") == 2


def test_statuses_are_raw_values(flown, value):
    monitoring = flown[0].chain.monitoring
    assert value("fdir_pmon_status", pmon="2") == monitoring.checking(2) == PmonChecking.INVALID
    assert value("fdir_fmon_status", fmon="1") == monitoring.fmon_states[1].status != FmonChecking.FAILED


def test_the_failure_index_is_the_newest_one_and_nan_while_it_is_not_known(bench):
    stream, metrics = Stream(bench), Metrics(bench)
    labels = {"model": "frozen", "parameter": "x.frozen"}
    found = []
    for rows in (flight(2), flight(5)[2:], flight(30, slice(5, 30))[5:]):
        stream.take([samples(stream.accounts["s"].received, rows)])
        metrics.refresh(stream, {})
        found.append(registry(metrics.series).get_sample_value("fdir_failure_index", labels))
    assert math.isnan(found[0])
    assert found[1:] == [0.0, 1.0]


def test_model_and_mode_are_told(bench, value):
    assert value("fdir_model_info", name="frozen", sha256=bench.detectors[0].sha256) == 1
    assert [value("fdir_mode", mode=m) for m in ("active", "passive", "inhibited")] == [1, 0, 0]


def test_rounds_are_timed_in_buckets_fit_for_milliseconds(value):
    assert value("fdir_step_duration_seconds_count") == 3
    assert value("fdir_step_duration_seconds_bucket", le="0.001") == 0
    assert value("fdir_step_duration_seconds_bucket", le="0.0025") == 3


def test_telemetry_is_counted_by_service(flown, value):
    assert value("fdir_telemetry_packets_total", service="5") == 2
    assert value("fdir_telemetry_packets_total", service="1") == 3 + 3 + 6


def test_a_second_refresh_adds_nothing(flown, value):
    stream, metrics = flown
    before = generate_latest(registry(metrics.series))
    metrics.refresh(stream, {"malformed": 3})
    assert generate_latest(registry(metrics.series)) == before


@pytest.mark.parametrize("event", [None, Event(HIGH, S, b"", None)])
def test_requests_to_units_are_counted_by_the_event_that_released_them(bench, event):
    metrics = Metrics(bench)
    metrics.observe(Output(timeline=[Instant(S, requests=[(event, RESET)])]), 0.1)
    labels = {"event": "1001" if event else "0"}
    assert registry(metrics.series).get_sample_value("fdir_event_actions_total", labels) == 1


def test_two_streams_do_not_share_series_and_nothing_is_global(bench, flown):
    other = Metrics(bench)
    other.refresh(Stream(bench), {})
    assert registry(other.series).get_sample_value("fdir_samples_total", {"source": "s"}) == 0
    assert REGISTRY.get_sample_value("fdir_samples_total", {"source": "s"}) is None


@pytest.mark.parametrize(
    ("packet", "service", "result"),
    [
        (Tc(66, 17, 1).pack(), "17", "executed"),
        (Tc(66, 12, 1, codec.DEFAULT.ids([999])).pack(), "12", "failed"),
        (Tc(66, 99, 1).pack(), "99", "rejected"),
        (Tc(81, 8, 1).pack(), "8", "routed"),
        (Tc(500, 8, 1).pack(), "8", "not_routed"),
        (b"\x18", "0", "rejected"),
    ],
)
def test_requests_of_the_ground_are_counted_by_service_and_result(bench, packet, service, result):
    metrics = Metrics(bench)
    metrics.observe(Stream(bench).take([Command(0, packet)]), 0.001)
    labels = {"service": service, "result": result}
    assert registry(metrics.series).get_sample_value("fdir_tc_total", labels) == 1
