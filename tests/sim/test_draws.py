import numpy as np
import pytest

from sim.draws import log_uniform_axes, normal_series, normals, uniform, uniform_axes


def generators(n: int) -> list[np.random.Generator]:
    return [np.random.default_rng((3, k)) for k in range(n)]


@pytest.mark.parametrize(
    ("draw", "shape"),
    [
        (lambda rngs: uniform(rngs, (1.0, 2.0)), (5,)),
        (lambda rngs: uniform_axes(rngs, (1.0, 2.0)), (5, 3)),
        (lambda rngs: log_uniform_axes(rngs, (1.0, 2.0)), (5, 3)),
        (lambda rngs: normals(rngs, 4, 2), (5, 4, 2)),
        (lambda rngs: normal_series(rngs, 7, 3).swapaxes(0, 1), (5, 7, 3)),
    ],
)
def test_a_draw_has_a_row_per_generator_that_does_not_depend_on_the_others(draw, shape):
    together = draw(generators(5))
    assert together.shape == shape
    assert (draw(generators(5)[3:]) == together[3:]).all()


def test_uniform_draws_stay_within_their_limits():
    drawn = uniform_axes(generators(300), (-2.0, 5.0))
    assert -2.0 <= drawn.min() < -1.8
    assert 4.8 < drawn.max() <= 5.0


def test_half_of_the_log_uniform_draws_are_below_the_geometric_mean():
    drawn = log_uniform_axes(generators(1000), (1e-4, 1e-2))
    assert 1e-4 <= drawn.min() < drawn.max() <= 1e-2
    assert (drawn < 1e-3).mean() == pytest.approx(0.5, abs=0.05)
