"""The FDIR ladder: which action is taken against a failure, and when the next level takes over. Pure.

A level waits for its confirmation time, takes its actions in order, each as often as it may, and judges
every attempt: the unit must answer, then the failure must be gone. When nothing is left to try the level
is exhausted and the levels above it are entered. Time is an argument; what is observed comes as `Evidence`.
"""

from collections.abc import Iterable, Mapping

from fdir_service.ladder.choice import choose, hold
from fdir_service.ladder.definitions import Kind, Level, Member, Mode
from fdir_service.ladder.evidence import Cause, Evidence
from fdir_service.ladder.modes import Modes
from fdir_service.ladder.restart import LOST, never_arrived
from fdir_service.ladder.state import Key, LevelState, Outcome, Phase, Step
from pus.packets import SEQUENCE_MODULO, request_id

NO_ANSWER, REFUSED = "no answer", "the unit refused"
NOT_NOMINAL, RELAPSED = "not nominal in time", "violated again"


class Ladder:
    """All levels of one vehicle.

    Attributes
    ----------
    levels : by number; lower ones are judged first.
    states : by level ID.
    failed : members of redundant units that are not selected again until the ground restores them.
    count : sequence count of the next request.
    nag : when the ground is told again of restrictions that do not expire (ns), or None.

    """

    def __init__(self, levels: Iterable[Level], mode: Mode, nag: int = 0) -> None:
        self.levels = tuple(sorted(levels, key=lambda level: (level.number, level.id)))
        self.modes = Modes(mode, self.levels)
        self.states = {level.id: LevelState([0] * len(level.actions)) for level in self.levels}
        self.failed: set[tuple[int, int]] = set()
        self.count = SEQUENCE_MODULO // 2
        self.nag: int | None = None
        self._nag_every = nag
        self._level = {level.id: level for level in self.levels}
        self._above = {
            level.id: tuple(k for k in self.levels if level.id in k.below) for level in self.levels
        }

    @property
    def deadline(self) -> int | None:
        """When the ladder has something to do although nothing happens (ns), or None."""
        times = [self.modes.deadline, self.nag, *(self._deadline(level) for level in self.levels)]
        return min((time for time in times if time is not None), default=None)

    def _deadline(self, level: Level) -> int | None:
        state = self.states[level.id]
        if state.quiet is not None:
            return state.quiet + level.rearm
        return state.deadline if state.is_open and not state.held else None

    # --- what comes in -----------------------------------------------------------------------------

    def enter(self, level_id: int, time: int, causes: tuple[int, ...] = (), reason: str = "") -> list[Step]:
        """Let a level resolve a failure; `causes` are its own FMONs if none are named."""
        level, state = self._level[level_id], self.states[level_id]
        causes = causes or level.fmons
        if state.phase is Phase.EXHAUSTED:
            spent = Step(time, Outcome.WITHHELD, level.id, reason="exhausted", causes=causes)
            return [spent, *self._escalate(level, time, causes)]
        state.causes = tuple(sorted({*state.causes, *causes})) if state.is_open else causes
        if state.is_open:
            return []
        state.phase, state.held, state.quiet, state.passive = Phase.WAITING, "", None, False
        wait = 0 if reason else level.wait
        state.deadline = self._cooled(level, time + wait)
        return [Step(time, Outcome.ENTERED, level.id, reason=reason, causes=causes)]

    def verified(self, request: bytes, success: bool, time: int) -> list[Step]:
        """Take a unit's final verification of the request with this request ID."""
        for level in self.levels:
            state = self.states[level.id]
            if state.phase is Phase.SENT and state.request == request:
                break
        else:
            return []
        action = level.actions[state.action]
        if not success:
            return [self._fail(level, time, REFUSED)]
        state.phase, state.deadline = Phase.EXECUTED, time + action.confirm
        executed = self._step(level, time, Outcome.EXECUTED)
        return [executed] if action.needs_nominal else [executed, self._end(level, time, Outcome.DONE)]

    def postpone(self, fmons: Iterable[int], time: int) -> None:
        """Nothing was known of these FMONs for a while: what is judged by them gets its time anew."""
        lost = set(fmons)
        for level in self.levels:
            state = self.states[level.id]
            if not (state.is_open and lost & set(state.causes)):
                continue
            state.relieved, state.blind = False, True
            if state.phase is not Phase.SENT:
                state.deadline = max(state.deadline, time + level.settle)

    # --- the ground's requests ---------------------------------------------------------------------

    def set_mode(self, key: Key, mode: Mode, until: int | None, time: int) -> Step:
        """Set the mode of the whole ladder, a level or an action."""
        before = self._modes_in_force()
        self.modes.set(key, mode, until)
        self._revive(before, time)
        self.nag = time + self._nag_every if self._nag_every and self.modes.lasting else None
        return self._mode_step(key, time, "ground")

    def rearm(self, level_id: int, time: int) -> Step:
        """Give a level its attempts back; a latched one can be entered again."""
        state = self.states[level_id]
        state.spent, state.quiet = [0] * len(state.spent), None
        if state.phase is Phase.EXHAUSTED:
            state.phase, state.causes = Phase.IDLE, ()
        return Step(time, Outcome.REARMED, level_id, reason="ground")

    def restore(self, apid: int, member: int, time: int) -> Step:
        """Declare a failed member of a unit sound: it may be selected again."""
        self.failed.discard((apid, member))
        return Step(time, Outcome.RESTORED, apid=apid, reason=f"member {member}")

    def _mode_step(self, key: Key, time: int, by: str) -> Step:
        level, action = (*key, None, None)[:2]
        return Step(time, Outcome.MODE, level, action, reason=f"{self.modes.at(key)} ({by})")

    def _modes_in_force(self) -> dict[int, Mode]:
        return {level.id: self.modes.of(level.id) for level in self.levels}

    def _revive(self, before: Mapping[int, Mode], time: int) -> None:
        """Let a level that may act again start anew: passive mode has cost it no attempt."""
        for level in self.levels:
            state, mode = self.states[level.id], self.modes.of(level.id)
            if state.passive and before[level.id] is not mode and mode is Mode.ACTIVE:
                state.spent, state.quiet, state.passive = [0] * len(state.spent), None, False
                if state.phase is not Phase.IDLE:
                    state.phase, state.held, state.deadline = Phase.WAITING, "", self._cooled(level, time)

    # --- judgement ---------------------------------------------------------------------------------

    def judge(self, evidence: Evidence, time: int) -> list[Step]:
        """Do what is due at `time`; the steps with outcome SENT hold the requests to be sent."""
        steps = self._expire(time)
        if self.nag is not None and time >= self.nag:
            steps += [self._mode_step(key, time, "still") for key in self.modes.lasting]
            self.nag = time + self._nag_every
        for level in self.levels:
            steps += self._judge(level, evidence, time)
        return steps

    def _expire(self, time: int) -> list[Step]:
        if self.modes.deadline is None or time < self.modes.deadline:
            return []
        before = self._modes_in_force()
        steps = [self._mode_step(key, time, "expired") for key in self.modes.expire(time)]
        self._revive(before, time)
        return steps

    def _judge(self, level: Level, evidence: Evidence, time: int) -> list[Step]:
        state = self.states[level.id]
        if state.phase is Phase.IDLE and state.quiet is None:
            return []
        cause = evidence.cause(state.causes)
        if not state.is_open:
            return self._rest(level, cause, time)
        if state.phase is Phase.EXECUTED and not level.actions[state.action].needs_nominal:
            return [self._end(level, time, Outcome.DONE)]
        steps = []
        if state.phase is Phase.SENT or (state.phase is Phase.EXECUTED and cause.is_bad):
            relapsed = state.relieved and cause is Cause.VIOLATED
            state.blind &= cause is not Cause.VIOLATED
            state.relieved |= state.phase is Phase.EXECUTED and cause is Cause.UNKNOWN and not state.blind
            if time < state.deadline and not relapsed:
                return []
            late = NO_ANSWER if state.phase is Phase.SENT else NOT_NOMINAL
            lost = never_arrived(self, level, evidence)
            steps.append(self._fail(level, time, LOST if lost else RELAPSED if relapsed else late))
            state.spent[state.action] -= lost
        if cause is Cause.SILENT:
            self.postpone(state.causes, time)
        elif cause is Cause.NOMINAL:
            steps.append(self._recover(level, time))
        else:
            steps += self._proceed(level, evidence, time)
        return steps

    def _rest(self, level: Level, cause: Cause, time: int) -> list[Step]:
        """Give attempts back to a level that has long had nothing to resolve."""
        state = self.states[level.id]
        if state.phase is Phase.EXHAUSTED:
            if level.latch or cause is not Cause.NOMINAL:
                state.quiet = None
                return []
            state.quiet = time if state.quiet is None else state.quiet
        if state.quiet is None or time < state.quiet + level.rearm:
            return []
        state.spent, state.quiet, state.phase, state.causes = [0] * len(state.spent), None, Phase.IDLE, ()
        return [Step(time, Outcome.REARMED, level.id, reason="quiet")]

    def _proceed(self, level: Level, evidence: Evidence, time: int) -> list[Step]:
        """Let a waiting level take its next action, or say why it does not."""
        state = self.states[level.id]
        chosen = choose(self, level, evidence)
        held = hold(self, level, evidence, chosen)
        if held != state.held:
            state.held = held
            told = [Step(time, Outcome.WITHHELD, level.id, reason=held, causes=state.causes)] if held else []
        else:
            told = []
        if held or time < state.deadline:
            return told
        if chosen is None:
            state.phase = Phase.EXHAUSTED
            exhausted = Step(time, Outcome.EXHAUSTED, level.id, causes=state.causes, passive=state.passive)
            return [*told, exhausted, *self._escalate(level, time, state.causes)]
        return [*told, self._take(level, chosen, evidence, time)]

    def _take(self, level: Level, number: int, evidence: Evidence, time: int) -> Step:
        """Take an action, or only note it where the mode is passive."""
        state, action = self.states[level.id], level.actions[number]
        state.action, state.last, state.relieved, state.blind = number, time, False, False
        state.spent[number] += 1
        members = evidence.members(action.apid, self.failed)
        request = action.request(members, self.count)
        self.count = (self.count + 1) % SEQUENCE_MODULO or SEQUENCE_MODULO // 2
        state.passive = self.modes.of(level.id, number) is Mode.PASSIVE
        confirm = action.confirm if action.needs_nominal else 0
        if state.passive:
            state.phase, state.deadline = Phase.EXECUTED, time + confirm
            return self._step(level, time, Outcome.WITHHELD, "passive", request)
        if action.kind is Kind.SWITCH:
            self.failed.add((action.apid, members[Member.SELECTED]))
        asks_own = action.function is None
        state.phase = Phase.EXECUTED if asks_own else Phase.SENT
        state.request = request_id(request)
        state.deadline = time + (confirm if asks_own else action.reply)
        return self._step(level, time, Outcome.SENT, request=request)

    def _fail(self, level: Level, time: int, reason: str) -> Step:
        state = self.states[level.id]
        step = self._step(level, time, Outcome.FAILED, reason)
        state.phase, state.held = Phase.WAITING, ""
        state.deadline = self._cooled(level, time)
        return step

    def _recover(self, level: Level, time: int) -> Step:
        """End a failure; after a switch the other member has all attempts before it."""
        state = self.states[level.id]
        by_itself = state.phase is Phase.WAITING
        switched = not by_itself and not state.passive and level.actions[state.action].kind is Kind.SWITCH
        step = self._end(level, time, Outcome.RECOVERED, "by itself" if by_itself else "")
        if switched:
            self._renew(level)
        return step

    def _end(self, level: Level, time: int, outcome: Outcome, reason: str = "") -> Step:
        state, step = self.states[level.id], self._step(level, time, outcome, reason)
        state.phase, state.held, state.causes = Phase.IDLE, "", ()
        state.quiet = time if any(state.spent) else None
        return step

    def _renew(self, level: Level) -> None:
        """Give a level and those below it all attempts back: they have another member before them."""
        for below in level.below:
            self._renew(self._level[below])
        state = self.states[level.id]
        state.spent, state.quiet = [0] * len(state.spent), None
        if state.phase is Phase.EXHAUSTED:
            state.phase, state.causes = Phase.IDLE, ()

    def _escalate(self, level: Level, time: int, causes: tuple[int, ...]) -> list[Step]:
        steps = []
        for above in self._above[level.id]:
            steps += self.enter(above.id, time, causes, f"{level.name} is exhausted")
        return steps

    def _cooled(self, level: Level, time: int) -> int:
        last = self.states[level.id].last
        return time if last is None else max(time, last + level.cooldown)

    def _step(
        self, level: Level, time: int, outcome: Outcome, reason: str = "", request: bytes = b""
    ) -> Step:
        """Make a step about the action under way."""
        state = self.states[level.id]
        number = state.action if state.phase is not Phase.WAITING else None
        return Step(
            time,
            outcome,
            level.id,
            number,
            0 if number is None else state.spent[number],
            0 if number is None else level.actions[number].apid,
            reason,
            request,
            state.causes,
            state.passive,
        )
