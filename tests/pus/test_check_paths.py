"""Every path through the checks gives the results of the naive reference, however the samples are cut.

Small tables are checked in plain Python, large ones are screened (compiled or not), and what is neither goes
through matrices; the state may change hands at any chunk.
"""

import copy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pus.parameters import Parameter, ParameterTable, ValueType
from pus.plain import PlainCodec
from pus.st12 import checks as module
from pus.st12 import compiled, runs, screen, tables
from pus.st12.checks import Changes, Checks, CheckState, check
from pus.st12.definitions import Delta, ExpectedValue, Limit, Pmon, Validity
from tests.pus.naive import Watch

ROWS = 8
PARAMETERS = ParameterTable(
    tuple(Parameter(k, f"p{k}", ValueType.U8 if k >= 6 else ValueType.F64, "source") for k in range(ROWS))
)
SEEDS = st.integers(0, 2**32 - 1)
CHANCES = [0.0, 0.02, 0.3, 1.0]
COLUMNS = ("enabled", "status", "run", "count", "phase")


def limit_pmons(rng, consecutive):
    """Draw limit monitors; on the first rows in order, or on any."""
    m = int(rng.integers(1, 7))
    rows = range(m) if consecutive else rng.integers(0, 6, m).tolist()
    return tuple(
        Pmon(k + 1, row, Limit(low, low + float(rng.integers(0, 3))), int(rng.integers(1, 6)))
        for k, (row, low) in enumerate(zip(rows, rng.integers(-2, 2, m).astype(float).tolist(), strict=True))
    )


def other_pmon(rng, pmon_id):
    check = [ExpectedValue(3, 1), Delta(-1.0, 1.0, consecutive=2), Limit(-1.0, 1.0)][rng.integers(3)]
    row = 6 if isinstance(check, ExpectedValue) else int(rng.integers(0, 6))
    validity = Validity(7, 1, 1) if rng.random() < 0.5 else None
    return Pmon(pmon_id, row, check, int(rng.integers(1, 4)), 2 if validity is None else 1, validity)


def draw_values(rng, samples, chance):
    """Draw values that change little, leave their limits with `chance`, and sometimes are not known."""
    values = np.repeat(rng.integers(-1, 2, (ROWS, 1)).astype(float), samples, axis=1)
    outside = rng.random(values.shape) < chance
    values[outside] = rng.integers(-5, 6, int(outside.sum()))
    values[rng.random(values.shape) < chance / 10] = np.nan
    values[6:] = np.where(np.isnan(values[6:]), np.nan, np.abs(values[6:]))
    return values


def reference(pmons, enabled, values):
    """Return changes (sample, monitor, previous, current) and the watches."""
    watches, found = [Watch(pmon) for pmon in pmons], []
    for sample, column in enumerate(values.T.tolist()):
        for k, watch in enumerate(watches):
            if not enabled[k]:
                continue
            before, condition = watch.status, watch.pmon.validity
            is_valid = condition is None or condition.holds(column[condition.parameter])
            watch.sample(column[watch.pmon.parameter], is_valid)
            if watch.status != before:
                found.append((sample, k, before, watch.status))
    return found, watches


def check_in_chunks(table, state, values, cuts, paths=(lambda: None,)):
    found, start = [], 0
    for n, stop in enumerate([*cuts, values.shape[1]]):
        paths[n % len(paths)]()
        changes, state = check(table, state, values[:, start:stop])
        columns = (part.tolist() for part in changes)
        found += [(sample + start, *rest) for sample, *rest in zip(*columns, strict=True)]
        start = stop
    return found, state


def assert_is_state_of(state, watches, enabled):
    for k, watch in enumerate(watches):
        assert state.status[k] == watch.status
        count = min(watch.count, watch.pmon.repetition)
        assert state.count[k] == (count if enabled[k] else 0)
        if count:
            assert state.run[k] == watch.run
    assert [getattr(state, name).dtype for name in COLUMNS] == [bool, np.int8, np.int8, np.int64, np.int64]


