"""Running a chain test: steps and expectations in order of time, and what was missed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from fdir_service.testing.chain_test import ChainTest
from fdir_service.testing.errors import ExpectationError
from fdir_service.testing.expectation import Condition
from fdir_service.testing.file_check import words
from fdir_service.testing.file_load import Scenario
from fdir_service.testing.file_schema import StepSection, UnitSection
from fdir_service.testing.units import Behaviour
from fdir_service.testing.words import AnyExpectation

CHUNK = 64
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Miss:
    """An expectation that was missed: when (s, None: the test as a whole), and how."""

    time_s: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a chain test, and the chain as the test left it."""

    scenario: Scenario
    misses: tuple[Miss, ...]
    chain: ChainTest

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.misses


def run(scenario: Scenario, chunk: int = CHUNK) -> Result:
    """Run a chain test to its end; the stream takes at most `chunk` samples at once."""
    runner = _Runner(scenario, chunk)
    for moment in runner.moments():
        runner.chain.loop.advance(moment.time)
        moment.act()
    runner.chain.loop.advance(round(scenario.file.end * _NS) + 1)
    for wanted in scenario.file.expect:
        if not _is_at_a_time(wanted):
            runner.judge(wanted)
    misses = sorted(runner.misses, key=lambda miss: -1.0 if miss.time_s is None else miss.time_s)
    return Result(scenario, tuple(misses), runner.chain)


def _is_at_a_time(wanted: AnyExpectation) -> bool:
    """Whether it can only be judged while the test runs."""
    return isinstance(wanted, Condition) and wanted.at_s is not None


class _Moment(NamedTuple):
    time: int
    act: Callable[[], None]


class _Runner:
    """The chain of one run, and what was missed."""

    def __init__(self, scenario: Scenario, chunk: int) -> None:
        file = self.file = scenario.file
        self.chain = ChainTest(
            scenario.mission,
            file.initial,
            period_s=file.period_s,
            chunk=chunk,
            tolerance_samples=file.tolerance_samples,
        )
        self.misses: list[Miss] = []
        for unit in file.unit:
            self._behave(unit)

    def moments(self) -> list[_Moment]:
        """Return what is to be done when: steps before the sample of their time, conditions behind it."""
        steps = [_Moment(round(step.at_s * _NS), partial(self._step, step)) for step in self.file.step]
        conditions = [
            _Moment(round((wanted.at_s or 0.0) * _NS) + 1, partial(self.judge, wanted))
            for wanted in self.file.expect
            if _is_at_a_time(wanted)
        ]
        return sorted([*steps, *conditions], key=lambda moment: moment.time)

    def judge(self, wanted: AnyExpectation) -> None:
        """Note a miss if an expectation is not met."""
        try:
            self.chain.judge(wanted)
        except ExpectationError as miss:
            self.misses.append(Miss(wanted.begin, miss.summary))

    def _step(self, step: StepSection) -> None:
        chain = self.chain
        chain.set(step.set)
        chain.compute(*step.compute)
        for unit in step.unit:
            self._behave(unit)
        if absent := step.silence_s or step.gap_s:
            chain.begin_absence(absent, step.source, is_lost=step.silence_s is None)
        for text in step.tc:
            self._tc(text, refused=False)
        for text in step.refused_tc:
            self._tc(text, refused=True)
        if step.packet:
            chain.packet(bytes.fromhex(step.packet))

    def _tc(self, text: str, *, refused: bool) -> None:
        (name, *rest), unit = words(text)
        try:
            self.chain.tc(name, *rest, unit=unit, refused=refused)
        except ExpectationError as miss:
            self.misses.append(Miss(self.chain.time_s, miss.summary))

    def _behave(self, section: UnitSection) -> None:
        behaviour = Behaviour(section.reply, round(section.after_s * _NS), section.then)
        self.chain.unit(section.name).behave(section.function, behaviour)
