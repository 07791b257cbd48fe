import numpy as np

from models.isolation import SAMPLES, isolation


def fault(start: int, stop: int, axes: tuple[int, ...], samples: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (1, T) and axes (1, T, 3) of one fault."""
    mask = np.zeros((1, samples, 3), np.bool_)
    mask[0, start:stop, list(axes)] = True
    return mask.any(axis=-1), mask


def test_the_set_of_axes_has_to_be_exact() -> None:
    labels, axes = fault(50, 90, (1,))
    assert isolation(labels, axes, labels, axes * 0.9) == 1.0
    _, more = fault(50, 90, (1, 2))
    assert isolation(labels, axes, labels, more * 0.9) == 0.0
    assert isolation(labels, axes, labels, axes * 0.3) == 0.0


def test_the_first_samples_from_the_detection_on_decide_by_majority() -> None:
    labels, axes = fault(50, 150, (0,))
    index = labels.copy()
    index[0, 50:70] = False
    scores = axes * 0.9
    scores[0, 50:70, 1] = 0.9
    scores[0, 70 : 70 + SAMPLES // 2, 1] = 0.9
    scores[0, 70 + SAMPLES :, 2] = 0.9
    assert isolation(labels, axes, index, scores) == 1.0
    scores[0, 70 : 71 + SAMPLES // 2, 1] = 0.9
    assert isolation(labels, axes, index, scores) == 0.0


def test_only_what_the_fault_lasts_is_asked() -> None:
    labels, axes = fault(50, 60, (2,))
    scores = np.zeros((1, 200, 3))
    scores[0, 50:60, 2] = 0.9
    assert isolation(labels, axes, labels, scores) == 1.0


def test_missed_faults_and_an_index_without_a_fault_take_no_part() -> None:
    labels, axes = fault(50, 90, (0,))
    elsewhere = np.roll(labels, 60, axis=1)
    assert np.isnan(isolation(labels, axes, elsewhere, axes * 0.9))
    assert np.isnan(isolation(labels, axes, np.zeros_like(labels), axes * 0.9))


def test_records_do_not_run_into_each_other() -> None:
    first, first_axes = fault(170, 200, (0,))
    second, second_axes = fault(0, 30, (1,))
    labels, axes = np.concatenate([first, second]), np.concatenate([first_axes, second_axes])
    late = labels.copy()
    late[0, :190] = False
    assert isolation(labels, axes, late, axes * 0.9) == 1.0
