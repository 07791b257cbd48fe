import numpy as np
import pytest

from models.dclop.assignment import assign, soft_assignment


def test_similarities_fall_with_the_squared_distance_and_sum_to_one():
    q = soft_assignment(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]]))
    assert q[0] == pytest.approx(np.array([1, 1 / 2, 1 / 10]) / 1.6)


def test_the_label_is_the_nearest_centre_and_the_membership_its_share():
    labels, membership = assign(np.array([[0.9], [0.1]]), np.array([[0.0], [1.0]]))
    assert labels.tolist() == [1, 0]
    near, far = 1 / 1.01, 1 / 1.81
    assert membership == pytest.approx([near / (near + far)] * 2)