class Paths:
    """Sends the checks of a table down one path."""

    def __init__(self, monkeypatch, table):
        self.patch, self.table = monkeypatch, table
        self.most = table.steps

    def plain(self):
        self.table.steps = 1 << 30 if self.most else 0

    def screened(self):
        self.table.steps = 0
        self.patch.setattr(screen, "WORTHWHILE", 1 << 62)
        self.patch.setattr(screen, "MANY", 1)
        self.patch.setattr(runs, "FEW", 1 << 30)

    def compiled(self):
        self.screened()
        self.patch.setattr(screen, "WORTHWHILE", 0)
        self.patch.setattr(screen, "compiled", lambda: compiled.search)

    def matrices(self):
        self.screened()
        self.patch.setattr(screen, "MANY", 1 << 30)
        self.patch.setattr(runs, "FEW", 0)

    def mixed(self):
        self.screened()
        self.patch.setattr(runs, "FEW", 0)


def scene(seed, *, consecutive=True, others=0):
    rng = np.random.default_rng(seed)
    pmons = limit_pmons(rng, consecutive)
    pmons += tuple(other_pmon(rng, len(pmons) + k + 1) for k in range(others))
    order = rng.permutation(len(pmons))
    pmons = tuple(replace(pmons[k], id=n + 1) for n, k in enumerate(order)) if others else pmons
    table = Checks(pmons, PARAMETERS)
    enabled = rng.random(len(pmons)) < 0.8
    state = replace(CheckState.fresh(table), enabled=enabled)
    samples = int(rng.integers(1, 60))
    values = draw_values(rng, samples, rng.choice(CHANCES))
    cuts = sorted(rng.integers(0, samples + 1, int(rng.integers(0, 8))).tolist())
    return table, enabled, state, values, cuts


