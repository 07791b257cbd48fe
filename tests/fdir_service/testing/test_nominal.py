"""Nominal values violate no check, whatever the mission."""

import pytest

from fdir_service.mission import load
from fdir_service.testing import ChainTest
from fdir_service.testing.nominal import nominal
from pus.st12.definitions import PmonChecking
from tests.fdir_service.testing import missions


def test_a_value_is_the_middle_of_all_limits_the_expected_value_or_zero(rates_mission):
    values = nominal(rates_mission)
    assert values["b"] == 11.0
    assert values["a.odd"] == 2.0
    assert values["a.step"] == 0.0
    assert values["a"] == 0.0


def test_a_middle_that_the_type_cannot_hold_is_another_value_within_the_limits(rates_mission):
    assert nominal(rates_mission)["n"] == 2.0


def test_a_limit_that_nothing_of_the_type_can_meet_leaves_zero(tmp_path):
    text = missions.RATES.replace("low = 2, high = 3 }", "low = 2.25, high = 2.75 }")
    assert nominal(missions.mission(tmp_path, text))["n"] == 0.0


def test_what_a_validity_condition_asks_for_is_nominal(tmp_path):
    limits = '{ id = 5, name = "n-range", parameter = "n", check = "limit", low = 2, high = 3 }'
    condition = limits.replace('"n"', '"a"').replace(" }", ', validity = { parameter = "n", expected = 3 } }')
    mission = missions.mission(tmp_path, missions.RATES.replace(limits, condition))
    assert nominal(mission)["n"] == 3.0


def test_health_parameters_have_no_nominal_value(rates_mission):
    assert "received" not in nominal(rates_mission)


@pytest.mark.parametrize("name", ["hopper", "atmonsat"])
def test_every_pmon_of_a_shipped_mission_becomes_nominal(name):
    mission = load(name, models=False)
    chain = ChainTest(mission)
    slowest = max(pmon.repetition * pmon.interval for pmon in mission.pmons.values())
    chain.feed(samples=slowest + 1)
    monitoring = chain.loop.stream.chain.monitoring
    statuses = {monitoring.checking(k) for k in mission.pmons if monitoring.is_enabled(k)}
    assert statuses == {PmonChecking.NOMINAL}
    chain.expect_no_event()
