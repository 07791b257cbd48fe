"""Figures of a stuck-value detector on labelled records, by name, fit for its card."""

import numpy as np

from models.hysteresis import Scores, Thresholds
from models.metrics import Mask, delays, literal_reactions, missed, strict_reactions, uncertain

PERSISTENCY = 27
"""Samples of the index at 1 before a reaction (Table 4 of the stuck-value CNN paper)."""


def judged(labels: Mask, scores: Scores) -> tuple[Mask, Scores]:
    """Return what can be judged, both (n, T - W + 1), of labels (n, T) and scores (n, T - W + 1).

    A fault that began before the first full window is taken out, with its scores: nobody saw its onset.
    """
    kept = labels[:, labels.shape[1] - scores.shape[1] :]
    leading = np.logical_and.accumulate(kept, axis=1)
    return kept & ~leading, np.where(leading, 0.0, scores)


def figures(
    labels: Mask, scores: Scores, thresholds: Thresholds, persistency: int = PERSISTENCY
) -> dict[str, float]:
    """Return the metrics of one sensor; `labels` and `scores` are (n, T).

    Names: missed, uncertain, precision, recall, false_share (the paper's), strict_precision, strict_recall,
    untriggered, delay_median, delay_90 (samples). Figures that nothing was counted for are left out.
    """
    return index_figures(labels, thresholds(scores), persistency)


def index_figures(labels: Mask, index: Mask, persistency: int) -> dict[str, float]:
    """Return the metrics of one sensor by name, see `figures`; `labels` and `index` are (n, T)."""
    literal = literal_reactions(labels, index, persistency)
    strict = strict_reactions(labels, index, persistency)
    late = delays(labels, index)
    found = {
        "faults": float(literal.faults),
        "missed": missed(labels, index),
        "uncertain": uncertain(labels, index),
        "precision": literal.precision,
        "recall": literal.recall,
        "false_share": literal.false_share,
        "strict_precision": strict.precision,
        "strict_recall": strict.recall,
        "untriggered": literal.untriggered / max(literal.faults, 1),
        "delay_median": float(np.median(late)) if len(late) else np.nan,
        "delay_90": float(np.quantile(late, 0.9)) if len(late) else np.nan,
    }
    return {name: round(value, 4) for name, value in found.items() if np.isfinite(value)}


def false_reactions(scores: Scores, thresholds: Thresholds) -> int:
    """Return the reactions on records without any fault; `scores` are (n, T)."""
    nothing = np.zeros(scores.shape, np.bool_)
    return literal_reactions(nothing, thresholds(scores), PERSISTENCY).false
