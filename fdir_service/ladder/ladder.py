"""The FDIR ladder: which action is taken against a failure, and when the next level takes over. Pure.

A level waits for its confirmation time, takes its actions in order, each as often as it may, and judges
every attempt: the unit must answer, then the failure must be gone. When nothing is left to try the level
is exhausted and the levels above it are entered. Time is an argument; what is observed comes as `Evidence`.
"""

from collections.abc import Iterable

from fdir_service.ladder.choice import SILENT, choose, hold
from fdir_service.ladder.definitions import Kind, Level, Member, Mode
from fdir_service.ladder.evidence import Cause, Evidence
from fdir_service.ladder.modes import Modes
from fdir_service.ladder.order import Order
from fdir_service.ladder.restart import LOST, never_arrived
from fdir_service.ladder.state import Key, LevelState, Outcome, Phase, Step
from pus.packets import SEQUENCE_MODULO, request_id

NO_ANSWER, REFUSED = "no answer", "the unit refused"
NOT_NOMINAL, RELAPSED = "not nominal in time", "violated again"


class Ladder:
    """All levels of one vehicle.

    Attributes
    ----------
    order, levels : how the levels stand to one another; lower ones are judged first.
    states : by level ID.
    failed : members of redundant units that are not selected again until the ground restores them.
    count : sequence count of the next request.

    """

    def __init__(self, levels: Iterable[Level], mode: Mode, nag: int = 0) -> None:
        self.order = Order(levels)
        self.levels = self.order.levels
        self.modes = Modes(mode, self.levels, nag)
        self.states = {
            level.id: LevelState([0] * len(level.actions), [0] * len(level.actions)) for level in self.levels
        }
        self.failed: set[tuple[int, int]] = set()
        self.count = SEQUENCE_MODULO // 2

    @property
    def deadline(self) -> int | None:
        """When the ladder has something to do although nothing happens (ns), or None."""
        # Asked at every sample: nearly always all levels are at rest.
        idle = Phase.IDLE
        found = self.modes.deadline
        for key, state in self.states.items():
            if state.phase is not idle or state.quiet is not None:
                due = self._deadline(self.order.by_id[key])
                if due is not None and (found is None or due < found):
                    found = due
        return found

    def _deadline(self, level: Level) -> int | None:
        state = self.states[level.id]
        if state.quiet is not None:
            return state.quiet + level.rearm
        return state.deadline if state.is_open and not state.held else None

    def enter(self, level_id: int, time: int, causes: tuple[int, ...] = (), reason: str = "") -> list[Step]:
        """Let a level resolve a failure; one that takes over from another, for a `reason`, does not wait.

        If no `causes` are named, they are the level's own FMONs, or else those of the levels beneath it.
        """
        level, state = self.order.by_id[level_id], self.states[level_id]
        causes = causes or level.fmons or self.order.fmons[level_id]
        state.causes = tuple(sorted({*state.causes, *causes}))
        if state.is_open:
            return []
        if state.phase is Phase.EXHAUSTED:
            spent = Step(time, Outcome.WITHHELD, level.id, reason="exhausted", causes=causes)
            return [spent, *self._escalate(level, time, causes)]
        state.phase, state.quiet, state.passive, state.blind = Phase.WAITING, None, False, False
        state.deadline = self._cooled(level, time if reason else time + level.wait)
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
            if not state.is_open or lost.isdisjoint(state.causes):
                continue
            state.relieved, state.blind = False, True
            if state.phase is not Phase.SENT:
                state.deadline = max(state.deadline, time + level.settle)

    def set_mode(self, key: Key, mode: Mode, until: int | None, time: int) -> Step:
        """Set the mode of the whole ladder, a level or an action."""
        self.modes.set(key, mode, until, time)
        self._revive(time)
        return self._mode_step(key, time, "ground")

    def rearm(self, level_id: int, time: int) -> Step:
        """Give a level its attempts back; a latched one can be entered again."""
        return self._rearm(level_id, time, "ground")

    def _rearm(self, level_id: int, time: int, reason: str) -> Step:
        state = self.states[level_id]
        causes = state.causes if state.phase is Phase.EXHAUSTED else ()
        state.give_back()
        return Step(time, Outcome.REARMED, level_id, reason=reason, causes=causes)

    def restore(self, apid: int, member: int, time: int) -> Step:
        """Declare a failed member of a unit sound: it may be selected again."""
        self.failed.discard((apid, member))
        return Step(time, Outcome.RESTORED, apid=apid, reason=f"member {member}")

    def _mode_step(self, key: Key, time: int, by: str) -> Step:
        level, action = (*key, None, None)[:2]
        return Step(time, Outcome.MODE, level, action, reason=f"{self.modes.at(key)} ({by})")

    def _revive(self, time: int) -> None:
        """Give back what was only walked through, wherever an action may be taken again."""
        for level in self.levels:
            state = self.states[level.id]
            freed = [k for k, n in enumerate(state.feigned) if n and self._is_active(level, k)]
            for k in freed:
                state.spent[k], state.feigned[k] = state.spent[k] - state.feigned[k], 0
            walking = state.phase is Phase.EXECUTED and state.passive and state.action in freed
            if walking or (freed and state.phase is Phase.EXHAUSTED):
                state.phase, state.held, state.passive = Phase.WAITING, "", False
                state.deadline = self._cooled(level, time)
            if not any(state.spent):
                state.quiet = None

    def _is_active(self, level: Level, action: int) -> bool:
        return self.modes.of(level.id, action) is Mode.ACTIVE

    def judge(self, evidence: Evidence, time: int) -> list[Step]:
        """Do what is due at `time`; the steps with outcome SENT hold the requests to be sent."""
        expired = self.modes.expire(time)
        if expired:
            self._revive(time)
        steps = [self._mode_step(key, time, "expired") for key in expired]
        steps += [self._mode_step(key, time, "still") for key in self.modes.remind(time)]
        # The end of an attempt may be what another level waits for.
        while found := self._judge_all(evidence, time):
            steps += found
        return steps

    def _judge_all(self, evidence: Evidence, time: int) -> list[Step]:
        busy = (level for level in self.levels if not self.states[level.id].is_at_rest)
        return [step for level in busy for step in self._judge(level, evidence, time)]

    def _judge(self, level: Level, evidence: Evidence, time: int) -> list[Step]:
        state = self.states[level.id]
        cause = evidence.cause(state.causes)
        if not state.is_open:
            return self._rest(level, cause, time)
        steps = []
        if state.phase is Phase.SENT:
            if time < state.deadline:
                return []
            steps.append(self._fail(level, time, NO_ANSWER))
        if self._is_blind(level, cause, time):
            return steps
        if cause is Cause.NOMINAL:
            return [*steps, self._recover(level, time)]
        if state.phase is Phase.EXECUTED:
            relapsed = state.relieved and cause is Cause.VIOLATED
            state.relieved |= cause is Cause.UNKNOWN and not state.blind
            if time < state.deadline and not relapsed:
                return []
            lost = never_arrived(self, level, evidence)
            steps.append(self._fail(level, time, LOST if lost else RELAPSED if relapsed else NOT_NOMINAL))
            state.spent[state.action] -= lost
        return steps + self._proceed(level, evidence, time)

    def _is_blind(self, level: Level, cause: Cause, time: int) -> bool:
        """Hold a level while the source is silent; after that it has its time anew."""
        state = self.states[level.id]
        if cause is Cause.SILENT:
            state.held, state.blind = SILENT, True
            return True
        if state.held == SILENT:
            state.held, state.deadline = "", max(state.deadline, time + level.settle)
        if cause is not Cause.UNKNOWN:
            state.blind = False
        return False

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
        return [self._rearm(level.id, time, "quiet")]

    def _proceed(self, level: Level, evidence: Evidence, time: int) -> list[Step]:
        """Let a waiting level take its next action, or say why it does not."""
        state = self.states[level.id]
        chosen = choose(self, level, evidence)
        held = hold(self, level, evidence, chosen)
        steps = []
        if held and held != state.held:
            steps.append(Step(time, Outcome.WITHHELD, level.id, reason=held, causes=state.causes))
        state.held = held
        if held or time < state.deadline:
            return steps
        if chosen is not None:
            return steps + self._take(level, chosen, evidence, time)
        state.phase, causes = Phase.EXHAUSTED, state.causes
        steps.append(Step(time, Outcome.EXHAUSTED, level.id, causes=causes, passive=state.passive))
        return steps + self._escalate(level, time, causes)

    def _take(self, level: Level, number: int, evidence: Evidence, time: int) -> list[Step]:
        """Take an action; where the mode is passive, only walk through it."""
        state, action = self.states[level.id], level.actions[number]
        members = evidence.members(action.apid, self.failed)
        request = action.request(members, self.count)
        self.count = (self.count + 1) % SEQUENCE_MODULO or SEQUENCE_MODULO // 2
        state.action, state.last, state.relieved = number, time, False
        state.spent[number] += 1
        state.passive = not self._is_active(level, number)
        if state.passive:
            state.feigned[number] += 1
        elif action.kind is Kind.SWITCH:
            self.failed.add((action.apid, members[Member.SELECTED]))
        state.request = request_id(request)
        # Nobody answers what is not sent, or what our own process executes.
        if state.passive or action.function is None:
            state.phase, state.deadline = Phase.EXECUTED, time + action.confirm
        else:
            state.phase, state.deadline = Phase.SENT, time + action.reply
        outcome, reason = (Outcome.WITHHELD, "passive") if state.passive else (Outcome.SENT, "")
        taken = self._step(level, time, outcome, reason, request)
        if state.phase is Phase.EXECUTED and not action.needs_nominal:
            return [taken, self._end(level, time, Outcome.DONE)]
        return [taken]

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
        for renewed in (level.id, *self.order.beneath[level.id]) if switched else ():
            self.states[renewed].give_back()
        return step

    def _end(self, level: Level, time: int, outcome: Outcome, reason: str = "") -> Step:
        state, step = self.states[level.id], self._step(level, time, outcome, reason)
        state.phase, state.held, state.causes = Phase.IDLE, "", ()
        state.quiet = time if any(state.spent) else None
        return step

    def _escalate(self, level: Level, time: int, causes: tuple[int, ...]) -> list[Step]:
        steps = []
        for above in self.order.above[level.id]:
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
        attempt, apid = (0, 0) if number is None else (state.spent[number], level.actions[number].apid)
        return Step(
            time, outcome, level.id, number, attempt, apid, reason, request, state.causes, state.passive
        )
