"""ST[12], ST[05] and ST[19] once more, written to be read: one sample, one definition, one rule at a time.

The reference of the model-based tests. It knows no arrays, chunks or packets; requests are method calls
that return the failure codes.
"""

import math
from dataclasses import dataclass, field, replace

from pus.failure import FailureCode as Code
from pus.st12.definitions import Delta, ExpectedValue, Fmon, Limit, Pmon

NOMINAL, UNCHECKED, INVALID, LOW, HIGH = range(5)
FMON_UNCHECKED, RUNNING, FMON_INVALID, FAILED = range(4)


@dataclass
class Watch:
    """A PMON definition and what happened to it."""

    pmon: Pmon
    enabled: bool = False
    status: int = UNCHECKED
    run: int | None = None
    count: int = 0
    valid_samples: int = 0
    checked: list[float] = field(default_factory=list)

    def restart(self):
        self.run, self.count, self.valid_samples, self.checked = None, 0, 0, []

    def outcome(self, value):
        """Check one value; None: nothing to check yet."""
        check = self.pmon.check
        if isinstance(check, ExpectedValue):
            return NOMINAL if int(value) & check.mask == check.expected else LOW
        if isinstance(check, Delta):
            self.checked.append(value)
            if len(self.checked) <= check.consecutive:
                return None
            value = (self.checked[-1] - self.checked[-1 - check.consecutive]) / check.consecutive
        return LOW if value < check.low else HIGH if value > check.high else NOMINAL

    def sample(self, value, is_valid):
        """Take one sample; return whether a status was established that differs from the one before."""
        if math.isnan(value) or not is_valid:
            self.status = INVALID
            self.restart()
            return False
        is_due = self.valid_samples % self.pmon.interval == 0
        self.valid_samples += 1
        outcome = self.outcome(value) if is_due else None
        if outcome is None:
            return False
        self.count = self.count + 1 if outcome == self.run else 1
        self.run = outcome
        if self.count < self.pmon.repetition or outcome == self.status:
            return False
        self.status = outcome
        return True


@dataclass
class Vote:
    """An FMON definition and what happened to it."""

    fmon: Fmon
    enabled: bool = False
    protected: bool = True
    status: int = FMON_UNCHECKED


