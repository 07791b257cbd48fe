import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import Mask, objective, strict_reactions
from models.persistency import COUNTS, PERSISTENCIES, THRESHOLD, best_persistency, indices


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Draw two records of blocks that are one and zero in turns."""
    lengths = st.lists(st.integers(1, 40), min_size=12, max_size=12)
    rows = [np.repeat(np.arange(12) % 2 == 1, draw(lengths)) for _ in range(2)]
    found = np.zeros((2, 480), np.bool_)
    for row, drawn in zip(found, rows, strict=True):
        row[: len(drawn)] = drawn
    return found


@given(masks(), masks(), masks(), masks(), st.sampled_from(sorted(COUNTS)))
def test_no_persistency_is_better_and_no_shorter_one_as_good(
    acc: Mask, imu: Mask, first: Mask, second: Mask, kind: str
) -> None:
    labels, found, count = [acc, imu], [first, second], COUNTS[kind]
    best = best_persistency(labels, found, count)
    worths = {p: objective(count(y, q, p) for y, q in zip(labels, found, strict=True)) for p in PERSISTENCIES}
    assert best.worth == worths[best.samples] == max(worths.values())
    assert all(worths[p] < best.worth for p in PERSISTENCIES if p < best.samples)


def test_false_positives_ask_for_a_longer_persistency() -> None:
    labels = np.zeros((1, 400), np.bool_)
    labels[0, 200:300] = True
    index = labels.copy()
    index[0, 50:62] = True
    assert best_persistency([labels, labels], [index, labels], COUNTS["literal"]).samples == 13
    assert best_persistency([labels, labels], [labels, labels], strict_reactions).samples == 5


def test_the_index_is_one_from_half_on_and_judged_from_the_first_full_window_on() -> None:
    labels = np.zeros((1, 10, 2), np.bool_)
    labels[0, 6:, 0] = labels[0, :5, 1] = True
    scores = np.zeros((1, 7, 2))
    scores[0, 3:, 0], scores[0, :, 1] = THRESHOLD, 0.9
    truth, found = indices(labels, scores)
    assert [part.shape for part in truth] == [(1, 7), (1, 7)]
    assert found[0].tolist() == truth[0].tolist() == [[False] * 3 + [True] * 4]
    assert not truth[1].any(), "nobody saw its onset"
    assert found[1].tolist() == [[False] * 2 + [True] * 5]


@pytest.mark.parametrize("persistency", [PERSISTENCIES[0], PERSISTENCIES[-1]])
def test_no_persistency_gives_up_the_shortest_fault(persistency: int) -> None:
    assert 5 <= persistency <= 30
