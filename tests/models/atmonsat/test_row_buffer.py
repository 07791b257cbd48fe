import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.atmonsat.row_buffer import RowBuffer, release

Floats = NDArray[np.float64]

SENSORS = 3
RUNS = st.lists(st.lists(st.integers(34, 36), min_size=SENSORS, max_size=SENSORS), min_size=1, max_size=60)
CALM_RUNS = st.lists(
    st.tuples(st.lists(st.integers(34, 35), min_size=SENSORS, max_size=SENSORS), st.integers(1, 12)),
    min_size=1,
    max_size=8,
).map(lambda parts: [row for row, n in parts for _ in range(n)])


def notebook_counters(temperatures: Floats) -> Floats:
    """The notebooks' counters, which look ahead, as a formula: see the description of the data set."""
    changed = np.zeros(temperatures.shape, np.bool_)
    changed[1:] = temperatures[1:] != temperatures[:-1]
    raw = np.zeros(temperatures.shape)
    for t in range(1, len(raw)):
        raw[t] = np.where(changed[t], 0, raw[t - 1] + 1)
    bent = raw.copy()
    p = 0
    for t in range(1, len(raw)):
        if not changed[t].any():
            continue
        n = t - p
        for f in np.flatnonzero(changed[t]):
            for k in range(1, n):
                bent[p + k, f] = bent[p, f] * (1 - k / n)
        p = t
    return bent


def target(temperatures: Floats, capacity: int) -> list[tuple[int, list[float]]]:
    """The target's steps word for word: (reply row, counters) of each row that leaves."""
    counters, previous = [0.0] * SENSORS, [0.0] * SENSORS
    buffer: list[list[float]] = []
    left = []
    for at, row in enumerate(temperatures.tolist()):
        counters = [c + 1 for c in counters]
        if row == previous:
            if len(buffer) == capacity:
                left.append((at, buffer.pop(0)))
        else:
            n = len(buffer)
            for f in range(SENSORS):
                if row[f] != previous[f]:
                    counters[f] = 0.0
                    first = buffer[0][f] if buffer else 0.0
                    for j in range(n):
                        buffer[j][f] = first * (1 - j / n)
            left += [(at, stored) for stored in buffer]
            buffer = []
        buffer.append(list(counters))
        previous = row
    return left


@given(st.one_of(RUNS, CALM_RUNS))
def test_with_room_for_any_number_the_rows_are_those_of_the_notebooks(run: list[list[int]]) -> None:
    temperatures = np.array(run, np.float64)
    released = release(temperatures, None)
    n = len(released.rows)
    assert n + released.waiting == len(temperatures)
    assert (released.rows[:, SENSORS:] == temperatures[:n]).all()
    assert (released.rows[:, :SENSORS] == notebook_counters(temperatures)[:n].astype(np.float32)).all()
    assert released.overflows == 0


@given(st.one_of(RUNS, CALM_RUNS), st.integers(1, 6))
def test_with_little_room_the_rows_are_those_of_the_target(run: list[list[int]], capacity: int) -> None:
    temperatures = np.array(run, np.float64)
    released = release(temperatures, capacity)
    expected = target(temperatures, capacity)
    assert released.reply.tolist() == [at for at, _ in expected]
    counters = np.array([c for _, c in expected]).reshape(-1, SENSORS).astype(np.float32)
    assert (released.rows[:, :SENSORS] == counters).all()
    assert (released.rows[:, SENSORS:] == temperatures[: len(expected)]).all()
    assert released.waiting == len(temperatures) - len(expected) <= capacity
    assert (np.diff(released.reply) >= 0).all()


def test_a_change_bends_the_counter_of_the_sensor_that_changed_and_no_other() -> None:
    buffer = RowBuffer(2)
    sent = [[40.0, 41.0]] * 2 + [[41.0, 41.0]] + [[41.0, 41.0]] * 3 + [[41.0, 42.0]]
    left = [buffer.push(np.array(row)) for row in sent]
    assert [len(rows) for rows in left] == [0, 0, 2, 0, 0, 0, 4]
    assert left[-1].tolist() == [[0, 2, 41, 41], [1, 1.5, 41, 41], [2, 1, 41, 41], [3, 0.5, 41, 41]]
    assert left[-1].dtype == np.float32
    assert buffer.waiting == 1


def test_a_full_buffer_releases_its_oldest_row_with_its_plain_count() -> None:
    buffer = RowBuffer(1, capacity=2)
    left = [buffer.push(np.array([40.0])).tolist() for _ in range(4)]
    assert left == [[], [], [[0, 40]], [[1, 40]]]
    assert (buffer.overflows, buffer.waiting) == (2, 2)
    assert buffer.push(np.array([41.0])).tolist() == [[2, 40], [1, 40]]


def test_a_first_row_of_zeros_is_no_change() -> None:
    buffer = RowBuffer(1)
    buffer.push(np.array([0.0]))
    assert buffer.push(np.array([5.0])).tolist() == [[1, 0]]


def test_a_buffer_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity 0: at least 1 row"):
        RowBuffer(9, 0)