class Naive:
    """The reference application process."""

    def __init__(self, parameters, events):
        self.parameters = parameters
        self.events = events
        self.watches: dict[int, Watch] = {}
        self.votes: dict[int, Vote] = {}
        self.actions: dict[int, bool] = {}
        self.pmon_function = self.fmon_function = self.action_function = True

    # --- samples -------------------------------------------------------------------------------------

    def sample(self, values):
        """Take one sample (value by parameter id); return what happened, in order."""
        happened, touched = [], set()
        for pmon_id, watch in sorted(self.watches.items()) if self.pmon_function else ():
            if not watch.enabled:
                continue
            before, condition = watch.status, watch.pmon.validity
            is_valid = condition is None or condition.holds(values[condition.parameter])
            if watch.sample(values[watch.pmon.parameter], is_valid):
                touched.add(pmon_id)
                happened.append(("pmon", pmon_id, before, watch.status))
        changes = self._vote(touched, values)
        raised = [self.watches[k].pmon.check.event_of(after) for _, k, _, after in happened]
        raised += [self.votes[k].fmon.event for _, k, _, after in changes if after == FAILED]
        for event in filter(None, raised):
            changes.append(("event", event))
            if self.action_function and self.actions.get(event):
                changes.append(("request", event))
        return happened + changes

    def _vote(self, touched, values):
        changes = []
        for fmon_id, vote in sorted(self.votes.items()) if self.fmon_function else ():
            if not vote.enabled or vote.status == FAILED or not touched & set(vote.fmon.pmons):
                continue
            failing = sum(self.watches[k].status in (LOW, HIGH) for k in vote.fmon.pmons)
            condition, before = vote.fmon.validity, vote.status
            if condition is not None and not condition.holds(values[condition.parameter]):
                vote.status = FMON_INVALID
            else:
                vote.status = FAILED if failing >= vote.fmon.minimum else RUNNING
            if vote.status != before:
                changes.append(("fmon", fmon_id, before, vote.status))
        return changes

    # --- requests on PMONs ---------------------------------------------------------------------------

    def _locked(self, pmon_id):
        if pmon_id not in self.watches:
            return Code.UNKNOWN_PMON
        is_protected = any(v.protected and pmon_id in v.fmon.pmons for v in self.votes.values())
        return Code.PROTECTED if is_protected else None

    def _used(self, pmon_id):
        return any(pmon_id in vote.fmon.pmons for vote in self.votes.values())

    def enable_pmon(self, pmon_id):
        if code := self._locked(pmon_id):
            return [code]
        self.watches[pmon_id].enabled = True
        self.watches[pmon_id].restart()
        return []

    def disable_pmon(self, pmon_id):
        if code := self._locked(pmon_id):
            return [code]
        watch = self.watches[pmon_id]
        watch.enabled, watch.status = False, UNCHECKED
        watch.restart()
        return []

    def add_pmon(self, pmon):
        if pmon.id in self.watches:
            return [Code.PMON_EXISTS]
        if code := self._bad(pmon):
            return [code]
        self.watches[pmon.id] = Watch(pmon)
        return []

    def _bad(self, pmon):
        if any(event and event not in self.events for event in map(pmon.check.event_of, (3, 4))):
            return Code.UNKNOWN_EVENT
        if pmon.repetition < 1 or pmon.interval < 1:
            return Code.OUT_OF_RANGE
        if isinstance(pmon.check, Delta) and pmon.check.consecutive < 1:
            return Code.OUT_OF_RANGE
        if isinstance(pmon.check, Limit) and not pmon.check.low <= pmon.check.high:
            return Code.HIGH_BELOW_LOW
        return None

    def delete_pmon(self, pmon_id):
        if pmon_id not in self.watches:
            return [Code.UNKNOWN_PMON]
        if self.watches[pmon_id].enabled:
            return [Code.PMON_ENABLED]
        if self._used(pmon_id):
            return [Code.PMON_IN_USE]
        del self.watches[pmon_id]
        return []

    def modify_pmon(self, change):
        if code := self._locked(change.id):
            return [code]
        watch = self.watches[change.id]
        if watch.pmon.parameter != change.parameter:
            return [Code.OTHER_PARAMETER]
        if type(watch.pmon.check) is not type(change.check):
            return [Code.OTHER_CHECK_TYPE]
        pmon = replace(watch.pmon, check=change.check, repetition=change.repetition)
        if code := self._bad(pmon):
            return [code]
        self.watches[change.id] = Watch(pmon, enabled=watch.enabled)
        return []

    def delete_all_pmons(self):
        if self.pmon_function:
            return [Code.PMON_FUNCTION_ENABLED]
        if any(map(self._used, self.watches)):
            return [Code.PMON_IN_USE]
        self.watches.clear()
        return []

    def enable_pmon_function(self):
        self.pmon_function = True
        for watch in self.watches.values():
            if watch.enabled:
                watch.status = UNCHECKED
                watch.restart()
        return []

    def disable_pmon_function(self):
        if self.fmon_function:
            return [Code.FMON_FUNCTION_ENABLED]
        self.pmon_function = False
        return []

    # --- requests on FMONs ---------------------------------------------------------------------------

    def enable_fmon_function(self):
        if not self.pmon_function:
            return [Code.PMON_FUNCTION_DISABLED]
        self.fmon_function = True
        for vote in self.votes.values():
            if vote.enabled:
                vote.status = FMON_UNCHECKED
        return []

    def disable_fmon_function(self):
        self.fmon_function = False
        return []

    def _set_fmon(self, fmon_id, **changes):
        if fmon_id not in self.votes:
            return [Code.UNKNOWN_FMON]
        for name, value in changes.items():
            setattr(self.votes[fmon_id], name, value)
        return []

    def enable_fmon(self, fmon_id):
        return self._set_fmon(fmon_id, enabled=True)

    def disable_fmon(self, fmon_id):
        return self._set_fmon(fmon_id, enabled=False, status=FMON_UNCHECKED)

    def protect_fmon(self, fmon_id):
        return self._set_fmon(fmon_id, protected=True)

    def unprotect_fmon(self, fmon_id):
        return self._set_fmon(fmon_id, protected=False)

    def add_fmon(self, fmon):
        if fmon.id in self.votes:
            return [Code.FMON_EXISTS]
        if fmon.event and fmon.event not in self.events:
            return [Code.UNKNOWN_EVENT]
        if any(pmon not in self.watches for pmon in fmon.pmons):
            return [Code.UNKNOWN_PMON_IN_FMON]
        if not 1 <= fmon.minimum <= len(set(fmon.pmons)) == len(fmon.pmons):
            return [Code.OUT_OF_RANGE]
        self.votes[fmon.id] = Vote(fmon)
        return []

    def delete_fmon(self, fmon_id):
        if fmon_id not in self.votes:
            return [Code.UNKNOWN_FMON]
        if self.votes[fmon_id].enabled:
            return [Code.FMON_ENABLED]
        if self.votes[fmon_id].protected:
            return [Code.FMON_PROTECTED]
        del self.votes[fmon_id]
        return []

    # --- requests on event-actions -------------------------------------------------------------------

    def add_action(self, event):
        if event in self.actions:
            return [Code.EVENT_ACTION_ENABLED if self.actions[event] else Code.EVENT_ACTION_EXISTS]
        if event not in self.events:
            return [Code.UNKNOWN_EVENT]
        self.actions[event] = False
        return []

    def delete_action(self, event):
        if event not in self.actions:
            return [Code.UNKNOWN_EVENT_ACTION]
        if self.actions[event]:
            return [Code.EVENT_ACTION_ENABLED]
        del self.actions[event]
        return []

    def enable_action(self, event):
        return self._set_action(event, True)

    def disable_action(self, event):
        return self._set_action(event, False)

    def _set_action(self, event, enabled):
        if event not in self.actions:
            return [Code.UNKNOWN_EVENT_ACTION]
        self.actions[event] = enabled
        return []

    def enable_action_function(self):
        self.action_function = True
        return []

    def disable_action_function(self):
        self.action_function = False
        return []

    def delete_all_actions(self):
        self.action_function = False
        self.actions.clear()
        return []
