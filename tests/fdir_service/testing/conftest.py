"""Missions that never change, and tests that begin anew."""

import pytest

from fdir_service.testing import ChainTest
from tests.fdir_service.testing import missions


@pytest.fixture(scope="session")
def tank_mission(tmp_path_factory):
    return missions.mission(tmp_path_factory.mktemp("tank"))


@pytest.fixture(scope="session")
def rates_mission(tmp_path_factory):
    return missions.mission(tmp_path_factory.mktemp("rates"), missions.RATES)


@pytest.fixture
def tank(tank_mission):
    return ChainTest(tank_mission)


@pytest.fixture
def rates(rates_mission):
    return ChainTest(rates_mission)


@pytest.fixture
def hopper():
    return ChainTest("hopper")
