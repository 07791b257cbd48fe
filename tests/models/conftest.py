"""A small card, a small detector and small stuck-value data."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.card import Card, Channel, Output
from models.export import write_card

WINDOW, CHANNELS, OUTPUTS = 5, 3, 2


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def card() -> Card:
    return Card(
        kind="test",
        channels=tuple(Channel(name=name, unit="V") for name in ("a", "b", "c")),
        shape=(CHANNELS,),
        period=0.1,
        window=WINDOW,
        outputs=(Output(name="first", on=0.8, off=0.2), Output(name="second", on=0.5, off=0.5)),
        data={"train": "00"},
        command="none",
        seed=3,
        metrics={"missed": 0.25},
        version="1",
    )


@pytest.fixture
def onnx_file(tmp_path: Path, card: Card) -> Callable[..., Path]:
    """Return what writes the mean over the window times a matrix, or something spoilt in one respect."""

    def write(
        *,
        with_card: Card | None = card,
        input_name: str = "window",
        output_name: str = "scores",
        batch: str | int = "batch",
        shape: tuple[int, ...] = (WINDOW, CHANNELS),
        outputs: int = OUTPUTS,
        dtype: int = TensorProto.FLOAT,
        bias: NDArray[np.float32] | None = None,
        across_batch: bool = False,
        single_only: bool = False,
    ) -> Path:
        kind = helper.tensor_dtype_to_np_dtype(dtype)
        constants = [
            numpy_helper.from_array(np.eye(shape[-1], outputs).astype(kind), "matrix"),
            numpy_helper.from_array(np.zeros(outputs, kind) if bias is None else bias, "bias"),
            numpy_helper.from_array(np.array(range(1, len(shape)), np.int64), "axes"),
        ]
        nodes = [
            helper.make_node("ReduceMean", [input_name, "axes"], ["mean"], keepdims=0),
            helper.make_node("MatMul", ["mean", "matrix"], ["product"]),
            helper.make_node(
                "Add", ["product", "bias"], ["sum" if across_batch or single_only else output_name]
            ),
        ]
        if across_batch:
            nodes.append(helper.make_node("CumSum", ["sum", "zero"], [output_name]))
            constants.append(numpy_helper.from_array(np.array(0, np.int64), "zero"))
        if single_only:
            nodes.append(helper.make_node("Reshape", ["sum", "one_row"], ["row"]))
            nodes.append(helper.make_node("Add", ["sum", "row"], [output_name]))
            constants.append(numpy_helper.from_array(np.array([1, outputs], np.int64), "one_row"))
        graph = helper.make_graph(
            nodes,
            "detector",
            [helper.make_tensor_value_info(input_name, dtype, [batch, *shape])],
            [helper.make_tensor_value_info(output_name, dtype, [batch, outputs])],
            constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
        if with_card is not None:
            write_card(model, with_card)
        path = tmp_path / "detector.onnx"
        onnx.save(model, path)
        return path

    return write


@pytest.fixture(scope="session")
def stuck_parts() -> Callable[[str], tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Return a data provider: noise in six channels, with readings frozen on all axes of one sensor."""

    def part(name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        rng = np.random.default_rng([ord(letter) for letter in name])
        n, samples = 6, 700
        signals = np.round(rng.standard_normal((n, samples, 6)), 3)
        labels = np.zeros((n, samples, 2), np.bool_)
        for record in range(0 if "nominal" in name else n):
            for start in (220, 450):
                sensor = int(rng.integers(2))
                stuck = slice(start, start + 90)
                axes = slice(3 * sensor, 3 * sensor + 3)
                signals[record, stuck, axes] = signals[record, start - 1, axes]
                labels[record, stuck, sensor] = True
        return signals, labels

    return part
