"""The compiled step: single samples through the layer table, with the state of the streaming graph."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.session import Singles
from fdir_service.streaming import kernel
from fdir_service.streaming.table import Table, integers
from pus.records import frozen

_ROWS, _INDEX, _MEMORY, _SAMPLES = "int64[:, ::1]", "int64[::1]", "float32[::1]", "float32[:, ::1]"
_SIGNATURE = f"int64({_ROWS}, {_INDEX}, {_ROWS}, {_MEMORY}, {_SAMPLES}, {_SAMPLES}, int64)"


@frozen
class Interpreter:
    """What runs layer tables, `kernel.run` as it is or compiled; and by what, for which processor."""

    run: Callable[..., int]
    made: str


PLAIN = Interpreter(kernel.run, "plain")


@cache
def interpreter() -> Interpreter | None:
    """Compile `kernel.run`, or load what numba has kept of it; None without numba.

    A product and a sum may be one operation, nothing else is relaxed: infinities and NaN keep their meaning.
    """
    if find_spec("numba") is None:
        return None
    import numba  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
    from llvmlite import binding  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
    from numba import extending  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415

    for part in kernel.CONTRACTED:
        extending.register_jitable(error_model="numpy", fastmath={"contract"})(part)
    for part in kernel.PARTS:
        extending.register_jitable(error_model="numpy")(part)
    run = numba.njit(_SIGNATURE, cache=True, nogil=True, error_model="numpy")(kernel.run)
    return Interpreter(run, f"numba {numba.__version__}, {binding.get_host_cpu_name()}")


class Step:
    """A layer table at work.

    Attributes
    ----------
    most : samples in one call, at most.

    """

    def __init__(self, table: Table, interpreter: Interpreter) -> None:
        self._run = interpreter.run
        self._rows, self._index = integers(table.rows, kernel.WIDTH), integers(table.index, 1)[:, 0]
        self._columns = np.array([column[:3] for column in table.columns], np.int64).reshape(-1, 3)
        self._carried = [column[:3] for column in table.columns if column[3]]
        self._memory = table.memory()
        self._at = 0
        self.most = table.most
        self._samples = np.zeros((table.most, int(self._rows[0, kernel.N])), np.float32)
        self._outputs = int(self._rows[-1, kernel.N])

    def load(self, state: Sequence[NDArray[Any]]) -> None:
        """Go on from a state of the streaming graph: (1, channels, columns) each, oldest column first."""
        for (start, past, channels), values in zip(self._carried, state, strict=True):
            self._memory[start : start + past * channels] = values[0].T.ravel()
        self._at = -1

    def state(self) -> list[NDArray[Any]]:
        """Return the state as the streaming graph has it."""
        found = []
        for start, past, channels in self._carried:
            first = start + max(self._at, 0) * channels
            columns = self._memory[first : first + past * channels].reshape(past, channels)
            found.append(np.ascontiguousarray(columns.T)[None])
        return found

    def run(self, samples: Singles) -> Singles:
        """Return the scores (n, outputs) of the next n <= most samples (n, channels)."""
        n = len(samples)
        given, scores = self._samples[:n], np.empty((n, self._outputs), np.float32)
        given[:] = samples
        self._at = self._run(self._rows, self._index, self._columns, self._memory, given, scores, self._at)
        return scores
