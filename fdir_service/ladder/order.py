"""How the levels of a ladder stand to one another: which are beneath, which above, what they resolve."""

from collections.abc import Iterable

from fdir_service.ladder.definitions import Level


class Order:
    """The levels by number; those that a level names in `below` are of a lower number.

    Attributes
    ----------
    levels : lower numbers first.
    by_id : levels by ID.
    above : the levels that take over from a level, by its ID.
    beneath, over : IDs of all levels that lead to a level, and of all that follow from it, by its ID.
    fmons : FMONs of a level and of all beneath it, by its ID.

    """

    def __init__(self, levels: Iterable[Level]) -> None:
        self.levels = tuple(sorted(levels, key=lambda level: (level.number, level.id)))
        self.by_id = {level.id: level for level in self.levels}
        self.above = {level.id: tuple(k for k in self.levels if level.id in k.below) for level in self.levels}
        self.beneath: dict[int, frozenset[int]] = {}
        self.fmons: dict[int, tuple[int, ...]] = {}
        for level in self.levels:
            self.beneath[level.id] = frozenset(level.below).union(*(self.beneath[k] for k in level.below))
            lower = (self.fmons[k] for k in level.below)
            self.fmons[level.id] = tuple(sorted(set(level.fmons).union(*lower)))
        self.over = {
            level.id: frozenset(k for k, lower in self.beneath.items() if level.id in lower)
            for level in self.levels
        }
