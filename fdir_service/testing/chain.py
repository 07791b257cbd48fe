"""What a test does to a chain: values, absences, telecommands, units' behaviour; and what comes of it."""

import math
from collections.abc import Mapping
from pathlib import Path

from fdir_service.ground.arguments import ArgumentError, Arguments
from fdir_service.ground.commands import make
from fdir_service.mission import Mission, load
from fdir_service.testing.errors import ChainTestError, ExpectationError
from fdir_service.testing.feed import Value
from fdir_service.testing.loop import Loop
from fdir_service.testing.names import Names
from fdir_service.testing.records import Command, Given, Record, Report
from fdir_service.testing.state import State
from fdir_service.testing.timeline import table
from fdir_service.testing.units import SimulatedUnit
from pus import st01
from pus.packets import Tc, decode_tm

_NS = 1_000_000_000
_GROUND = 1
"""Source ID of the ground's requests."""
_FAILURES = (st01.NOT_ACCEPTED, st01.NOT_STARTED, st01.NOT_PROGRESSED, st01.NOT_COMPLETED, st01.NOT_ROUTED)


class Chain:
    """A mission's chain without sockets, models or clocks; time is on-board time from 0.

    Parameters
    ----------
    mission : a mission, its file or folder, or the name of a shipped one. Its models are not needed.
    initial : values to begin with, instead of nominal ones.
    period_s : time between the samples of sources that have no period.
    chunk : samples that the stream takes at once at most; what happens does not depend on it.

    """

    def __init__(
        self,
        mission: Mission | str | Path,
        initial: Mapping[str, Value] | None = None,
        *,
        period_s: float = 1.0,
        chunk: int = 1,
    ) -> None:
        self.mission = mission if isinstance(mission, Mission) else load(mission, models=False)
        self.names = Names(self.mission)
        self.loop = Loop(self.mission, round(period_s * _NS), chunk)
        self._count = 0
        self.set(initial or {})

    # --- what is given -----------------------------------------------------------------------------

    @property
    def time_s(self) -> float:
        """On-board time; the samples before it have been taken."""
        return self.loop.now / _NS

    def set(self, values: Mapping[str, Value]) -> None:
        """Give parameters values from the next sample on; they keep them."""
        if wrong := [reason for name in values if (reason := self.names.find_not_fed(name))]:
            raise ChainTestError(self.mission.name, wrong)
        for name, value in values.items():
            if isinstance(value, int | float) and not fits(self.mission, name, value):
                kind = self.mission.parameters.by_name[name].type
                raise ChainTestError(self.mission.name, [f"{name}: {value} is outside {kind}"])
        self.loop.give(values)

    def compute(self, *names: str) -> None:
        """Let derived parameters be computed from their inputs, whatever they were given."""
        wrong = [f"{name!r} is no derived parameter" for name in names if not self.loop.feed.is_derived(name)]
        if wrong:
            raise ChainTestError(self.mission.name, wrong)
        self.loop.feed.compute(names)

    def feed(
        self,
        values: Mapping[str, Value] | None = None,
        *,
        for_s: float | None = None,
        samples: int | None = None,
    ) -> None:
        """Give parameters values and let time go on: for a while, or for samples of the fastest source."""
        self.set(values or {})
        span = (1 if samples is None else samples) * self.loop.period if for_s is None else round(for_s * _NS)
        self.loop.advance(self.loop.now + span)

    def feed_until(self, time_s: float) -> None:
        """Let time go on until `time_s`; the sample at that time is the next one."""
        self.loop.advance(round(time_s * _NS))

    def gap(self, for_s: float, source: str | None = None) -> None:
        """Lose the samples of a source (of all, if none is named) while time goes on."""
        self.begin_absence(for_s, source, is_lost=True)
        self.feed(for_s=for_s)

    def silence(self, for_s: float, source: str | None = None) -> None:
        """Let a source (all, if none is named) publish nothing while time goes on."""
        self.begin_absence(for_s, source, is_lost=False)
        self.feed(for_s=for_s)

    def begin_absence(self, for_s: float, source: str | None, *, is_lost: bool) -> None:
        """Let samples be lost, or not be published, from now on; time stays where it is."""
        if source is not None and (wrong := self.names.find_wrong("source", source)):
            raise ChainTestError(self.mission.name, [wrong])
        publishers = self.loop.publishers
        for publisher in publishers.values() if source is None else [publishers[source]]:
            publisher.absent_until, publisher.is_lost = self.loop.now + round(for_s * _NS), is_lost
        how = "samples are lost" if is_lost else "nothing is published"
        self.loop.note(Given(self.time_s, f"{source or 'all sources'}: {how} for {for_s:g} s"))

    def unit(self, name: str) -> SimulatedUnit:
        """Return a unit, to tell it how to behave."""
        if wrong := self.names.find_wrong("unit", name):
            raise ChainTestError(self.mission.name, [wrong])
        return next(unit for unit in self.loop.units.values() if unit.name == name)

    def tc(self, name: str, *words: str, unit: str | None = None, refused: bool = False) -> list[Report]:
        """Let a ground telecommand come in, by the words of ``fdir tc``; return the telemetry that follows.

        It is an AssertionError if it is refused, or with `refused` if it is not.
        """
        packet = self.make_tc(name, *words, unit=unit)
        self.loop.note(Command(self.time_s, " ".join([name, *words, *([f"--unit {unit}"] if unit else [])])))
        reports = self.loop.command(packet.pack())
        notices = [
            decode_tm(r.packet) for r in reports if r.service == st01.SERVICE and r.subtype in _FAILURES
        ]
        if bool(notices) is not refused:
            found = "; ".join(f"TM[1,{tm.subtype}] {tm.data[4:].hex()}" for tm in notices) or "executed"
            raise self.missed(f"{name} should be {'refused' if refused else 'executed'}: {found}", reports)
        return reports

    def make_tc(self, name: str, *words: str, unit: str | None = None) -> Tc:
        """Return the packet of a telecommand, without sending it."""
        try:
            apid = self.mission.apid if unit is None else Arguments(self.mission, []).process(unit)
            self._count += 1
            return make(self.mission, name, words, apid, _GROUND, self._count)
        except ArgumentError as error:
            raise ChainTestError(self.mission.name, [str(error)]) from None

    def packet(self, octets: bytes) -> list[Report]:
        """Let any octets come in as a ground telecommand; return the telemetry that follows."""
        self.loop.note(Command(self.time_s, f"packet {octets.hex()}"))
        return self.loop.command(octets)

    # --- what is found -----------------------------------------------------------------------------

    @property
    def records(self) -> list[Record]:
        """What happened, in order; for plain asserts."""
        return self.loop.records

    @property
    def reports(self) -> list[Report]:
        """The telemetry, in order."""
        return self.loop.reports

    @property
    def state(self) -> State:
        """How things stand now."""
        return State(self.mission, self.loop.stream)

    def timeline(self) -> str:
        """Return what happened as a table."""
        return table(self.records)

    def missed(self, text: str, reports: list[Report]) -> ExpectationError:
        """Return the error of a miss, with the timeline and the telemetry that matters."""
        records = sorted([*self.records, *reports], key=lambda record: record.time_s)
        return ExpectationError(text, f"{self.mission.name} until {self.time_s:.3f} s:\n{table(records)}")


def fits(mission: Mission, name: str, value: float) -> bool:
    """Whether a parameter can have a value; a source may publish what its type cannot hold."""
    parameter = mission.parameters.by_name[name]
    measured = {p.name for source in mission.file.source for p in source.parameters}
    return name in measured or math.isnan(value) or parameter.type.holds(value)
