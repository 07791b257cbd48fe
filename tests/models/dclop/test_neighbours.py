import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dclop import neighbours
from models.dclop.neighbours import nearest


@given(st.integers(1, 30), st.integers(1, 4), st.integers(0, 99))
def test_neighbours_are_those_of_a_full_sort(n, dimensions, seed):
    rng = np.random.default_rng(seed)
    references, points = rng.normal(size=(n, dimensions)), rng.normal(size=(5, dimensions))
    count = int(rng.integers(1, n + 1))
    squares, near = nearest(points, references, count)
    for point, found, square in zip(points, near, squares, strict=True):
        every = sorted((float(((point - r) ** 2).sum()), k) for k, r in enumerate(references))[:count]
        assert found.tolist() == [k for _, k in every]
        assert np.allclose(square, [d for d, _ in every])


def test_a_row_can_be_left_out_of_its_own_neighbourhood_but_not_its_double():
    rows = np.array([[0.0], [0.0], [1.0]])
    squares, near = nearest(rows, rows, 1, own=np.arange(3))
    assert near.ravel().tolist() == [1, 0, 0]
    assert squares.ravel().tolist() == [0.0, 0.0, 1.0]


@settings(max_examples=10)
@given(st.integers(1, 40))
def test_blocks_do_not_change_anything(elements):
    rng = np.random.default_rng(elements)
    points, references = rng.normal(size=(23, 2)), rng.normal(size=(9, 2))
    whole = nearest(points, references, 3)
    kept, neighbours._ELEMENTS = neighbours._ELEMENTS, elements
    try:
        blocks = nearest(points, references, 3)
    finally:
        neighbours._ELEMENTS = kept
    assert all(np.array_equal(a, b) for a, b in zip(whole, blocks, strict=True))


def test_no_points_have_no_neighbours():
    squares, near = nearest(np.empty((0, 2)), np.zeros((4, 2)), 3)
    assert squares.shape == near.shape == (0, 3)
