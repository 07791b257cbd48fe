import math

import pytest

from models.poisson import upper_bound


@pytest.mark.parametrize(("count", "bound"), [(0, -math.log(0.05)), (1, 4.7439), (5, 10.5130), (100, 118.08)])
def test_the_bound_is_that_of_the_tables(count, bound):
    assert upper_bound(count) == pytest.approx(bound, rel=1e-4)


def test_less_confidence_gives_a_lower_bound():
    assert upper_bound(0, 0.5) == pytest.approx(math.log(2))
