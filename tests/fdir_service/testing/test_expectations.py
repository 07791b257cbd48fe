"""What is expected is found at its time and as often as it should be; a miss says what came instead."""

import pytest

from fdir_service.testing import ChainTest, ChainTestError


@pytest.fixture(scope="module")
def done(tank_mission):
    """The tank: too high from 2 s on, its valve asked at 4 s and effective, nominal again at 7 s."""
    chain = ChainTest(tank_mission)
    chain.unit("valve").obeys("CLOSE", then={"pressure": 5})
    chain.feed(samples=2)
    chain.feed({"pressure": 30}, samples=8)
    return chain


GOOD = [
    {"pmon": "high", "becomes": "above high limit", "at_s": 4.0},
    {"pmon": "high", "becomes": "nominal", "within_s": [5.0, 8.0], "times": 1},
    {"pmon": "high", "becomes": "below low limit", "times": 0},
    {"pmon": "high", "is": "nominal"},
    {"fmon": "regulator", "becomes": "failed", "at_s": 4.0, "times": 1},
    {"fmon": "regulator", "is": "unchecked"},
    {"event": "pressure-high", "at_s": 4.0},
    {"event": "pressure-high", "reported": True},
    {"event": "any", "times": 1},
    {"request": "CLOSE", "unit": "valve", "arguments": {}, "at_s": 4.0},
    {"request": "any", "times": 1},
    {"tm": [5, 4], "times": 1, "at_s": 4.0},
    {"tm": [1, 7], "apid": 43},
    {"level": "close", "outcome": "sent", "action": "close", "attempt": 1, "at_s": 4.0},
    {"level": "close", "outcome": "recovered", "passive": False},
    {"level": "any", "outcome": "failed", "times": 0},
    {"level": "close", "is": "idle", "attempts": [1], "held": ""},
    {"mode": "active"},
    {"mode": "active", "level": "close"},
    {"mode": "active", "level": "close", "action": "close"},
    {"unit": "valve", "failed": []},
    {"parameter": "pressure", "is": 5},
    {"source": "board", "becomes": "silent", "times": 0},
]


@pytest.mark.parametrize("words", GOOD, ids=str)
def test_what_happened_meets_the_expectation(done, words):
    done.expect(**words)


BAD = [
    (
        {"pmon": "high", "becomes": "above high limit", "at_s": 3.0},
        "PMON high becomes above high limit at 3.000 s: came at 4.000 s instead",
    ),
    (
        {"pmon": "high", "becomes": "below low limit"},
        "PMON high becomes below low limit: never came",
    ),
    ({"pmon": "high", "is": "invalid"}, "PMON high is invalid: it is nominal"),
    (
        {"fmon": "regulator", "becomes": "failed", "times": 2},
        "FMON regulator becomes failed: came once at 4.000 s, not 2 times",
    ),
    ({"fmon": "regulator", "is": "failed"}, "FMON regulator is failed: it is unchecked"),
    (
        {"event": "pressure-high", "reported": False},
        "event pressure-high not reported: never came",
    ),
    (
        {"event": "any", "within_s": [5.0, 9.0]},
        "event any within 5.000 s to 9.000 s: came at 4.000 s instead",
    ),
    (
        {"request": "any", "times": 0},
        "request any: came once at 4.000 s, not 0 times",
    ),
    (
        {"request": "CLOSE", "unit": "valve", "arguments": {"1": 1}},
        "request CLOSE 1=1 to valve: never came",
    ),
    ({"tm": [5, 4], "apid": 43}, "TM[5,4] of APID 43: never came"),
    ({"tm": [5, 4], "data": "0001"}, "TM[5,4] 0001: never came"),
    ({"tm": [5, 4], "packet": "08"}, "TM[5,4] 08: never came"),
    (
        {"level": "close", "outcome": "failed", "reason": "no answer"},
        "level close failed, reason no answer: never came",
    ),
    (
        {"level": "close", "is": "waiting", "attempts": [2], "held": "inhibited"},
        "level close is waiting, held 'inhibited', attempts [2]: it is idle, attempts [1]",
    ),
    ({"mode": "passive", "level": "close"}, "mode of ladder close is passive: it is active"),
    ({"unit": "valve", "failed": [0]}, "failed members of valve are [0]: they are []"),
    ({"parameter": "pressure", "is": 6}, "parameter pressure is 6: it is 5"),
    ({"source": "board", "becomes": "silent"}, "source board becomes silent: never came"),
]


@pytest.mark.parametrize(("words", "text"), BAD, ids=str)
def test_a_miss_says_what_came_instead(done, words, text):
    with pytest.raises(AssertionError) as miss:
        done.expect(**words)
    summary, _, table = str(miss.value).partition("\n\n")
    assert summary == text
    assert table.startswith("tank until 10.000 s:\n")


