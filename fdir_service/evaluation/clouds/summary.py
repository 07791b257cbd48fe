"""An evaluation of cloud detectors as plain data."""

from typing import Any

from fdir_service.evaluation.clouds.rows import by_scene, pictures, rows
from fdir_service.evaluation.clouds.run import FILE, Evaluation


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return the rows, what was judged, and what the detectors were fitted to."""
    data = evaluation.data
    return {
        "rows": rows(evaluation),
        "scenes": [
            {
                "scene": scene,
                "clear": int((chosen := data.tiles.scenes == scene)[data.tiles.clear].sum()),
                "cloudy": int(chosen[data.tiles.cloudy].sum()),
                "ice": data.ice.get(scene),
            }
            for scene in sorted(set(data.tiles.scenes.tolist()))
        ],
        "by_scene": by_scene(evaluation),
        "images": pictures(evaluation),
        "fits": [
            {
                "detector": s.contender.name,
                "folds": s.folds,
                "fitted_to": _source(evaluation, s.contender.name),
            }
            for s in evaluation.scored
        ],
        "seed": evaluation.seed,
    }


def _source(evaluation: Evaluation, name: str) -> str:
    if name == FILE:
        return "the data of its card"
    return "other scenes" if evaluation.training is None else "--train"
