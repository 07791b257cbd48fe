"""Scores of a detector's file over whole records, as the runtime scores them: for evaluations."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.session import Singles, WindowSession
from fdir_service.streaming.coalescing import CoalescingSession
from fdir_service.streaming.prepare import prepare
from fdir_service.streaming.runner import StreamingSession
from models.card import Card
from models.metadata import read_card

CHUNK = 256


@dataclass(frozen=True, slots=True)
class RecordScores:
    """What a detector says of n records of T samples.

    Attributes
    ----------
    card : of its file; the outputs name the scores, in order.
    scores : (n, T, outputs) float32; NaN for the W - 1 samples before the first full window.

    """

    card: Card
    scores: NDArray[np.float32]

    def of(self, *names: str) -> NDArray[np.float32]:
        """Return the scores (n, T, names) of some outputs.

        Raises
        ------
        KeyError
            If the detector has no such output.

        """
        columns = {output.name: k for k, output in enumerate(self.card.outputs)}
        return self.scores[..., [columns[name] for name in names]]

    @property
    def full(self) -> NDArray[np.float32]:
        """Scores (n, T - W + 1, outputs) of full windows."""
        return self.scores[:, self.card.window - 1 :]


def score_records(path: Path, records: NDArray[np.floating[Any]]) -> RecordScores:
    """Score records, each with a history of its own, on the path that the runtime would take.

    Parameters
    ----------
    path : the detector's ONNX file.
    records : (n, T, channels), engineering units, no NaN; T of at least the window.

    Raises
    ------
    CardError, DetectorError
        If the file is no detector.

    """
    card, _ = read_card(path)
    windows = WindowSession(path, card.window, card.shape)
    verdict = prepare(windows, card)
    windows.batch = windows.batch if verdict.batched else 1
    rows = verdict.coalescing
    whole = CoalescingSession(rows, windows) if rows else windows
    streaming = StreamingSession(verdict.compiled, path) if verdict.compiled else None
    scores = np.full((*records.shape[:2], len(card.outputs)), np.nan, np.float32)
    for row, record in zip(scores, records, strict=True):
        samples = np.ascontiguousarray(record, np.float32)
        found = _streamed(streaming, samples) if streaming else whole.slide(samples)
        row[card.window - 1 :] = found[-(len(row) - card.window + 1) :]
    return RecordScores(card, scores)


def _streamed(session: StreamingSession, samples: Singles) -> Singles:
    session.reset()
    parts = range(0, len(samples), CHUNK)
    return np.concatenate([session.run(samples[k : k + CHUNK]) for k in parts])
