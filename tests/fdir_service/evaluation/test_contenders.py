"""Detector files are checked before anything is flown; the line-up is always complete."""

import pytest

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import Role, alone, line_up, open_detector
from models.metadata import CardError
from sim.dataset import COLUMNS
from sim.sensors import Sensor
from tests.fdir_service.evaluation.builders import SENSORS, frozen_card, frozen_detector, write_frozen_axes


def test_sensors_and_axes_are_found_by_their_names(tmp_path):
    file = frozen_detector(tmp_path)
    assert set(file.sensors) == set(Sensor)
    assert tuple(file.axes) == COLUMNS


def test_outputs_may_be_called_as_parameters_are(tmp_path):
    file = frozen_detector(tmp_path, outputs=("acc.stuck", "imu.stuck"))
    assert [output.name for output in file.sensors.values()] == ["acc.stuck", "imu.stuck"]
    assert file.axes == {}


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ({"outputs": ("acc", "gyro")}, r"outputs: no imu or imu\.stuck among acc, gyro"),
        ({"channels": ("a", *COLUMNS[1:])}, "channels: the flights have no a"),
        ({"period": 0.5}, r"period: made for 0\.5 s, the flights have 0\.1 s"),
    ],
)
def test_a_file_that_does_not_fit_the_flights_is_named_with_key_and_reason(tmp_path, card, reason):
    with pytest.raises(EvaluationError, match=rf"frozen-1\.onnx: {reason}"):
        frozen_detector(tmp_path, **card)


def test_a_file_without_a_card_is_no_detector(tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"no model")
    with pytest.raises(CardError, match=r"x\.onnx"):
        open_detector(tmp_path / "x.onnx", "x", Role.OURS)


def test_channels_may_be_other_columns_if_the_mission_says_so(tmp_path):
    card = frozen_card(channels=tuple("abcdef"))
    path = write_frozen_axes(tmp_path / "x.onnx", card)
    assert open_detector(path, "x", Role.OURS, COLUMNS).inputs == COLUMNS


def test_ours_is_compared_alone_and_with_the_checks_between_classical_and_guard(tmp_path):
    ours = frozen_detector(tmp_path)
    faithful = frozen_detector(tmp_path, "plain", Role.FAITHFUL, outputs=SENSORS)
    entries = line_up([ours, faithful])
    roles = [Role.CLASSICAL, Role.OURS, Role.FAITHFUL, Role.OURS, Role.GUARD]
    assert [entry.role for entry in entries] == roles
    assert [entry.is_given for entry in entries] == [True, False, False, True, True]
    assert [entry.seed for entry in entries] == [None, 1, 1, 1, None]
    assert len({entry.key for entry in entries}) == len(entries)
    assert alone(entries, entries[3]) is entries[1]


def test_files_of_one_name_are_seeds_of_one_detector(tmp_path):
    entries = line_up([frozen_detector(tmp_path, seed=k) for k in (1, 2, 3)])
    assert [entry.seed for entry in entries if entry.name == "frozen"] == [1, 2, 3]


@pytest.mark.parametrize("name", ["frozen", "PUS limit or repeat"])
def test_a_name_has_one_role(tmp_path, name):
    files = [frozen_detector(tmp_path), frozen_detector(tmp_path, name, Role.FAITHFUL, seed=2)]
    with pytest.raises(EvaluationError, match=f"name: '{name}' is"):
        line_up(files)
