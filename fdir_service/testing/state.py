"""How things stand in a chain test: statuses, levels, modes, values, by the names of the mission."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from fdir_service.journal import status_name
from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.state import Key, LevelState
from fdir_service.mission import Mission
from fdir_service.stream import Stream


class _Named(Protocol):
    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


class State:
    """Looks at a stream; keeps nothing. An unknown name is a KeyError."""

    def __init__(self, mission: Mission, stream: Stream) -> None:
        self._mission = mission
        self._stream = stream
        self._pmons = _ids(mission.file.pmon)
        self._fmons = _ids(mission.file.fmon)
        self._levels = {level.name: level for level in mission.levels}
        self._units = {unit.name: apid for apid, unit in mission.units.items()}

    def pmon(self, name: str) -> str:
        """Return the checking status of a PMON, such as "nominal" or "above high limit"."""
        monitoring = self._stream.chain.monitoring
        pmon = monitoring.pmons[self._pmons[name]]
        return status_name(pmon, monitoring.checking(pmon.id))

    def fmon(self, name: str) -> str:
        """Return the checking status of an FMON, such as "running" or "failed"."""
        return self._stream.chain.monitoring.fmon_states[self._fmons[name]].status.name.lower()

    def level(self, name: str) -> LevelState:
        """Return where a level stands: phase, attempts spent, why it is held, and more."""
        return self._stream.recovery.ladder.states[self._levels[name].id]

    def mode(self, level: str | None = None, action: str | None = None) -> Mode:
        """Return the mode in force for the whole ladder, a level or one of its actions."""
        return self._stream.recovery.ladder.modes.of(*self._key(level, action))

    def failed_members(self, unit: str) -> list[int]:
        """Return the members of a unit that are not selected again."""
        apid = self._units[unit]
        return sorted(member for of, member in self._stream.recovery.ladder.failed if of == apid)

    def value(self, parameter: str) -> float:
        """Return the newest value of a parameter; NaN: not known."""
        return self._stream.chain.latest(self._mission.parameters.by_name[parameter].id)

    def _key(self, level: str | None, action: str | None) -> Key:
        if level is None:
            return ()
        found = self._levels[level]
        numbers = {a.name: k for k, a in enumerate(found.actions)}
        return (found.id,) if action is None else (found.id, numbers[action])


def _ids(sections: Iterable[_Named]) -> Mapping[str, int]:
    return {section.name: section.id for section in sections}
