"""The four detectors of segments, fitted to a training file and written as ONNX files with their cards."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from models.card import Card, Output
from models.opssat.contenders import EXPORTED, Contender
from models.opssat.data import TRAIN, Segments, channel_name, read_segments
from models.opssat.density import Density
from models.opssat.export import export_opssat
from models.opssat.supervised import Supervised

VERSION: Final = "1"
KINDS: Final = {
    "supervised": "segment classifier",
    "unsupervised": "segment surprise without labels",
    "semi": "segment surprise to nominal ones",
}
COMMAND: Final = "fdir train opssat-ad --data DIR --out OUT --seed {seed}"


def file_name(contender: Contender) -> str:
    """Return the name of a detector's file, such as ``supervised-no-length.onnx``."""
    return f"{contender.supervision}-{contender.features}.onnx".replace("_", "-")


def train_opssat(data: Path, out: Path, seed: int, report: Callable[[int], None]) -> list[Card]:
    """Fit to ``train.parquet`` of a folder, write the files to the folder `out`, and return their cards.

    Raises
    ------
    DataSetError
        If the data are not what they promise, or too few.
    DifferenceError
        If a file differs from its reference.

    """
    segments = read_segments(data / TRAIN)
    cards = []
    for contender in EXPORTED:
        cards.append(train_one(contender, segments, out / file_name(contender), seed))
        report(1)
    return cards


def train_one(contender: Contender, segments: Segments, path: Path, seed: int) -> Card:
    """Fit one detector and write it; the card's figures are those of the file."""
    model = contender.fit(segments, seed)
    if not isinstance(model, Supervised | Density):
        raise TypeError(f"{contender.name} has no graph")
    card = _card(contender, model, segments, seed)
    inputs = model.layout.inputs(segments)
    written = export_opssat(model, card, path, inputs)
    metrics = {"octets": float(written.size), "parity": written.stored, "parity_novel": written.novel}
    final = card.model_copy(update={"metrics": card.metrics | metrics})
    export_opssat(model, final, path, inputs)
    return final


def _card(contender: Contender, model: Supervised | Density, segments: Segments, seed: int) -> Card:
    layout = model.layout
    return Card(
        kind=KINDS[contender.supervision],
        channels=layout.channels,
        shape=(len(layout.channels),),
        period=None,
        window=1,
        outputs=(Output(name="score", on=model.threshold, off=model.threshold),),
        data={TRAIN: segments.digest},
        command=COMMAND.format(seed=seed),
        seed=seed,
        metrics={
            "segments": float(len(segments)),
            "anomalies": float(segments.anomaly.sum()),
            "channels": float(len(segments.channels)),
            **{channel_name(c): float((segments.channel == c).sum()) for c in segments.channels},
        },
        version=VERSION,
    )
