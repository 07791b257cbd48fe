"""Compiled PMON definitions of one source, what has happened to them, and changes of their status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pus.parameters import ParameterTable
from pus.st12.definitions import CheckType, ExpectedValue, Limit, Pmon, PmonChecking, Validity

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]

NOMINAL, UNCHECKED, INVALID, LOW, HIGH = (np.int8(status) for status in PmonChecking)
SKIPPED = np.int8(-1)
"""No check at this sample: between monitoring intervals, or a delta without enough history."""

FEW = 256
"""Limit checks in a chunk up to which plain Python is faster."""


class Checks:
    """Compiled definitions of the PMONs on one source, by ascending PMON id (m of them).

    `limits` are those that check a limit at every sample, without a validity condition; they are many
    and simple, and have a fast path. `others` are all the others.
    """

    def __init__(self, pmons: tuple[Pmon, ...], parameters: ParameterTable) -> None:
        self.pmons = tuple(sorted(pmons, key=lambda pmon: pmon.id))
        self.ids: Ints = np.array([pmon.id for pmon in self.pmons], np.int64)
        self.rows: Ints = np.array([parameters.row[pmon.parameter] for pmon in self.pmons], np.int64)
        self.repetition: Ints = np.array([pmon.repetition for pmon in self.pmons], np.int64)
        self.delta = np.flatnonzero([pmon.check.type is CheckType.DELTA for pmon in self.pmons])
        simple = np.array([_is_simple(pmon) for pmon in self.pmons], np.bool_)
        width = len(parameters.sources[parameters.by_id[pmons[0].parameter].source]) if pmons else 0
        self.limits = Limits(np.flatnonzero(simple), self.pmons, self.rows, self.repetition, width)
        self.others = Others(np.flatnonzero(~simple), self.pmons, self.rows, parameters)
        self.plain = self.limits
        """All checks as limits, for the plain path."""
        if len(self.others):
            everywhere, stand_ins = np.arange(len(self)), _substitutes(self.pmons, parameters)
            self.plain = Limits(everywhere, self.pmons, self.rows, self.repetition, width, stand_ins)
        is_plain = not len(self.delta) and all(pmon.interval == 1 for pmon in self.pmons)
        self.steps = FEW // len(self) if len(self) and is_plain else 0
        """Samples in a chunk up to which plain Python is faster."""

    def __len__(self) -> int:
        return len(self.pmons)


class Substitute(NamedTuple):
    """A check that is no `Limits`, as a value to be checked against limits: for the plain path.

    Attributes
    ----------
    monitor : its position in the table.
    expected : what the value is compared with; it then becomes 0 (nominal) or -1 (low). None: a limit.
    condition : row of the parameter of its validity condition, or None; if it does not hold: not known.

    """

    monitor: int
    expected: ExpectedValue | None
    condition: int | None
    validity: Validity | None


def _substitutes(pmons: tuple[Pmon, ...], parameters: ParameterTable) -> list[Substitute]:
    found = []
    for k, pmon in enumerate(pmons):
        expected = pmon.check if isinstance(pmon.check, ExpectedValue) else None
        if expected or pmon.validity:
            row = parameters.row[pmon.validity.parameter] if pmon.validity else None
            found.append(Substitute(k, expected, row, pmon.validity))
    return found


def _is_simple(pmon: Pmon) -> bool:
    return pmon.check.type is CheckType.LIMIT and pmon.interval == 1 and pmon.validity is None


class Limits:
    """The limit checks of a table; `at` (p,) is where they stand in it.

    With `substitutes` other checks are among them, as limits on what these come to.
    """

    def __init__(
        self,
        at: Ints,
        pmons: tuple[Pmon, ...],
        rows: Ints,
        repetition: Ints,
        width: int,
        substitutes: Sequence["Substitute"] = (),
    ) -> None:
        self.substitutes = substitutes
        self.at = at
        self.place = _as_slice(at)
        self.row = rows[at]
        self.rows = _as_slice(self.row)
        self.is_whole = self.row.tolist() == list(range(width)) and not substitutes
        """Whether what is checked is all values of the source as they are."""
        self.repetition = repetition[at]
        self.low, self.high = bounds([pmons[k] for k in at])
        self.single: Flags = self.repetition == 1
        self.any_single = bool(self.single.any())
        self.shortest = int(self.repetition[~self.single].min(initial=1 << 62))
        """The shortest repetition number above 1."""
        self.longest = int(self.repetition.max(initial=0))
        # The same in plain Python.
        self.places: list[int] = self.row.tolist()
        self.order = range(len(at))
        self.bounds = list(zip(self.low.ravel().tolist(), self.high.ravel().tolist(), strict=True))
        self.repetitions: list[int] = self.repetition.tolist()

    def __len__(self) -> int:
        return len(self.at)


class Others:
    """The checks of a table that are no `Limits`; `at` (p,) is where they stand in it.

    `expected`, `conditional`, `paced` and `delta` are positions among the p.
    """

    def __init__(self, at: Ints, pmons: tuple[Pmon, ...], rows: Ints, parameters: ParameterTable) -> None:
        self.at = at
        self.pmons = [pmons[k] for k in at]
        self.rows = rows[at]
        self.interval: Ints = np.array([pmon.interval for pmon in self.pmons], np.int64)
        self.low, self.high = bounds(self.pmons)
        self.delta = self._of_type(CheckType.DELTA)
        self.expected = self._of_type(CheckType.EXPECTED_VALUE)
        values = [pmon.check for pmon in self.pmons if isinstance(pmon.check, ExpectedValue)]
        self.mask = _column([check.mask for check in values])
        self.value = _column([check.expected for check in values])
        self.conditional = np.flatnonzero([pmon.validity is not None for pmon in self.pmons])
        validity = [pmon.validity for pmon in self.pmons if pmon.validity]
        self.condition_rows: Ints = np.array([parameters.row[v.parameter] for v in validity], np.int64)
        self.condition_mask = _column([v.mask for v in validity])
        self.condition_value = _column([v.expected for v in validity])
        self.paced = np.flatnonzero(self.interval > 1)

    def _of_type(self, kind: CheckType) -> Ints:
        return np.flatnonzero([pmon.check.type is kind for pmon in self.pmons])

    def __len__(self) -> int:
        return len(self.at)


def bounds(pmons: list[Pmon]) -> tuple[Floats, Floats]:
    """Return the low and high limits as columns (p, 1); 0 where a check has none."""
    pairs = [(p.check.low, p.check.high) if isinstance(p.check, Limit) else (0.0, 0.0) for p in pmons]
    low, high = np.array(pairs, np.float64).reshape(len(pmons), 2).T.copy()
    return low[:, None], high[:, None]


def _column(numbers: list[int]) -> Ints:
    return np.array(numbers, np.int64)[:, None]


def _as_slice(rows: Ints) -> Ints | slice:
    """Return consecutive rows as a slice: a view of the values then does for a copy."""
    if len(rows) and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


Open = dict[int, tuple[int, int, int]]
"""Status, run and count by monitor, ascending."""


Steps = tuple[Limits | None, "CheckState", Open]
"""What a state is made from while a small table is checked sample by sample: table, state then, open now.

