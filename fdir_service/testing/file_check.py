"""What is wrong with a chain-test file when one knows the mission: names, telecommands, times."""

from collections.abc import Iterator

from fdir_service.mission import Mission
from fdir_service.testing.chain import Chain, fits
from fdir_service.testing.errors import ChainTestError
from fdir_service.testing.file_schema import ChainTestFile, StepSection, UnitSection, Values
from fdir_service.testing.names import Names


def problems(file: ChainTestFile, mission: Mission) -> Iterator[str]:
    """Yield one line for each problem, with its key."""
    check = _Check(mission)
    yield from check.values("initial", file.initial)
    for k, unit in enumerate(file.unit):
        yield from check.unit(f"unit.{k}", unit)
    for k, step in enumerate(file.step):
        yield from check.step(f"step.{k}", step)
        if step.at_s > file.end:
            yield f"step.{k}.at_s: {step.at_s:g} s is behind the end of the test, {file.end:g} s"
    for k, expected in enumerate(file.expect):
        yield from (f"expect.{k}.{key}: {reason}" for key, reason in expected.find_wrong(check.names))
        if expected.end is not None and expected.end > file.end:
            yield f"expect.{k}: {expected.end:g} s is behind the end of the test, {file.end:g} s"


class _Check:
    def __init__(self, mission: Mission) -> None:
        self.names = Names(mission)
        self._mission = mission
        self._chain = Chain(mission)
        self._functions = {unit.name: unit.functions for unit in mission.units.values()}

    def values(self, key: str, values: Values) -> Iterator[str]:
        for name, value in values.items():
            if reason := self.names.find_not_fed(name):
                yield f"{key}: {reason}"
            elif not fits(self._mission, name, value):
                yield f"{key}.{name}: {value:g} is outside {self._mission.parameters.by_name[name].type}"

    def unit(self, key: str, section: UnitSection) -> Iterator[str]:
        if reason := self.names.find_wrong("unit", section.name):
            yield f"{key}.name: {reason}"
        elif section.function and section.function not in self._functions[section.name]:
            yield f"{key}.function: {section.name} has no function {section.function!r}"
        yield from self.values(f"{key}.then", section.then)

    def step(self, key: str, step: StepSection) -> Iterator[str]:
        yield from self.values(f"{key}.set", step.set)
        for k, unit in enumerate(step.unit):
            yield from self.unit(f"{key}.unit.{k}", unit)
        for name in step.compute:
            if not self._chain.loop.feed.is_derived(name):
                yield f"{key}.compute: {name!r} is no derived parameter"
        if step.source is not None and (reason := self.names.find_wrong("source", step.source)):
            yield f"{key}.source: {reason}"
        if step.silence_s and step.gap_s:
            yield f"{key}.gap_s: either silence_s or gap_s"
        for text in (*step.tc, *step.refused_tc):
            yield from self._tc(f"{key}.tc", text)

    def _tc(self, key: str, text: str) -> Iterator[str]:
        try:
            self._chain.make_tc(*words(text)[0], unit=words(text)[1])
        except ChainTestError as error:
            yield from (f"{key}: {problem}" for problem in error.problems)


def words(text: str) -> tuple[list[str], str | None]:
    """Return the words of a telecommand and the unit it is for, as ``fdir tc`` takes them."""
    found, unit = text.split(), None
    if "--unit" in found[1:-1]:
        at = found.index("--unit")
        unit = found[at + 1]
        del found[at : at + 2]
    return found, unit
