"""What the stream produces: packets for the ground and for units, and what happened."""

from collections.abc import Iterator
from dataclasses import field

from fdir_service.ladder.state import Step
from pus.block import Block
from pus.chain import Instant
from pus.packets import Tm
from pus.records import frozen, mutable


@frozen
class Silence:
    """A source from which nothing has come for longer than the mission allows."""

    source: str
    time: int


@frozen
class Verification:
    """A unit's TM[1,x] on a request of ours or of the ground; `request` is the request ID in it."""

    time: int
    apid: int
    subtype: int
    request: bytes = b""


@frozen
class Telecommand:
    """A request of the ground: executed, failed or rejected by us, routed to a unit, or not_routed."""

    time: int
    packet: bytes
    result: str

    @property
    def service(self) -> int:
        """Its service type; 0 for a packet too short to have one."""
        return self.packet[7] if len(self.packet) > 7 else 0


Entry = Instant | Step | Silence | Verification | Telecommand


@mutable
class Output:
    """What the stream produced.

    Attributes
    ----------
    telemetry : packets for the ground, in order.
    requests : packets for units, in order.
    timeline : what happened, in order.
    definitions : ground requests that changed definitions; repeated after a restart, they do it again.
    blocks : the values that were checked, in order; good until the stream takes the next messages.

    """

    telemetry: list[Tm] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    timeline: list[Entry] = field(default_factory=list)
    definitions: list[bytes] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def instants(self) -> Iterator[Instant]:
        """What the chain found."""
        return (entry for entry in self.timeline if isinstance(entry, Instant))

    @property
    def commands(self) -> Iterator[Telecommand]:
        """The ground's requests."""
        return (entry for entry in self.timeline if isinstance(entry, Telecommand))

    @property
    def steps(self) -> Iterator[Step]:
        """How recovery went on."""
        return (entry for entry in self.timeline if isinstance(entry, Step))
