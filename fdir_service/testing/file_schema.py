"""The chain-test file as frozen pydantic models: who is fed with what, and what is expected."""

from typing import Annotated

from pydantic import Field

from fdir_service.mission.sections import Name, Positive, Section
from fdir_service.testing.expectation import Seconds
from fdir_service.testing.units import Reply
from fdir_service.testing.words import AnyExpectation

Number = Annotated[float, Field(allow_inf_nan=True, description="nan: not known")]
Values = dict[str, Number]
Words = Annotated[str, Field(min_length=1, description="a telecommand as `fdir tc` takes it")]


class UnitSection(Section):
    """How a unit behaves from some time on."""

    name: Name
    function: str = Field("", description="the function this is about; none: all of them")
    reply: Reply = Reply.COMPLETED
    after_s: Seconds = 0.0
    then: Values = Field(default_factory=dict, description="values that the unit changes")


class StepSection(Section):
    """What is done at a time, before the sample of that time."""

    at_s: Seconds = 0.0
    set: Values = Field(default_factory=dict, description="values from now on")
    compute: tuple[str, ...] = Field((), description="derived parameters to be computed again")
    unit: tuple[UnitSection, ...] = ()
    tc: tuple[Words, ...] = Field((), description="telecommands that must be executed")
    refused_tc: tuple[Words, ...] = Field((), description="telecommands that must be refused")
    packet: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{2})*$")] = ""
    silence_s: Positive | None = Field(None, description="nothing is published for so long")
    gap_s: Positive | None = Field(None, description="samples are lost for so long")
    source: str | None = Field(None, description="whose samples; none: those of all sources")


class ChainTestFile(Section):
    """A whole chain-test file."""

    name: str = Field("", description="none: the name of the file")
    summary: str = Field("", description="what the test shows")
    mission: Annotated[str, Field(min_length=1, description="beside the file, or shipped")]
    period_s: Positive = Field(1.0, description="of sources that have no period")
    tolerance_samples: Annotated[int, Field(ge=0)] = 0
    end_s: Seconds | None = Field(None, description="none: behind the last step and expectation")
    values: str | None = Field(None, description="a CSV file of values, beside the file")
    initial: Values = Field(default_factory=dict)
    unit: tuple[UnitSection, ...] = ()
    step: tuple[StepSection, ...] = ()
    expect: Annotated[tuple[AnyExpectation, ...], Field(min_length=1)]

    @property
    def end(self) -> float:
        """When the test ends (s): then all that is expected has had its time."""
        if self.end_s is not None:
            return self.end_s
        steps = [step.at_s + (step.silence_s or step.gap_s or 0.0) for step in self.step]
        expected = [expect.end for expect in self.expect if expect.end is not None]
        return max([*steps, *expected], default=0.0)
