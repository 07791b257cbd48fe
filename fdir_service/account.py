"""The account of a source: every sample that was published is received, lost or rejected.

received + lost + rejected = published, where published is what the sequence numbers of the session say plus
what was sent twice. A late joiner's account starts at the first message, a new session starts a new one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar

from pus.records import mutable
from pus.samples import Heartbeat, Samples

END_OF_TIME = (1 << 32) * 1_000_000_000
"""ns; on-board time in packets has 4 octets of seconds."""


@mutable
class Account:
    """Counts of one source over all sessions, and the position in the present one.

    Attributes
    ----------
    received, lost : samples accepted; samples that never came, by sequence number.
    rejected : samples refused, by reason.
    published : samples the publisher has sent since the account started.
    gaps : interruptions of the sequence.
    session, next_sequence : the present session, and the sequence number that comes next.
    gap_pending : something is missing before the next good sample.
    shape, dtype : what a sample must have; a dtype of None: any.

    """

    shape: tuple[int, ...]
    received: int = 0
    lost: int = 0
    published: int = 0
    gaps: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    last_time: int = -1
    session: int = -1
    next_sequence: int = 0
    gap_pending: bool = False
    dtype: str | None = None

    STATE: ClassVar[tuple[str, ...]] = (
        *("received", "lost", "published", "gaps", "rejected", "last_time"),
        *("session", "next_sequence", "gap_pending"),
    )

    @property
    def balances(self) -> bool:
        """Whether received + lost + rejected = published."""
        return self.received + self.lost + self.rejected.total() == self.published

    def accept(self, samples: Samples) -> tuple[Samples | None, bool]:
        """Take a message; return what is new and good of it (or None), and whether a gap is before it."""
        n = len(samples)
        restarted = self._open(samples.session, samples.sequence)
        repeated = min(max(self.next_sequence - samples.sequence, 0), n)
        if repeated:
            self.published += repeated
            self.rejected["duplicate"] += repeated
            samples, n = samples[repeated:], n - repeated
            if not n:
                return None, False
        gap = self._advance(samples.sequence) or restarted
        self.next_sequence += n
        self.published += n
        if reason := self._fault(samples):
            self.rejected[reason] += n
            # What was refused is missing in the history just like what was lost.
            self.gap_pending = True
            return None, False
        gap, self.gap_pending = gap or self.gap_pending, False
        self.received += n
        self.last_time = int(samples.times[-1])
        return samples, gap

    def hear(self, heartbeat: Heartbeat) -> None:
        """Take a heartbeat: what it has passed over is lost."""
        restarted = self._open(heartbeat.session, heartbeat.sequence)
        if self._advance(heartbeat.sequence) or restarted:
            self.gap_pending = True

    def _open(self, session: int, sequence: int) -> bool:
        """Start a new account position with a new session; return whether an older one was left."""
        if session == self.session:
            return False
        restarted = self.session >= 0
        self.session, self.next_sequence = session, sequence
        self.last_time = -1
        return restarted

    def _advance(self, sequence: int) -> bool:
        """Count what is missing before `sequence`; return whether anything is."""
        missing = sequence - self.next_sequence
        if missing <= 0:
            return False
        self.lost += missing
        self.published += missing
        self.gaps += 1
        self.next_sequence = sequence
        return True

    def _fault(self, samples: Samples) -> str | None:
        if samples.values.shape[1:] != self.shape:
            return "shape"
        if self.dtype is not None and samples.values.dtype.str != self.dtype:
            return "dtype"
        # A time that no packet can carry would end all reports, and make all later samples too early.
        if int(samples.times[0]) <= self.last_time or int(samples.times[-1]) >= END_OF_TIME:
            return "time"
        return None


def as_table(accounts: Mapping[str, Account]) -> dict[str, dict[str, Any]]:
    """Return accounts by source as plain data."""
    return {
        name: {
            "published": account.published,
            "received": account.received,
            "lost": account.lost,
            "rejected": dict(account.rejected),
            "balances": account.balances,
        }
        for name, account in accounts.items()
    }
