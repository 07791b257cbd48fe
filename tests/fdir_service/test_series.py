"""Plain series become what the Prometheus client's own metrics would have shown."""

import re

import prometheus_client
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fdir_service.exposition import registry
from fdir_service.series import Counter, Gauge, Histogram

BOUNDS = (0.001, 0.5, 2.0)
WORDS = st.text(st.characters(codec="utf-8"), max_size=5)
COUNTS = st.lists(st.tuples(WORDS, WORDS))
VALUES = st.lists(st.tuples(WORDS, st.floats()))
SECONDS = st.lists(st.tuples(WORDS, st.floats(0, 4) | st.sampled_from(BOUNDS)))


def text(shown):
    """Return the exposition without the times of creation."""
    return re.sub(
        r"(_created.*) \S+$", r"\1", prometheus_client.generate_latest(shown).decode(), flags=re.MULTILINE
    )


@given(COUNTS, VALUES, SECONDS)
def test_series_are_exposed_as_the_clients_own_metrics_are(counts, values, seconds):
    theirs = prometheus_client.CollectorRegistry()
    counter, their_counter = (
        Counter("a_things", "Things", "kind", "of"),
        prometheus_client.Counter("a_things", "Things", ("kind", "of"), registry=theirs),
    )
    for labels in counts:
        counter.add(*labels)
        their_counter.labels(*labels).inc()
    gauge, their_gauge = (
        Gauge("a_level", "Level", "of"),
        prometheus_client.Gauge("a_level", "Level", ("of",), registry=theirs),
    )
    for label, value in values:
        gauge.set(value, label)
        their_gauge.labels(label).set(value)
    histogram, their_histogram = (
        Histogram("a_time_seconds", "Time", BOUNDS, "of"),
        prometheus_client.Histogram("a_time_seconds", "Time", ("of",), buckets=BOUNDS, registry=theirs),
    )
    for label, value in seconds:
        histogram.observe(value, label)
        their_histogram.labels(label).observe(value)
    assert text(registry([counter, gauge, histogram])) == text(theirs)


def test_series_without_labels_are_shown_from_the_start():
    shown = registry([Counter("a", "A"), Gauge("b", "B"), Histogram("c", "C", BOUNDS)])
    for name in ("a_total", "b", "c_count", "c_sum"):
        assert shown.get_sample_value(name) == 0
    assert shown.get_sample_value("c_bucket", {"le": "0.5"}) == 0


def test_a_series_tells_when_it_was_first_counted():
    times = iter((10.0, 20.0))
    counter = Counter("a", "A", "of", clock=lambda: next(times))
    histogram = Histogram("b", "B", BOUNDS, "of", clock=lambda: next(times))
    for n in range(2):
        counter.set(3 + n, "x")
        histogram.observe(0.1, "x")
    shown = registry([counter, histogram])
    assert shown.get_sample_value("a_total", {"of": "x"}) == 4
    assert shown.get_sample_value("a_created", {"of": "x"}) == 10
    assert shown.get_sample_value("b_created", {"of": "x"}) == 20


def test_times_of_creation_can_be_left_out_as_those_of_the_client(monkeypatch):
    monkeypatch.setenv("PROMETHEUS_DISABLE_CREATED_SERIES", "True")
    counter, histogram = Counter("a", "A"), Histogram("b", "B", BOUNDS)
    histogram.observe(1.0)
    assert "_created" not in text(registry([counter, histogram]))


def test_series_that_come_later_are_shown_too():
    series = [Counter("a", "A")]
    shown = registry(series)
    series.append(Counter("b", "B"))
    assert shown.get_sample_value("b_total") == 0


@pytest.mark.parametrize("asked", [["a_total"], ["c_bucket"], ["a_total", "b"]])
def test_single_names_can_be_asked_for(asked):
    shown = registry([Counter("a", "A"), Gauge("b", "B"), Histogram("c", "C", BOUNDS)])
    found = prometheus_client.generate_latest(shown.restricted_registry(asked)).decode()
    assert set(re.findall(r"^(\w+)(?:\{| )", found, re.MULTILINE)) == set(asked)
