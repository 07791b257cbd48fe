"""What each path of a detector costs, measured here and now."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fdir_service.session import WindowSession
from fdir_service.streaming.coalescing import CoalescingSession
from fdir_service.streaming.runner import StreamingSession
from fdir_service.streaming.step import Interpreter
from fdir_service.streaming.verdict import Verdict
from models.card import Card

CHUNKS = (1, 32, 256)
ROUNDS = 5
ROUND_S = 0.02
"""A round repeats what it measures for about so long; the fastest round counts."""

Cost = dict[str, dict[int, float]]
"""Microseconds per sample by path and number of samples at once."""


def measure(
    windows: WindowSession, verdict: Verdict, card: Card, interpreter: Interpreter | None = None
) -> Cost:
    """Return what each path costs; single windows cost the same however many are waiting."""
    width = math.prod(card.shape)
    record = np.random.default_rng(0).standard_normal((card.window + CHUNKS[-1], width))
    samples = record.astype(np.float32)
    found: Cost = {"window": {1: _microseconds(lambda: windows.slide(samples[: card.window]))}}
    if verdict.batched:
        found["batched"] = {k: _sliding(windows, samples[: card.window + k - 1], k) for k in CHUNKS[1:]}
    if verdict.coalescing:
        together = CoalescingSession(verdict.coalescing, windows)
        found["coalescing"] = {k: _sliding(together, samples[: card.window + k - 1], k) for k in CHUNKS[1:]}
    if verdict.compiled:
        session = StreamingSession(verdict.compiled, Path("streaming"))
        found["streaming"] = {k: _streaming(session, samples[:k]) for k in CHUNKS}
        stepping = StreamingSession(verdict.compiled, Path("step"), interpreter)
        if stepping.step:
            found["step"] = {k: _streaming(stepping, samples[:k]) for k in sorted({1, stepping.step.most})}
    return found


def _sliding(windows: WindowSession | CoalescingSession, samples: NDArray[np.float32], k: int) -> float:
    return _microseconds(lambda: windows.slide(samples)) / k


def _streaming(session: StreamingSession, samples: NDArray[np.float32]) -> float:
    return _microseconds(lambda: session.run(samples)) / len(samples)


def _microseconds(run: Callable[[], object]) -> float:
    """Return the processor time of a call in its fastest round."""
    begin = time.thread_time()
    run()
    repeats = max(1, int(ROUND_S / max(1e-7, time.thread_time() - begin)))
    rounds = []
    for _ in range(ROUNDS):
        begin = time.thread_time()
        for _ in range(repeats):
            run()
        rounds.append((time.thread_time() - begin) / repeats)
    return min(rounds) * 1e6
