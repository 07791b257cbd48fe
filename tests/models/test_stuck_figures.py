import numpy as np

from models.hysteresis import Thresholds
from models.stuck_figures import PERSISTENCY, false_reactions, figures, judged


def test_a_fault_that_began_before_the_first_window_is_taken_out_with_its_scores() -> None:
    labels = np.zeros((2, 20), np.bool_)
    labels[0, 3:8] = labels[1, 12:15] = True
    scores = np.full((2, 16), 0.9)
    kept, left = judged(labels, scores)
    assert kept.tolist() == [[False] * 16, [*[False] * 8, *[True] * 3, *[False] * 5]]
    assert left[0].tolist() == [*[0.0] * 4, *[0.9] * 12]
    assert (left[1] == 0.9).all()


def test_the_figures_of_a_detector_that_finds_one_fault_of_two_late() -> None:
    labels = np.zeros((1, 400), np.bool_)
    labels[0, 50:110] = labels[0, 200:260] = True
    scores = np.zeros((1, 400))
    scores[0, 60:110] = 1.0
    found = figures(labels, scores, Thresholds(0.5, 0.5))
    assert (found["faults"], found["missed"], found["uncertain"]) == (2, 0.5, 0)
    assert (found["precision"], found["recall"], found["false_share"]) == (1, 0.5, 0)
    assert (found["strict_precision"], found["strict_recall"], found["untriggered"]) == (1, 0.5, 0)
    assert (found["delay_median"], found["delay_90"]) == (10, 10)


def test_figures_that_nothing_was_counted_for_are_left_out() -> None:
    found = figures(np.zeros((1, 50), np.bool_), np.zeros((1, 50)), Thresholds(0.5, 0.5))
    assert found == {"faults": 0.0, "untriggered": 0.0}


def test_false_reactions_are_long_runs_on_records_without_faults() -> None:
    scores = np.zeros((2, 200))
    scores[0, 10 : 10 + PERSISTENCY] = scores[1, 50:55] = 1.0
    assert false_reactions(scores, Thresholds(0.5, 0.5)) == 1
