"""Pictures of the report: scenes with what was found in them, reconstructions and where they err."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
from PIL import Image

from fdir_service.evaluation.clouds.run import Data, Evaluation
from models.clouds.degradation import NONE
from models.clouds.leave_out import Scored
from models.clouds.tiles import Mask, Pictures

FOUND, FALSE, MISSED, ABSENT = (45, 106, 79), (214, 40, 40), (252, 191, 73), (222, 226, 230)
FRAME: Final = 3
"""Pixels of a tile's frame."""
SHOWN: Final = 2
"""Tiles of each kind whose reconstructions are shown."""
ERROR_SCALE: Final = 64
"""Error, DN, that is drawn white."""
_QUALITY: Final = 88


def scenes(evaluation: Evaluation, scored: Scored) -> list[dict[str, str]]:
    """Return each scene with its judged tiles: framed green if found, red if false, yellow if missed."""
    flagged = scored.flagged(NONE)
    data = evaluation.data
    return [
        {"name": name, "ice": data.ice.get(name, ""), "picture": uri(_scene(data, name, flagged))}
        for name in sorted(set(data.tiles.scenes.tolist()))
    ]


def _scene(data: Data, name: str, flagged: Mask) -> Pictures:
    chosen = np.flatnonzero(data.tiles.scenes == name)
    size = data.tiles.pictures.shape[1]
    places = data.tiles.places[chosen]
    height, width = places.max(0) + size
    whole = np.full((height, width, 3), ABSENT, np.uint8)
    for k, (row, col) in zip(chosen, places, strict=True):
        tile = framed(data.tiles.pictures[k], bool(data.tiles.cloudy[k]), bool(flagged[k]))
        whole[row : row + size, col : col + size] = tile
    return whole


def framed(picture: Pictures, cloudy: bool, flagged: bool) -> Pictures:
    """Return a tile with a frame that says whether it was judged rightly; none if clear and not flagged."""
    found = picture.copy()
    if cloudy or flagged:
        inner = picture[FRAME:-FRAME, FRAME:-FRAME]
        found[:] = FOUND if cloudy and flagged else (MISSED if cloudy else FALSE)
        found[FRAME:-FRAME, FRAME:-FRAME] = inner
    return found


def reconstructions(evaluation: Evaluation) -> list[dict[str, str]]:
    """Return, of each detector that reconstructs, tiles above reconstructions above errors."""
    chosen, kinds = _shown(evaluation.data)
    return [
        {
            "name": one.contender.name,
            "kinds": ", ".join(kinds),
            "picture": uri(_rows(evaluation.data.tiles.pictures[chosen], one.reconstructions[chosen])),
        }
        for one in evaluation.scored
        if one.reconstructions is not None
    ]


def _shown(data: Data) -> tuple[list[int], list[str]]:
    """Return the first and the middle tile of each kind, and the names of the kinds."""
    kinds = {
        "clear": data.tiles.clear & ~data.icy,
        "clear ice": data.tiles.clear & data.icy,
        "cloudy": data.tiles.cloudy & ~data.icy,
        "cloud over ice": data.tiles.cloudy & data.icy,
    }
    found = {name: list(_spread(np.flatnonzero(mask))) for name, mask in kinds.items() if mask.any()}
    return [k for several in found.values() for k in several], [
        f"{len(several)} {name}" for name, several in found.items()
    ]


def _spread(places: Sequence[int] | np.ndarray) -> Iterator[int]:
    steps = np.linspace(0, len(places) - 1, SHOWN + 2)[1:-1].round().astype(int)
    yield from (int(places[k]) for k in dict.fromkeys(steps.tolist()))


def _rows(pictures: Pictures, given_back: Pictures) -> Pictures:
    errors = np.abs(pictures.astype(np.int16) - given_back).mean(3, keepdims=True)
    drawn = np.clip(errors * (255 / ERROR_SCALE), 0, 255).astype(np.uint8).repeat(3, 3)
    return np.concatenate([_beside(one) for one in (pictures, given_back, drawn)])


def _beside(pictures: Pictures) -> Pictures:
    """Return pictures (n, h, w, 3) side by side, (h, n w, 3)."""
    n, height, width, _ = pictures.shape
    return pictures.transpose(1, 0, 2, 3).reshape(height, n * width, 3)


def uri(picture: Pictures) -> str:
    """Return a picture as a data URI."""
    octets = BytesIO()
    image: Any = Image.fromarray(np.ascontiguousarray(picture))
    image.save(octets, "JPEG", quality=_QUALITY, subsampling=0)
    return "data:image/jpeg;base64," + b64encode(octets.getvalue()).decode()
