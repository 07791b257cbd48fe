"""An evaluation as plain data: rows, tables, and the facts that others need to repeat it."""

from typing import Any, Final

from fdir_service.evaluation import tables
from fdir_service.evaluation.flights import SENSORS
from fdir_service.evaluation.rows import rows, spread
from fdir_service.evaluation.run import Evaluation
from sim.trajectory import PERIOD

TRAINING: Final = ("learning_rate", "epochs", "quantile_low", "quantile_high")
"""Hyper-parameters of the training (Table 4 of the paper), where a card tells them."""


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return everything but the machine; what is not known is None."""
    return {
        "rows": rows(evaluation),
        "data": _data(evaluation),
        "detectors": _detectors(evaluation),
        "spread": spread(evaluation),
        "chain": tables.chain(evaluation),
        "by_type": tables.by_type(evaluation),
        "by_energy": tables.by_energy(evaluation),
        "delays": tables.delays(evaluation),
        "false_positive_durations": tables.false_positives(evaluation),
        "axis_isolation": tables.isolation(evaluation),
        "by_persistency": tables.sweep(evaluation),
    }


def _data(evaluation: Evaluation) -> dict[str, Any]:
    plan = evaluation.plan
    return {
        "setting": str(plan.setting),
        "seed": plan.seed,
        "data_seed": plan.data_seed(is_nominal=False),
        "nominal_data_seed": plan.data_seed(is_nominal=True),
        "trajectories": plan.trajectories,
        "nominal_trajectories": plan.nominal,
        "samples": plan.samples,
        "period_s": PERIOD,
        "first_judged_sample": evaluation.first,
        "faults": {str(sensor): len(evaluation.faults[sensor]) for sensor in SENSORS},
        "judged_hours": evaluation.judged_samples * PERIOD / 3600,
        "nominal_hours": evaluation.nominal_samples * PERIOD / 3600,
    }


def _detectors(evaluation: Evaluation) -> list[dict[str, Any]]:
    found = []
    for entry in evaluation.entries:
        file = entry.detector
        if file is None or entry.is_given:
            continue
        outputs = {str(sensor): output for sensor, output in file.sensors.items()}
        found.append(
            {
                "detector": entry.name,
                "role": str(entry.role),
                "file": str(file.path.name),
                "sha256": file.sha256,
                "kind": file.card.kind,
                "seed": file.card.seed,
                "window": file.card.window,
                "thresholds": {name: [output.on, output.off] for name, output in outputs.items()},
                "axes": sorted(file.axes),
                "command": file.card.command,
                "training": {k: file.card.metrics[k] for k in TRAINING if k in file.card.metrics},
            }
        )
    return found