PATHS = ["plain", "screened", "compiled", "matrices", "mixed"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("consecutive", [True, False])
@settings(max_examples=60)
@given(seed=SEEDS)
def test_limit_checks_agree_with_the_reference(path, consecutive, seed):
    table, enabled, state, values, cuts = scene(seed, consecutive=consecutive)
    expected, watches = reference(table.pmons, enabled, values)
    with pytest.MonkeyPatch.context() as patch:
        getattr(Paths(patch, table), path)()
        found, state = check_in_chunks(table, state, values, cuts)
    assert found == expected
    assert_is_state_of(state, watches, enabled)


@settings(max_examples=200)
@given(seed=SEEDS)
def test_the_state_may_change_hands_between_paths(seed):
    table, enabled, state, values, cuts = scene(seed)
    expected, watches = reference(table.pmons, enabled, values)
    with pytest.MonkeyPatch.context() as patch:
        paths = Paths(patch, table)
        turns = [getattr(paths, PATHS[k]) for k in np.random.default_rng(seed).integers(0, len(PATHS), 9)]
        found, state = check_in_chunks(table, state, values, cuts, turns)
    assert found == expected
    assert_is_state_of(state, watches, enabled)


@pytest.mark.parametrize("path", ["screened", "matrices"])
@settings(max_examples=100)
@given(seed=SEEDS, others=st.integers(1, 4))
def test_tables_of_limits_and_other_checks_agree_with_the_reference(path, seed, others):
    table, enabled, state, values, cuts = scene(seed, consecutive=False, others=others)
    expected, _ = reference(table.pmons, enabled, values)
    with pytest.MonkeyPatch.context() as patch:
        getattr(Paths(patch, table), path)()
        found, _ = check_in_chunks(table, state, values, cuts)
    assert found == expected


@given(seed=SEEDS)
def test_all_searches_find_the_same_values(seed):
    rng = np.random.default_rng(seed)
    p, k = rng.integers(1, 40, 2)
    values = rng.integers(-3, 4, (p, k)).astype(float)
    values[rng.random((p, k)) < 0.1] = np.nan
    low = rng.integers(-3, 1, (p, 1)).astype(float)
    high = low + rng.integers(0, 4, (p, 1))
    expected = np.flatnonzero(~((values >= low) & (values <= high)))
    room = np.empty(values.size, np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "BLOCK", 64)
        assert screen.search(values, low, high).tolist() == expected.tolist()
    assert room[: compiled.search(values, low, high, room)].tolist() == expected.tolist()


def test_the_compiled_search_finds_what_numpy_finds():
    pytest.importorskip("numba")
    rng = np.random.default_rng(1)
    values = rng.normal(size=(300, 37))
    values[5] = np.nan
    low, high = np.full((300, 1), -2.0), np.full((300, 1), 2.0)
    fast, room = compiled.compiled(), np.empty(values.size, np.int64)
    assert fast is compiled.compiled()
    found = room[: fast(values, low, high, room)]
    assert found.tolist() == screen.search(values, low, high).tolist()


def test_without_numba_there_is_no_compiled_search(monkeypatch):
    monkeypatch.setattr(compiled, "find_spec", lambda _: None)
    assert compiled.compiled.__wrapped__() is None


def test_searching_leaves_the_buffer_size_of_numpy_alone():
    before = np.getbufsize()
    screen.search(np.zeros((3, 3)), np.zeros((3, 1)), np.ones((3, 1)))
    assert np.getbufsize() == before


def one_limit(repetition=3):
    table = Checks((Pmon(1, 0, Limit(-1.0, 1.0), repetition),), PARAMETERS)
    return table, replace(CheckState.fresh(table), enabled=np.ones(1, np.bool_))


def column(value):
    values = np.zeros((ROWS, 1))
    values[0] = value
    return values


def test_checking_changes_no_state_but_returns_another():
    table, state = one_limit()
    _, first = check(table, state, column(5.0))
    _, second = check(table, first, column(5.0))
    assert [s.count[0] for s in (state, first, second)] == [0, 1, 2]
    assert [s.run[0] for s in (state, first, second)] == [-1, 4, 4]


def test_a_sample_that_changes_nothing_returns_the_state_itself():
    table, state = one_limit(repetition=1)
    _, settled = check(table, state, column(0.0))
    changes, same = check(table, settled, column(0.5))
    assert same is settled
    assert changes is Changes.none()
    assert not any(part.flags.writeable for part in changes)


def test_a_state_between_two_samples_can_be_stored_copied_and_replaced():
    table, state = one_limit()
    _, state = check(table, state, column(5.0))
    codec = PlainCodec((CheckState,))
    for other in (codec.unpack(codec.pack(state)), copy.deepcopy(state), replace(state)):
        changes, after = check(table, other, column(5.0))
        assert (after.count[0], changes.sample.size) == (2, 0)
        changes, _ = check(table, after, column(5.0))
        assert (changes.previous[0], changes.current[0]) == (tables.UNCHECKED, tables.HIGH)


def test_a_replaced_state_forgets_what_was_open():
    table, state = one_limit()
    _, state = check(table, state, column(5.0))
    disabled = replace(state, enabled=np.zeros(1, np.bool_))
    changes, after = check(table, disabled, column(5.0))
    assert (changes.sample.size, after.count[0]) == (0, 1)


def test_a_state_has_no_other_attributes():
    table, state = one_limit()
    _, stepped = check(table, state, column(0.0))
    for each in (state, stepped):
        with pytest.raises(AttributeError, match="beginning"):
            _ = each.beginning


def test_a_table_of_no_monitor_and_a_chunk_of_no_sample_change_nothing():
    empty = Checks((), PARAMETERS)
    state = CheckState.fresh(empty)
    for samples in (0, 5):
        assert check(empty, state, np.zeros((ROWS, samples))) == (Changes.none(), state)
    table, state = one_limit()
    changes, after = check(table, state, np.zeros((ROWS, 0)))
    assert (changes.sample.size, after.count[0]) == (0, 0)


def test_what_the_module_promises_is_there():
    assert all(hasattr(module, name) for name in module.__all__)
