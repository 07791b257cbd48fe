import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dclop.sizes import large_clusters


@pytest.mark.parametrize(
    ("sizes", "large"),
    [
        ([10], (0,)),
        ([30, 40, 28, 2], (1, 0, 2)),  # equation 16: 98 of 100
        ([50, 40, 6, 5], (0, 1)),  # equation 17: 40 / 6
        ([60, 11, 10, 10], (0,)),  # equation 17 at the first cluster
        ([50, 50, 0], (0, 1)),
        ([3, 3, 3], (0, 1, 2)),
    ],
)
def test_the_boundary_is_the_first_that_fulfils_either_equation(sizes, large):
    assert large_clusters(sizes) == large


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12).filter(any))
def test_large_clusters_are_the_largest_ones_and_none_before_the_last_is_a_boundary(sizes):
    large = large_clusters(sizes)
    inside = [sizes[label] for label in large]
    outside = sorted((size for k, size in enumerate(sizes) if k not in large), reverse=True)
    assert inside == sorted(inside, reverse=True)
    assert all(size <= inside[-1] for size in outside)
    falling, held = inside + outside, 0
    for b in range(1, len(inside) + 1):
        held += falling[b - 1]
        boundary = held >= 0.95 * sum(sizes) or falling[b - 1] >= 5 * falling[b]
        assert boundary == (b == len(inside))


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="at most 1"):
        large_clusters([2, 1], large_share=1.1)
