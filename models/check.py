"""Does an ONNX file keep the detector contract? Runs it with onnxruntime alone and lists what is wrong."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from models.card import INPUT_NAME, OUTPUT_NAME, Card
from models.metadata import CardError, read_card

Windows = NDArray[np.float32]

TOLERANCE = 1e-5
"""Largest difference between scores of single and of batched windows, relative to the largest score."""
BATCH = 7
SEED = 0


def findings(path: Path) -> list[str]:
    """Return what keeps the file at `path` from being a detector, in words; empty if nothing does."""
    try:
        card, _ = read_card(path)
    except CardError as error:
        return [*_openable(path), _without_path(error, path)]
    session = _open(path)
    if isinstance(session, str):
        return [session]
    found = _interface(session, card)
    return found or _behaviour(session, card)


def _without_path(error: CardError, path: Path) -> str:
    return str(error).removeprefix(f"{path}: ")


def _openable(path: Path) -> list[str]:
    session = _open(path) if path.is_file() else None
    return [session] if isinstance(session, str) else []


def _open(path: Path) -> ort.InferenceSession | str:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's exceptions share no other base
        return f"onnxruntime cannot open it: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _interface(session: ort.InferenceSession, card: Card) -> list[str]:
    """Compare names, types and shapes with the card."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    found = []
    for what, nodes, name in (("input", inputs, INPUT_NAME), ("output", outputs, OUTPUT_NAME)):
        if [node.name for node in nodes] != [name]:
            found.append(f"{what}s are {[node.name for node in nodes]}, must be one called {name!r}")
    if found:
        return found
    found += [
        f"{node.name} is {node.type}, must be tensor(float)"
        for node in (inputs[0], outputs[0])
        if node.type != "tensor(float)"
    ]
    found += _shape(INPUT_NAME, inputs[0].shape, (card.window, *card.shape), "(batch, window, *shape)")
    return found + _shape(OUTPUT_NAME, outputs[0].shape, (len(card.outputs),), "(batch, outputs)")


def _shape(name: str, shape: list[int | str | None], expected: tuple[int, ...], meaning: str) -> list[str]:
    """Compare a shape, in which names and None stand for any number, with the one behind the batch."""
    if len(shape) != 1 + len(expected):
        return [f"{name} has {len(shape)} dimensions {shape}, must have {1 + len(expected)}: {meaning}"]
    wrong = [n for n, m in zip(shape[1:], expected, strict=True) if isinstance(n, int) and n != m]
    found = [f"{name} has shape {shape}, the card says {list(expected)} behind the batch"] if wrong else []
    if isinstance(shape[0], int):
        found.append(f"the batch of {name} is fixed at {shape[0]}, must be dynamic")
    return found


def _behaviour(session: ort.InferenceSession, card: Card) -> list[str]:
    """Run random windows one by one and together."""
    rng = np.random.default_rng(SEED)
    windows = rng.standard_normal((BATCH, card.window, *card.shape)).astype(np.float32)
    try:
        together = _scores(session, windows)
        single = np.concatenate([_scores(session, windows[i : i + 1]) for i in range(BATCH)])
    except Exception as error:  # noqa: BLE001
        return [f"fails on random windows: {_first_line(error)}"]
    return _judge(together, single, len(card.outputs))


def _scores(session: ort.InferenceSession, windows: Windows) -> NDArray[np.float32]:
    scores: NDArray[np.float32] = session.run([OUTPUT_NAME], {INPUT_NAME: windows})[0]
    return scores


def _judge(together: NDArray[np.float32], single: NDArray[np.float32], outputs: int) -> list[str]:
    if together.shape != (BATCH, outputs) or single.shape != together.shape:
        shapes = f"{together.shape} together and {single.shape} one by one"
        return [f"{BATCH} windows give scores of shape {shapes}, must be {(BATCH, outputs)}"]
    if not np.isfinite(together).all() or not np.isfinite(single).all():
        return ["scores of random windows are not finite"]
    difference = float(np.abs(together.astype(np.float64) - single).max())
    scale = max(1.0, float(np.abs(together).max()))
    if difference > TOLERANCE * scale:
        return [f"scores differ by {difference:.2g} between single and batched windows"]
    return []
