from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from models.atmonsat.firmware import FILE_NAME, Firmware, read_firmware
from models.atmonsat.firmware_detector import write_detector
from models.check import findings
from models.metadata import read_card

SHIPPED = Path(__file__).parents[2] / "data" / "atmonsat-stm32" / FILE_NAME


def predicted(firmware: Firmware, history: NDArray[np.float64]) -> NDArray[np.float64]:
    """The target's step 5, written out."""
    taps, _, filters = firmware.conv_kernel.shape
    hidden = np.zeros((len(history) - taps + 1, filters))
    for t in range(len(hidden)):
        for k in range(filters):
            total = (history[t : t + taps] * firmware.conv_kernel[:, :, k]).sum()
            hidden[t, k] = max(0.0, total + firmware.conv_bias[k])
    return np.asarray(hidden.ravel() @ firmware.dense_kernel + firmware.dense_bias)


def test_the_file_keeps_the_contract_of_detectors(tmp_path: Path) -> None:
    firmware = read_firmware(SHIPPED)
    path = tmp_path / "firmware.onnx"
    card = write_detector(firmware, path)
    assert findings(path) == []
    assert read_card(path)[0] == card
    assert (card.window, card.shape, card.period) == (151, (18,), None)
    assert card.outputs[0].on == card.outputs[0].off == firmware.threshold
    assert [card.channels[k].name for k in (0, 8, 9, 17)] == ["islcc.0", "islcc.8", "temp.0", "temp.8"]
    assert card.data == {FILE_NAME: firmware.digest}


def test_equal_firmware_gives_equal_octets(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_detector(read_firmware(SHIPPED), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_prediction_from_all_rows_but_the_newest_is_held_against_the_newest(tmp_path: Path) -> None:
    firmware = read_firmware(SHIPPED)
    write_detector(firmware, tmp_path / "firmware.onnx")
    rng = np.random.default_rng(3)
    counters, temperatures = rng.integers(0, 80, (151, 9)), rng.integers(38, 42, (151, 9))
    window = np.concatenate([counters, temperatures], axis=1).astype(np.float64)
    session = ort.InferenceSession(tmp_path / "firmware.onnx", providers=["CPUExecutionProvider"])
    score = session.run(None, {"window": window[None].astype(np.float32)})[0]
    error = predicted(firmware, window[:150]) - window[150]
    assert score[0, 0] == pytest.approx(firmware.distance(error[None])[0], rel=1e-4)
