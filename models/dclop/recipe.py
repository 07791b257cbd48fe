"""The recipe of a DCLOP detector, end to end: a table in, one ONNX file with its card out."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.card import Card, Channel
from models.dclop.export import export_dclop, outputs
from models.dclop.model import Dclop
from models.dclop.table import Table
from models.dclop.thinning import loss, thin
from models.dclop.training import DclopSettings, Trained, train
from models.training import ProgressCallback, silent

COMMAND: Final = "fdir train dclop --data {name} --seed {seed}"
THRESHOLD: Final = 0.7
"""Of the score, from the paper's section 5.2.3."""
PARITY_ROWS: Final = 512
VERSION: Final = "1"


@dataclass(frozen=True, slots=True)
class DclopRecipe:
    """What to train and how much of it to store.

    Attributes
    ----------
    budget : rows of the reference set at most; None: all rows of large clusters.
    options : words of the command line that the card repeats behind `COMMAND`.

    """

    settings: DclopSettings = field(default_factory=DclopSettings)
    budget: int | None = None
    options: str = ""


def train_dclop(
    table: Table,
    name: str,
    out: Path,
    seed: int,
    progress: ProgressCallback = silent,
    recipe: DclopRecipe | None = None,
    command: str = "",
) -> Card:
    """Train on a table called `name` and write `out`; `command` rebuilds it, if it is not that of a file.

    Raises
    ------
    TrainingDataError
        If the table has fewer rows than there are clusters, or the budget is too small.
    DifferenceError
        If the file does not reproduce the trained detector.

    """
    chosen = recipe or DclopRecipe()
    trained = train(table.samples, seed, chosen.settings, progress)
    model, thinning = _thinned(trained, table.samples, chosen.budget, seed)
    metrics = _metrics(trained, table) | thinning
    card = Card(
        kind="deep clustering with local outlier probabilities",
        channels=tuple(Channel(name=n, unit=u) for n, u in zip(table.names, table.units, strict=True)),
        shape=(len(table.names),),
        period=None,
        window=1,
        outputs=outputs(model, THRESHOLD, THRESHOLD),
        data={name: table.digest},
        command=command or (COMMAND.format(name=name, seed=seed) + " " + chosen.options).strip(),
        seed=seed,
        metrics=metrics | {"references": len(model.clop.references)},
        version=VERSION,
    )
    rows = table.samples[:: -(-len(table.samples) // PARITY_ROWS)].astype(np.float32)
    export_dclop(model, card, out, rows)
    return card


def _thinned(
    trained: Trained, samples: NDArray[np.float64], budget: int | None, seed: int
) -> tuple[Dclop, dict[str, float]]:
    """Return the detector with at most `budget` references and what that costs."""
    model, labels = trained.model, trained.labels
    if budget is None or len(model.clop.references) <= budget:
        return model, {}
    seen = samples.astype(np.float32)
    smaller = thin(model.clop, trained.latent, labels, budget, seed)
    inputs = model.inputs and thin(model.inputs, model.standardisation(seen), labels, budget, seed).clop
    thinned = replace(model, clop=smaller.clop, inputs=inputs)
    out = ~smaller.kept & np.isin(labels, model.clop.large)
    found = loss(trained.score[out], thinned(seen[out]).score, THRESHOLD)
    return thinned, {
        "thinning.mean_change": round(found.mean, 4),
        "thinning.largest_change": round(found.largest, 4),
        "thinning.share_above_before": round(found.before, 4),
        "thinning.share_above_after": round(found.after, 4),
    }


def _metrics(trained: Trained, table: Table) -> dict[str, float]:
    return {
        "samples": len(table.samples),
        "dropped": table.dropped,
        "clusters": len(trained.model.centres),
        "large_clusters": len(trained.model.clop.large),
        "small_share": round(trained.small_share, 4),
        "share_above": round(float(np.mean(trained.score >= THRESHOLD)), 4),
        "iterations": trained.iterations,
    }
