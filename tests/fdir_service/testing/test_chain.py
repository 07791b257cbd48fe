"""Time is on-board time; sources publish, are silent or lose samples; the ground sends telecommands."""

import pytest

from fdir_service.testing import ChainTest, ChainTestError
from fdir_service.testing.records import Command, Report, Silence


def times(chain, source):
    return chain.loop.stream.accounts[source].received


def test_time_begins_at_zero_and_goes_on_by_what_is_fed(tank):
    assert tank.time_s == 0.0
    tank.feed(for_s=2.5)
    assert tank.time_s == 2.5
    tank.feed_until(10.0)
    assert tank.time_s == 10.0


def test_the_sample_at_the_present_time_is_the_next_one(tank):
    tank.feed(for_s=3.0)
    assert times(tank, "board") == 3
    tank.feed()
    assert times(tank, "board") == 4


def test_each_source_publishes_at_its_own_period_and_one_without_at_the_given_one(rates_mission):
    chain = ChainTest(rates_mission, period_s=4.0)
    chain.feed(for_s=8.0)
    assert [times(chain, source) for source in ("fast", "slow", "odd")] == [16, 4, 2]


def test_lost_samples_are_counted_and_the_checks_begin_anew(tank):
    tank.feed({"pressure": 30}, samples=2)
    tank.gap(1.0)
    tank.feed(samples=3)
    account = tank.loop.stream.accounts["board"]
    assert (account.received, account.lost, account.gaps) == (5, 1, 1)
    tank.expect_pmon("high", becomes="above high limit", at_s=5.0, times=1)


def test_what_is_not_published_is_not_lost_and_the_source_is_silent(tank):
    tank.feed(samples=5)
    tank.silence(10.0)
    tank.feed(samples=3)
    account = tank.loop.stream.accounts["board"]
    assert (account.received, account.lost) == (8, 0)
    assert [r.source for r in tank.records if isinstance(r, Silence)] == ["board"]
    tank.expect(source="board", becomes="silent", times=1, within_s=[6.0, 8.0])


def test_one_source_may_be_absent_while_the_others_go_on(rates):
    rates.silence(8.0, source="slow")
    assert [times(rates, source) for source in ("fast", "slow", "odd")] == [16, 0, 8]


def test_an_unknown_source_or_unit_is_refused(rates):
    with pytest.raises(ChainTestError, match="unknown source 'slwo'; did you mean 'slow'"):
        rates.gap(1.0, source="slwo")
    with pytest.raises(ChainTestError, match="unknown unit 'valve'"):
        rates.unit("valve")


def test_a_telecommand_applies_from_the_next_sample(tank):
    tank.feed({"pressure": 30}, samples=2)
    tank.tc("st12.unprotect-fmon", "regulator")
    reports = tank.tc("st12.disable-pmon", "high")
    assert [(r.service, r.subtype) for r in reports] == [(1, 1), (1, 3), (1, 7)]
    tank.feed(samples=5)
    tank.expect_no_event()
    assert Command(2.0, "st12.disable-pmon high") in tank.records


def test_a_telecommand_that_is_refused_is_a_failure_that_shows_the_notice(tank):
    with pytest.raises(AssertionError, match=r"delete-fmon should be executed: TM\[1,4\]") as refusal:
        tank.tc("st12.delete-fmon", "regulator")
    assert "tm    TM[1,4] of APID 42" in str(refusal.value)


def test_a_refusal_may_be_expected(tank):
    tank.tc("st12.delete-fmon", "regulator", refused=True)
    with pytest.raises(AssertionError, match=r"st17\.are-you-alive should be refused: executed"):
        tank.tc("st17.are-you-alive", refused=True)


def test_words_that_are_no_telecommand_are_refused(tank):
    with pytest.raises(ChainTestError, match=r"st12\.disable-pmom: no such telecommand; did you mean"):
        tank.tc("st12.disable-pmom")
    with pytest.raises(ChainTestError, match="unit 'pump' is unknown"):
        tank.tc("st08.perform", "CLOSE", unit="pump")


def test_any_octets_may_come_in(tank):
    (report,) = tank.packet(b"\x18\x2a\xc0\x00\x00\x01\x20\x11")
    assert isinstance(report, Report)
    assert (report.service, report.subtype) == (1, 2)


def test_the_shipped_mission_needs_no_model_file(tmp_path):
    from tests.fdir_service.lockstep import HOPPER

    copy = tmp_path / "mission.toml"
    copy.write_text((HOPPER / "mission.toml").read_text())
    chain = ChainTest(copy)
    chain.feed({"acc.stuck": 1}, samples=27)
    chain.expect_event("accelerometer-failed", at_s=2.6)


def test_a_loaded_mission_with_its_models_runs_none_of_them(bench):
    chain = ChainTest(bench)
    chain.feed({"x.frozen": 1}, samples=3)
    chain.expect_event("x-frozen", at_s=0.2)
    assert all(not pool.detectors for pool in chain.loop.stream.pools.values())
