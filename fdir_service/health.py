"""Health parameters: counts and statuses of the service itself, for ST[03] and ST[20]."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from fdir_service.ladder.definitions import MODES
from fdir_service.ladder.state import Phase
from pus.st12.definitions import FmonChecking, PmonChecking
from pus.st12.monitoring import VIOLATIONS, Monitoring

if TYPE_CHECKING:
    from fdir_service.mission.schema import HealthKind
    from fdir_service.stream import Stream

MOST = 0xFFFF_FFFF
"""What a u32 can tell at most; a count that is greater stays there."""


def values(stream: "Stream") -> dict[int, Callable[[], float]]:
    """Return what looks up each health parameter of the stream's mission, by ID."""
    return {section.id: _lookup(stream, section.kind) for section in stream.mission.file.health}


def _lookup(stream: "Stream", kind: "HealthKind") -> Callable[[], float]:
    return lambda: float(min(_VALUES[kind](stream), MOST))


def _in_violation(monitoring: Monitoring, pmon: int) -> bool:
    status: PmonChecking = monitoring.checking(pmon)
    return status in VIOLATIONS


def _levels(stream: "Stream", *phases: Phase) -> int:
    """Return a bit for each number of a level in one of the phases: 1 for level 0, 16 for level 4."""
    ladder = stream.recovery.ladder
    numbers = {level.number for level in ladder.levels if ladder.states[level.id].phase in phases}
    return sum(1 << number for number in numbers)


_VALUES: "Mapping[HealthKind, Callable[[Stream], int]]" = {
    "samples_received": lambda s: sum(account.received for account in s.accounts.values()),
    "samples_lost": lambda s: sum(account.lost for account in s.accounts.values()),
    "samples_rejected": lambda s: sum(account.rejected.total() for account in s.accounts.values()),
    "events_detected": lambda s: sum(o.detected for o in s.chain.services.st05.observables.values()),
    "events_reported": lambda s: sum(o.reported for o in s.chain.services.st05.observables.values()),
    "pmons_enabled": lambda s: sum(map(s.chain.monitoring.is_enabled, s.chain.monitoring.pmons)),
    "pmons_in_violation": lambda s: sum(
        _in_violation(s.chain.monitoring, pmon) for pmon in s.chain.monitoring.pmons
    ),
    "fmons_failed": lambda s: sum(
        state.status is FmonChecking.FAILED for state in s.chain.monitoring.fmon_states.values()
    ),
    "fmons_protected": lambda s: sum(state.protected for state in s.chain.monitoring.fmon_states.values()),
    "recovery_attempts": lambda s: sum(
        state.phase in (Phase.SENT, Phase.EXECUTED) and not state.passive
        for state in s.recovery.ladder.states.values()
    ),
    "recovery_mode": lambda s: MODES.index(s.recovery.ladder.modes.of()),
    "levels_open": lambda s: _levels(s, Phase.WAITING, Phase.SENT, Phase.EXECUTED),
    "levels_exhausted": lambda s: _levels(s, Phase.EXHAUSTED),
    "units_failed": lambda s: len(s.recovery.ladder.failed),
    "inhibitions": lambda s: s.recovery.ladder.modes.restricted,
}
