"""How many samples the stream takes at once makes no difference to what happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.testing import ChainTest
from fdir_service.testing.file_load import read
from fdir_service.testing.run import run
from tests.fdir_service.lockstep import HOPPER

HOUSEKEEPING = (3, 25)
"""Reports the count of samples received, which is that of the whole chunk."""


def outcome(chain):
    reports = [r for r in chain.reports if (r.service, r.subtype) != HOUSEKEEPING]
    return chain.records, [(r.time_s, r.service, r.subtype, r.data) for r in reports], chain.time_s


@pytest.mark.parametrize(
    "name", ["level-1-switch", "silence-during-attempt", "late-answer", "inhibited-ladder"]
)
def test_sample_by_sample_and_in_chunks_the_same_happens(name):
    scenario = read(HOPPER / "chain-tests" / f"{name}.toml")
    one = outcome(run(scenario, chunk=1).chain)
    assert outcome(run(scenario, chunk=256).chain) == one
    assert outcome(run(scenario, chunk=7).chain) == one


DO = st.lists(
    st.one_of(
        st.tuples(st.just("pressure"), st.sampled_from([5, 10, 30, -3, None])),
        st.tuples(st.just("gap"), st.integers(1, 5)),
        st.tuples(st.just("silence"), st.integers(1, 5)),
        st.tuples(st.just("feed"), st.integers(1, 9)),
        st.tuples(st.just("reply"), st.sampled_from(["obeys", "refuses", "is_mute"])),
    ),
    max_size=12,
)


def flown(mission, deeds, chunk):
    chain = ChainTest(mission, chunk=chunk)
    for what, how in deeds:
        match what:
            case "pressure":
                chain.feed({"pressure": how}, samples=4)
            case "gap":
                chain.gap(how)
            case "silence":
                chain.silence(how)
            case "feed":
                chain.feed(samples=how)
            case _:
                getattr(chain.unit("valve"), how)("CLOSE", **({"after_s": 0.7} if how == "obeys" else {}))
    chain.feed(samples=20)
    return outcome(chain)


@given(DO, st.integers(2, 300))
@settings(max_examples=40)
def test_whatever_is_done_chunks_make_no_difference(tank_mission, deeds, chunk):
    assert flown(tank_mission, deeds, chunk) == flown(tank_mission, deeds, 1)


def test_sources_of_different_rates_are_taken_in_order_of_time(rates_mission):
    def result(chunk):
        chain = ChainTest(rates_mission, chunk=chunk)
        chain.feed({"a": lambda time_s: time_s**2, "b": lambda time_s: 10 + time_s}, for_s=20)
        return outcome(chain)

    assert result(1) == result(256)
