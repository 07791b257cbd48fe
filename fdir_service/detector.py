"""The detector runtime: an ONNX file and its card become scores and failure indices, chunk by chunk."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fdir_service.history import History
from fdir_service.mission import DetectorSetup
from models.card import INPUT_NAME, OUTPUT_NAME
from models.metadata import digest

Floats = NDArray[np.float64]
BATCH = 32
"""Windows in one call: larger batches gain nothing and cost cache."""


class DetectorError(RuntimeError):
    """A detector that cannot be opened."""


def open_session(path: Path) -> ort.InferenceSession:
    """Open a model with one thread and no spinning: a busy core would cost more than it gains."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no other base
        raise DetectorError(f"{path}: cannot be opened: {error}") from None


@dataclass(slots=True)
class Hysteresis:
    """Failure index from a score: 1 at score >= on, 0 at score < off, unchanged in between."""

    on: float
    off: float
    state: float = 0.0

    def __call__(self, score: Floats) -> Floats:
        """Return the index of each score (K,); a score that is not known gives none and starts anew."""
        unknown = np.isnan(score)
        decided = unknown | (score >= self.on) | (score < self.off)
        latest = np.maximum.accumulate(np.where(decided, np.arange(len(score)), -1))
        set_here = np.where(score >= self.on, 1.0, 0.0)
        index = np.where(latest < 0, self.state, set_here[latest])
        self.state = float(index[-1])
        return np.where(unknown, np.nan, index)


class Detector:
    """One detector with its window of history.

    The window path: every sample with W valid samples behind it is one window of a batch. A sample that is
    not known, or a break in time, makes the outputs *not known* until W new samples have arrived.
    """

    def __init__(self, setup: DetectorSetup, chunk: int) -> None:
        self.setup = setup
        self.window = setup.card.window
        self._session = open_session(setup.path)
        self._check_interface()
        self.history = History(len(setup.inputs), self.window + chunk - 1)
        self.clean = 0
        self.last_time: int | None = None
        self.indices = [Hysteresis(output.on, output.off) for output in setup.outputs]
        self._columns = [output.column for output in setup.outputs]
        self.windows = 0

    def _check_interface(self) -> None:
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        names = [i.name for i in inputs], [o.name for o in outputs]
        if names != ([INPUT_NAME], [OUTPUT_NAME]):
            raise DetectorError(f"{self.setup.path}: inputs and outputs are {names}, not window -> scores")
        if digest(self.setup.path) != self.setup.sha256:
            raise DetectorError(f"{self.setup.path}: the file changed since the mission was loaded")
        # Two windows: a model that takes only one at a time must not get as far as the first batch.
        scores = self._run(np.zeros((2, self.window, *self.setup.card.shape), np.float32))
        if scores.shape != (2, len(self.setup.card.outputs)):
            raise DetectorError(
                f"{self.setup.path}: scores have shape {scores.shape}, the card says otherwise"
            )

    def _run(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            scores: NDArray[np.float32] = self._session.run([OUTPUT_NAME], {INPUT_NAME: windows})[0]
        except Exception as error:  # noqa: BLE001
            raise DetectorError(f"{self.setup.path}: {error}") from None
        return scores

    def flush(self) -> None:
        """Forget the history: outputs are not known until the window has refilled."""
        self.clean = 0
        self.last_time = None
        for index in self.indices:
            index.state = 0.0

    def step(self, times: NDArray[np.int64], inputs: Floats) -> tuple[Floats, Floats]:
        """Score a chunk.

        Parameters
        ----------
        times : (K,) int64, ns.
        inputs : (channels, K) float64, engineering units; NaN = not known.

        Returns
        -------
        scores, indices : (outputs, K) float64 each; NaN = not known.

        """
        samples = inputs.T.astype(np.float32)
        self.history.push(samples)
        clean = self._clean_run(times, samples)
        ready = np.flatnonzero(clean >= self.window)
        scores = np.full((len(self._columns), len(times)), np.nan)
        if ready.size:
            scores[:, ready] = self._score(ready, len(times))[:, self._columns].T
            self.windows += len(ready)
        indices = np.stack([index(score) for index, score in zip(self.indices, scores, strict=True)])
        return scores, indices

    def _clean_run(self, times: NDArray[np.int64], samples: NDArray[np.float32]) -> NDArray[np.int64]:
        """Count the samples without a break that end at each sample (K,)."""
        known = np.isfinite(samples).all(axis=1)
        position = np.arange(1, len(times) + 1)
        breaks = ~known | self._late(times)
        # A known sample after a break is the first of a new run.
        start = np.maximum.accumulate(np.where(breaks, position - known, -self.clean))
        clean = np.asarray(position - start, np.int64)
        self.clean = int(clean[-1])
        self.last_time = int(times[-1])
        return clean

    def _late(self, times: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each sample is further from the one before than the card's period allows."""
        period = self.setup.card.period
        if period is None:
            return np.zeros(len(times), np.bool_)
        period_ns = round(period * 1e9)
        first = self.last_time if self.last_time is not None else int(times[0]) - period_ns
        deviation = np.abs(np.diff(times, prepend=first) - period_ns)
        late: NDArray[np.bool_] = deviation > round(self.setup.card.period_tolerance * period_ns)
        return late

    def _score(self, ready: NDArray[np.int64], k: int) -> NDArray[np.float32]:
        """Run the windows that end at the samples `ready` of the chunk of k."""
        recent = self.history.newest(self.window + k - 1)
        windows = sliding_window_view(recent, self.window, axis=0).swapaxes(1, 2)
        parts = [windows[ready[i : i + BATCH]] for i in range(0, len(ready), BATCH)]
        shape = (self.window, *self.setup.card.shape)
        return np.concatenate([self._run(np.ascontiguousarray(p).reshape(len(p), *shape)) for p in parts])
