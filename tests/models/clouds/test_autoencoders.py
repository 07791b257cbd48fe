"""The autoencoders as published: their shapes, their training, and weights from elsewhere."""

import numpy as np
import pytest
import torch
from torch import nn

from models.clouds.augmentation import Augmentation
from models.clouds.autoencoder import (
    FILTERS,
    ConvolutionalAutoencoder,
    ReconstructionIndex,
    Vgg19Autoencoder,
    autoencoder,
)
from models.clouds.errors import PictureError
from models.clouds.reconstruction import ReconstructionTraining, split, train_autoencoder
from models.clouds.reconstructions import reconstructed
from models.clouds.scores import outputs
from tests.models.clouds.scenery import tiles

TINY = ReconstructionTraining(width=0.01, epochs=3, batch=4, copies=2)


def convolutions(module):
    return [layer.out_channels for layer in module.modules() if isinstance(layer, nn.Conv2d)]


def test_the_published_filters_are_those_of_full_width():
    with torch.device("meta"):
        assert convolutions(ConvolutionalAutoencoder()) == list(FILTERS)
        vgg = Vgg19Autoencoder()
    assert convolutions(vgg) == [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    assert sum(isinstance(layer, nn.MaxPool2d) for layer in vgg.features) == 5
    assert list(vgg.features.state_dict())[-1] == "34.bias"


@pytest.mark.parametrize(("name", "bottleneck"), [("cae", (8, 4, 4)), ("vgg19", (8, 2, 2))])
def test_a_reconstruction_has_the_shape_of_its_picture(name, bottleneck):
    network = autoencoder(name, 0.01)
    given = torch.rand(2, 3, 64, 64)
    inner = network.encoder if name == "cae" else network.features
    assert inner(given).shape[1:] == bottleneck
    found = network(given).detach()
    assert found.shape == given.shape
    assert 0 <= float(found.min()) <= float(found.max()) <= 1


def test_the_index_is_the_rmse_of_a_picture():
    pictures = tiles(1).pictures
    network = autoencoder("cae", 0.01)
    given, back = (p.astype(float) / 255 for p in (pictures, reconstructed(network, pictures)))
    expected = np.sqrt(((given - back) ** 2).mean((1, 2, 3)))
    found = outputs(ReconstructionIndex(network), pictures)[:, 0]
    np.testing.assert_allclose(found, expected, atol=0.003)


def test_training_writes_log_checkpoint_and_samples_and_is_repeatable(tmp_path):
    given = tiles(2).pictures
    settings = ReconstructionTraining(**{**vars_of(TINY), "results": tmp_path / "r"})
    first, epochs = train_autoencoder(given[:6], given[6:], settings, 1)
    second, _ = train_autoencoder(given[:6], given[6:], TINY, 1)
    log = (tmp_path / "r" / "log.csv").read_text().splitlines()
    assert log[0] == "epoch,loss,validation"
    assert len(log) == 1 + epochs
    assert (tmp_path / "r" / "reconstructions.png").is_file()
    kept = torch.load(tmp_path / "r" / "best.pt", weights_only=True)
    for name, value in first.state_dict().items():
        torch.testing.assert_close(kept[name], value)
        torch.testing.assert_close(second.state_dict()[name], value)


def vars_of(settings):
    return {name: getattr(settings, name) for name in settings.__slots__}


def test_what_cannot_be_trained_on_is_refused():
    given = tiles(2).pictures
    with pytest.raises(PictureError, match="6 training and 0 validation pictures"):
        train_autoencoder(given[:6], given[:0], TINY, 1)
    with pytest.raises(PictureError, match="pictures of 60 x 64: cae wants multiples of 16"):
        train_autoencoder(given[:6, :60], given[6:, :60], TINY, 1)


def test_the_encoder_takes_weights_in_the_common_layout(tmp_path):
    source, target = Vgg19Autoencoder(0.01), Vgg19Autoencoder(0.01)
    state = {k: v for k, v in source.state_dict().items() if k.startswith("features")}
    torch.save(state | {"classifier.0.weight": torch.zeros(3)}, tmp_path / "vgg19.pth")
    target.load_encoder(tmp_path / "vgg19.pth")
    torch.testing.assert_close(target.features.state_dict(), source.features.state_dict())
    settings = ReconstructionTraining(**{**vars_of(TINY), "weights": tmp_path / "vgg19.pth"})
    slow = ReconstructionTraining(
        **{**vars_of(settings), "model": "vgg19", "epochs": 1, "learning_rate": 1e-9}
    )
    trained, _ = train_autoencoder(tiles(2).pictures[:4], tiles(2).pictures[4:], slow, 1)
    torch.testing.assert_close(trained.features.state_dict(), source.features.state_dict(), atol=1e-4, rtol=0)
    with pytest.raises(PictureError, match="only vgg19 takes weights"):
        train_autoencoder(tiles(2).pictures, tiles(2).pictures, settings, 1)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (None, "cannot be read"),
        (b"nothing", "no weights that torch reads"),
        ([1], "holds a list"),
        ({"features.0.weight": torch.zeros(1)}, r"features.0.weight: has shape \(1,\), wanted"),
        ({}, "features.0.weight: missing"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path, state, text):
    path = tmp_path / "w.pth"
    if isinstance(state, bytes):
        path.write_bytes(state)
    elif state is not None:
        torch.save(state, path)
    with pytest.raises(PictureError, match=text):
        Vgg19Autoencoder(0.01).load_encoder(path)


def test_four_fifths_are_trained_on_and_the_rest_validates():
    kept, held = split(10, 3)
    assert (len(kept), len(held)) == (8, 2)
    assert sorted([*kept, *held]) == list(range(10))
    assert split(10, 3)[1].tolist() == held.tolist() != split(10, 4)[1].tolist()


def test_augmentation_keeps_shape_and_range_and_is_repeatable():
    given = torch.rand(5, 3, 32, 32)
    first, second = (Augmentation()(given, torch.Generator().manual_seed(1)) for _ in range(2))
    torch.testing.assert_close(first, second)
    assert first.shape == given.shape
    assert 0 <= float(first.min()) <= float(first.max()) <= 1
    assert not torch.allclose(first, given, atol=0.05)


def test_augmentation_of_no_extent_changes_nothing():
    given = torch.rand(2, 3, 16, 16)
    still = Augmentation(angle=0, shift=0, flips=False, noise=0, blur=0)
    torch.testing.assert_close(still(given, torch.Generator()), given, atol=1e-5, rtol=0)


def test_flips_alone_mirror_pictures():
    given = torch.rand(16, 3, 16, 16)
    flips = Augmentation(angle=0, shift=0, noise=0, blur=0)(given, torch.Generator().manual_seed(2))
    ways = [given, given.flip(2), given.flip(3), given.flip(2, 3)]
    found = [[torch.allclose(flips[k], way[k], atol=1e-4) for way in ways] for k in range(16)]
    assert all(sum(row) == 1 for row in found)
    assert len({row.index(True) for row in found}) == 4


def test_a_blur_keeps_the_mean_and_takes_away_detail():
    given = torch.rand(1, 3, 32, 32)
    blurred = Augmentation(angle=0, shift=0, flips=False, noise=0, blur=2)(
        given, torch.Generator().manual_seed(1)
    )
    assert float(blurred.std()) < 0.7 * float(given.std())
    assert float(blurred.mean()) == pytest.approx(float(given.mean()), abs=0.02)
