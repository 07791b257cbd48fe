import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.hysteresis import OFF, ON, Thresholds, choose
from models.metrics import literal_reactions, missed


def slow(scores: NDArray[np.floating], on: float, off: float) -> list[bool]:
    state, found = False, []
    for score in scores:
        state = True if score >= on else False if score < off else state
        found.append(state)
    return found


@given(
    arrays(np.float64, (2, 30), elements=st.sampled_from([0.0, 0.2, 0.3, 0.5, 0.7, 0.8, 1.0])),
    st.sampled_from([(0.8, 0.2), (0.5, 0.5), (0.7, 0.3)]),
)
def test_the_index_rises_at_on_falls_below_off_and_holds_between(
    scores: NDArray[np.float64], pair: tuple[float, float]
) -> None:
    assert Thresholds(*pair)(scores).tolist() == [slow(row, *pair) for row in scores]


def test_records_do_not_know_each_other() -> None:
    assert Thresholds(0.8, 0.2)(np.array([[0.9, 0.9], [0.5, 0.5]])).tolist() == [[True, True], [False, False]]


def test_the_chosen_pair_is_quiet_and_still_finds_the_faults() -> None:
    labels = np.zeros((4, 300), np.bool_)
    labels[:, 100:160] = True
    scores = np.where(labels, 0.96, 0.02)
    scores[:, 105:150:7] = 0.2
    scores[0, 220:260] = 0.6
    chosen = choose(labels, scores, persistency=27)
    assert chosen.on > 0.6
    assert chosen.off <= 0.2
    assert literal_reactions(labels, chosen(scores), 27).false == 0
    assert missed(labels, chosen(scores)) == 0


def test_where_no_pair_is_quiet_the_quietest_is_taken() -> None:
    labels = np.zeros((2, 200), np.bool_)
    labels[0, 50:100] = True
    scores = np.where(labels, 1.0, 0.0)
    scores[1] = 1.0
    assert literal_reactions(labels, choose(labels, scores, 27)(scores), 27).false == 1


def test_the_grids_are_in_order() -> None:
    assert list(ON) == sorted(ON)
    assert list(OFF) == sorted(OFF)
