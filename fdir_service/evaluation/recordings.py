"""Real recordings as the flights of an evaluation: as they are, and with the benchmark's faults in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import DetectorFile, Entry, check_period
from fdir_service.evaluation.flights import FLIGHT_SEEDS, SENSORS, given_indices
from fdir_service.imu_recordings import ImuRecording
from fdir_service.recorded_flights import Polled
from sim.dataset import Batch
from sim.schedule import ScheduleSettings
from sim.trajectory import PERIOD

RATES: Final = 1.01
"""Largest ratio of the rates of recordings that are polled alike."""


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """Recordings with faults, `injections` times each, and as they are.

    Flight k is recording k modulo their number. `every` is how many of its samples apart the chain polls.
    """

    recordings: Sequence[ImuRecording]
    every: int
    seed: int
    injections: int

    @classmethod
    def of(
        cls, recordings: Sequence[ImuRecording], files: Sequence[DetectorFile], seed: int, injections: int
    ) -> Self:
        """Return a plan in which the sensors are polled at about the period of the detectors.

        Raises
        ------
        EvaluationError
            If the recordings have different rates, are too short, or a detector needs another period.

        """
        rates = [recording.rate for recording in recordings]
        if max(rates) > RATES * min(rates):
            raise EvaluationError(
                f"recordings: rates from {min(rates):.4g} to {max(rates):.4g} Hz; one at a time"
            )
        periods = [file.card.period for file in files if file.card.period is not None]
        plan = cls(recordings, recordings[0].every(periods[0] if periods else PERIOD), seed, injections)
        for file in files:
            check_period(file.path, file.card, plan.period)
        window = max(file.card.window for file in files)
        for recording in recordings:
            if (samples := Polled(recording, plan.every).samples) <= window:
                raise EvaluationError(f"{recording.name}: {samples} samples, the window needs {window}")
        return plan

    @property
    def period(self) -> float:
        """See `fdir_service.evaluation.flights.Plan`."""
        return self.every / self.recordings[0].rate

    @property
    def digests(self) -> Mapping[str, str]:
        """See `fdir_service.evaluation.flights.Plan`."""
        return {recording.name: recording.sha256 for recording in self.recordings}

    def facts(self) -> dict[str, Any]:
        """See `fdir_service.evaluation.flights.Plan`."""
        return {
            "setting": "recorded",
            "seed": self.seed,
            "data_seed": FLIGHT_SEEDS + self.seed,
            "nominal_data_seed": None,
            "trajectories": len(self.recordings) * self.injections,
            "nominal_trajectories": len(self.recordings),
            "samples": max(Polled(recording, self.every).samples for recording in self.recordings),
            "injections": self.injections,
            "polled_every": self.every,
            "recordings": [
                {"name": r.name, "rate_hz": r.rate, "hours": r.hours, "sha256": r.sha256}
                for r in self.recordings
            ],
        }

    def flights(self, *, is_nominal: bool) -> Iterator[tuple[int, Batch]]:
        """See `fdir_service.evaluation.flights.Plan`."""
        n = len(self.recordings) * (1 if is_nominal else self.injections)
        for flight in range(n):
            rng = np.random.default_rng((FLIGHT_SEEDS + self.seed, flight))
            settings = None if is_nominal else ScheduleSettings()
            yield flight, self._polled(flight).injected(rng, settings, flight)

    def given(
        self, signals: NDArray[np.float64], flight: int, entries: Sequence[Entry]
    ) -> NDArray[np.float64]:
        """See `fdir_service.evaluation.flights.Plan`."""
        polled = self._polled(flight)
        checks = np.stack([polled.classical(signals, sensor) for sensor in SENSORS])
        return given_indices(checks, np.random.default_rng((FLIGHT_SEEDS, self.seed, flight)), entries)

    def _polled(self, flight: int) -> Polled:
        return Polled(self.recordings[flight % len(self.recordings)], self.every)
