"""Recorded trials as the training of a real sensor's detector gets them."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from fdir_service.imu_recordings import ImuRecording
from fdir_service.recorded_flights import COLUMNS_OF, Polled
from fdir_service.tables.faults import TableError
from models.flights import Flights
from models.recorded_trials import Trial
from sim.dataset import Batch, concatenate
from sim.schedule import ScheduleSettings

TRAINING_PERIOD: Final = 0.035
"""Seconds between readings: fast enough for what a hand does, slow enough for a view of seconds."""
DENSE: Final = ScheduleSettings(first_onset=(60, 150), distance=110, slack=150)
"""Faults for training come closer together than in evaluations: trials are short."""
INJECTIONS: Final = 6
JUDGED: Final = 10
"""Times that faults are injected into a trial, in an epoch and to judge by."""
JUDGED_SEED: Final = 1 << 32


class RecordedTrials:
    """`models.recorded_trials.TrialData` from recordings of one rate.

    Raises
    ------
    TableError
        If there are fewer than two trials, or their rates differ.

    """

    def __init__(self, recordings: Sequence[ImuRecording]) -> None:
        self._recordings = recordings
        rates = [recording.rate for recording in recordings]
        if len(rates) < 2 or max(rates) > 1.001 * min(rates):
            raise TableError(f"two or more trials of one rate are needed, not {rates} Hz")
        self._every = recordings[0].every(TRAINING_PERIOD)

    @property
    def digests(self) -> Mapping[str, str]:
        """See `TrialData`."""
        return {recording.name: recording.sha256 for recording in self._recordings}

    @property
    def period(self) -> float:
        """See `TrialData`."""
        return self._every / self._recordings[0].rate

    def epoch(self, seed: int, number: int, left_out: int | None) -> Flights:
        """See `TrialData`."""
        rng = np.random.default_rng((seed, number))
        batches = []
        for k, recording in enumerate(self._recordings):
            phases = rng.integers(self._every, size=INJECTIONS)
            drawn = [np.random.default_rng((seed, number, k, i)) for i in range(INJECTIONS)]
            if k != left_out:
                batches += [
                    Polled(recording, self._every, int(phase)).injected(own, DENSE)
                    for phase, own in zip(phases, drawn, strict=True)
                ]
        return _cut(batches)

    def trial(self, number: int) -> Trial:
        """See `TrialData`."""
        polled = Polled(self._recordings[number], self._every)
        batches = [
            polled.injected(np.random.default_rng((JUDGED_SEED, number, i)), ScheduleSettings())
            for i in range(JUDGED)
        ]
        batch = concatenate(batches)
        checks = [
            np.stack([polled.classical(signals, sensor) for sensor in COLUMNS_OF], axis=-1)
            for signals in batch.signals
        ]
        flights = Flights(batch.signals, batch.axis_labels)
        return Trial(flights, np.stack(checks), polled.unfaulted().signals)


def _cut(batches: Sequence[Batch]) -> Flights:
    """Return flights as long as the shortest."""
    samples = min(batch.signals.shape[1] for batch in batches)
    return Flights(
        np.concatenate([batch.signals[:, :samples] for batch in batches]),
        np.concatenate([batch.axis_labels[:, :samples] for batch in batches]),
    )
