"""Running a streaming graph: samples in, scores out, state carried from call to call."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.session import DetectorError, open_session
from fdir_service.streaming.verdict import Compiled

Singles = NDArray[np.float32]


class StreamingSession:
    """A streaming graph and its state.

    Attributes
    ----------
    field : samples that a score depends on; fewer since `reset` give scores that mean nothing.
    state : what it carries, oldest column first.
    pays_from : scores in one call from which it costs less than windows.

    """

    def __init__(self, compiled: Compiled, path: Path) -> None:
        self.field = compiled.field
        self.pays_from = compiled.pays_from
        self._path = path
        self._session = open_session(compiled.graph, path)
        self._inputs = [f"state_{k}" for k in range(len(compiled.states))]
        self._outputs = ["scores", *(f"next_{k}" for k in range(len(compiled.states)))]
        self._zeros = [np.zeros((1, c, n), kind) for c, n, kind in compiled.states]
        self.state: list[NDArray[Any]] = self._zeros

    def reset(self) -> None:
        """Forget all samples."""
        self.state = self._zeros

    def resume(self, state: list[NDArray[Any]]) -> bool:
        """Go on from a state, if it is one of this graph; return whether it is."""
        forms = [(a.shape, a.dtype) for a in state]
        if forms != [(a.shape, a.dtype) for a in self._zeros]:
            return False
        self.state = state
        return True

    def run(self, samples: Singles) -> Singles:
        """Return the scores (K, outputs) of the next samples (K, channels)."""
        try:
            feeds = dict(zip(self._inputs, self.state, strict=True))
            scores: Singles
            scores, *state = self._session.run(self._outputs, {"chunk": samples, **feeds})
        except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no other base
            raise DetectorError(f"{self._path}: streaming graph: {error}") from None
        self.state = state
        return scores
