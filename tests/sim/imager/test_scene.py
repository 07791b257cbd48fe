import numpy as np
import pytest

from sim.imager.scene import Surface, draw, fractal


@pytest.mark.parametrize("slope", [1.0, 1.7])
def test_a_field_has_the_slope_that_it_is_asked_for(slope):
    fields = np.stack([fractal(64, slope, np.random.default_rng(k)) for k in range(40)])
    power = (np.abs(np.fft.fft2(fields)) ** 2).mean(axis=0)[0, 2:24]
    frequency = np.fft.fftfreq(64)[2:24]
    found = np.polyfit(np.log(frequency), np.log(power), 1)[0]
    assert found == pytest.approx(-2.0 * slope, abs=0.25)


def test_neighbours_of_a_field_differ_as_much_as_those_of_white_noise():
    field = fractal(64, 1.2, np.random.default_rng(1))
    assert np.diff(field, axis=1).std() == pytest.approx(np.sqrt(2.0))
    assert abs(field.mean()) < 1e-9


def test_scenes_follow_from_the_seed_and_are_cloudy_as_often_as_asked_for():
    scenes = [draw(32, 0.3, np.random.default_rng((3, k))) for k in range(200)]
    again = draw(32, 0.3, np.random.default_rng((3, 5)))
    np.testing.assert_array_equal(scenes[5].radiance, again.radiance)
    assert 0.2 < np.mean([scene.cloudy for scene in scenes]) < 0.4
    assert {scene.surface for scene in scenes} == set(Surface)


def test_ice_is_as_bright_as_cloud_and_ocean_is_dark():
    scenes = [draw(32, 0.0, np.random.default_rng((4, k))) for k in range(60)]
    level = {s: np.mean([x.radiance.mean() for x in scenes if x.surface is s]) for s in Surface}
    assert level[Surface.OCEAN] < level[Surface.LAND] < 130.0 < level[Surface.ICE]
