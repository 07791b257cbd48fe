"""Modes of the whole ladder, of its levels and of their actions.

What the ground sets expires, or the ground is reminded of it: no inhibition is forgotten.
"""

from collections.abc import Iterable

from fdir_service.ladder.definitions import MODES, Level, Mode
from fdir_service.ladder.state import Key, Override


class Modes:
    """The modes of the mission, and the ground's in their place.

    Attributes
    ----------
    overrides : what the ground set, by what it applies to.
    nag : when the ground is told again of restrictions that do not expire (ns), or None.

    """

    def __init__(self, whole: Mode, levels: Iterable[Level], nag: int = 0) -> None:
        self.nag: int | None = None
        self._nag_every = nag
        self._own: dict[Key, Mode] = {(): whole}
        for level in levels:
            self._own[level.id,] = level.mode
            self._own.update(((level.id, k), action.mode) for k, action in enumerate(level.actions))
        self.overrides: dict[Key, Override] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._own

    def at(self, key: Key) -> Mode:
        """Return the mode set for this very place."""
        override = self.overrides.get(key)
        return self._own[key] if override is None else override.mode

    def of(self, *key: int) -> Mode:
        """Return the mode in force: the most restrictive one from the whole ladder down to `key`."""
        return min((self.at(key[:n]) for n in range(len(key) + 1)), key=MODES.index)

    @property
    def restricted(self) -> int:
        """How many places are passive or inhibited."""
        return sum(self.at(key) is not Mode.ACTIVE for key in self._own)

    @property
    def lasting(self) -> list[Key]:
        """Return the places that the ground restricted without an end."""
        open_ended = {k: o for k, o in self.overrides.items() if o.until is None}
        return sorted(k for k, o in open_ended.items() if o.mode is not Mode.ACTIVE)

    @property
    def deadline(self) -> int | None:
        """When the ground is to be told of a mode (ns), or None."""
        if not self.overrides:
            return self.nag
        times = [self.nag, *(override.until for override in self.overrides.values())]
        return min((time for time in times if time is not None), default=None)

    def set(self, key: Key, mode: Mode, until: int | None, time: int) -> None:
        """Put a mode in the place of the mission's; the same one without an end goes back to it."""
        if until is None and mode is self._own[key]:
            self.overrides.pop(key, None)
        else:
            self.overrides[key] = Override(mode, until)
        self.nag = time + self._nag_every if self._nag_every and self.lasting else None

    def expire(self, time: int) -> list[Key]:
        """End what has expired at `time`; return the places."""
        over = [k for k, o in self.overrides.items() if o.until is not None and o.until <= time]
        for key in over:
            del self.overrides[key]
        return sorted(over)

    def remind(self, time: int) -> list[Key]:
        """Return the restricted places of which the ground is to be told again at `time`."""
        if self.nag is None or time < self.nag:
            return []
        self.nag = time + self._nag_every
        return self.lasting
