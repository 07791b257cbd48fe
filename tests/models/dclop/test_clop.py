import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dclop.clop import FLOOR, Clop, ClopSettings


def literal_clop(points, labels, large, m, extent):
    """Algorithm 2 line by line, for rows among each other, in plain Python."""
    n = len(points)
    distance = [[math.dist(a, b) for b in points] for a in points]
    home = [
        k
        if labels[k] in large
        else min((j for j in range(n) if labels[j] in large), key=distance[k].__getitem__)
        for k in range(n)
    ]
    home = [labels[j] for j in home]

    def neighbours(o):
        inside = [j for j in range(n) if labels[j] == home[o] and j != o]
        most = min(m, sum(label == home[o] for label in labels) - 1)
        return sorted(inside, key=distance[o].__getitem__)[:most]

    near = [neighbours(o) for o in range(n)]
    pdist = [extent * math.sqrt(sum(distance[o][s] ** 2 for s in near[o]) / len(near[o])) for o in range(n)]
    cplof = [pdist[o] / (sum(pdist[s] for s in near[o]) / len(near[o])) - 1 for o in range(n)]
    scaling = {
        c: extent * math.sqrt(sum(cplof[o] ** 2 for o in range(n) if labels[o] == c) / sum(labels == c))
        for c in large
    }
    return [max(0.0, math.erf(cplof[o] / (scaling[home[o]] * math.sqrt(2)))) for o in range(n)]


def groups(seed, sizes=(40, 30, 3)):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(sizes), 3)) * 4
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return centres[labels] + rng.normal(size=(len(labels), 3)), labels


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 999), st.integers(2, 12), st.sampled_from([1.0, 2.0, 3.0]))
def test_stored_rows_score_as_algorithm_2_says(seed, m, extent):
    points, labels = groups(seed)
    clop = Clop.fit(points, labels, ClopSettings(m, extent))
    assert clop.large == (0, 1)
    expected = literal_clop(points, labels, clop.large, m, extent)
    assert clop.score_stored(points, labels) == pytest.approx(expected, abs=1e-9)


def test_a_new_point_scores_as_a_stored_row_that_nobody_has_as_neighbour():
    points, labels = groups(3, (40, 30))
    new = np.array([points[labels == 1].mean(axis=0) + np.array([4.0, 0.0, 0.0])])
    clop = Clop.fit(points, labels)
    everything = np.vstack([points, new])
    stored = literal_clop(everything, np.append(labels, 2), (0, 1), 10, 3.0)[-1]
    assert clop.score(new, np.array([1])) == pytest.approx([stored])
    assert 0.3 < stored < 1


def test_a_point_of_a_small_cluster_goes_to_the_large_one_with_the_nearest_centre():
    points = np.array([[0.0], [1.0], [2.0], [3.0], [10.0], [11.0], [12.0], [5.0]])
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    clop = Clop.fit(points, labels, ClopSettings(2, large_share=0.8))
    assert clop.large == (0, 1)
    assert clop.homes(np.array([[5.0], [7.0], [1.0]]), np.array([2, 2, 1])).tolist() == [0, 1, 1]


def test_a_stored_row_of_a_small_cluster_goes_to_the_large_one_with_the_nearest_member():
    points = np.array([[0.0], [0.0], [0.0], [9.0], [14.0], [14.0], [14.0], [10.0]])
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 2])
    clop = Clop.fit(points, labels, ClopSettings(2, large_share=0.8))
    assert clop.stored_homes(points[-1:], labels[-1:]).tolist() == [0]
    assert clop.homes(points[-1:], labels[-1:]).tolist() == [1]


def test_equal_rows_are_no_outliers_and_all_else_is():
    points, labels = np.zeros((20, 2)), np.zeros(20, np.int64)
    clop = Clop.fit(points, labels)
    assert clop.score_stored(points, labels).tolist() == [0.0] * 20
    assert clop.score(np.array([[0.0, 0.0], [1e-3, 0.0]]), labels[:2]).tolist() == [0.0, 1.0]
    assert clop.scaling.tolist() == [FLOOR]


def test_a_cluster_smaller_than_the_neighbourhood_takes_all_its_others():
    points = np.array([[0.0], [1.0], [3.0]])
    clop = Clop.fit(points, np.zeros(3, np.int64))
    assert clop.counts.tolist() == [2]
    assert clop.pdist == pytest.approx(3 * np.sqrt([(1 + 9) / 2, (1 + 4) / 2, (9 + 4) / 2]))


def test_a_single_row_has_no_neighbour_and_no_score():
    clop = Clop.fit(np.zeros((1, 2)), np.zeros(1, np.int64))
    assert clop.score_stored(np.zeros((1, 2)), np.zeros(1, np.int64)).tolist() == [0.0]
    assert clop.score(np.ones((1, 2)), np.zeros(1, np.int64)).tolist() == [1.0]


def test_a_small_group_of_outliers_is_remote_although_they_are_neighbours():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(size=(600, 3)), rng.normal(size=(8, 3)) * 0.1 + 25])
    labels = np.zeros(608, np.int64)
    clop = Clop.fit(points, labels)
    measured = clop.measure_stored(points, labels)
    assert clop.remoteness(measured)[600:].min() > 0.9
    assert clop.remoteness(measured)[:600].max() < 0.1
    new = clop.measure(np.array([[25.0, 25, 25], [0, 0, 0], [12, 12, 12]]), labels[:3])
    assert clop.remoteness(new)[1] == 0
    assert clop.remoteness(new)[2] > 0.7


def test_equal_rows_are_not_remote_and_all_else_is():
    clop = Clop.fit(np.zeros((20, 2)), np.zeros(20, np.int64))
    measured = clop.measure(np.array([[0.0, 0.0], [1e-3, 0.0]]), np.zeros(2, np.int64))
    assert clop.remoteness(measured).tolist() == [0.0, 1.0]
