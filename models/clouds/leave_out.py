"""Scores of pictures by detectors that were fitted to other scenes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.clouds.contenders import Contender, Fitted
from models.clouds.degradation import DEGRADATIONS, NONE
from models.clouds.errors import PictureError
from models.clouds.tiles import Mask, Pictures, Tiles

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a detector says of n tiles.

    Attributes
    ----------
    scores : (n,) by degradation of the pictures.
    thresholds : (n,) from the tiles that the detector was fitted to.
    reconstructions : (n, h, w, 3) of the pictures as they are, or None.
    folds : times that the detector was fitted.

    """

    contender: Contender
    scores: Mapping[str, Floats]
    thresholds: Floats
    reconstructions: Pictures | None
    folds: int

    def flagged(self, degradation: str) -> Mask:
        """Return which tiles reach their threshold."""
        return self.scores[degradation] >= self.thresholds


def degraded(tiles: Tiles, seed: int) -> dict[str, Pictures]:
    """Return the pictures by degradation."""
    return {name: change(tiles.pictures, seed) for name, change in DEGRADATIONS.items()}


def leave_out(
    contender: Contender, tiles: Tiles, shown: Mapping[str, Pictures], seed: int, groups: int | None = None
) -> Scored:
    """Score every tile by a detector fitted to other scenes.

    Parameters
    ----------
    shown : the tiles' pictures by degradation; detectors are fitted to the tiles' own.
    groups : into how many groups scenes are put at most, each left out in turn; None: every scene alone.

    """
    wanted = [n for n in (contender.groups, groups) if n is not None]
    chosen = list(parts(tiles.scenes, min(wanted) if wanted else None, seed))
    if len(chosen) < 2:
        raise PictureError("only one scene: nothing is left to fit to; name other scenes to train on")
    fits = ((part, contender.fit(tiles.where(~part), seed)) for part in chosen)
    return _scored(contender, fits, shown, len(tiles))


def trained(
    contender: Contender, training: Tiles, tiles: Tiles, shown: Mapping[str, Pictures], seed: int
) -> Scored:
    """Score every tile by one detector fitted to other tiles."""
    every = np.ones(len(tiles), np.bool_)
    return _scored(contender, iter([(every, contender.fit(training, seed))]), shown, len(tiles))


def parts(scenes: NDArray[np.str_], groups: int | None, seed: int) -> Iterator[Mask]:
    """Yield which tiles are left out together: whole scenes, dealt out in an order that the seed decides."""
    names = np.array(sorted(set(scenes.tolist())))
    if groups is None or groups >= len(names):
        yield from (np.asarray(scenes == name) for name in names)
        return
    dealt = np.random.default_rng(seed).permutation(names)
    yield from (np.isin(scenes, dealt[k::groups]) for k in range(groups))


def _scored(
    contender: Contender, fits: Iterator[tuple[Mask, Fitted]], shown: Mapping[str, Pictures], n: int
) -> Scored:
    scores = {name: np.full(n, np.nan) for name in shown}
    thresholds, pictures, folds = np.full(n, np.nan), np.zeros_like(shown[NONE]), 0
    reconstruct: Callable[[Pictures], Pictures] | None = None
    for part, fitted in fits:
        folds += 1
        thresholds[part] = fitted.threshold
        for name, given in shown.items():
            scores[name][part] = fitted.score(given[part])
        reconstruct = fitted.reconstruct
        if reconstruct:
            pictures[part] = reconstruct(shown[NONE][part])
    return Scored(contender, scores, thresholds, pictures if reconstruct else None, folds)
