import numpy as np
import pytest

from sim.imager.faults import FaultKind, PayloadFault, expose
from sim.imager.images import BATCH, take
from sim.imager.scene import draw

SCENE = draw(64, 0.0, np.random.default_rng(1)).radiance


def shot(severity, seed=5):
    return expose(SCENE, severity, 9, np.random.default_rng(seed)).astype(float)


def test_a_sound_image_is_the_scene_with_a_little_noise():
    image = expose(SCENE, {}, 9, np.random.default_rng(5))
    assert image.dtype == np.uint8
    assert (image - SCENE).std() == pytest.approx(np.hypot(0.5, 1 / np.sqrt(12.0)), rel=0.1)


def test_dead_columns_are_the_same_in_every_image():
    dead = [np.flatnonzero((shot({FaultKind.DEAD_COLUMNS: 0.05}, k) == 0).all(axis=(0, 2))) for k in (1, 2)]
    assert len(dead[0]) == 3
    np.testing.assert_array_equal(*dead)


def test_dropped_lines_are_others_in_every_image():
    lost = [np.flatnonzero((shot({FaultKind.DROPPED_LINES: 0.05}, k) == 0).all(axis=(1, 2))) for k in (1, 2)]
    assert [len(lines) for lines in lost] == [3, 3]
    assert set(lost[0]) != set(lost[1])


def test_even_a_small_share_costs_one_line():
    assert (shot({FaultKind.DROPPED_LINES: 0.001}) == 0).all(axis=(1, 2)).sum() == 1


def test_saturation_reaches_the_share_of_the_pixels():
    assert (shot({FaultKind.SATURATION: 0.2}) == 255).mean() == pytest.approx(0.2, abs=0.02)


def test_thermal_noise_comes_on_top():
    assert (shot({FaultKind.NOISE: 8.0}) - SCENE).std() == pytest.approx(8.0, rel=0.05)


def test_defocus_leaves_the_light_and_takes_the_detail():
    blurred = shot({FaultKind.DEFOCUS: 2.0})
    assert blurred.mean() == pytest.approx(SCENE.mean(), abs=0.5)
    assert np.diff(blurred.mean(axis=2), axis=1).std() < 0.5 * np.diff(SCENE.mean(axis=2), axis=1).std()


def test_a_fault_without_a_duration_does_not_stop():
    assert PayloadFault(FaultKind.NOISE, 8.0, 3).stop is None
    assert PayloadFault(FaultKind.NOISE, 8.0, 3, 4).stop == 7


def test_sets_of_images_show_the_same_whatever_the_faults():
    sound = list(take(BATCH + 3, 32, 2, {}, 0.5))
    blurred = list(take(BATCH + 3, 32, 2, {FaultKind.DEFOCUS: 2.0}, 0.5))
    assert [len(batch.pixels) for batch in sound] == [BATCH, 3]
    for one, other in zip(sound, blurred, strict=True):
        np.testing.assert_array_equal(one.cloudy, other.cloudy)
        assert (one.pixels != other.pixels).any()
