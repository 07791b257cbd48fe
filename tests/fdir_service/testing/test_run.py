"""A chain test is run to its end: steps before the sample of their time, conditions behind it."""

import pytest

from fdir_service.testing.file_load import read
from fdir_service.testing.run import run
from tests.fdir_service.testing.missions import RATES, TANK


@pytest.fixture
def result(tmp_path):
    """Runs a text as a chain test of the tank, or of the other mission."""
    (tmp_path / "tank.toml").write_text(TANK)
    (tmp_path / "rates.toml").write_text(RATES)

    def ran(text, mission="tank"):
        path = tmp_path / "test.toml"
        path.write_text(f'mission = "{mission}.toml"\n{text}')
        return run(read(path))

    return ran


def test_a_step_comes_before_the_sample_of_its_time_and_a_condition_behind_it(result):
    found = result("""
    [[step]]
    at_s = 3.0
    set = { pressure = 7.0 }
    [[expect]]
    at_s = 2.0
    parameter = "pressure"
    is = 10
    [[expect]]
    at_s = 3.0
    parameter = "pressure"
    is = 7
    """)
    assert found.passed
    assert found.chain.time_s == pytest.approx(3.0)


def test_misses_come_in_order_of_time_those_of_the_whole_test_first(result):
    found = result("""
    end_s = 9.0
    [[expect]]
    event = "any"
    at_s = 5.0
    [[expect]]
    pmon = "high"
    is = "invalid"
    at_s = 4.0
    [[expect]]
    request = "any"
    """)
    assert not found.passed
    assert [miss.time_s for miss in found.misses] == [None, 4.0, 5.0]
    assert found.misses[1].text == "PMON high is invalid: it is nominal"


def test_units_behave_as_the_file_says_from_the_time_it_says(result):
    found = result("""
    initial = { pressure = 30 }
    [[unit]]
    name = "valve"
    reply = "refused"
    [[step]]
    at_s = 1.0
    [[step.unit]]
    name = "valve"
    function = "CLOSE"
    after_s = 0.5
    then = { pressure = 5.0 }
    [[expect]]
    level = "close"
    outcome = "executed"
    at_s = 2.5
    [[expect]]
    parameter = "pressure"
    is = 5
    at_s = 3.0
    """)
    assert found.misses == ()


def test_telecommands_must_be_executed_or_refused_as_the_file_says(result):
    found = result("""
    [[step]]
    at_s = 2.0
    tc = ["st12.delete-fmon regulator", "st08.perform CLOSE --unit valve"]
    refused_tc = ["st17.are-you-alive"]
    packet = "182ac000000120"
    [[expect]]
    tm = [1, 7]
    apid = 43
    at_s = 2.0
    [[expect]]
    tm = [1, 2]
    at_s = 2.0
    """)
    first, second = found.misses
    assert (first.time_s, second.time_s) == (2.0, 2.0)
    assert first.text.startswith("st12.delete-fmon should be executed: TM[1,4]")
    assert second.text == "st17.are-you-alive should be refused: executed"


def test_other_steps_go_on_within_a_silence_and_one_source_may_have_a_gap(result):
    found = result(
        """
    period_s = 5.0
    tolerance_samples = 1
    [[step]]
    at_s = 2.0
    silence_s = 4.0
    source = "slow"
    [[step]]
    at_s = 3.0
    gap_s = 1.0
    source = "fast"
    set = { a = 3.0, "a.step" = 5.0 }
    compute = ["a.step"]
    [[expect]]
    source = "slow"
    becomes = "silent"
    at_s = 2.0
    [[expect]]
    parameter = "a.step"
    is = 0
    at_s = 6.0
    """,
        "rates",
    )
    assert found.chain.loop.stream.accounts["fast"].lost == 2
    assert found.misses == ()
