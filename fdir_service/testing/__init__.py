"""The test kit: unit-test a mission's chain without sockets, models or clocks.

>>> chain = ChainTest("hopper")
>>> chain.feed({"acc.stuck": 1}, samples=27)
>>> chain.expect_fmon("accelerometer", becomes="failed", at_s=2.6)
"""

from fdir_service.testing.chain_test import ChainTest
from fdir_service.testing.errors import ChainTestError
from fdir_service.testing.records import (
    Answer,
    Command,
    Event,
    FmonChange,
    Given,
    LadderStep,
    Record,
    Report,
    Request,
    Silence,
    Transition,
)
from fdir_service.testing.units import Behaviour, SimulatedUnit

__all__ = [
    "Answer",
    "Behaviour",
    "ChainTest",
    "ChainTestError",
    "Command",
    "Event",
    "FmonChange",
    "Given",
    "LadderStep",
    "Record",
    "Report",
    "Request",
    "Silence",
    "SimulatedUnit",
    "Transition",
]
