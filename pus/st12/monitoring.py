"""What ST[12] knows: definitions, compiled tables by source, and results; and the walk over changes."""

from collections.abc import Callable, Iterable
from dataclasses import field, replace

import numpy as np

from pus.codec import DEFAULT, Codec
from pus.parameters import ParameterTable
from pus.profile import Profile
from pus.records import frozen, mutable
from pus.st12.checks import (
    INVALID,
    SKIPPED,
    UNCHECKED,
    Changes,
    Checks,
    CheckState,
    Codes,
    Flags,
    Floats,
    Ints,
    check,
)
from pus.st12.definitions import NO_EVENT, Fmon, FmonChecking, Pmon, PmonChecking

VIOLATIONS = (PmonChecking.LOW, PmonChecking.HIGH)


@frozen
class Transition:
    """A check transition: an established status that differs from the one before."""

    pmon: Pmon
    previous: PmonChecking
    current: PmonChecking
    value: float
    crossed: float
    time: int

    @property
    def event(self) -> int:
        """The event definition it raises, or 0."""
        return self.pmon.check.event_of(self.current)


@frozen
class FmonChange:
    """A functional monitoring definition got another checking status."""

    fmon: Fmon
    previous: FmonChecking
    current: FmonChecking
    statuses: tuple[PmonChecking, ...]
    time: int

    @property
    def event(self) -> int:
        """The event definition it raises, or 0."""
        return self.fmon.event if self.current is FmonChecking.FAILED else NO_EVENT


@mutable
class FmonState:
    """Result of one FMON; new ones are disabled, unchecked and protected (ECSS 6.12.4.7.1)."""

    enabled: bool = False
    protected: bool = True
    status: FmonChecking = FmonChecking.UNCHECKED


ValueAt = Callable[[int], float]
"""The value of a parameter (by ID) at the sample under way; NaN = not known."""


@mutable
class Monitoring:
    """Definitions and results of parameter and functional monitoring of one application process."""

    parameters: ParameterTable
    profile: Profile
    pmons: dict[int, Pmon] = field(default_factory=dict)
    fmons: dict[int, Fmon] = field(default_factory=dict)
    fmon_states: dict[int, FmonState] = field(default_factory=dict)
    tables: dict[str, Checks] = field(default_factory=dict)
    states: dict[str, CheckState] = field(default_factory=dict)
    pmon_function: bool = True
    fmon_function: bool = True
    transitions: list[Transition] = field(default_factory=list)
    latest: dict[int, Transition] = field(default_factory=dict)
    max_delay: int = 0
    codec: Codec = DEFAULT
    _walked: dict[int, PmonChecking] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fmon_function = self.profile.fmon_function
        self.max_delay = self.profile.max_transition_delay
        self.codec = self.profile.codec

    # --- definitions -------------------------------------------------------------------------------

    def source_of(self, pmon: Pmon) -> str:
        """Return the source whose samples `pmon` counts."""
        return self.parameters.by_id[pmon.parameter].source

    def replace_pmons(self, pmons: dict[int, Pmon]) -> None:
        """Swap in another set of definitions; the results of those that stay are kept."""
        sources = {self.source_of(pmon) for pmon in (*self.pmons.values(), *pmons.values())}
        self.pmons = pmons
        for source in sources:
            mine = tuple(pmon for pmon in pmons.values() if self.source_of(pmon) == source)
            table = Checks(mine, self.parameters)
            self.states[source] = _carry_over(self.tables.get(source), self.states.get(source), table)
            self.tables[source] = table
        self.latest = {k: transition for k, transition in self.latest.items() if k in pmons}

    def set_pmon(self, pmon_id: int, *, enabled: bool | None = None, reset: bool = False) -> None:
        """Set a PMON status and start counting anew; `reset` makes it unchecked as well."""
        source = self.source_of(self.pmons[pmon_id])
        which = self.tables[source].ids == pmon_id
        self.states[source] = _restart(
            self.tables[source], self.states[source], which, UNCHECKED if reset else None, enabled
        )

    def is_enabled(self, pmon_id: int) -> bool:
        """Return the PMON status of a definition."""
        table, state = self._of(pmon_id)
        return bool(state.enabled[np.searchsorted(table.ids, pmon_id)])

    def checking(self, pmon_id: int) -> PmonChecking:
        """Return the PMON checking status, at the sample under way."""
        if pmon_id in self._walked:
            return self._walked[pmon_id]
        table, state = self._of(pmon_id)
        return PmonChecking(int(state.status[np.searchsorted(table.ids, pmon_id)]))

    def counting(self, pmon_id: int) -> tuple[int, int]:
        """Return how many checks of a PMON agree so far, and how many establish a status."""
        table, state = self._of(pmon_id)
        return int(state.count[np.searchsorted(table.ids, pmon_id)]), self.pmons[pmon_id].repetition

    def _of(self, pmon_id: int) -> tuple[Checks, CheckState]:
        source = self.source_of(self.pmons[pmon_id])
        return self.tables[source], self.states[source]

    def enable_pmon_function(self) -> None:
        """Start the process anew: every enabled PMON becomes unchecked."""
        self.pmon_function = True
        for source, table in self.tables.items():
            enabled = self.states[source].enabled
            self.states[source] = _restart(table, self.states[source], enabled, UNCHECKED, None)

    def invalidate(self, source: str) -> None:
        """Forget what was counted on a source: its enabled PMONs become invalid (gap, silence, new unit)."""
        if source in self.tables and self.pmon_function:
            state = self.states[source]
            self.states[source] = _restart(self.tables[source], state, state.enabled, INVALID, None)

    # --- the walk ----------------------------------------------------------------------------------

    def check(self, source: str, values: Floats) -> tuple[Changes, CheckState | None]:
        """Check a chunk (rows, K) of one source; the state comes back and is kept by `commit`."""
        if not self.pmon_function or source not in self.tables:
            return Changes.none(), None
        return check(self.tables[source], self.states[source], values)

    def commit(self, states: dict[str, CheckState]) -> None:
        """Keep the states of the chunk that has been walked."""
        self.states.update(states)
        self._walked.clear()

    def walk(
        self, changes: Iterable[tuple[Pmon, PmonChecking, PmonChecking]], value: ValueAt, time: int
    ) -> tuple[list[Transition], list[FmonChange]]:
        """Take the changes (PMON, previous, current) of one sample; return transitions, then FMON changes."""
        transitions = []
        for pmon, previous, current in changes:
            self._walked[pmon.id] = current
            if current is not PmonChecking.INVALID:
                crossed = pmon.check.crossed(current)
                transition = Transition(pmon, previous, current, value(pmon.parameter), crossed, time)
                transitions.append(transition)
                self.latest[pmon.id] = transition
        self.transitions += transitions
        touched = {transition.pmon.id for transition in transitions}
        return transitions, self._evaluate(touched, value, time) if touched else []

    def _evaluate(self, touched: set[int], value: ValueAt, time: int) -> list[FmonChange]:
        """Re-evaluate the FMONs of newly established PMONs, by ascending FMON id (ECSS 6.12.4.4)."""
        if not self.fmon_function:
            return []
        changes = []
        for fmon_id in sorted(self.fmons):
            fmon, state = self.fmons[fmon_id], self.fmon_states[fmon_id]
            if not state.enabled or touched.isdisjoint(fmon.pmons) or state.status is FmonChecking.FAILED:
                continue
            statuses = tuple(self.checking(pmon) for pmon in fmon.pmons)
            current = _verdict(fmon, statuses, value)
            if current is not state.status:
                changes.append(FmonChange(fmon, state.status, current, statuses, time))
                state.status = current
        return changes

    # --- the check transition list -----------------------------------------------------------------

    @property
    def deadline(self) -> int | None:
        """When the check transition list must be reported at the latest (ns), or None while it is empty."""
        if not self.transitions:
            return None
        return self.transitions[0].time + self.max_delay * self.profile.minimum_sampling_interval

    def take_transitions(self, time: int, *, with_delay: bool) -> list[list[Transition]]:
        """Empty the list where it is due: full lists, and the rest once the delay has elapsed."""
        due = []
        limit = self.profile.max_transitions
        while len(self.transitions) >= limit:
            due.append(self.transitions[:limit])
            del self.transitions[:limit]
        if with_delay and self.deadline is not None and time >= self.deadline:
            due.append(self.transitions[:])
            self.transitions.clear()
        return due


