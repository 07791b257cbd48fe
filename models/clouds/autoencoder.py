"""The two autoencoders as published: a convolutional one, and one with the encoder of VGG19.

Both map pictures (batch, 3, size, size), 0..1, to reconstructions of the same shape. The index is the root of
the mean square error of a picture: trained on clear pictures only, they should fail on clouds.
"""

from itertools import pairwise
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from models.clouds.errors import PictureError

FILTERS: Final = (512, 256, 64, 16, 8)
"""Of the convolutional autoencoder; between them the picture is halved four times."""
VGG19: Final = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))
"""Filters and convolutions of each block (Simonyan and Zisserman 2015, configuration E)."""
FEWEST: Final = 8
"""Filters that any layer keeps however small the width."""
SHRINKS: Final = {"cae": 1 << (len(FILTERS) - 1), "vgg19": 1 << len(VGG19)}
"""What a picture's sides must be multiples of, by architecture."""


def narrowed(filters: int, width: float) -> int:
    """Return a layer's filters at a width, 1 being the published one."""
    return max(FEWEST, round(filters * width))


class ConvolutionalAutoencoder(nn.Module):
    """Convolutions 512-256-64-16-8 with max pooling between them, and their mirror image."""

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        filters = [narrowed(n, width) for n in FILTERS]
        layers: list[nn.Module] = []
        for k, (before, after) in enumerate(zip([3, *filters[:-1]], filters, strict=True)):
            layers += [nn.MaxPool2d(2)] * bool(k) + [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
        self.encoder = nn.Sequential(*layers)
        self.decoder = decoder(filters[::-1], 3)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the reconstructions."""
        found: Tensor = self.decoder(self.encoder(pictures))
        return found


def decoder(filters: list[int], colours: int) -> nn.Sequential:
    """Return transposed convolutions, each of which doubles the sides, between these numbers of filters."""
    layers: list[nn.Module] = []
    for before, after in pairwise(filters):
        layers += [nn.ConvTranspose2d(before, after, 2, stride=2), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(filters[-1], colours, 3, padding=1), nn.Sigmoid())


class Vgg19Autoencoder(nn.Module):
    """The encoder of VGG19 up to its last pooling layer, and transposed convolutions back."""

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        self.width = width
        layers: list[nn.Module] = []
        before = 3
        for filters, convolutions in VGG19:
            after = narrowed(filters, width)
            for _ in range(convolutions):
                layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
                before = after
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        back = [before, *(narrowed(filters, width) for filters, _ in reversed(VGG19))]
        self.decoder = decoder(back, 3)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the reconstructions."""
        found: Tensor = self.decoder(self.features(pictures))
        return found

    def load_encoder(self, path: Path) -> None:
        """Take the encoder's weights from a state dictionary with keys ``features.N.weight`` and ``.bias``.

        That is the layout of torchvision's vgg19; keys of its classifier are left alone.

        Raises
        ------
        PictureError
            If the file is no such dictionary, or of another width.

        """
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except OSError as error:
            raise PictureError(f"{path}: cannot be read: {error.strerror or error}") from None
        except Exception as error:  # noqa: BLE001  torch raises what the pickle or archive reader raises
            raise PictureError(f"{path}: no weights that torch reads: {type(error).__name__}") from None
        self._take(state, path)

    def _take(self, state: object, path: Path) -> None:
        if not isinstance(state, dict):
            raise PictureError(f"{path}: holds a {type(state).__name__}, not a state dictionary")
        for name, wanted in self.features.state_dict().items():
            found = state.get(f"features.{name}")
            if not isinstance(found, Tensor):
                raise PictureError(f"{path}: features.{name}: missing")
            if found.shape != wanted.shape:
                shapes = f"{tuple(found.shape)}, wanted {tuple(wanted.shape)} at width {self.width:g}"
                raise PictureError(f"{path}: features.{name}: has shape {shapes}")
        self.features.load_state_dict({k: state[f"features.{k}"] for k in self.features.state_dict()})


Autoencoder = ConvolutionalAutoencoder | Vgg19Autoencoder


def autoencoder(name: str, width: float) -> Autoencoder:
    """Return an untrained one, cae or vgg19, with weights after Glorot and Bengio (2010) and no biases.

    That is how the library of the published ones begins; smaller weights leave narrow networks at grey.
    """
    found = ConvolutionalAutoencoder(width) if name == "cae" else Vgg19Autoencoder(width)
    for layer in found.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return found


class ReconstructionIndex(nn.Module):
    """The RMSE of an autoencoder as an index: windows (batch, 1, h, w, 3) in DN -> scores (batch, 1)."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, windows: Tensor) -> Tensor:
        """Return the scores (batch, 1), of pictures scaled to 0..1."""
        pictures = windows[:, 0].permute(0, 3, 1, 2) / 255
        errors: Tensor = self.network(pictures) - pictures
        return errors.square().mean((1, 2, 3)).sqrt()[:, None]
