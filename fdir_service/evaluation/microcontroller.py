"""Parity with the AtMonSat microcontroller: its rules around our detector runtime, beside recorded runs.

The rows leave the buffer as on the target; the detector runs on them in one of three ways. The target starts
with a window of zeros, hence 150 rows of zeros go first; it never resets. Its stored prediction is zero as
well, which no network predicts from zeros: the first distance is that of a prediction of zeros.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.detector import Detector
from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from models.atmonsat.firmware import Firmware
from models.atmonsat.recorded_runs import Outputs, Run
from models.atmonsat.row_buffer import Released, release
from models.metadata import read_card

Floats = NDArray[np.float64]
Clock = Callable[[], float]

TOLERANCE: Final = 1e-4
"""Largest difference of a distance, relative to the recorded one."""
PATHS: Final = ("window", "reply", "streaming")
"""Rows one by one as whole windows; those of a reply together, on the path that pays; chunks as a stream."""
CHUNK: Final = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """What our detector makes of a run on one path.

    Attributes
    ----------
    outputs : in the form of the recordings.
    scored : inferences by path of the detector.
    microseconds : processor time per inference.

    """

    path: str
    outputs: Outputs
    scored: Mapping[str, int]
    microseconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """A run on one path beside the recording.

    Attributes
    ----------
    rows, outputs, unjudged, replies, longest_reply, overflows, over_threshold, detections : ours, counted as
        in ``runs.csv``; the artefact at row 0 is among the detections.
    max_relative_difference, median_relative_difference : of the distances, None without recording.
    nearest_to_threshold : smallest ``|distance / threshold - 1|``, of the recorded distances if known.
    us_per_inference, recorded_us_per_inference : processor time here, and the target's execution time.
    scored : inferences by path of the detector.
    differences : what is not as recorded, in words.
    parity : whether all is as recorded; None: there is no recording.

    """

    day: str
    path: str
    rows: int
    outputs: int
    unjudged: int
    replies: int
    longest_reply: int
    overflows: int
    over_threshold: int
    detections: int
    max_relative_difference: float | None
    median_relative_difference: float | None
    nearest_to_threshold: float | None
    us_per_inference: float | None
    recorded_us_per_inference: float | None
    scored: Mapping[str, int]
    differences: tuple[str, ...]
    parity: bool | None


def setup(path: Path, firmware: Firmware) -> DetectorSetup:
    """Return the setup of the detector at `path` with one score."""
    card, sha256 = read_card(path)
    score = len(card.channels)
    output = OutputSetup("distance", 0, score, score + 1, firmware.threshold, firmware.threshold)
    return DetectorSetup("firmware", "target", path, sha256, card, tuple(range(score)), (output,))


def evaluate(
    run: Run, firmware: Firmware, detector: DetectorSetup, clock: Clock = time.thread_time
) -> Iterator[tuple[Row, Answer]]:
    """Yield each path's row of the table, and what it answers.

    Parameters
    ----------
    clock : seconds, for the time per inference.

    """
    released = release(run.temperatures, firmware.buffer)
    for path in PATHS:
        answered = answer(path, released, firmware, detector, clock)
        yield _row(run, firmware, released, answered), answered


def answer(
    path: str, released: Released, firmware: Firmware, detector: DetectorSetup, clock: Clock
) -> Answer:
    """Put what left the row buffer through the detector on one of `PATHS`."""
    chunks = np.split(released.rows, _cuts(path, released.reply))
    runtime = Detector(detector, max([firmware.window, *map(len, chunks)]), streaming=path != "window")
    zeros = np.zeros((released.rows.shape[1], firmware.window))
    runtime.step(np.arange(-firmware.window, 0), zeros)
    begin, at, parts = clock(), 0, []
    for chunk in chunks:
        times = np.arange(at, at + len(chunk))
        at += len(chunk)
        if len(chunk):
            parts.append(runtime.step(times, chunk.T.astype(np.float64))[0][0])
    spent = clock() - begin
    distance = np.concatenate(parts) if parts else np.empty(0)
    distance[:1] = firmware.distance(-released.rows[:1].astype(np.float64))
    outputs = Outputs(np.arange(at), released.reply, distance, firmware.alarms(distance))
    return Answer(path, outputs, dict(runtime.scored), spent / max(1, at) * 1e6)


def _cuts(path: str, reply: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where a run of released rows is cut into chunks."""
    if path == "reply":
        return np.flatnonzero(np.diff(reply)) + 1
    return np.arange(1, len(reply)) if path == "window" else np.arange(CHUNK, len(reply), CHUNK)


def _row(run: Run, firmware: Firmware, released: Released, answered: Answer) -> Row:
    ours, recorded = answered.outputs, run.outputs
    counts = _counts(run, firmware, released, ours)
    apart = _apart(ours.distance, recorded.distance) if recorded else np.empty(0)
    differences = (*(_differences(ours, recorded) if recorded else ()), *_miscounts(counts, run.counts))
    judged = (recorded or ours).distance
    known = len(ours.row) > 0
    return Row(
        day=run.day,
        path=answered.path,
        **counts,
        max_relative_difference=float(apart.max()) if len(apart) else None,
        median_relative_difference=float(np.median(apart)) if len(apart) else None,
        nearest_to_threshold=float(np.abs(judged / firmware.threshold - 1).min()) if len(judged) else None,
        us_per_inference=answered.microseconds if known else None,
        recorded_us_per_inference=run.execution / len(ours.row) if run.execution and known else None,
        scored=answered.scored,
        differences=differences,
        parity=not differences if recorded or run.counts else None,
    )


def _counts(run: Run, firmware: Firmware, released: Released, ours: Outputs) -> dict[str, int]:
    sizes = np.bincount(released.reply, minlength=1)
    return {
        "rows": len(run.temperatures),
        "outputs": len(ours.row),
        "unjudged": released.waiting,
        "replies": int((sizes > 0).sum()),
        "longest_reply": int(sizes.max()),
        "overflows": released.overflows,
        "over_threshold": int((ours.distance >= firmware.threshold).sum()),
        "detections": int(ours.detection.sum()),
    }


def _apart(ours: Floats, recorded: Floats) -> Floats:
    """Return the relative differences of the outputs that both have."""
    n = min(len(ours), len(recorded))
    apart = np.abs(ours[:n] - recorded[:n])
    return np.asarray(apart / np.maximum(np.abs(recorded[:n]), np.finfo(np.float32).tiny))


def _differences(ours: Outputs, recorded: Outputs) -> Iterator[str]:
    n = min(len(ours.row), len(recorded.row))
    if len(ours.row) != len(recorded.row):
        yield f"outputs: {len(ours.row)}, recorded {len(recorded.row)}"
    for name in ("row", "reply_row", "detection"):
        wrong = np.flatnonzero(getattr(ours, name)[:n] != getattr(recorded, name)[:n])
        if len(wrong):
            yield f"{name}: {len(wrong)} of {n} differ, the first at output {wrong[0]}"
    wrong = np.flatnonzero(_apart(ours.distance, recorded.distance) > TOLERANCE)
    if len(wrong):
        apart = f"{len(wrong)} of {n} differ by more than {TOLERANCE:g}"
        yield f"distance: {apart}, the first at output {wrong[0]}"


def _miscounts(ours: Mapping[str, int], recorded: Mapping[str, int]) -> Iterator[str]:
    for name, count in recorded.items():
        if ours[name] != count:
            yield f"{name}: {ours[name]}, runs.csv says {count}"
