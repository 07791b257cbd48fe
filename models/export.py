"""Export of a torch module to one ONNX file with its card, and the proof that both give equal scores."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import nn

from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card

Windows = NDArray[np.float32]
Scores = NDArray[np.float32]

OPSET = 18
TOLERANCE = 1e-5
"""Largest difference of scores, relative to the largest score (at least 1)."""
_BATCH = 64


class ParityError(AssertionError):
    """An exported file whose scores are not those of the torch module; the text has the numbers."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Largest differences relative to the scale of the scores.

    Attributes
    ----------
    torch : onnxruntime against torch.
    batch : onnxruntime with batches of 64 against single windows.

    """

    torch: float
    batch: float


def export(module: nn.Module, card: Card, path: Path, windows: Windows) -> Parity:
    """Write `module` to `path` as one ONNX file that carries `card`, and check it.

    Parameters
    ----------
    module : maps windows (batch, W, *shape) float32 to scores (batch, outputs).
    windows : (n, W, *shape) real windows; random ones around them are checked too.

    Raises
    ------
    ParityError
        If onnxruntime's scores differ from torch's, or depend on the batch, by more than `TOLERANCE`.

    """
    expected = (card.window, *card.shape)
    if windows.shape[1:] != expected:
        raise ValueError(f"windows of shape {windows.shape[1:]}, the card says {expected}")
    module.eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(module, card, path, torch.zeros(2, *expected))
    return check_parity(module, path, np.concatenate([windows, _random_like(windows)]))


def _write(module: nn.Module, card: Card, path: Path, example: torch.Tensor) -> None:
    with warnings.catch_warnings():
        # The TorchScript exporter is deprecated, but its graphs are plain Conv, MaxPool, Relu and Gemm.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (example,),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            external_data=False,
            input_names=[INPUT_NAME],
            output_names=[OUTPUT_NAME],
            dynamic_axes={INPUT_NAME: {0: "batch"}, OUTPUT_NAME: {0: "batch"}},
        )
    model = onnx.load(path)
    write_card(model, card)
    model.producer_version = ""
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def write_card(model: onnx.ModelProto, card: Card) -> None:
    """Put `card` into the metadata of `model`, instead of one that is there."""
    others = {p.key: p.value for p in model.metadata_props if p.key != METADATA_KEY}
    onnx.helper.set_model_props(model, others | {METADATA_KEY: card.model_dump_json()})


def attach_card(path: Path, card: Card) -> None:
    """Replace the card of the file at `path`; the graph stays as it is."""
    model = onnx.load(path)
    write_card(model, card)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _random_like(windows: Windows) -> Windows:
    """Return as many windows of white noise with each channel's median and spread."""
    rng = np.random.default_rng(0)
    flat = windows.reshape(-1, *windows.shape[2:])
    low, middle, high = np.quantile(flat, [0.1, 0.5, 0.9], axis=0)
    noise = rng.standard_normal(windows.shape)
    return np.asarray(middle + noise * np.maximum(high - low, 1e-6), np.float32)


def check_parity(module: nn.Module, path: Path, windows: Windows) -> Parity:
    """Compare the file at `path` with `module` on `windows` (n, W, *shape).

    Raises
    ------
    ParityError
        See `export`.

    """
    session = ort.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        reference = module(torch.from_numpy(windows)).numpy()
    batched, single = run(session, windows, _BATCH), run(session, windows, 1)
    scale = max(1.0, float(np.abs(reference).max()))
    parity = Parity(_largest(reference, batched) / scale, _largest(single, batched) / scale)
    if not max(parity.torch, parity.batch) <= TOLERANCE:
        raise ParityError(
            f"{path}: onnxruntime differs from torch by {parity.torch:.2g} and batch 1 from "
            f"batch {_BATCH} by {parity.batch:.2g} of the scale, at most {TOLERANCE:g}"
        )
    return parity


def _largest(a: Scores, b: Scores) -> float:
    return float(np.abs(a.astype(np.float64) - b).max())


def run(session: ort.InferenceSession, windows: Windows, batch: int) -> Scores:
    """Return the scores (n, outputs) of `windows` (n, W, *shape), `batch` at a time."""
    parts = [windows[i : i + batch] for i in range(0, len(windows), batch)]
    return np.concatenate([session.run([OUTPUT_NAME], {INPUT_NAME: part})[0] for part in parts])
