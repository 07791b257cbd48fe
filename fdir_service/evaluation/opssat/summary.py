"""An evaluation on OPS-SAT-AD as plain data."""

from typing import Any

from fdir_service.evaluation.opssat.bars import judged, weak
from fdir_service.evaluation.opssat.published import published
from fdir_service.evaluation.opssat.rows import POOLED, macro_rows, rows
from fdir_service.evaluation.opssat.run import Evaluation
from models.opssat.contenders import EXPORTED
from models.opssat.data import Segments


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return the rows with the published ones, means over channels, blocked folds, bars and weak channels."""
    ours = rows(evaluation.entries, evaluation.judged)
    exported = [contender.name for contender in EXPORTED]
    blocked = [r for r in rows(evaluation.blocked, evaluation.judged) if r["channel"] == POOLED]
    return {
        "rows": [*ours, *published()],
        "macro": macro_rows(ours),
        "blocked": blocked,
        "bars": judged(ours, exported),
        "weak": weak(ours, exported),
        "protocol": evaluation.protocol,
        "seed": evaluation.seed,
        "repeats": evaluation.repeats,
        "train": _facts(evaluation.train),
        "judged": _facts(evaluation.judged),
        "nested": [],
    }


def _facts(segments: Segments) -> dict[str, Any]:
    return {
        "segments": len(segments),
        "anomalies": int(segments.anomaly.sum()),
        "channels": len(segments.channels),
        "dropped": segments.dropped,
        "sha256": segments.digest,
    }
