"""Running a detector's file on whole windows, with onnxruntime on one thread."""

from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.card import INPUT_NAME, OUTPUT_NAME
from models.metadata import digest_of

Singles = NDArray[np.float32]
BATCH = 12
"""Windows in one call: a recurrent network is best at 8 to 16, others gain nothing from more."""
ROWS = 256
"""Samples in one call of a model of single samples, if they are rows of numbers."""


class DetectorError(RuntimeError):
    """A detector that cannot be opened or run."""


def open_session(model: bytes, path: Path, *, prepared: bool = False) -> ort.InferenceSession:
    """Open a model with one thread and no spinning: a busy core would cost more than it gains.

    Parameters
    ----------
    model : the serialised model.
    path : where it comes from, for the text of a `DetectorError`.
    prepared : whether it is a streaming graph, which has been optimised before, and whose nodes hand on so
        little that planning which of them share memory takes longer than it saves.

    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    if prepared:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.enable_mem_reuse = False
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no other base
        raise DetectorError(f"{path}: cannot be opened: {error}") from None


class WindowSession:
    """A window model: windows (n, W, *shape) -> scores (n, outputs); opened when it is first used.

    Attributes
    ----------
    path, digest : of the file.
    window : W.
    most : windows in one call that pay.
    batch : windows in one call at most.

    """

    def __init__(self, path: Path, window: int, shape: tuple[int, ...]) -> None:
        self.path = path
        try:
            octets = path.read_bytes()
        except OSError as error:
            raise DetectorError(f"{path}: cannot be opened: {error.strerror}") from None
        self.digest = digest_of(octets)
        self._octets = octets
        self.window = window
        self._shape = shape
        self.most = ROWS if window == 1 and len(shape) == 1 else BATCH
        self.batch = self.most

    @cached_property
    def _session(self) -> ort.InferenceSession:
        return open_session(self._octets, self.path)

    def check(self, outputs: int) -> None:
        """Raise `DetectorError` unless the model makes so many scores of each of several windows."""
        names = [
            [node.name for node in nodes]
            for nodes in (self._session.get_inputs(), self._session.get_outputs())
        ]
        if names != [[INPUT_NAME], [OUTPUT_NAME]]:
            raise DetectorError(
                f"{self.path}: inputs and outputs are {names[0]} and {names[1]}, not window -> scores"
            )
        # Two windows: a model that takes only one at a time must not get as far as the first batch.
        scores = self.run(np.zeros((2, self.window, *self._shape), np.float32))
        if scores.shape != (2, outputs):
            raise DetectorError(f"{self.path}: scores have shape {scores.shape}, the card says otherwise")

    def run(self, windows: Singles) -> Singles:
        """Return the scores of windows (n, W, *shape) in one call."""
        try:
            scores: Singles = self._session.run([OUTPUT_NAME], {INPUT_NAME: windows})[0]
        except Exception as error:  # noqa: BLE001
            raise DetectorError(f"{self.path}: {error}") from None
        return scores

    def score(self, window: Singles) -> list[float]:
        """Return the scores of one window (W, channels)."""
        return self._bound.run(window)

    @cached_property
    def _bound(self) -> "_Bound":
        window = np.zeros((1, self.window, *self._shape), np.float32)
        return _Bound(self._session, self.path, window, np.zeros_like(self.run(window)))

    def slide(self, samples: Singles) -> Singles:
        """Return the scores (n, outputs) of all windows of samples (W + n - 1, channels), in batches."""
        n = len(samples) - self.window + 1
        if n == 1 or (self.window == 1 and n <= self.batch):
            return self.run(samples.reshape(n, self.window, *self._shape))
        return self.run_rows(sliding_window_view(samples, self.window, axis=0).swapaxes(1, 2))

    def run_rows(self, windows: Singles) -> Singles:
        """Return the scores (n, outputs) of windows (n, W, channels), in batches."""
        starts = range(0, len(windows), self.batch)
        parts = (np.ascontiguousarray(windows[k : k + self.batch]) for k in starts)
        return np.concatenate([self.run(p.reshape(len(p), self.window, *self._shape)) for p in parts])


class _Bound:
    """A session with a place of its own for a window and its scores: no call has to look for one."""

    def __init__(self, session: ort.InferenceSession, path: Path, window: Singles, scores: Singles) -> None:
        self._session, self._path = session, path
        self._window, self._scores = window, scores
        self._flat = window.reshape(window.shape[1], -1)
        self._binding = session.io_binding()
        self._binding.bind_input(INPUT_NAME, "cpu", 0, window.dtype, window.shape, window.ctypes.data)
        self._binding.bind_output(OUTPUT_NAME, "cpu", 0, scores.dtype, scores.shape, scores.ctypes.data)

    def run(self, window: Singles) -> list[float]:
        """Return the scores of one window (W, channels)."""
        self._flat[:] = window
        try:
            self._session.run_with_iobinding(self._binding)
        except Exception as error:  # noqa: BLE001
            raise DetectorError(f"{self._path}: {error}") from None
        scores: list[float] = self._scores[0].tolist()
        return scores
