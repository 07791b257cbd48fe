"""Going on after a restart: an answer that came while nobody listened does not come again."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fdir_service.ladder.definitions import Kind, Level, Member
from fdir_service.ladder.evidence import Evidence
from fdir_service.ladder.state import Outcome, Phase, Step
from pus.packets import ACK_COMPLETION, apid_of, decode_tc, request_id

if TYPE_CHECKING:
    from fdir_service.ladder.ladder import Ladder

UNHEARD, LOST = "its answer may be lost", "the request was lost"
UNKNOWN = "no answer before the restart"


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


def expect(unanswered: dict[bytes, bytes], packet: bytes) -> None:
    """Note a request of no level that asks for a report of its completion."""
    if decode_tc(packet).ack & ACK_COMPLETION:
        unanswered[request_id(packet)] = packet


def refused(packet: bytes, time: int) -> Step:
    """Tell of a request of no level that a unit has refused: no action is judged by it."""
    return Step(time, Outcome.FAILED, apid=apid_of(packet), reason="refused", request=packet)


def give_up(unanswered: Mapping[bytes, bytes], time: int) -> Iterator[Step]:
    """Tell of requests of no level that no unit has answered: nobody knows whether they have left.

    Nothing judges them by their effect, so that the ground has to look.

    Parameters
    ----------
    unanswered : packets by request ID.

    """
    for packet in unanswered.values():
        yield Step(time, Outcome.FAILED, apid=apid_of(packet), reason=UNKNOWN, request=packet)


def never_arrived(ladder: "Ladder", level: Level, evidence: Evidence) -> bool:
    """Whether the attempt under way is an unheard switch, and the failed member is still selected."""
    state, action = ladder.states[level.id], level.actions[ladder.states[level.id].action]
    if action.kind is not Kind.SWITCH or state.passive or state.request:
        return False
    selected = evidence.members(action.apid, ladder.failed).get(Member.SELECTED, -1)
    return (action.apid, selected) in ladder.failed
