"""A folder with the models that the missions of a module read."""

import pytest

from tests.fdir_service.builders import write_mission
from tests.fdir_service.mission.tower import MISSION


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("levels")
    write_mission(path, MISSION)
    return path
