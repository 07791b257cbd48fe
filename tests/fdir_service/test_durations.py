"""Durations are counted as Prometheus' own histogram counts them."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from fdir_service.durations import Durations

BUCKETS = (0.25, 0.5, 4.0)
SECONDS = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 4.0, 5.0]), max_size=20)


def lines(registry):
    text = generate_latest(registry).decode().splitlines()
    return [line for line in text if "_created" not in line]


@given(SECONDS)
def test_the_same_durations_make_the_same_text(seconds):
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    durations = Durations("round_seconds", "One round", BUCKETS)
    ours.register(durations)
    histogram = Histogram("round_seconds", "One round", buckets=BUCKETS, registry=theirs)
    for value in seconds:
        durations.observe(value)
        histogram.observe(value)
    assert lines(ours) == lines(theirs)
