"""What is compared with the authors' architectures: functions that score the days of a folder.

A contender gets the judged days, and the folder whose nominal files it may fit to (None: it uses what is
committed). A new detector is one more function in `CONTENDERS`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from models.atmonsat.data import Day
from models.atmonsat.rule import score_by_rule
from models.atmonsat.scored import Scored

Contender = Callable[[Sequence[Day], Path | None], Iterable[Scored]]


def rule(days: Sequence[Day], train: Path | None) -> Iterator[Scored]:  # noqa: ARG001  it learns nothing
    """Score by the authors' rule benchmark."""
    return map(score_by_rule, days)


CONTENDERS: Final[tuple[Contender, ...]] = (rule,)
