"""A classifier with labels, as a measure of what they are worth: logistic regression on three slopes."""

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from models.clouds.errors import PictureError
from models.clouds.index import BANDS, BandLevels
from models.clouds.scores import Floats, outputs
from models.clouds.tiles import Tiles


class SlopeClassifier(nn.Module):
    """The probability of cloud from the slope of each octave: windows (batch, 1, h, w, 3) -> (batch, 1)."""

    def __init__(self) -> None:
        super().__init__()
        self.levels = BandLevels()
        self.linear = nn.Linear(BANDS - 1, 1)

    def slopes(self, windows: Tensor) -> Tensor:
        """Return the steps from level to level (batch, `BANDS` - 1)."""
        levels: Tensor = self.levels(windows)
        return levels[:, 1:] - levels[:, :-1]

    def forward(self, windows: Tensor) -> Tensor:
        """Return the probabilities (batch, 1)."""
        return torch.sigmoid(self.linear(self.slopes(windows)))


class _Slopes(nn.Module):
    def __init__(self, classifier: SlopeClassifier) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, windows: Tensor) -> Tensor:
        return self.classifier.slopes(windows)


def fit_classifier(tiles: Tiles) -> SlopeClassifier:
    """Fit to the clear and cloudy tiles, both kinds weighing the same.

    Raises
    ------
    PictureError
        Unless there are tiles of both kinds.

    """
    judged = tiles.judged
    if not judged.clear.any() or not judged.cloudy.any():
        raise PictureError("a classifier wants clear and cloudy pictures to learn from")
    found = SlopeClassifier()
    slopes = outputs(_Slopes(found), judged.pictures)
    mean, spread = slopes.mean(0), np.maximum(slopes.std(0), 1e-6)
    fitted = LogisticRegression(class_weight="balanced").fit((slopes - mean) / spread, judged.cloudy)
    weights: Floats = fitted.coef_ / spread
    with torch.no_grad():
        found.linear.weight.copy_(torch.from_numpy(weights))
        found.linear.bias.copy_(torch.from_numpy(fitted.intercept_ - weights @ mean))
    return found.eval()
