"""How fast the project is, as ratios to what a user would write or take instead.

Ratios of CPU times measured by turns say more than times: they change little with the machine and its load.
"""

from fdir_service.bench import (
    engines,
    equality,
    images,
    latency,
    losses,
    monitors,
    others,
    overheads,
    packing,
    portrait,
    recurrent,
    replays,
    saturated,
    starting,
)
from fdir_service.bench.rounds import Result, Row, Skipped, measure

_THEMES = (
    *(monitors, packing, engines, portrait, saturated, replays, equality, overheads),
    *(recurrent, others, starting, losses, latency, images),
)
ROWS: tuple[Row, ...] = tuple(row for theme in _THEMES for row in theme.ROWS)

__all__ = ["ROWS", "Result", "Row", "Skipped", "measure"]
