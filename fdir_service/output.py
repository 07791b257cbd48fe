"""What the stream produces: packets for the ground and for units, and what happened."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fdir_service.ladder.state import Step
from pus.chain import Instant
from pus.packets import Tm


@dataclass(frozen=True, slots=True)
class Silence:
    """A source from which nothing has come for longer than the mission allows."""

    source: str
    time: int


@dataclass(frozen=True, slots=True)
class Verification:
    """A unit's TM[1,x] on a request of ours or of the ground."""

    time: int
    apid: int
    subtype: int


Entry = Instant | Step | Silence | Verification


@dataclass(slots=True)
class Output:
    """What the stream produced.

    Attributes
    ----------
    telemetry : packets for the ground, in order.
    requests : packets for units, in order.
    timeline : what happened, in order.
    commands : the ground's requests, each with service and result.
    definitions : ground requests that changed definitions; repeated after a restart, they do it again.

    """

    telemetry: list[Tm] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    timeline: list[Entry] = field(default_factory=list)
    commands: list[tuple[int, str]] = field(default_factory=list)
    definitions: list[bytes] = field(default_factory=list)

    @property
    def instants(self) -> Iterator[Instant]:
        """What the chain found."""
        return (entry for entry in self.timeline if isinstance(entry, Instant))

    @property
    def steps(self) -> Iterator[Step]:
        """How recovery went on."""
        return (entry for entry in self.timeline if isinstance(entry, Step))
