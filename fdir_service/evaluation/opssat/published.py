"""The published table, for orientation: official test split, 529 segments of which 113 anomalous.

Ruszczak et al., Scientific Data 2025, Table 3; all of them use the 18 features.
"""

import csv
from pathlib import Path
from typing import Any, Final

from models.opssat.scores import METRICS

FILE: Final = Path(__file__).with_name("published.csv")


def published() -> list[dict[str, Any]]:
    """Return a row for each published detector."""
    with FILE.open(newline="") as file:
        return [
            {
                "detector": f"published {row['detector']}",
                "role": "published",
                "supervision": row["supervision"],
                "features": "all",
                "channel": "pooled",
                **{name: float(row[name]) for name in METRICS},
            }
            for row in csv.DictReader(file)
        ]
