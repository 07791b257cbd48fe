"""Live metrics of injected faults: how long until they were detected, answered and over."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Histogram

from fdir_service.verdict import Outcome

BUCKETS = (0.5, 1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120, 180, 300)
"""Seconds of on-board time."""


class Latencies:
    """Observes each time of each fault once, as soon as it is known."""

    def __init__(self, registry: CollectorRegistry, scenario: str) -> None:
        self._scenario = scenario
        self._seen: set[tuple[int, str]] = set()
        self._histograms = {
            key: Histogram(
                f"fdir_{name}_seconds", text, ("scenario", "unit"), buckets=BUCKETS, registry=registry
            )
            for key, name, text in (
                ("detection_s", "detection_latency", "From the onset of an injected fault to its event"),
                (
                    "reaction_s",
                    "reaction_latency",
                    "From the onset of an injected fault to a request",
                ),
                ("recovery_s", "recovery_time", "From the onset of an injected fault to its recovery"),
            )
        }

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        """Take what is known of the faults by now."""
        for k, outcome in enumerate(outcomes):
            for key, histogram in self._histograms.items():
                seconds = getattr(outcome, key)
                if seconds is not None and (k, key) not in self._seen:
                    self._seen.add((k, key))
                    histogram.labels(self._scenario, outcome.fault.unit).observe(seconds)
