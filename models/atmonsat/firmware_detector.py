"""The AtMonSat firmware as an ordinary detector file.

The network (a convolution, ReLU, a dense layer) predicts the next row of 18 numbers. The detector looks at
one row more than the network, and judges the error at the newest by its squared Mahalanobis distance.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.atmonsat.firmware import FILE_NAME, Firmware, Singles
from models.card import INPUT_NAME, METADATA_KEY, OUTPUT_NAME, Card, Channel, Output

OPSET: Final = 18
IR_VERSION: Final = 8


def write_detector(firmware: Firmware, path: Path) -> Card:
    """Write the firmware as an ordinary detector file; return the card it carries.

    The hold-off is no part of it: it is a rule on alarms, not on scores.
    """
    card = _card(firmware)
    model = helper.make_model(
        _graph(firmware, card), opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    helper.set_model_props(model, {METADATA_KEY: card.model_dump_json()})
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return card


def _card(firmware: Firmware) -> Card:
    sensors = range(firmware.sensors)
    channels = [Channel(name=f"islcc.{k}", unit="samples") for k in sensors]
    channels += [Channel(name=f"temp.{k}", unit="degC") for k in sensors]
    return Card(
        kind="AtMonSat firmware CNN",
        channels=tuple(channels),
        shape=(len(channels),),
        period=None,
        window=firmware.window + 1,
        outputs=(Output(name="distance", on=firmware.threshold, off=firmware.threshold),),
        data={FILE_NAME: firmware.digest},
        command="fdir evaluate atmonsat-stm32 --data DIR --detector FILE",
        seed=0,
        version="1",
    )


def _graph(firmware: Firmware, card: Card) -> onnx.GraphProto:
    whitening = firmware.whitening
    constants: dict[str, NDArray[Any]] = {
        "first": np.array([0]),
        "newest": np.array([firmware.window]),
        "time": np.array([1]),
        "one": np.array([1]),
        "at": np.array(firmware.window),
        "conv_kernel": firmware.conv_kernel.transpose(2, 1, 0),
        "conv_bias": firmware.conv_bias,
        "dense_kernel": _filters_first(firmware),
        "dense_bias": firmware.dense_bias,
        "whitening": whitening.astype(np.float32),
        "shift": (-whitening @ firmware.error_mean).astype(np.float32),
    }
    nodes = [
        helper.make_node("Slice", [INPUT_NAME, "first", "newest", "time", "one"], ["history"]),
        helper.make_node("Transpose", ["history"], ["by_channel"], perm=[0, 2, 1]),
        helper.make_node("Conv", ["by_channel", "conv_kernel", "conv_bias"], ["filtered"]),
        helper.make_node("Relu", ["filtered"], ["rectified"]),
        helper.make_node("Flatten", ["rectified"], ["flat"]),
        helper.make_node("Gemm", ["flat", "dense_kernel", "dense_bias"], ["prediction"]),
        helper.make_node("Gather", [INPUT_NAME, "at"], ["truth"], axis=1),
        helper.make_node("Sub", ["prediction", "truth"], ["error"]),
        helper.make_node("Gemm", ["error", "whitening", "shift"], ["whitened"], transB=1),
        helper.make_node("Mul", ["whitened", "whitened"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "time"], [OUTPUT_NAME], keepdims=1),
    ]
    shapes: dict[str, list[str | int | None]] = {
        INPUT_NAME: ["batch", card.window, *card.shape],
        OUTPUT_NAME: ["batch", 1],
    }
    put, got = (helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items())
    tensors = [
        numpy_helper.from_array(np.array(values, order="C"), name) for name, values in constants.items()
    ]
    return helper.make_graph(nodes, "atmonsat-firmware", [put], [got], tensors)


def _filters_first(firmware: Firmware) -> Singles:
    """Return the dense weights for ONNX's order of a convolution's output: all of a filter, then the next."""
    filters, row = len(firmware.conv_bias), len(firmware.dense_bias)
    return firmware.dense_kernel.reshape(-1, filters, row).transpose(1, 0, 2).reshape(-1, row)
