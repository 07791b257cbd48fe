"""Going on after a restart: an answer that came while nobody listened does not come again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fdir_service.ladder.definitions import Kind, Level, Member
from fdir_service.ladder.evidence import Evidence
from fdir_service.ladder.state import Outcome, Phase, Step

if TYPE_CHECKING:
    from fdir_service.ladder.ladder import Ladder

UNHEARD, LOST = "its answer may be lost", "the request was lost"


def resume(ladder: "Ladder", time: int) -> Iterator[Step]:
    """Judge attempts that wait for an answer by their effect: no request is sent twice.

    An action that nothing but its answer confirms goes on waiting for it.
    """
    for level in ladder.levels:
        state, action = ladder.states[level.id], level.actions[ladder.states[level.id].action]
        if state.phase is Phase.SENT and action.needs_nominal:
            state.phase, state.request, state.deadline = Phase.EXECUTED, b"", time + action.confirm
            attempt = state.spent[state.action]
            yield Step(
                time,
                Outcome.RESUMED,
                level.id,
                state.action,
                attempt,
                action.apid,
                UNHEARD,
                causes=state.causes,
            )


def never_arrived(ladder: "Ladder", level: Level, evidence: Evidence) -> bool:
    """Whether the attempt under way is an unheard switch, and the failed member is still selected."""
    state, action = ladder.states[level.id], level.actions[ladder.states[level.id].action]
    if action.kind is not Kind.SWITCH or state.passive or state.request:
        return False
    selected = evidence.members(action.apid, ladder.failed).get(Member.SELECTED, -1)
    return (action.apid, selected) in ladder.failed