The monitors that are *open* are as it says; all other enabled ones are nominal with a full count, and
the disabled ones are as they were in the state when this began. No table: it is made of arrays.
"""


class _Stepped:
    """A slot that is no field: it is neither copied nor stored."""

    __slots__ = ("steps",)
    steps: Steps


@dataclass(frozen=True, slots=True, eq=False)
class CheckState(_Stepped):
    """Results of the PMONs of one source; arrays of m, never changed in place.

    Attributes
    ----------
    enabled : PMON status.
    status : PMON checking status.
    run : outcome of the checks that agree so far, or SKIPPED when counting starts anew.
    count : how many agree, at most the repetition number.
    phase : valid samples since counting started (for the monitoring interval).
    history : last `consecutive` checked values of each delta check, by position in `Checks.delta`.

    """

    enabled: Flags
    status: Codes
    run: Codes
    count: Ints
    phase: Ints
    history: tuple[Floats, ...]

    @staticmethod
    def fresh(checks: Checks) -> "CheckState":
        """Return the state of new definitions: disabled and unchecked."""
        m = len(checks)
        return CheckState(
            np.zeros(m, np.bool_),
            np.full(m, UNCHECKED),
            np.full(m, SKIPPED),
            np.zeros(m, np.int64),
            np.zeros(m, np.int64),
            tuple(np.empty(0) for _ in checks.delta),
        )

    @staticmethod
    def stepped(steps: Steps) -> "CheckState":
        """Return a state whose arrays are made when somebody asks for them."""
        state = object.__new__(CheckState)
        object.__setattr__(state, "steps", steps)
        return state

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Make what is not there yet."""
            if name == "steps":
                return None, self, {}
            if name not in CheckState.__slots__ or self.steps[0] is None:
                raise AttributeError(name)
            for field, value in zip(CheckState.__slots__, _arrays(self.steps), strict=True):
                object.__setattr__(self, field, value)
            return object.__getattribute__(self, name)


def _arrays(steps: Steps) -> tuple[Flags, Codes, Codes, Ints, Ints, tuple[Floats, ...]]:
    limits, began, now = steps
    assert limits is not None  # noqa: S101
    status = np.where(began.enabled, NOMINAL, began.status)
    run = np.where(began.enabled, NOMINAL, began.run)
    count = np.where(began.enabled, limits.repetition, began.count)
    for k, results in now.items():
        status[k], run[k], count[k] = results
    return began.enabled, status, run, count, began.phase, began.history


class Changes(NamedTuple):
    """Changes of checking status, ordered by (sample, PMON id); arrays of equal length."""

    sample: Ints
    monitor: Ints
    previous: Codes
    current: Codes

    @staticmethod
    def none() -> "Changes":
        """No change."""
        return _NONE


def _none() -> Changes:
    index, code = np.empty(0, np.int64), np.empty(0, np.int8)
    index.flags.writeable = code.flags.writeable = False
    return Changes(index, index, code, code)


_NONE = _none()
