"""Names that a chain test may use, and what is wrong with those that it may not."""

from collections.abc import Iterable
from difflib import get_close_matches

from fdir_service.mission import Mission

ANY = "any"
"""Stands for every event, every request or every level."""


class Names:
    """The names of one mission.

    Kinds: pmon, fmon, event, level, unit, source, parameter, action, function.
    """

    def __init__(self, mission: Mission) -> None:
        file = mission.file
        sections: dict[str, Iterable[str]] = {
            "pmon": (s.name for s in file.pmon),
            "fmon": (s.name for s in file.fmon),
            "event": (s.name for s in file.event),
            "level": (s.name for s in file.level),
            "unit": (s.name for s in file.unit),
            "source": (s.name for s in file.source),
            "parameter": mission.parameters.by_name,
            "action": (action.name for level in mission.levels for action in level.actions),
            "function": (name for unit in mission.units.values() for name in unit.functions),
        }
        self._known = {kind: frozenset(names) for kind, names in sections.items()}
        self._actions = {level.name: {action.name for action in level.actions} for level in mission.levels}
        self._settings = {section.name for section in file.setting}
        self._health = {section.name for section in file.health}

    def find_wrong(self, kind: str, name: str) -> str | None:
        """Return what is wrong with a name, or None."""
        known = self._known[kind]
        if name in known:
            return None
        close = get_close_matches(name, known, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return f"unknown {kind} {name!r}{hint}"

    def has_action(self, level: str | None, action: str) -> bool:
        """Whether a level has an action of that name."""
        return action in self._actions.get(level or "", set())

    def find_not_fed(self, name: str) -> str | None:
        """Return why a parameter cannot be given a value, or None."""
        if name in self._settings:
            return f"{name!r} is a setting: only TC[20,3] changes it"
        if name in self._health:
            return f"{name!r} is a health parameter: the service itself gives it"
        return self.find_wrong("parameter", name)
