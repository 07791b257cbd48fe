"""A parameter is traced back to what it is computed from, and to its model."""

import pytest

from fdir_service.origins import Origins
from tests.fdir_service.lockstep import hopper

MISSION = hopper()


def behind(*names):
    table = MISSION.parameters
    found = Origins(MISSION).behind([table.by_name[name].id for name in names])
    return [table.by_id[k].name for k in found]


def test_an_index_is_computed_from_its_score_and_the_inputs_of_its_detector():
    inputs = ["acc.x", "acc.y", "acc.z", "imu.x", "imu.y", "imu.z"]
    assert behind("acc.stuck") == ["acc.stuck", "acc.stuck.score", *inputs]


def test_a_derived_parameter_is_computed_from_its_input_and_each_is_named_once():
    assert behind("acc.x.same", "acc.known", "acc.x") == ["acc.x.same", "acc.x", "acc.known"]


@pytest.mark.parametrize(
    ("name", "is_learned"),
    [("acc.stuck", True), ("acc.stuck.score", True), ("acc.x.same", False), ("acc.x", False)],
)
def test_only_what_a_detector_gives_has_a_model(name, is_learned):
    model = Origins(MISSION).model(MISSION.parameters.by_name[name].id)
    assert model == (MISSION.detectors[0].sha256 if is_learned else "")
