"""Tables beside the comparison: fault types, oracle energy, persistency, delays, isolation, reactions."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from fdir_service.evaluation.flights import SENSORS
from fdir_service.evaluation.rows import Group, Row, average, groups, strict_j
from fdir_service.evaluation.run import Evaluation
from fdir_service.evaluation.tally import Tally
from models.metrics import Mask
from models.poisson import upper_bound
from sim.dataset import InjectedFault
from sim.faults import Axes, Mode
from sim.sensors import Sensor

ENERGIES: Final = (5.0, 8.0, 15.0, 30.0, np.inf)
"""Upper limits of the bins of oracle energy; below 5 a fault is undetectable in practice."""
QUANTILES: Final = {"median": 0.5, "p90": 0.9, "p99": 0.99}
LEAST_PRECISION: Final = 0.975
"""Strict precision from which on the best persistency is looked for."""


def fault_type(fault: InjectedFault) -> str:
    """Return the type of a fault in words: value, noise, axes."""
    kind = fault.fault
    noise = "noise" if kind.noise else "clean"
    return f"{kind.mode}, {noise}, {'all axes' if kind.axes is Axes.ALL else 'one axis'}"


def fault_types() -> list[str]:
    """Return all types that are injected, in the order of tables."""
    modes = (Mode.LAST, Mode.INSIDE, Mode.BEYOND)
    return [f"{m}, {n}, {a}" for m in modes for n in ("clean", "noise") for a in ("one axis", "all axes")]


def by_type(evaluation: Evaluation) -> list[Row]:
    """Return missed and strictly answered shares by type of fault."""
    return [
        {"sensor": str(sensor), "type": name, **_shares(evaluation, sensor, chosen)}
        for sensor in SENSORS
        for name in fault_types()
        if (chosen := np.array([fault_type(f) == name for f in evaluation.faults[sensor]], np.bool_)).any()
    ]


def by_energy(evaluation: Evaluation) -> list[Row]:
    """Return missed and strictly answered shares by oracle energy of the fault."""
    found: list[Row] = []
    for sensor in SENSORS:
        energy = np.array([fault.energy for fault in evaluation.faults[sensor]])
        for low, high in zip((0.0, *ENERGIES), ENERGIES, strict=False):
            chosen = (energy >= low) & (energy < high)
            bounds = {"from": low, "below": high if np.isfinite(high) else None}
            found.append({"sensor": str(sensor), **bounds, **_shares(evaluation, sensor, chosen)})
    return found


def _shares(evaluation: Evaluation, sensor: Sensor, chosen: Mask) -> Row:
    def share(group: Group, flags: Callable[[Tally], Mask]) -> float | None:
        picked = [flags(tally)[chosen] for tally in group.tallies(evaluation, sensor)]
        return average(float(p.mean()) if p.size else np.nan for p in picked)

    return {
        "faults": int(chosen.sum()),
        "detectors": {
            group.name: {
                "missed": share(group, lambda tally: tally.outcomes.missed),
                "answered": share(group, lambda tally: tally.outcomes.answered),
            }
            for group in groups(evaluation)
        },
    }


def _each(evaluation: Evaluation, make: Callable[[list[Tally]], Row]) -> list[Row]:
    """Return one record a detector and sensor."""
    return [
        {"detector": group.name, "sensor": str(sensor), **make(group.tallies(evaluation, sensor))}
        for group in groups(evaluation)
        for sensor in SENSORS
    ]


def delays(evaluation: Evaluation) -> list[Row]:
    """Return quantiles of the delay from onset to index (samples), of all seeds together."""
    return _each(evaluation, lambda own: _quantiles(np.concatenate([tally.delays for tally in own])))


def false_positives(evaluation: Evaluation) -> list[Row]:
    """Return number and quantiles of the false positive durations (samples), and how many would trigger."""

    def row(own: list[Tally]) -> Row:
        lengths = np.concatenate([tally.false_positive_durations for tally in own])
        longest = int(lengths.max()) if len(lengths) else None
        trigger = int((lengths >= evaluation.persistency).sum())
        return {"runs": len(lengths), **_quantiles(lengths), "longest": longest, "long_enough": trigger}

    return _each(evaluation, row)


def _quantiles(values: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Row:
    if not len(values):
        return dict.fromkeys(QUANTILES)
    return {name: float(np.quantile(values, q)) for name, q in QUANTILES.items()}


def isolation(evaluation: Evaluation) -> list[Row]:
    """Return the share of detected faults whose set of axes is named exactly, where axes are scored."""
    known = [
        (group, [[t.isolation for t in group.tallies(evaluation, sensor)] for sensor in SENSORS])
        for group in groups(evaluation)
    ]
    return [
        {
            "detector": group.name,
            **{
                str(sensor): average(v for v in values if v is not None)
                for sensor, values in zip(SENSORS, both, strict=True)
            },
        }
        for group, both in known
        if all(value is not None for values in both for value in values)
    ]


def chain(evaluation: Evaluation) -> list[Row]:
    """Return reactions of the chain, of which during a fault, beside the paper's count of long runs.

    Sums over the seeds. `false_on_nominal_flights` are reactions where nothing is wrong at all.
    """
    return _each(
        evaluation,
        lambda own: {
            "reactions": sum(tally.reactions for tally in own),
            "during_a_fault": sum(tally.in_fault for tally in own),
            "runs_of_at_least_the_persistency": sum(tally.long_runs for tally in own),
            "false_on_nominal_flights": sum(tally.nominal for tally in own),
            "nominal_hours": len(own) * evaluation.nominal_samples * evaluation.plan.period / 3600,
        },
    )


def false_reactions(evaluation: Evaluation) -> list[Row]:
    """Return reactions where nothing is wrong, of both sensors, and the rate that they bound (95 %)."""
    return [_false_reactions(evaluation, group) for group in groups(evaluation)]


def _false_reactions(evaluation: Evaluation, group: Group) -> Row:
    counts = [tally.nominal for sensor in SENSORS for tally in group.tallies(evaluation, sensor)]
    hours = len(group.members) * evaluation.nominal_samples * evaluation.plan.period / 3600
    bound = upper_bound(sum(counts)) / hours if hours else None
    return {"detector": group.name, "false": sum(counts), "hours": hours, "per_hour_below": bound}


def sweep(evaluation: Evaluation) -> list[Row]:
    """Return the strict figures by persistency, and which one is best at enough strict precision."""
    return [_sweep(evaluation, group) for group in groups(evaluation)]


def _sweep(evaluation: Evaluation, group: Group) -> Row:
    steps = [_step(evaluation, group, persistency) for persistency in evaluation.tallies[0, SENSORS[0]].sweep]
    return {
        "detector": group.name,
        "by_persistency": steps,
        "best_recall_at_precision": {
            str(sensor): max(enough, key=lambda step: step["strict_recall"])
            for sensor in SENSORS
            if (enough := _precise(steps, sensor))
        },
    }


def _step(evaluation: Evaluation, group: Group, persistency: int) -> dict[str, Any]:
    """Return the strict figures at one persistency."""

    def figures(sensor: Sensor) -> Row:
        counts = [tally.sweep[persistency] for tally in group.tallies(evaluation, sensor)]
        precision, recall = (average(getattr(c, name) for c in counts) for name in ("precision", "recall"))
        return {"strict_precision": precision, "strict_recall": recall}

    members = (k for k, _ in group.members)
    worth = average(strict_j(evaluation, k, lambda tally: tally.sweep[persistency]) for k in members)
    return {"persistency": persistency, "strict_j": worth, **{str(s): figures(s) for s in SENSORS}}


def _precise(steps: Iterable[Mapping[str, Any]], sensor: Sensor) -> list[dict[str, Any]]:
    """Return the steps of one sensor whose strict precision is high enough."""
    own = [{"persistency": step["persistency"], **step[str(sensor)]} for step in steps]
    return [step for step in own if (step["strict_precision"] or 0.0) >= LEAST_PRECISION]
