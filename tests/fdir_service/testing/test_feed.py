"""What is given is what the chain sees; derived parameters are computed when their input is given."""

import math

import pytest

from fdir_service.testing import ChainTest, ChainTestError


def test_a_parameter_keeps_the_value_it_was_given(tank):
    tank.feed({"pressure": 7.0}, samples=3)
    tank.feed(samples=5)
    assert tank.state.value("pressure") == 7.0


def test_values_can_be_given_from_the_beginning(tank_mission):
    chain = ChainTest(tank_mission, {"pressure": 30})
    chain.feed(samples=3)
    chain.expect_pmon("high", becomes="above high limit", at_s=2.0)


@pytest.mark.parametrize("value", [None, math.nan])
def test_a_value_can_be_not_known(tank, value):
    tank.feed({"pressure": value}, samples=3)
    assert math.isnan(tank.state.value("pressure"))
    tank.expect(pmon="high", is_="invalid")
    assert "pressure = not known" in tank.timeline()


def test_a_value_can_be_a_function_of_time(tank):
    tank.feed({"pressure": lambda time_s: None if time_s < 2 else 10 * time_s}, samples=8)
    assert tank.state.value("pressure") == 70.0
    tank.expect_pmon("high", becomes="above high limit", at_s=5.0)
    assert "pressure = a function of time" in tank.timeline()


def test_a_derived_parameter_stays_nominal_until_its_input_is_given(rates):
    rates.feed(samples=4)
    assert rates.state.value("a.step") == 0.0
    assert rates.state.value("a.step.known") == 0.0


def test_a_derived_parameter_is_computed_from_the_first_value_of_its_input_on(rates):
    rates.feed(samples=2)
    rates.feed({"a": 5.0}, samples=1)
    assert math.isnan(rates.state.value("a.step"))
    rates.feed({"a": 7.5}, samples=1)
    assert rates.state.value("a.step") == 2.5
    assert rates.state.value("a.step.known") == 1.0
    rates.expect_pmon("step", becomes="above high limit", at_s=1.5)


def test_a_value_given_to_a_derived_parameter_is_taken_before_the_computed_one(rates):
    rates.feed({"a": 5.0, "a.step": -9.0}, samples=2)
    assert rates.state.value("a.step") == -9.0
    rates.feed({"a": 6.0}, samples=1)
    assert rates.state.value("a.step") == -9.0


def test_what_is_derived_from_a_given_derived_parameter_is_computed(rates):
    rates.feed({"a.step": None}, samples=1)
    assert rates.state.value("a.step.known") == 0.0
    rates.feed({"a.step": 0.5}, samples=1)
    assert rates.state.value("a.step.known") == 1.0


def test_a_derived_parameter_can_be_computed_again(rates):
    rates.feed({"a": 5.0, "a.step": -9.0}, samples=2)
    rates.compute("a.step")
    rates.feed({"a": 5.5}, samples=2)
    assert rates.state.value("a.step") == 0.0


def test_only_derived_parameters_can_be_computed(rates):
    with pytest.raises(ChainTestError, match="'a' is no derived parameter"):
        rates.compute("a")


def test_what_detectors_would_have_found_is_given_as_well(rates):
    rates.feed({"a.odd": 1, "a.odd.score": 0.875}, samples=1)
    assert rates.state.value("a.odd.score") == 0.875
    rates.expect_pmon("odd", becomes="unexpected value", at_s=0.0)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"pressur": 1.0}, "unknown parameter 'pressur'"),
        ({"guard": 0}, "'guard' is a setting: only TC\\[20,3\\] changes it"),
        ({"received": 0}, "'received' is a health parameter: the service itself gives it"),
        ({"a.odd": 256}, "a.odd: 256 is outside u8"),
    ],
)
def test_what_cannot_be_given_is_refused_with_the_reason(rates, values, reason):
    with pytest.raises(ChainTestError, match=reason):
        rates.set(values)


def test_a_source_may_publish_what_its_type_cannot_hold_and_it_is_not_known_then(rates):
    rates.feed({"n": 2.5}, samples=1)
    assert math.isnan(rates.state.value("n"))
