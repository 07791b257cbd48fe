"""What the ladder may know of the vehicle: statuses of monitoring, silent sources, selected units."""

from collections.abc import Iterable, Mapping, Set
from enum import Enum
from typing import TYPE_CHECKING

from fdir_service.ladder.definitions import Member
from pus.chain import Chain
from pus.st12.definitions import PmonChecking
from pus.st12.monitoring import VIOLATIONS

if TYPE_CHECKING:
    from fdir_service.mission import Mission


class Cause(Enum):
    """What the PMONs behind a failure say together. Unknown: values are missing while the source goes on."""

    NOMINAL = "nominal"
    VIOLATED = "violated"
    UNKNOWN = "unknown"
    SILENT = "silent"


class Evidence:
    """Looks at the chain; keeps nothing.

    Parameters
    ----------
    silent : whether each source is silent; filled in place by its owner.

    """

    def __init__(self, mission: "Mission", chain: Chain, silent: Mapping[str, bool]) -> None:
        self._mission = mission
        self._chain = chain
        self._silent = silent

    def cause(self, fmons: Iterable[int]) -> Cause:
        """Return what is known of a failure; a silent source says nothing about a unit."""
        pmons = self._pmons(fmons)
        statuses = [self._chain.monitoring.checking(k) for k in pmons]
        if any(status in VIOLATIONS for status in statuses):
            return Cause.VIOLATED
        if any(self._silent[self._source(k)] for k in pmons):
            return Cause.SILENT
        nominal = all(status is PmonChecking.NOMINAL for status in statuses)
        return Cause.NOMINAL if nominal else Cause.UNKNOWN

    def is_over(self, fmon: int) -> bool:
        """Whether the failure behind an FMON is over."""
        return self.cause((fmon,)) is Cause.NOMINAL

    def agrees(self, fmons: Iterable[int]) -> bool:
        """Whether a classical check, one that no detector feeds, is violated."""
        monitoring = self._chain.monitoring
        return any(
            monitoring.checking(k) in VIOLATIONS
            for k in self._pmons(fmons)
            if monitoring.pmons[k].parameter not in self._mission.learned
        )

    def members(self, apid: int, failed: Set[tuple[int, int]]) -> dict[Member, int]:
        """Return the selected member of a redundant unit and a sound one to replace it, as far as known."""
        unit = self._mission.units.get(apid)
        if unit is None or unit.selected is None:
            return {}
        value = self._chain.present(unit.selected)
        if value not in unit.members:
            return {}
        found = {Member.SELECTED: int(value)}
        sound = (k for k in unit.members if k != value and (apid, k) not in failed)
        if (other := next(sound, None)) is not None:
            found[Member.REDUNDANT] = other
        return found

    def _pmons(self, fmons: Iterable[int]) -> list[int]:
        monitoring = self._chain.monitoring
        # What the ground, or a reconfiguration, disables is not to be judged any more.
        watched = [monitoring.fmons[k] for k in fmons if k in monitoring.fmons and monitoring.fmon_function]
        found = {k for f in watched if monitoring.fmon_states[f.id].enabled for k in f.pmons}
        return sorted(k for k in found if monitoring.is_enabled(k))

    def _source(self, pmon: int) -> str:
        parameter = self._chain.monitoring.pmons[pmon].parameter
        return self._mission.parameters.by_id[parameter].source
