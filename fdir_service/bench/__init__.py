"""How fast the project is, as ratios to what a user would write or take instead.

Ratios of CPU times measured by turns say more than times: they change little with the machine and its load.
"""

from fdir_service.bench import monitors, packing
from fdir_service.bench.measure import Result, Row, measure

ROWS: tuple[Row, ...] = (*monitors.ROWS, *packing.ROWS)
ROUNDS = 7
LEAST_ROUNDS = 5

__all__ = ["LEAST_ROUNDS", "ROUNDS", "ROWS", "Result", "Row", "measure"]
