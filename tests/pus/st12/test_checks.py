"""The vectorised checks do what the reference does, for any table, any samples and any chunking."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pus.parameters import Parameter, ParameterTable, ValueType
from pus.st12 import screen
from pus.st12.checks import Checks, CheckState, check
from pus.st12.definitions import Delta, ExpectedValue, Limit, Pmon, Validity
from tests.pus.st12 import reference
from tests.pus.st12.reference import HIGH, INVALID, LOW, NOMINAL, UNCHECKED

NAN = float("nan")
LEVEL, OTHER, MODE, FRESH = 1, 2, 3, 4
TABLE = ParameterTable(
    (
        Parameter(LEVEL, "level", ValueType.F64, "s"),
        Parameter(OTHER, "other", ValueType.F64, "s"),
        Parameter(MODE, "mode", ValueType.U8, "s"),
        Parameter(FRESH, "fresh", ValueType.U8, "s"),
    )
)
Values = NDArray[np.float64]
Change = tuple[int, int, int, int]
"""Sample, position of the monitor, previous and current status."""


def started(table: Checks, enabled: list[bool] | None = None) -> CheckState:
    """Return the state of new definitions that have been enabled."""
    flags = [True] * len(table) if enabled is None else enabled
    return replace(CheckState.fresh(table), enabled=np.array(flags, np.bool_))


def vectorised(table: Checks, state: CheckState, values: Values, sizes: list[int]) -> list[Change]:
    """Check samples in chunks of the given sizes, and what is left as the last chunk."""
    found, start = [], 0
    for size in [*sizes, values.shape[1]]:
        chunk = values[:, start : start + size]
        check(table, state, chunk[:, : size // 2])  # a state is not used up by what is checked from it
        changes, state = check(table, state, chunk)
        rows = zip(*(column.tolist() for column in changes), strict=True)
        found += [(start + sample, monitor, before, after) for sample, monitor, before, after in rows]
        start += size
    return found


def expected(table: Checks, state: CheckState, values: Values) -> list[Change]:
    """Return what the reference says of every enabled monitor, in order of (sample, monitor)."""
    samples = [dict(zip((LEVEL, OTHER, MODE, FRESH), column, strict=True)) for column in values.T.tolist()]
    return sorted(
        (sample, k, before, after)
        for k, pmon in enumerate(table.pmons)
        if state.enabled[k]
        for sample, before, after in reference.follow(pmon, samples)
    )


# --- any table, any samples, any chunking --------------------------------------------------------------

BOUNDS = st.tuples(st.integers(-2, 2), st.integers(0, 2)).map(lambda pair: (pair[0], pair[0] + pair[1]))
LIMITS = BOUNDS.map(lambda pair: Limit(*pair))
DELTAS = st.builds(lambda pair, n: Delta(*pair, consecutive=n), BOUNDS, st.integers(1, 3))
VALUES = st.builds(ExpectedValue, st.integers(0, 3), st.integers(0, 3))
CHECKS = st.one_of(
    st.tuples(st.sampled_from([LEVEL, OTHER]), LIMITS),
    st.tuples(st.sampled_from([LEVEL, OTHER]), DELTAS),
    st.tuples(st.just(MODE), st.one_of(VALUES, LIMITS, DELTAS)),
)
CONDITIONS = st.none() | st.builds(Validity, st.just(FRESH), st.just(3), st.integers(0, 1))


@st.composite
def tables(draw: st.DrawFn, *, simple: bool) -> Checks:
    """Tables of monitors on one source; simple ones have nothing but limits checked at every sample."""
    monitors = []
    for k in range(draw(st.integers(1, 5))):
        parameter, what = draw(st.tuples(st.sampled_from([LEVEL, OTHER]), LIMITS) if simple else CHECKS)
        interval = 1 if simple else draw(st.integers(1, 3))
        validity = None if simple else draw(CONDITIONS)
        monitors.append(Pmon(k + 1, parameter, what, draw(st.integers(1, 4)), interval, validity))
    return Checks(tuple(draw(st.permutations(monitors))), TABLE)


def series(choices: list[float]) -> st.SearchStrategy[list[float]]:
    return st.lists(st.sampled_from(choices), min_size=30, max_size=30)


SAMPLES = st.tuples(
    series([0.0, -1.0, 1.0, -3.0, 3.0, NAN]),
    series([0.0, 0.0, 0.0, 2.5, -2.5, NAN]),
    series([1.0, 1.0, 3.0, 0.0, 2.0, NAN]),
    series([1.0, 1.0, 1.0, 0.0, NAN]),
).map(np.array)
SIZES = st.lists(st.integers(0, 12), max_size=8)


def assert_as_reference(table: Checks, enabled: list[bool], values: Values, sizes: list[int]) -> None:
    state = started(table, enabled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "BLOCK", 16)
        found = vectorised(table, state, values, sizes)
    assert found == expected(table, state, values)


FLAGS = st.lists(st.sampled_from([True, True, True, False]), min_size=5, max_size=5)


@given(tables(simple=False), FLAGS, SAMPLES, SIZES)
def test_any_table_changes_as_the_reference_does(
    table: Checks, flags: list[bool], values: Values, sizes: list[int]
) -> None:
    assert_as_reference(table, flags[: len(table)], values, sizes)


@st.composite
def plain_tables(draw: st.DrawFn) -> Checks:
    """Tables of limits and expected values, with validity conditions, checked at every sample."""
    kinds = st.tuples(st.sampled_from([LEVEL, OTHER]), LIMITS) | st.tuples(st.just(MODE), VALUES)
    drawn = draw(st.lists(st.tuples(kinds, st.integers(1, 4), CONDITIONS), min_size=1, max_size=5))
    pmons = [Pmon(k + 1, *kind, number, 1, condition) for k, (kind, number, condition) in enumerate(drawn)]
    return Checks(tuple(pmons), TABLE)


@pytest.mark.parametrize("plain_up_to", [0, 4, 100])
@given(plain_tables(), FLAGS, SAMPLES, SIZES)
def test_expected_values_and_conditions_change_as_the_reference_does(
    plain_up_to: int, table: Checks, flags: list[bool], values: Values, sizes: list[int]
) -> None:
    assert table.steps > 0
    table.steps = plain_up_to
    assert_as_reference(table, flags[: len(table)], values, sizes)


@pytest.mark.parametrize("size", [1, 4])
def test_an_expected_value_is_compared_in_64_bits_on_either_path(size: int) -> None:
    table = Checks((Pmon(1, LEVEL, ExpectedValue(-1, (1 << 63) - 1024), 1),), TABLE)
    values = np.zeros((4, size))
    values[0] = float((1 << 63) - 1024)
    changes, plain = check(table, started(table), values)
    table.steps = 0
    _, matrices = check(table, started(table), values)
    assert changes.current.tolist() == [NOMINAL]
    assert plain.status.tolist() == matrices.status.tolist() == [NOMINAL]


@pytest.mark.parametrize("plain_up_to", [0, 4, 100])
@given(tables(simple=True), FLAGS, SAMPLES, SIZES)
def test_any_table_of_limits_changes_as_the_reference_does(
    plain_up_to: int, table: Checks, flags: list[bool], values: Values, sizes: list[int]
) -> None:
    table.steps = plain_up_to
    assert_as_reference(table, flags[: len(table)], values, sizes)


@pytest.mark.parametrize("seed", range(4))
def test_a_large_table_changes_as_the_reference_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pmons = tuple(
        Pmon(k, rng.choice([LEVEL, OTHER]), Limit(-1.0, 1.0), int(rng.integers(1, 5)))
        if k % 4
        else Pmon(k, LEVEL, Delta(-2.0, 2.0), 2, int(rng.integers(1, 3)), Validity(FRESH, 1, 1))
        for k in range(1, 41)
    )
    table = Checks(pmons, TABLE)
    values = np.where(rng.random((4, 300)) < 0.02, NAN, rng.choice([0.0, 0.0, 0.0, 2.0, -2.0], (4, 300)))
    values[3] = rng.random(300) < 0.97
    state = started(table)
    assert vectorised(table, state, values, [100, 1, 30]) == expected(table, state, values)


def test_the_state_after_a_chunk_does_not_depend_on_the_path() -> None:
    table = Checks((Pmon(1, LEVEL, Limit(-1, 1), 3), Pmon(2, OTHER, Limit(-1, 1), 2)), TABLE)
    values = np.array([[0, 0, 5, 5], [0, 5, 5, 0], [0] * 4, [0] * 4], np.float64)
    _, plain = check(table, started(table), values)
    table.steps = 0
    _, fast = check(table, started(table), values)
    for name in ("enabled", "status", "run", "count", "phase"):
        assert getattr(plain, name).tolist() == getattr(fast, name).tolist()


# --- what the standard says, one by one ----------------------------------------------------------------


def statuses(
    pmon: Pmon, *levels: float, fresh: list[float] | None = None, start: int = UNCHECKED
) -> list[int]:
    """Return the checking status after each sample, fed one at a time."""
    table = Checks((pmon,), TABLE)
    state = started(table)
    state = replace(state, status=np.array([start], np.int8))
    found = []
    for k, level in enumerate(levels):
        column = np.array([[level], [level], [level], [1.0 if fresh is None else fresh[k]]])
        _, state = check(table, state, column)
        found.append(int(state.status[0]))
    return found


def limit(repetition: int = 1, interval: int = 1, validity: Validity | None = None) -> Pmon:
    return Pmon(1, LEVEL, Limit(-1.0, 1.0), repetition, interval, validity)


def test_both_limits_belong_to_the_range() -> None:
    assert statuses(limit(), -1.0, 1.0, -1.001, 1.001) == [NOMINAL, NOMINAL, LOW, HIGH]


def test_limits_may_be_equal() -> None:
    assert statuses(Pmon(1, LEVEL, Limit(2.0, 2.0), 1), 2.0, 1.9, 2.1) == [NOMINAL, LOW, HIGH]


def test_infinity_is_above_every_limit() -> None:
    assert statuses(limit(), np.inf, -np.inf) == [HIGH, LOW]


def test_an_expected_value_looks_at_the_bits_of_its_mask() -> None:
    pmon = Pmon(1, MODE, ExpectedValue(0b0110, 0b0010), 1)
    assert statuses(pmon, 0b0010, 0b1011, 0b0110, 0b0000) == [NOMINAL, NOMINAL, LOW, LOW]


def test_a_status_is_established_when_repetition_number_checks_agree() -> None:
    assert statuses(limit(3), 5, 5, 0, 5, 5, 5) == [UNCHECKED] * 5 + [HIGH]


def test_the_way_back_needs_as_many_checks() -> None:
    assert statuses(limit(2), 5, 5, 0, 5, 0, 0) == [UNCHECKED, HIGH, HIGH, HIGH, HIGH, NOMINAL]


def test_low_and_high_violations_count_separately() -> None:
    assert statuses(limit(2), 5, -5, 5, -5, -5) == [UNCHECKED] * 4 + [LOW]


def test_what_is_not_known_is_invalid_at_once_and_counting_starts_anew() -> None:
    assert statuses(limit(2), 5, NAN, 5, 5) == [UNCHECKED, INVALID, INVALID, HIGH]


def test_a_false_condition_is_invalid_at_once_and_so_is_one_that_is_not_known() -> None:
    pmon = limit(2, validity=Validity(FRESH, 0b01, 0b01))
    assert statuses(pmon, 0, 0, 0, 0, 0, 0, fresh=[3, 1, 2, 1, 1, NAN]) == [
        *(UNCHECKED, NOMINAL, INVALID, INVALID, NOMINAL, INVALID),
    ]


def test_a_monitoring_interval_checks_the_first_valid_sample_and_every_nth_after_it() -> None:
    assert statuses(limit(interval=3), 0, 5, 5, 5, 0, 0, 0) == [NOMINAL] * 3 + [HIGH] * 3 + [NOMINAL]
    assert statuses(limit(interval=3), 0, NAN, 5, 0, 0, 0) == [NOMINAL, INVALID, HIGH, HIGH, HIGH, NOMINAL]


def test_a_delta_is_unchecked_until_there_are_enough_values() -> None:
    pmon = Pmon(1, LEVEL, Delta(-1.0, 1.0, consecutive=2), 1)
    assert statuses(pmon, 9, 9, 9, 19, 9) == [UNCHECKED, UNCHECKED, NOMINAL, HIGH, NOMINAL]


def test_a_delta_is_the_mean_of_signed_differences() -> None:
    pmon = Pmon(1, LEVEL, Delta(-1.0, 1.0, consecutive=3), 1)
    assert statuses(pmon, 0, 10, -10, 3, 4, 5) == [UNCHECKED] * 3 + [NOMINAL, LOW, HIGH]


def test_a_delta_is_not_taken_across_what_is_not_known() -> None:
    pmon = Pmon(1, LEVEL, Delta(-1.0, 1.0), 1)
    assert statuses(pmon, 0, 0, NAN, 9, 9) == [UNCHECKED, NOMINAL, INVALID, INVALID, NOMINAL]


def test_a_disabled_monitor_checks_nothing() -> None:
    table = Checks((limit(),), TABLE)
    for size in (3, 700):
        changes, state = check(table, CheckState.fresh(table), np.full((4, size), 9.0))
        assert len(changes.sample) == 0
        assert state.status.tolist() == [UNCHECKED]


def test_changes_come_by_sample_and_then_by_ascending_pmon() -> None:
    table = Checks((Pmon(9, LEVEL, Limit(-1, 1), 2), Pmon(4, LEVEL, Limit(-1, 1), 1)), TABLE)
    assert [pmon.id for pmon in table.pmons] == [4, 9]
    values = np.zeros((4, 3))
    assert vectorised(table, started(table), values, []) == [
        (0, 0, UNCHECKED, NOMINAL),
        (1, 1, UNCHECKED, NOMINAL),
    ]


def test_what_is_nominal_stays_nominal_without_a_change() -> None:
    table = Checks(tuple(Pmon(k, LEVEL, Limit(-1.0, 1.0), k) for k in range(1, 9)), TABLE)
    values = np.zeros((4, 3000))
    state = started(table)
    assert len(vectorised(table, state, values, [1000])) == 8


def test_no_samples_and_no_monitors_change_nothing() -> None:
    table, empty = Checks((limit(),), TABLE), Checks((), TABLE)
    assert len(check(table, started(table), np.zeros((4, 0)))[0].sample) == 0
    assert len(check(empty, started(empty), np.zeros((4, 5)))[0].sample) == 0
