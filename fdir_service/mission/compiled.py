"""A mission as the stream needs it: definitions as `pus` values, cards read, names resolved."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fdir_service.ladder.commands import FUNCTIONS
from fdir_service.ladder.definitions import Level
from fdir_service.mission.schema import MissionFile
from fdir_service.mission.source_schema import SourceSection
from models.card import Card
from pus.parameters import ParameterTable
from pus.procedure import Step
from pus.profile import Profile
from pus.records import frozen
from pus.services import Setup
from pus.st03 import Structure
from pus.st05 import EventDefinition
from pus.st08 import Function, Performer
from pus.st12.definitions import Fmon, Pmon
from pus.st19 import EventAction


@frozen
class OutputSetup:
    """One output of a detector: its thresholds and the parameters that carry it.

    Attributes
    ----------
    index : the parameter of its failure index; None, and no thresholds, for a plain score.

    """

    name: str
    column: int
    score: int
    index: int | None
    on: float | None
    off: float | None

    @property
    def parameters(self) -> tuple[int, ...]:
        """The parameters that carry it."""
        return (self.score,) if self.index is None else (self.score, self.index)


@frozen
class DetectorSetup:
    """A detector: file, card, the parameters it reads (none: images) and those it provides."""

    name: str
    source: str
    path: Path
    sha256: str
    card: Card
    inputs: tuple[int, ...]
    outputs: tuple[OutputSetup, ...]
    compiled_step: bool = False

    @property
    def indices(self) -> tuple[int, ...]:
        """The parameters of the failure indices, in the order of the outputs that have one."""
        return tuple(o.index for o in self.outputs if o.index is not None)


@frozen
class Unit:
    """An application process that takes TCs: its functions, what it measures.

    Attributes
    ----------
    selected : the parameter that says which of the redundant `members` is used, or None.

    """

    name: str
    apid: int
    functions: Mapping[str, Function]
    parameters: tuple[int, ...]
    selected: int | None
    members: tuple[int, ...] = ()


@frozen
class Mission:
    """Everything the stream is built from.

    Attributes
    ----------
    digest : identifies the file and the models it names.
    learned : IDs of the parameters that come from detectors.

    """

    path: Path
    digest: str
    file: MissionFile
    profile: Profile
    parameters: ParameterTable
    detectors: tuple[DetectorSetup, ...]
    events: Mapping[int, EventDefinition]
    pmons: Mapping[int, Pmon]
    fmons: Mapping[int, Fmon]
    units: Mapping[int, Unit]
    sequences: Mapping[str, tuple[Step, ...]]
    housekeeping: tuple[Structure, ...]
    actions: tuple[EventAction, ...]
    levels: tuple[Level, ...]
    learned: frozenset[int]

    @property
    def name(self) -> str:
        """Name of the mission."""
        return self.file.mission.name

    @property
    def apid(self) -> int:
        """Our own application process."""
        return self.file.mission.apid

    @property
    def recovery_events(self) -> frozenset[int]:
        """Events by which recovery tells the ground of itself; their data are a level and a process."""
        told = self.file.recovery
        events = (told.recovered_event, told.failed_event, told.exhausted_event, told.inhibited_event)
        return frozenset(events) - {0}

    @property
    def images(self) -> dict[str, int]:
        """Sources of images, with the octets of a message at most."""
        return {source.name: source.most_octets for source in self.file.source if source.is_image}

    def level_name(self, level: int) -> str | None:
        """Return the name of a level of the ladder, or None."""
        return next((found.name for found in self.levels if found.id == level), None)

    def setup(self, own: Mapping[int, Callable[[], float]], perform: Performer) -> Setup:
        """Return what the chain is built from.

        Parameters
        ----------
        own : gives the values of health parameters by ID.
        perform : performs the ladder's functions.

        """
        return Setup(
            self.apid,
            self.profile,
            self.parameters,
            self.events,
            routes=frozenset(self.units),
            settings={section.id: section.value for section in self.file.setting},
            own=own,
            functions=FUNCTIONS,
            perform=perform,
            sequences=self.sequences,
        )

    def is_fmon_event(self, event: int) -> bool:
        """Whether FMONs of the mission file raise an event, and none of its PMONs does."""
        by_pmon = any(event in (p.check.event_of(3), p.check.event_of(4)) for p in self.pmons.values())
        return not by_pmon and any(fmon.event == event for fmon in self.fmons.values())

    def source(self, name: str) -> SourceSection:
        """Return the section of a source that exists."""
        return next(source for source in self.file.source if source.name == name)
