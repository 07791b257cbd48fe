"""An evaluation of DCLOP as plain data."""

import math
from dataclasses import asdict
from typing import Any, Final

from fdir_service.evaluation.dclop.bars import bars, verdict
from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS
from fdir_service.evaluation.dclop.portrait import Trait, portrait
from fdir_service.evaluation.dclop.rows import rows
from fdir_service.evaluation.dclop.run import PERSISTENCY, Evaluation, Outcome
from sim.adcs.anomalies import AnomalySet

_BY_RUN: Final = (
    *("auc_roc", "auc_pr", "f1", "found", "silhouette", "nominal_stored", "nominal_unseen"),
    "training_s",
)


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return the rows, the bars and the portraits of the first run."""
    every = rows(evaluation)
    levels = bars(every)
    return {
        "rows": every,
        "bars": [asdict(bar) | {"good": bar.good, "aim_met": bar.meets(bar.aim)} for bar in levels],
        "good": verdict(levels, evaluation.plan.runs),
        "runs": evaluation.plan.runs,
        "seeds": list(evaluation.plan.seeds),
        "persistency": PERSISTENCY,
        "portraits": _portraits(evaluation),
        "by_run": [_run(outcome) for outcome in evaluation.of(OURS, AnomalySet.PAPER)],
    }


def _portraits(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [
        {
            "detector": name,
            "anomalies": str(AnomalySet.PAPER),
            "seed": evaluation.plan.seed,
            "clusters": [_trait(trait) for trait in portrait(first)],
        }
        for name in (OURS, DYNAMIC)
        for first in evaluation.of(name, AnomalySet.PAPER)[:1]
    ]


def _trait(trait: Trait) -> dict[str, Any]:
    return {
        "cluster": trait.cluster,
        "rows": trait.rows,
        "anomalous": trait.anomalous,
        "day": trait.day,
        "means": trait.means.tolist(),
        "words": trait.words,
    }


def _run(outcome: Outcome) -> dict[str, Any]:
    """Return the figures of one run that bars are set for; None for what is not known."""
    figures = {name: outcome.measures[name] for name in _BY_RUN}
    return {"seed": outcome.case.seed} | {
        name: value if math.isfinite(value) else None for name, value in figures.items()
    }
