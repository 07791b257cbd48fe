"""The index tells how structure grows with scale, and noise does not move it."""

import numpy as np
import pytest
import torch

from models.clouds.degradation import DEGRADATIONS, NONE, noisy
from models.clouds.index import CloudIndex, FrameIndex
from models.clouds.scores import outputs
from tests.models.clouds.scenery import SIZE, picture


def score(*pictures, shared=True):
    return outputs(CloudIndex(shared=shared), np.stack(pictures))[:, 0]


@pytest.mark.parametrize("exponent", [0.0, 1 / 3, 0.6])
def test_the_index_follows_the_exponent_of_the_structure(exponent):
    rng = np.random.default_rng(5)
    found = score(*(picture(exponent, rng) for _ in range(12))).mean()
    assert found == pytest.approx(exponent - 0.2, abs=0.06)


def test_brightness_and_contrast_do_not_matter():
    dark, bright = (picture(0.3, np.random.default_rng(2), mean=m, spread=s) for m, s in ((60, 8), (180, 24)))
    first, second = score(dark, bright)
    assert first == pytest.approx(second, abs=0.05)


def test_noise_flattens_the_slope_within_colours_but_not_between_them():
    smooth = picture(0.6, np.random.default_rng(3), spread=6)
    worse = noisy(smooth[None], 1, 2.0)[0]
    assert abs(np.diff(score(smooth, worse))[0]) < 0.08
    assert np.diff(score(smooth, worse, shared=False))[0] < -0.2


def test_noise_alone_and_a_flat_picture_look_like_no_cloud():
    flat = np.full((SIZE, SIZE, 3), 200, np.uint8)
    assert score(flat)[0] == 0
    assert abs(score(noisy(flat[None], 1, 1.0)[0])[0]) < 0.3
    assert score(np.full_like(flat, 255))[0] == 0


def test_a_blurred_picture_looks_like_cloud():
    sharp = picture(0.0, np.random.default_rng(4))
    blurred = (sum(np.roll(sharp.astype(int), k, (0, 1)) for k in range(-1, 2)) / 3).astype(np.uint8)
    first, second = score(sharp, blurred)
    assert second > first + 0.1


def test_the_frame_index_is_the_mean_of_its_tiles_with_the_share_at_the_threshold():
    rng = np.random.default_rng(6)
    parts = [picture(h, rng, 32) for h in (0.5, -0.3, 0.5, 0.5, -0.3, -0.3)]
    whole = np.concatenate([np.concatenate(parts[:3], 1), np.concatenate(parts[3:], 1)])
    single = outputs(CloudIndex(), np.stack(parts))[:, 0]
    level = float(np.sort(single)[2:4].mean())
    found = outputs(FrameIndex(CloudIndex(), 32, level), whole[None])[0]
    np.testing.assert_allclose(found, [single.mean(), 0.5], atol=1e-5)


def test_the_levels_of_whole_numbers_are_exact_in_single_precision():
    given = torch.from_numpy(picture(0.2, np.random.default_rng(7))[None, None].astype(np.float32))
    single, double = CloudIndex(), CloudIndex().double()
    assert float(single(given)) == pytest.approx(float(double(given.double())), abs=1e-5)


def test_degradations_are_repeatable_and_keep_the_shape():
    pictures = np.stack([picture(0.2, np.random.default_rng(k)) for k in range(2)])
    for name, change in DEGRADATIONS.items():
        first, second = change(pictures, 3), change(pictures, 3)
        np.testing.assert_array_equal(first, second)
        assert first.shape == pictures.shape
        assert first.dtype == np.uint8
        assert (first == pictures).all() == (name == NONE)
        assert np.abs(first.astype(int) - pictures).mean() < 4