WRONG = [
    ({}, "nothing is expected: name one of event, request, tm"),
    ({"evnt": "pressure-high"}, "nothing is expected"),
    ({"event": "pressure-hgih"}, "event: unknown event 'pressure-hgih'; did you mean 'pressure-high'?"),
    ({"pmon": "low", "becomes": "nominal"}, "pmon: unknown pmon 'low'"),
    ({"pmon": "high", "becomes": "bad"}, "pmon.becomes: Input should be 'nominal', 'unchecked'"),
    ({"pmon": "high", "becomes": "nominal", "is": "nominal"}, "becomes: Extra inputs are not permitted"),
    ({"level": "close", "outcome": "sent", "action": "open"}, "action: unknown action 'open'"),
    ({"mode": "active", "level": "close", "action": "open"}, "level 'close' has no action 'open'"),
    ({"level": "close", "held": None}, "nothing is expected of the level"),
    ({"request": "OPEN"}, "request: unknown function 'OPEN'"),
    ({"event": "any", "at_s": 1.0, "within_s": [0.0, 1.0]}, "either at_s or within_s"),
    ({"event": "any", "within_s": [2.0, 1.0]}, "within_s ends before it begins"),
    ({"event": "any", "times": -1}, "times: Input should be greater than or equal to 0"),
    ({"tm": [5, 4], "data": "0"}, "data: String should match pattern"),
]


@pytest.mark.parametrize(("words", "reason"), WRONG, ids=str)
def test_words_that_expect_nothing_sensible_are_an_error_and_no_failure(done, words, reason):
    with pytest.raises(ChainTestError) as error:
        done.expect(**words)
    assert reason in str(error.value)


def test_a_time_may_be_missed_by_some_samples_if_the_test_says_so(done, tank_mission):
    done.expect_event("pressure-high", at_s=3.0, tolerance_samples=1)
    with pytest.raises(AssertionError):
        done.expect_event("pressure-high", at_s=2.0, tolerance_samples=1)
    tolerant = ChainTest(tank_mission, {"pressure": 30}, tolerance_samples=2)
    tolerant.feed(samples=5)
    tolerant.expect_event("pressure-high", at_s=4.0)
    with pytest.raises(AssertionError):
        tolerant.expect_event("pressure-high", at_s=4.0, tolerance_samples=0)


def test_exact_octets_can_be_expected(done):
    (report,) = [r for r in done.reports if (r.service, r.subtype) == (5, 4)]
    done.expect_tm(5, 4, data=report.data, at_s=4.0, times=1)
    done.expect(tm=(5, 4), packet=report.packet.hex())


def test_the_short_forms_say_the_same(done):
    done.expect_pmon("high", becomes="above high limit", at_s=4.0)
    done.expect_fmon("regulator", becomes="failed", at_s=4.0)
    done.expect_request("CLOSE", unit="valve", arguments={}, times=1)
    done.expect_level("close", "recovered", action="close", at_s=7.0)
    done.expect_no_request(within_s=(0.0, 3.9))
    done.expect_no_event("pressure-high", within_s=(4.1, 9.0))
    with pytest.raises(AssertionError, match="request any: came once"):
        done.expect_no_request()
    with pytest.raises(AssertionError, match="event any: came once"):
        done.expect_no_event()


def test_a_value_that_is_not_known_can_be_expected(tank):
    tank.feed({"pressure": None})
    tank.expect(parameter="pressure", is_=float("nan"))


def test_many_times_are_shown_by_the_first_few(tank):
    for pressure in (30, 10) * 6:
        tank.feed({"pressure": pressure}, samples=3)
    with pytest.raises(
        AssertionError, match=r"at 2\.000, 8\.000, 14\.000, 20\.000, 26\.000, \.\.\. s, not once"
    ):
        tank.expect_pmon("high", becomes="above high limit", times=1)


def test_a_mode_that_the_ground_set_is_in_force(hopper):
    hopper.feed(samples=1)
    hopper.tc("st08.perform", "LEVEL_MODE", "1=10", "2=0", "3=0")
    hopper.feed(samples=1)
    hopper.expect(mode="inhibited", level="acc-internal")
    hopper.expect(mode="active", level="acc-unit")


def test_a_level_that_is_held_says_why(hopper):
    hopper.tc("st08.perform", "LADDER_MODE", "1=0", "2=0")
    hopper.feed({"acc.stuck": 1}, samples=30)
    with pytest.raises(AssertionError, match=r"it is waiting, attempts \[0\], held 'inhibited'"):
        hopper.expect(level="acc-internal", is_="idle")
