"""Windows of a recurrent model that come to the same state are run once from there on.

Every window starts from zeros. Cells that forget come to a state that depends on the newest samples only,
wherever they started (the echo state property, Jaeger, GMD report 148, 2001), and windows that have become
equal stay equal. So the oldest window of a chunk is run to the chunk's end, and every other one until its
whole state is that of the oldest at the same sample; from there on the scores of the oldest are its own.
Whether that happens is found out for every window of every chunk; where it does not, whole windows are run.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fdir_service.session import DetectorError, Singles, WindowSession, open_session
from fdir_service.streaming.verdict import Compiled

BLOCK = 16
"""Samples between two looks at whether states are equal."""
LEAST, MOST = 32, 256
"""Windows that are run together: fewer are not worth the run of the oldest."""
SHORTEST = 6 * BLOCK
"""Window from which on it is worth the attempt: states have to be equal within half of it."""
EQUAL = 2.0**-22
"""Largest difference of equal states, relative where they are above 1: two units in the last place."""
SAME = 1e-6
"""Largest difference of what equal states are scored: a steep head makes more of a state than others do."""
TOLERANCE = 5e-6
"""Largest difference of a score from that of its window as a whole."""
EVERY = 32
"""One of so many windows is run as a whole as well."""
FALL = 0.5
"""A difference that falls by less from one look to the next is not waited for."""

States = list[NDArray[np.float32]]
"""(rows, channels, columns) each."""


class CoalescingSession:
    """A recurrent model's windows, run together as far as they are the same.

    Attributes
    ----------
    coalesced : windows that took the scores of an older one, since the start.

    """

    def __init__(self, compiled: Compiled, windows: WindowSession) -> None:
        self.coalesced = 0
        self._windows = windows
        self._kinds = compiled.states
        self._session = open_session(compiled.graph, windows.path)
        self._outputs = ["scores", *(f"next_{k}" for k in range(len(compiled.states)))]

    def slide(self, samples: Singles) -> Singles:
        """Return the scores (n, outputs) of all windows of samples (W + n - 1, channels)."""
        earlier = self._windows.window - 1
        parts = [samples[k : k + earlier + MOST] for k in range(0, len(samples) - earlier, MOST)]
        return np.concatenate([self._together(part) for part in parts])

    def _together(self, samples: Singles) -> Singles:
        n = len(samples) - self._windows.window + 1
        scores = self._oldest(samples, n) if n >= LEAST else None
        if scores is None:
            return self._windows.slide(samples)
        self.coalesced += n
        return scores

    def _oldest(self, samples: Singles, n: int) -> Singles | None:
        """Return the scores of the oldest of n windows if all come to its state, otherwise None."""
        # A few of them first, by themselves: where cells remember, little is lost by the attempt.
        if not self._meet(np.arange(BLOCK), samples):
            return None
        scores, passed = self._run_on(samples)
        if not self._meet(np.arange(BLOCK, n), samples, passed):
            return None
        return scores[-n:] if self._holds(scores[-n:], samples) else None

    def _holds(self, scores: Singles, samples: Singles) -> bool:
        """Tell whether the newest window, and one of `EVERY`, has its score when it is run as a whole."""
        probes = np.arange(len(scores) - 1, -1, -EVERY)
        windows = sliding_window_view(samples, self._windows.window, axis=0).swapaxes(1, 2)
        return _apart(scores[probes], self._windows.run_rows(windows[probes])) <= TOLERANCE

    def _run_on(self, samples: Singles) -> tuple[Singles, States]:
        """Return the scores after each sample from a fresh start; states after each block, then scores."""
        state, scores, passed = self._zeros(1), [], []
        for part in (samples[k : k + BLOCK] for k in range(0, len(samples), BLOCK)):
            found, state = self._run(part[None], np.array([len(part)]), state)
            scores.append(found[0])
            passed.append([*state, found[:, -1]])
        return np.concatenate(scores), [np.concatenate(rows) for rows in zip(*passed, strict=True)]

    def _meet(self, starts: NDArray[np.int64], samples: Singles, passed: States | None = None) -> bool:
        """Tell whether windows that start at these samples come to the states of the oldest one.

        `passed`: its states after each block, and scores; None: it is the first of those that start.
        """
        before = np.inf
        for block, reached in self._blocks(starts, samples):
            oldest = [rows[:1] for rows in reached] if passed is None else [rows[block] for rows in passed]
            *apart, scores = (_apart(*pair) for pair in zip(reached, oldest, strict=True))
            most = float(np.max(apart))
            if most <= EQUAL and scores <= SAME:
                return True
            if not (most < FALL * before or most <= EQUAL):
                break
            before = most
        return False

    def _blocks(
        self, starts: NDArray[np.int64], samples: Singles
    ) -> Iterator[tuple[NDArray[np.int64], States]]:
        """Run windows from their starts; yield the blocks that they have reached, their states and scores."""
        block = starts // BLOCK
        chunks = sliding_window_view(samples, BLOCK, axis=0).swapaxes(1, 2)
        # Up to the end of the block in which a window starts; from there on all look at whole blocks.
        _, state = self._run(chunks[starts], BLOCK * (block + 1) - starts, self._zeros(len(starts)))
        for _ in range(self._windows.window // 2 // BLOCK - 1):
            block = block + 1
            found, state = self._run(chunks[block * BLOCK], np.full(len(starts), BLOCK), state)
            yield block, [*state, found[:, -1]]

    def _zeros(self, rows: int) -> States:
        return [np.zeros((rows, channels, columns), kind) for channels, columns, kind in self._kinds]

    def _run(self, chunk: Singles, lengths: NDArray[np.int64], state: States) -> tuple[Singles, States]:
        """Return the scores (rows, samples, outputs) of chunks, and the states after them."""
        feeds = {f"state_{k}": values for k, values in enumerate(state)}
        feeds |= {"chunk": np.ascontiguousarray(chunk), "lengths": lengths.astype(np.int32)}
        try:
            scores, *after = self._session.run(self._outputs, feeds)
        except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no other base
            raise DetectorError(f"{self._windows.path}: coalescing graph: {error}") from None
        return scores, after


def _apart(own: NDArray[np.float32], oldest: NDArray[np.float32]) -> float:
    """Return the largest difference, relative where values are above 1; NaN: one is no number."""
    with np.errstate(invalid="ignore"):
        return float((np.abs(own - oldest) / np.maximum(1, np.abs(oldest))).max())
