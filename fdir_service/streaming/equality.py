"""The self-check: every path against single windows, on a record of random samples."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from fdir_service.session import DetectorError, Singles, WindowSession
from fdir_service.streaming.coalescing import CoalescingSession
from fdir_service.streaming.runner import StreamingSession
from fdir_service.streaming.step import Interpreter
from fdir_service.streaming.table import Table
from fdir_service.streaming.verdict import Compiled, Refusal, Verdict

SAMPLES = 512
"""Beyond the first window."""
TOLERANCE = 1e-5
"""Largest difference of a score, relative to the score where that is above 1.

A decision can then differ only within this band around its threshold.
"""
SEED = 0
LARGEST_CHUNK = 64


def check(
    windows: WindowSession,
    width: int,
    compiled: Compiled | None = None,
    interpreter: Interpreter | None = None,
    coalescing: Compiled | None = None,
) -> Verdict:
    """Run W + 512 random samples on every path, and refuse those that differ from single windows.

    Parameters
    ----------
    width : elements of one sample.
    compiled : the streaming graph, if the model has one.
    interpreter : checks the compiled step as well.
    coalescing : the graph that runs windows together, if the model has one.

    """
    window = windows.window
    record = samples(window + SAMPLES, width)
    single = np.concatenate([windows.slide(record[k : k + window]) for k in range(SAMPLES + 1)])
    paths: dict[str, Callable[[], Singles]] = {"batched": lambda: windows.slide(record)}
    if compiled:
        run = partial(stream, compiled, windows.path, record)
        paths["streaming"] = lambda: run()[window - 1 :]
        if interpreter and isinstance(compiled.step, Table):
            paths["step"] = lambda: run(interpreter)[window - 1 :]
    if coalescing:
        paths["coalescing"] = partial(coalesce, coalescing, windows, record)
    found: dict[str, float] = {}
    refusals = []
    for name, scores in paths.items():
        try:
            found[name] = difference(scores(), single)
        except DetectorError as error:
            refusals.append(Refusal("(self-check)", "", f"{name}: {error}"))
            continue
        if not found[name] <= TOLERANCE:
            reason = f"{name} scores differ by {found[name]:.2g} from single windows, at most {TOLERANCE:g}"
            refusals.append(Refusal("(self-check)", "", reason))
    good = {name for name, value in found.items() if value <= TOLERANCE}
    if compiled and "step" in paths and "step" not in good:
        compiled = replace(compiled, step=refusals[-1].reason)
    compiled = compiled if "streaming" in good else None
    coalescing = coalescing if "coalescing" in good else None
    made = interpreter.made if interpreter else ""
    return Verdict(compiled, "batched" in good, tuple(refusals), found, made, coalescing)


def samples(n: int, width: int) -> Singles:
    """Return n random samples (n, width) whose amplitude grows from 1e-3 to 1e2.

    The card does not say how large readings are in engineering units; somewhere on the way they are.
    """
    noise = np.random.default_rng(SEED).standard_normal((n, width))
    return np.asarray(noise * np.logspace(-3, 2, n)[:, None], np.float32)


def stream(
    compiled: Compiled, path: Path, record: Singles, interpreter: Interpreter | None = None
) -> Singles:
    """Return the scores of a record on the streaming path, in chunks of random sizes.

    With an interpreter most of them are small enough for the step.
    """
    session = StreamingSession(compiled, path, interpreter)
    largest = session.step.most + 3 if session.step else LARGEST_CHUNK
    rng = np.random.default_rng(SEED)
    cuts = np.cumsum(rng.integers(1, largest, len(record)))
    return np.concatenate([session.run(part) for part in np.split(record, cuts) if len(part)])


def coalesce(compiled: Compiled, windows: WindowSession, record: Singles) -> Singles:
    """Return the scores of a record's windows, run together; it is no way if most of them do not coalesce."""
    session = CoalescingSession(compiled, windows)
    scores = session.slide(record)
    if session.coalesced < len(scores) // 2:
        raise DetectorError(f"{session.coalesced} of {len(scores)} windows come to the state of another one")
    return scores


def difference(scores: Singles, expected: Singles) -> float:
    """Return the largest difference of scores, relative to the expected one where that is above 1."""
    same = (scores == expected) | (np.isnan(scores) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        apart = np.abs(scores.astype(np.float64) - expected) / np.maximum(1, np.abs(expected))
    return float(np.where(same, 0.0, np.nan_to_num(apart, nan=np.inf)).max())