def _verdict(fmon: Fmon, statuses: tuple[PmonChecking, ...], value: ValueAt) -> FmonChecking:
    if fmon.validity and not fmon.validity.holds(value(fmon.validity.parameter)):
        return FmonChecking.INVALID
    failing = sum(status in VIOLATIONS for status in statuses)
    return FmonChecking.FAILED if failing >= fmon.minimum else FmonChecking.RUNNING


def _carry_over(old: Checks | None, state: CheckState | None, table: Checks) -> CheckState:
    """Return the state of a new table; unchanged definitions keep theirs, a modified one restarts."""
    fresh = CheckState.fresh(table)
    if old is None or state is None:
        return fresh
    place = {pmon: k for k, pmon in enumerate(old.pmons)}
    histories = dict(zip(old.delta.tolist(), state.history, strict=True))
    kept = [(k, place[pmon]) for k, pmon in enumerate(table.pmons) if pmon in place]
    for new, k in kept:
        for mine, theirs in zip(_arrays(fresh), _arrays(state), strict=True):
            mine[new] = theirs[k]
    origin = dict(kept)
    history = tuple(histories[origin[k]] if k in origin else np.empty(0) for k in table.delta.tolist())
    return replace(fresh, history=history)


def _arrays(state: CheckState) -> tuple[Flags | Codes | Ints, ...]:
    return state.enabled, state.status, state.run, state.count, state.phase


def _restart(
    table: Checks,
    state: CheckState,
    which: Flags,
    status: np.int8 | None,
    enabled: bool | None,
) -> CheckState:
    """Reset counting of the monitors in `which` (m,) bool; set status and PMON status where given."""
    history = tuple(
        past[:0] if which[k] else past for past, k in zip(state.history, table.delta, strict=True)
    )
    return CheckState(
        state.enabled if enabled is None else np.where(which, enabled, state.enabled),
        state.status if status is None else np.where(which, status, state.status),
        np.where(which, SKIPPED, state.run),
        np.where(which, 0, state.count),
        np.where(which, 0, state.phase),
        history,
    )
