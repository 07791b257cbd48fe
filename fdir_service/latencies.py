"""Live metrics of injected faults: how long until they were detected, answered and over."""

from collections.abc import Sequence

from fdir_service.series import Histogram
from fdir_service.verdict import Outcome

BUCKETS = (0.5, 1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120, 180, 300)
"""Seconds of on-board time."""


class Latencies:
    """Observes each time of each fault once, as soon as it is known."""

    def __init__(self, scenario: str) -> None:
        self._scenario = scenario
        self._seen: set[tuple[int, str]] = set()
        self._histograms = {
            key: Histogram(f"fdir_{name}_seconds", text, BUCKETS, "scenario", "unit")
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

    @property
    def series(self) -> list[Histogram]:
        """What is shown of them."""
        return list(self._histograms.values())

    def observe(self, outcomes: Sequence[Outcome]) -> None:
        """Take what is known of the faults by now."""
        for k, outcome in enumerate(outcomes):
            for key, histogram in self._histograms.items():
                seconds = getattr(outcome, key)
                if seconds is not None and (k, key) not in self._seen:
                    self._seen.add((k, key))
                    histogram.observe(seconds, self._scenario, outcome.fault.unit)
