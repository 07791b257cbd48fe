"""An evaluation on the AtMonSat days as plain data."""

from typing import Any

from fdir_service.evaluation.atmonsat.faithful import ModelFile
from fdir_service.evaluation.atmonsat.rows import hours, means, rows, spread
from fdir_service.evaluation.atmonsat.run import Evaluation


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return the rows, what was judged, and what the models were trained on."""
    every = rows(evaluation)
    return {
        "rows": every,
        "means": means(every),
        "spread": spread(evaluation, every),
        "significance": evaluation.significance,
        "days": [
            _day(part.day.name, len(part.day), len(part.injections), evaluation) for part in evaluation.parts
        ],
        "models": [_model(file) for file in evaluation.files],
        "nominal": [
            {"detector": q.detector, "hours": q.hours, "alarms": q.alarms, "alarms_per_day": q.alarms_a_day}
            for q in evaluation.quiet
        ],
        "fits": [
            {"detector": name, "day": scored.day.name, "trained_on": list(scored.trained_on)}
            for name, entry in zip(evaluation.names, evaluation.entries, strict=True)
            for scored in entry.scored
            if scored.trained_on
        ],
    }


def _day(name: str, samples: int, injections: int, evaluation: Evaluation) -> dict[str, Any]:
    trained = [f"{file.model} seed {file.card.seed}" for file in evaluation.files if name in file.card.data]
    return {
        "day": name,
        "samples": samples,
        "hours": hours(evaluation)[name],
        "injections": injections,
        "normal_part_trained_on_by": trained,
    }


def _model(file: ModelFile) -> dict[str, Any]:
    card = file.card
    return {
        "detector": file.model,
        "seed": card.seed,
        "file": file.path.name,
        "sha256": file.sha256,
        "trained_on": sorted(card.data),
        "command": card.command,
        "epochs": card.metrics.get("epochs"),
        "folds": card.metrics.get("folds"),
        "stride": card.metrics.get("stride"),
    }
