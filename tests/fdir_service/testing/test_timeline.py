"""A failed expectation shows what happened as a table."""

from pathlib import Path

import pytest

from fdir_service.testing import ChainTest
from fdir_service.testing.records import Record, Transition
from fdir_service.testing.timeline import table

GOLDEN = Path(__file__).parents[2] / "golden" / "chain-test-failure.txt"


def test_the_message_of_a_failure_is_the_reviewed_one(tank_mission):
    chain = ChainTest(tank_mission)
    chain.unit("valve").refuses()
    chain.feed({"pressure": 30}, samples=2)
    chain.tc("st05.disable-event", "pressure-high")
    chain.feed(samples=4)
    chain.silence(4.0)
    chain.feed({"pressure": None}, samples=2)
    with pytest.raises(AssertionError) as failure:
        chain.expect_tm(5, 4, times=1)
    assert str(failure.value) + "\n" == GOLDEN.read_text()


def test_a_table_without_records_is_its_head():
    assert table([]) == "  time  kind  what"


def test_every_kind_of_record_has_its_own_words():
    with pytest.raises(NotImplementedError):
        _ = Record(0.0).what


def test_the_ladder_as_a_whole_and_its_modes_are_named(hopper):
    hopper.feed(samples=1)
    hopper.tc("st08.perform", "LADDER_MODE", "1=1", "2=0")
    hopper.feed({"acc.stuck": 1}, samples=27)
    text = hopper.timeline()
    assert "ladder: mode (passive (ground))" in text
    assert "acc-internal: reinitialise on acc withheld (passive) in passive mode" in text


def test_a_value_beyond_all_numbers_is_an_overflow():
    transition = Transition(1.0, "drift", "c", "nominal", "below low threshold", None, 0.0)
    assert transition.what == "drift: nominal -> below low threshold (c = overflow)"
