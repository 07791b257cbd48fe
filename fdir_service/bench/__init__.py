"""How fast the project is, as ratios to what a user would write or take instead.

Ratios of CPU times measured by turns say more than times: they change little with the machine and its load.
"""

from fdir_service.bench import monitors, packing
from fdir_service.bench.rounds import Result, Row, measure

ROWS: tuple[Row, ...] = (*monitors.ROWS, *packing.ROWS)

__all__ = ["ROWS", "Result", "Row", "measure"]
