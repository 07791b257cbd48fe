"""Payload faults: what a camera makes of a scene, and what goes wrong with it.

Light passes the optics (defocus), is amplified (saturation), gets the detector's noise (thermal noise) and is
rounded to 8 bits; the read-out loses columns (dead for good) and lines (others in each image), or sends the
image before once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.draws import Floats

Image = NDArray[np.uint8]

NOISE: Final = 0.5
"""Noise of a sound detector, DN."""
FULL: Final = 255.0
_COLUMNS: Final = 0xC01
"""Parts the draw of dead columns from all others."""


class FaultKind(StrEnum):
    """What is wrong with the imager."""

    DEAD_COLUMNS = "dead_columns"
    DROPPED_LINES = "dropped_lines"
    SATURATION = "saturation"
    NOISE = "noise"
    DEFOCUS = "defocus"
    REPEATED = "repeated"


SEVERITY: Final[Mapping[FaultKind, str]] = {
    FaultKind.DEAD_COLUMNS: "share of the columns, at least one",
    FaultKind.DROPPED_LINES: "share of the lines of each image, at least one",
    FaultKind.SATURATION: "share of the pixels that are saturated",
    FaultKind.NOISE: "standard deviation, DN",
    FaultKind.DEFOCUS: "standard deviation of the blur, pixels",
}
"""What the severity of each kind is; a repeated image has none."""


@dataclass(frozen=True, slots=True)
class PayloadFault:
    """A fault from frame `start` on, for `duration` frames or, if None, for good."""

    kind: FaultKind
    severity: float
    start: int
    duration: int | None = None

    @property
    def stop(self) -> int | None:
        """Number of the first frame after the fault, or None."""
        return None if self.duration is None else self.start + self.duration


def expose(
    radiance: Floats, severity: Mapping[FaultKind, float], camera: int, rng: np.random.Generator
) -> Image:
    """Take an image.

    Parameters
    ----------
    radiance : (H, W, 3), DN.
    severity : of the faults there are; one of a repeated image changes nothing here.
    camera : whose columns die: the same ones in every image.
    rng : noise and lost lines follow from it.

    """
    light = radiance
    if (blur := severity.get(FaultKind.DEFOCUS)) is not None:
        light = _blurred(light, blur)
    if (share := severity.get(FaultKind.SATURATION)) is not None:
        light = light * (FULL / max(1.0, float(np.quantile(light, 1.0 - share))))
    noise = np.hypot(NOISE, severity.get(FaultKind.NOISE, 0.0))
    read = np.rint(light + noise * rng.standard_normal(light.shape))
    image: Image = np.clip(read, 0.0, FULL).astype(np.uint8)
    height, width = image.shape[:2]
    if (share := severity.get(FaultKind.DEAD_COLUMNS)) is not None:
        image[:, _some(width, share, np.random.default_rng((camera, _COLUMNS)))] = 0
    if (share := severity.get(FaultKind.DROPPED_LINES)) is not None:
        image[_some(height, share, rng)] = 0
    return image


def _some(n: int, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.choice(n, max(1, round(share * n)), replace=False)


def _blurred(light: Floats, sigma: float) -> Floats:
    """Blur by a Gaussian; what is beyond the edge looks like what is within."""
    reach = int(np.ceil(4.0 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    for axis in (0, 1):
        widths = [(reach, reach) if k == axis else (0, 0) for k in range(light.ndim)]
        wide = np.lib.stride_tricks.sliding_window_view(
            np.pad(light, widths, mode="symmetric"), len(kernel), axis=axis
        )
        light = wide @ kernel
    result: NDArray[Any] = light
    return result
