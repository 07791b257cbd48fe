"""Which action a level takes next, and what keeps it from taking one."""

from typing import TYPE_CHECKING

from fdir_service.ladder.definitions import Level, Mode
from fdir_service.ladder.evidence import Evidence

if TYPE_CHECKING:
    from fdir_service.ladder.ladder import Ladder

INHIBITED = "inhibited"
LOWER = "a lower level is under way"
HIGHER = "an action of a higher level is under way"
SILENT = "the source is silent"
VOTE = "no classical check agrees"


def choose(ladder: "Ladder", level: Level, evidence: Evidence) -> int | None:
    """Return the number of the first action that has attempts left and can be taken, or None."""
    spent = ladder.states[level.id].spent
    for k, action in enumerate(level.actions):
        if spent[k] >= action.attempts or ladder.modes.at((level.id, k)) is Mode.INHIBITED:
            continue
        if action.members <= evidence.members(action.apid, ladder.failed).keys():
            return k
    return None


def hold(ladder: "Ladder", level: Level, evidence: Evidence, chosen: int | None) -> str:
    """Return why a waiting level may take no action at all for the time being, or nothing."""
    state = ladder.states[level.id]
    if ladder.modes.of(level.id) is Mode.INHIBITED:
        return INHIBITED
    if any(ladder.states[k].is_open for k in ladder.order.beneath[level.id]):
        return LOWER
    if any(ladder.states[k].is_acting for k in ladder.order.over[level.id]):
        return HIGHER
    if chosen is None and _has_inhibited(ladder, level):
        return INHIBITED
    if chosen is not None and level.actions[chosen].needs_classical and not evidence.agrees(state.causes):
        return VOTE
    return ""


def _has_inhibited(ladder: "Ladder", level: Level) -> bool:
    """Whether the ground keeps the level from an action that it would still have."""
    spent = ladder.states[level.id].spent
    return any(
        spent[k] < action.attempts and ladder.modes.at((level.id, k)) is Mode.INHIBITED
        for k, action in enumerate(level.actions)
    )
