"""A small detector of frozen axes that names them, and missions it can be evaluated in."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from fdir_service.evaluation.contenders import Role, open_detector
from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card, Channel, Output
from sim.dataset import COLUMNS

HOPPER = Path(__file__).parents[3] / "configs" / "hopper"
SENSORS = ("acc", "imu")
WINDOW = 6


def frozen_card(
    outputs=(*SENSORS, *COLUMNS),
    *,
    seed=1,
    window=WINDOW,
    channels=COLUMNS,
    period=0.1,
    metrics=None,
    data=None,
):
    return Card(
        kind="frozen axes",
        channels=tuple(Channel(name=name) for name in channels),
        shape=(len(channels),),
        period=period,
        window=window,
        outputs=tuple(Output(name=name, on=0.5, off=0.5) for name in outputs),
        data=data or {},
        command="none",
        seed=seed,
        metrics=metrics or {},
        version="1",
    )


def write_frozen_axes(path, card=None):
    """Write a detector that scores an axis 1 if it did not change over the window; a sensor by its axes."""
    card = card or frozen_card()
    constants = [
        numpy_helper.from_array(np.array([1], np.int64), "axes"),
        numpy_helper.from_array(np.float32(0), "zero"),
        numpy_helper.from_array(np.array([3, 3], np.int64), "threes"),
    ]
    joined = ["acc", "imu", "frozen"] if len(card.outputs) > 2 else ["acc", "imu"]
    nodes = [
        helper.make_node("ReduceMax", [INPUT_NAME, "axes"], ["most"], keepdims=0),
        helper.make_node("ReduceMin", [INPUT_NAME, "axes"], ["least"], keepdims=0),
        helper.make_node("Sub", ["most", "least"], ["spread"]),
        helper.make_node("Equal", ["spread", "zero"], ["same"]),
        helper.make_node("Cast", ["same"], ["frozen"], to=TensorProto.FLOAT),
        helper.make_node("Split", ["frozen", "threes"], ["of_acc", "of_imu"], axis=1),
        helper.make_node("ReduceMax", ["of_acc", "axes"], ["acc"], keepdims=1),
        helper.make_node("ReduceMax", ["of_imu", "axes"], ["imu"], keepdims=1),
        helper.make_node("Concat", joined, [OUTPUT_NAME], axis=1),
    ]
    shapes = ["batch", card.window, *card.shape], ["batch", len(card.outputs)]
    window, scores = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in zip((INPUT_NAME, OUTPUT_NAME), shapes, strict=True)
    )
    graph = helper.make_graph(nodes, "detector", [window], [scores], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, {METADATA_KEY: card.model_dump_json()})
    onnx.save(model, path)
    return path


def frozen_detector(folder, name="frozen", role=Role.OURS, **card):
    path = folder / f"{name}-{card.get('seed', 1)}.onnx"
    return open_detector(write_frozen_axes(path, frozen_card(**card)), name, role)


def write_small_hopper(folder, detector=None):
    """Write the hopper with the small detector as its own; return the mission's path."""
    folder.mkdir(exist_ok=True)
    text = (HOPPER / "mission.toml").read_text().replace("stuck-net.onnx", "frozen.onnx")
    write_frozen_axes(folder / "frozen.onnx", detector)
    path = folder / "mission.toml"
    path.write_text(text)
    return path
