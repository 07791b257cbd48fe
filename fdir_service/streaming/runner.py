"""Running a streaming graph: samples in, scores out, state carried from call to call."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.session import DetectorError, Singles, open_session
from fdir_service.streaming.step import Interpreter, Step
from fdir_service.streaming.table import Table
from fdir_service.streaming.verdict import Compiled


class StreamingSession:
    """A streaming graph and its state; with an interpreter, few samples are put through the compiled step.

    Both have the same state, and whoever goes on takes it over from the other.

    Attributes
    ----------
    field : samples that a score depends on; fewer since `reset` give scores that mean nothing.
    pays_from : scores in one call from which the graph costs less than windows.
    step : the compiled step, if there is one.

    """

    def __init__(self, compiled: Compiled, path: Path, interpreter: Interpreter | None = None) -> None:
        self.field = compiled.field
        self.pays_from = compiled.pays_from
        table = compiled.step if interpreter else None
        self.step = Step(table, interpreter) if interpreter and isinstance(table, Table) else None
        self._path = path
        self._session = open_session(compiled.graph, path, prepared=compiled.optimised)
        self._inputs = [f"state_{k}" for k in range(len(compiled.states))]
        self._outputs = ["scores", *(f"next_{k}" for k in range(len(compiled.states)))]
        self._zeros = [np.zeros((1, c, n), kind) for c, n, kind in compiled.states]
        # None: the step has it.
        self._state: list[NDArray[Any]] | None = self._zeros

    @property
    def state(self) -> list[NDArray[Any]]:
        """What is carried, oldest column first."""
        if self._state is None and self.step:
            state = zip(self.step.state(), self._zeros, strict=True)
            return [values.astype(zeros.dtype, copy=False) for values, zeros in state]
        return self._state or []

    def reset(self) -> None:
        """Forget all samples."""
        self._state = self._zeros

    def resume(self, state: list[NDArray[Any]]) -> bool:
        """Go on from a state, if it is one of this graph; return whether it is."""
        forms = [(a.shape, a.dtype) for a in state]
        if forms != [(a.shape, a.dtype) for a in self._zeros]:
            return False
        self._state = state
        return True

    def pays(self, n: int) -> bool:
        """Tell whether n scores cost less than as many windows."""
        return n >= self.pays_from or self.path(n) == "step"

    def path(self, n: int) -> str:
        """Return what n samples go through."""
        return "step" if self.step and n <= self.step.most else "streaming"

    def run(self, samples: Singles) -> Singles:
        """Return the scores (K, outputs) of the next samples (K, channels)."""
        if self.step and len(samples) <= self.step.most:
            if self._state is not None:
                self.step.load(self._state)
                self._state = None
            return self.step.run(samples)
        try:
            feeds = dict(zip(self._inputs, self.state, strict=True))
            scores: Singles
            scores, *state = self._session.run(self._outputs, {"chunk": samples, **feeds})
        except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no other base
            raise DetectorError(f"{self._path}: streaming graph: {error}") from None
        self._state = state
        return scores
