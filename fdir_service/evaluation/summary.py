"""An evaluation as plain data: rows, tables, and the facts that others need to repeat it."""

from typing import Any, Final

from fdir_service.evaluation import tables
from fdir_service.evaluation.flights import SENSORS
from fdir_service.evaluation.rows import rows, spread
from fdir_service.evaluation.run import Evaluation

TRAINING: Final = ("learning_rate", "epochs", "quantile_low", "quantile_high")
"""Hyper-parameters of the training (Table 4 of the paper), where a card tells them."""

LEFT_OUT: Final = "left_out."
"""Prefix of figures in a card that were found on trials which the network that is judged has not seen."""


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return everything but the machine; what is not known is None."""
    return {
        "rows": rows(evaluation),
        "data": _data(evaluation),
        "detectors": _detectors(evaluation),
        "spread": spread(evaluation),
        "chain": tables.chain(evaluation),
        "false_reactions": tables.false_reactions(evaluation),
        "by_type": tables.by_type(evaluation),
        "by_energy": tables.by_energy(evaluation),
        "delays": tables.delays(evaluation),
        "false_positive_durations": tables.false_positives(evaluation),
        "axis_isolation": tables.isolation(evaluation),
        "by_persistency": tables.sweep(evaluation),
    }


def _data(evaluation: Evaluation) -> dict[str, Any]:
    period = evaluation.plan.period
    return evaluation.plan.facts() | {
        "period_s": period,
        "first_judged_sample": evaluation.first,
        "faults": {str(sensor): len(evaluation.faults[sensor]) for sensor in SENSORS},
        "judged_hours": evaluation.judged_samples * period / 3600,
        "nominal_hours": evaluation.nominal_samples * period / 3600,
    }


def _detectors(evaluation: Evaluation) -> list[dict[str, Any]]:
    found = []
    for entry in evaluation.entries:
        file = entry.detector
        if file is None or entry.is_given:
            continue
        known = set(file.card.data.values())
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
                "seen_in_training": sorted(k for k, v in evaluation.plan.digests.items() if v in known),
                "left_out": {
                    k.removeprefix(LEFT_OUT): v
                    for k, v in file.card.metrics.items()
                    if k.startswith(LEFT_OUT)
                },
                "training": {k: file.card.metrics[k] for k in TRAINING if k in file.card.metrics},
            }
        )
    return found
