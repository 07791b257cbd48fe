"""Recovery in the stream: the ladder with its functions, its evidence, and what follows from each step."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fdir_service.ladder.commands import Commands
from fdir_service.ladder.definitions import Mode
from fdir_service.ladder.evidence import Evidence
from fdir_service.ladder.ladder import Ladder
from fdir_service.ladder.state import Outcome, Step
from pus.chain import Chain
from pus.codec import u16
from pus.packets import Tc, apid_of
from pus.st12.definitions import FmonChecking
from pus.st12.service import DISABLE_FMONS, ENABLE_FMONS
from pus.st12.service import SERVICE as ST12

if TYPE_CHECKING:
    from fdir_service.mission import Mission

_NS = 1_000_000_000


class Recovery:
    """The ladder of one application process.

    Parameters
    ----------
    silent : whether each source is silent; filled in place by its owner.

    """

    def __init__(self, mission: "Mission", silent: dict[str, bool]) -> None:
        self._mission = mission
        self._silent = silent
        settings = mission.file.recovery
        self.ladder = Ladder(mission.levels, settings.mode, round(settings.nag_s * _NS))
        self.commands = Commands(self.ladder)
        self._events = {
            Outcome.RECOVERED: settings.recovered_event,
            Outcome.FAILED: settings.failed_event,
            Outcome.EXHAUSTED: settings.exhausted_event,
            Outcome.MODE: settings.inhibited_event,
        }

    def steps(self, chain: Chain, time: int) -> list[Step]:
        """Return what the ladder does at an instant."""
        done = self.commands.carry_out(time)
        return done + self.ladder.judge(Evidence(self._mission, chain, self._silent), time)

    def release(self, request: bytes, time: int) -> Step:
        """Judge a request that belongs to no level: it may leave where the ladder as a whole may act."""
        mode, apid = self.ladder.modes.of(), apid_of(request)
        if mode is not Mode.ACTIVE:
            return Step(time, Outcome.WITHHELD, apid=apid, reason=mode.value, request=request)
        return Step(time, Outcome.SENT, apid=apid, request=request)

    def forget(self, chain: Chain, source: str, time: int) -> None:
        """Nothing is known of a source any more: no unit is judged by its silence."""
        monitoring, parameters = chain.monitoring, self._mission.parameters
        mine = {
            k for k, pmon in monitoring.pmons.items() if parameters.by_id[pmon.parameter].source == source
        }
        self.ladder.postpone((k for k, fmon in monitoring.fmons.items() if mine & set(fmon.pmons)), time)

    def event(self, step: Step) -> tuple[int, bytes] | None:
        """Return the event that tells the ground of a step, and its data: level, application process."""
        event = self._events.get(step.outcome, 0)
        if not event or step.passive:
            return None
        if step.outcome is Outcome.MODE and not self.ladder.modes.restricted:
            return None
        level = self._mission.profile.codec.id(step.level or 0)
        return event, level + u16(step.apid or self._mission.apid)

    def rearming(self, chain: Chain, step: Step) -> Iterator[bytes]:
        """Yield the requests to our own process that re-arm the latched FMONs of a failure that is over."""
        ended = step.outcome in (Outcome.RECOVERED, Outcome.REARMED)
        if not ended or self._mission.file.recovery.rearm != "automatic":
            return
        monitoring = chain.monitoring
        latched = [
            k
            for k in step.causes
            if k in monitoring.fmons and monitoring.fmon_states[k].status is FmonChecking.FAILED
        ]
        evidence = Evidence(self._mission, chain, self._silent)
        over = [k for k in latched if evidence.is_over(k)]
        for subtype in (DISABLE_FMONS, ENABLE_FMONS) if over else ():
            yield Tc(self._mission.apid, ST12, subtype, self._mission.profile.codec.ids(over)).pack()
