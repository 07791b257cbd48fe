"""Which detectors take part."""

import pytest

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import Role
from fdir_service.evaluation.selection import FILE_NAME, select
from fdir_service.mission import load
from tests.fdir_service.evaluation.builders import HOPPER, write_frozen_axes, write_small_hopper


@pytest.fixture
def small(tmp_path):
    return load(write_small_hopper(tmp_path / "hopper"))


def test_the_detectors_of_the_mission_take_part():
    (file,) = select(load(HOPPER), [])
    assert (file.name, file.role, file.path.name) == ("stuck-cnn", Role.OURS, "stuck-cnn.onnx")
    assert file.inputs == ("acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z")


def test_thresholds_of_the_mission_replace_those_of_the_card(tmp_path):
    path = write_small_hopper(tmp_path)
    text = path.read_text().replace('name = "acc.stuck",', 'name = "acc.stuck", on = 0.8, off = 0.4,')
    path.write_text(text)
    (file,) = select(load(path), [])
    assert [(o.on, o.off) for o in file.sensors.values()] == [(0.8, 0.4), (0.5, 0.5)]


def test_detectors_of_other_things_do_not_take_part():
    with pytest.raises(EvaluationError, match=r"mission\.toml: detector: none has outputs acc and imu"):
        select(load("atmonsat"), [])


def test_an_evaluation_file_names_more_with_their_roles(small):
    write_frozen_axes(small.path.parent / "other.onnx")
    text = '[[detector]]\nname = "other"\nmodel = "other.onnx"\nrole = "faithful"\n'
    (small.path.parent / FILE_NAME).write_text(text)
    assert [(file.name, file.role) for file in select(small, [])] == [
        ("stuck-cnn", Role.OURS),
        ("other", Role.FAITHFUL),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[detector", "not TOML"),
        ('[[detector]]\nname = "x"\n', r"detector\.0\.model: Field required"),
        ('[[detector]]\nname = "x"\nmodel = "y"\nrole = "guard"\n', r"detector\.0\.role: .*got 'guard'"),
        ("surplus = 1\n", "surplus: Extra inputs"),
    ],
)
def test_a_bad_evaluation_file_is_refused_with_key_and_reason(small, text, reason):
    (small.path.parent / FILE_NAME).write_text(text)
    with pytest.raises(EvaluationError, match=rf"evaluation\.toml: {reason}"):
        select(small, [])


@pytest.mark.parametrize(
    ("prefix", "role"), [("", Role.OURS), ("ours:", Role.OURS), ("faithful:", Role.FAITHFUL)]
)
def test_the_command_line_names_more(small, tmp_path, prefix, role):
    path = write_frozen_axes(tmp_path / "x.onnx")
    assert [(file.name, file.role) for file in select(small, [f"{prefix}mine={path}"])][1:] == [
        ("mine", role)
    ]


@pytest.mark.parametrize("word", ["x.onnx", "=x.onnx", "mine=", "guard:mine=x.onnx", "ours:=x.onnx"])
def test_a_word_that_names_nothing_is_refused(small, word):
    with pytest.raises(EvaluationError, match=r"--detector .*: give \[ours:\|faithful:\]NAME=FILE\.onnx"):
        select(small, [word])
