"""The test of one chain: feed values, let time go on, expect what should happen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, Unpack

from pydantic import ValidationError

from fdir_service.mission import Mission
from fdir_service.mission.load import describe_problem
from fdir_service.testing.chain import Chain
from fdir_service.testing.errors import ChainTestError
from fdir_service.testing.expectation import Condition, Occurrence
from fdir_service.testing.feed import Value
from fdir_service.testing.names import ANY
from fdir_service.testing.records import Report
from fdir_service.testing.words import EXPECTATION, AnyExpectation

_NS = 1_000_000_000


class When(TypedDict, total=False):
    """When and how often something is expected; see `Occurrence`."""

    at_s: float
    within_s: tuple[float, float]
    times: int
    tolerance_samples: int


class ChainTest(Chain):
    """A chain that is expected to do things; a miss is an AssertionError that shows the timeline.

    Parameters
    ----------
    tolerance_samples : by how many samples (of the fastest source) an expected time may be missed.
    mission, initial, period_s, chunk : see `Chain`.

    """

    def __init__(
        self,
        mission: Mission | str | Path,
        initial: Mapping[str, Value] | None = None,
        *,
        period_s: float = 1.0,
        chunk: int = 1,
        tolerance_samples: int = 0,
    ) -> None:
        super().__init__(mission, initial, period_s=period_s, chunk=chunk)
        self.tolerance_samples = tolerance_samples

    def expect(self, **words: Any) -> None:
        """Expect what the words say, which are those of ``[[expect]]``; `is_` stands for `is`."""
        try:
            wanted = EXPECTATION.validate_python({k.removesuffix("_"): v for k, v in words.items()})
        except ValidationError as error:
            problems = [describe_problem(problem) for problem in error.errors()]
            raise ChainTestError("expect", problems) from None
        if wrong := [f"{key}: {reason}" for key, reason in wanted.find_wrong(self.names)]:
            raise ChainTestError(self.mission.name, wrong)
        self.judge(wanted)

    def judge(self, wanted: AnyExpectation) -> None:
        """Raise an AssertionError with the timeline if an expectation is not met."""
        if isinstance(wanted, Condition):
            miss, more = wanted.find_miss(self.state), list[Report]()
        else:
            more = self.reports if "tm" in type(wanted).model_fields else []
            miss = wanted.find_miss([*self.records, *more], self._slack(wanted))
        if miss is not None:
            raise self.missed(f"{wanted.what}: {miss}", more)

    def _slack(self, wanted: Occurrence) -> float:
        own = wanted.tolerance_samples
        return (self.tolerance_samples if own is None else own) * self.loop.period / _NS

    def expect_pmon(self, pmon: str, becomes: str, **when: Unpack[When]) -> None:
        """Expect that a PMON establishes a checking status."""
        self.expect(pmon=pmon, becomes=becomes, **when)

    def expect_fmon(self, fmon: str, becomes: str, **when: Unpack[When]) -> None:
        """Expect that an FMON gets a checking status."""
        self.expect(fmon=fmon, becomes=becomes, **when)

    def expect_event(self, event: str = ANY, **when: Unpack[When]) -> None:
        """Expect an event, reported or not."""
        self.expect(event=event, **when)

    def expect_no_event(self, event: str = ANY, **when: Unpack[When]) -> None:
        """Expect that an event (any, if none is named) does not occur."""
        self.expect(event=event, **{"times": 0, **when})

    def expect_request(
        self,
        function: str = ANY,
        unit: str | None = None,
        arguments: Mapping[int, float] | None = None,
        **when: Unpack[When],
    ) -> None:
        """Expect that a request leaves for a unit."""
        given = None if arguments is None else {str(k): value for k, value in arguments.items()}
        self.expect(request=function, unit=unit, arguments=given, **when)

    def expect_no_request(self, function: str = ANY, **when: Unpack[When]) -> None:
        """Expect that no request (of that function, if one is named) leaves for a unit."""
        self.expect(request=function, **{"times": 0, **when})

    def expect_tm(self, service: int, subtype: int, data: bytes | None = None, **when: Unpack[When]) -> None:
        """Expect a report, with exactly this source data if it is given."""
        self.expect(tm=(service, subtype), data=None if data is None else data.hex(), **when)

    def expect_level(self, level: str, outcome: str, action: str | None = None, **when: Unpack[When]) -> None:
        """Expect a step of a level, such as "entered", "sent" or "recovered"."""
        self.expect(level=level, outcome=outcome, action=action, **when)
