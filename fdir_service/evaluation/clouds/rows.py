"""The comparison as rows: one for each detector, subset of the scenes, and degradation of the pictures."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from fdir_service.evaluation.clouds.run import Data, Evaluation
from models.clouds.degradation import NONE
from models.clouds.figures import areas, confusion
from models.clouds.leave_out import Scored
from models.clouds.tiles import Mask

Row = dict[str, Any]


def subsets(data: Data) -> dict[str, Mask]:
    """Return which tiles (n,) are in each subset; those of ice only where there is ice."""
    every = {"all": np.ones(len(data.tiles), np.bool_)}
    return every | ({"without_ice": ~data.icy, "ice": data.icy} if data.ice else {})


def rows(evaluation: Evaluation) -> list[Row]:
    """Return the rows; what has nothing to count is None."""
    found = []
    for scored in evaluation.scored:
        for degradation in scored.scores:
            for subset, chosen in subsets(evaluation.data).items():
                found.append(_row(evaluation, scored, degradation, subset, chosen))
    return found


def _row(evaluation: Evaluation, scored: Scored, degradation: str, subset: str, chosen: Mask) -> Row:
    cloudy = evaluation.data.tiles.cloudy[chosen]
    counts = confusion(cloudy, scored.flagged(degradation)[chosen])
    both = areas(cloudy, scored.scores[degradation][chosen]) or (None, None)
    levels = scored.thresholds[chosen]
    return {
        "detector": scored.contender.name,
        "role": scored.contender.role,
        "supervised": scored.contender.supervised,
        "subset": subset,
        "degradation": degradation,
        "auc_roc": both[0],
        "auc_pr": both[1],
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "confusion": asdict(counts),
        "threshold": float(levels.mean()) if len(levels) else None,
    }


def by_scene(evaluation: Evaluation) -> list[Row]:
    """Return one row for each detector, scene and degradation."""
    return [row for scored in evaluation.scored for row in _scenes(evaluation.data, scored)]


def _scenes(data: Data, scored: Scored) -> Iterator[Row]:
    for degradation, scores in scored.scores.items():
        flagged = scored.flagged(degradation)
        for scene in sorted(set(data.tiles.scenes.tolist())):
            chosen = np.asarray(data.tiles.scenes == scene)
            cloudy, own = data.tiles.cloudy[chosen], scores[chosen]
            yield {
                "detector": scored.contender.name,
                "scene": scene,
                "degradation": degradation,
                "ice": scene in data.ice,
                "score": {"least": own.min(), "mean": own.mean(), "largest": own.max()},
                "auc_roc": (areas(cloudy, own) or (None,))[0],
                "confusion": asdict(confusion(cloudy, flagged[chosen])),
            }


def pictures(evaluation: Evaluation) -> list[Row]:
    """Return each tile with its scores, as it is; those of autoencoders are RMSE of values 0..1."""
    tiles = evaluation.data.tiles
    return [
        {
            "scene": str(tiles.scenes[k]),
            "row": int(tiles.places[k, 0]),
            "col": int(tiles.places[k, 1]),
            "label": str(tiles.labels[k]),
            "scores": {s.contender.name: float(s.scores[NONE][k]) for s in evaluation.scored},
        }
        for k in range(len(tiles))
    ]
