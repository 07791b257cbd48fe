"""Units obey and answer at once, unless the test tells them otherwise."""

import pytest

from fdir_service.testing.records import Answer, Request


def answers(chain):
    return [(r.time_s, r.subtype) for r in chain.records if isinstance(r, Answer)]


@pytest.fixture
def failing(tank):
    """The tank, about to be closed with the sample at 2 s."""
    tank.set({"pressure": 30})
    return tank


def test_a_unit_answers_acceptance_start_and_completion_at_once(failing):
    failing.feed(samples=3)
    assert answers(failing) == [(2.0, 1), (2.0, 3), (2.0, 7)]
    failing.expect_level("close", "executed", at_s=2.0)


def test_what_the_unit_changes_is_there_with_the_next_sample(failing):
    failing.unit("valve").obeys("CLOSE", then={"pressure": 5})
    failing.feed(samples=6)
    failing.expect_level("close", "recovered", at_s=5.0)
    assert failing.state.value("pressure") == 5


def test_a_unit_may_refuse(failing):
    failing.unit("valve").refuses("CLOSE")
    failing.feed(samples=3)
    assert answers(failing) == [(2.0, 1), (2.0, 3), (2.0, 8)]
    failing.expect(level="close", outcome="failed", reason="the unit refused", at_s=2.0)


def test_a_mute_unit_neither_answers_nor_obeys(failing):
    failing.unit("valve").is_mute()
    failing.feed(samples=5)
    assert answers(failing) == []
    failing.expect(level="close", outcome="failed", reason="no answer", at_s=4.0)


def test_a_mute_unit_may_change_something_all_the_same(failing):
    failing.unit("valve").is_mute("CLOSE", then={"pressure": 5})
    failing.feed(samples=4)
    assert failing.state.value("pressure") == 5
    assert answers(failing) == []


def test_an_answer_and_its_effect_may_come_later(failing):
    failing.unit("valve").obeys("CLOSE", then={"pressure": 5}, after_s=1.5)
    failing.feed(samples=4)
    assert [time for time, _ in answers(failing)] == pytest.approx([3.5, 3.5, 3.5], abs=1e-4)
    failing.feed(samples=1)
    assert failing.state.value("pressure") == 5
    failing.expect_level("close", "executed", at_s=3.5)


def test_what_is_told_last_of_all_functions_holds(failing):
    unit = failing.unit("valve")
    unit.refuses("CLOSE")
    unit.obeys()
    failing.feed(samples=3)
    failing.expect_level("close", "executed")


def test_a_function_of_the_arguments_tells_what_changes(hopper):
    hopper.unit("acc").obeys("REINITIALISE", then=lambda arguments: {"acc.z": 2.0 + arguments[1]})
    hopper.feed({"acc.stuck": 1, "acc.unit": 1}, samples=30)
    assert hopper.state.value("acc.z") == 3.0


def test_a_switch_selects_the_other_member_by_itself(hopper):
    hopper.unit("acc").refuses()
    hopper.unit("acc").obeys("SELECT_UNIT")
    hopper.feed({"acc.stuck": 1, "acc.x.same": 31}, for_s=20)
    hopper.expect_request("SELECT_UNIT", "acc", {1: 1}, times=1)
    assert hopper.state.value("acc.unit") == 1
    assert hopper.state.failed_members("acc") == [0]


def test_a_switch_that_is_refused_changes_nothing(hopper):
    hopper.unit("acc").refuses()
    hopper.feed({"acc.stuck": 1, "acc.x.same": 31}, for_s=20)
    hopper.expect_request("SELECT_UNIT")
    assert hopper.state.value("acc.unit") == 0


def test_the_ground_may_command_a_unit_and_that_is_no_request_of_the_chain(hopper):
    hopper.feed(samples=3)
    hopper.tc("st08.perform", "SELECT_UNIT", "1=1", unit="acc")
    hopper.feed(samples=1)
    assert hopper.state.value("acc.unit") == 1
    hopper.expect_no_request()


def test_a_request_that_is_no_function_is_answered_and_changes_nothing(hopper):
    hopper.feed(samples=3)
    hopper.unit("acc").obeys(then={"acc.z": 4.0}, after_s=1.0)
    hopper.tc("st17.test-connection", "acc")
    hopper.feed(for_s=2)
    hopper.expect_tm(17, 4)
    assert hopper.state.value("acc.z") == 0.0


def test_requests_are_recorded_with_the_names_of_the_mission(failing):
    failing.feed(samples=3)
    (request,) = [r for r in failing.records if isinstance(r, Request)]
    assert (request.time_s, request.unit, request.function) == (2.0, "valve", "CLOSE")
    assert (request.level, request.action, dict(request.arguments)) == ("close", "close", {})


def test_a_stored_request_that_is_no_function_has_its_type_for_a_name(tank):
    ask = tank.make_tc("st17.are-you-alive", unit="valve").pack().hex()
    tank.tc("st19.disable-action", "pressure-high")
    tank.tc("st19.delete-action", "pressure-high")
    tank.tc("st19.add-action", "pressure-high", ask)
    tank.tc("st19.enable-action", "pressure-high")
    tank.feed({"pressure": 30}, samples=3)
    assert [r.function for r in tank.records if isinstance(r, Request)] == ["TC[17,1]"]
