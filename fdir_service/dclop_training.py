"""What ``fdir train dclop`` is asked for, as a recipe of DCLOP."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.card import Card
from models.dclop.huber import DynamicLoss, StaticLoss
from models.dclop.recipe import DclopRecipe, train_dclop
from models.dclop.table import joined, read_table
from models.dclop.training import DEPENDABLE, PAPER, DclopSettings
from models.training import ProgressCallback


@dataclass(frozen=True, slots=True)
class DclopChoice:
    """Choices of the command line.

    Attributes
    ----------
    columns, without : channels of the table, and what is none.
    dependable : `DEPENDABLE` instead of `PAPER`.
    clusters, clip : instead of those of the settings.
    restarts : see `DclopSettings`.
    static : the Huber loss without dynamic weights.
    budget : see `DclopRecipe`.

    """

    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    dependable: bool = False
    clusters: int | None = None
    clip: float | None = None
    restarts: int = 1
    static: bool = False
    budget: int | None = None

    @property
    def words(self) -> str:
        """The choices that are not the defaults, as on the command line."""
        values = {
            "columns": ",".join(self.columns) or None,
            "without": ",".join(self.without) or None,
            "clusters": self.clusters,
            "clip": self.clip,
            "restarts": self.restarts if self.restarts > 1 else None,
            "budget": self.budget,
        }
        flags = {"dependable": self.dependable, "static": self.static}
        words = [f"--{name}" for name, chosen in flags.items() if chosen]
        return " ".join(words + [f"--{name} {value}" for name, value in values.items() if value is not None])

    @property
    def settings(self) -> DclopSettings:
        """The settings of the training."""
        preset = DEPENDABLE if self.dependable else PAPER
        return replace(
            preset,
            clusters=preset.clusters if self.clusters is None else self.clusters,
            clip=preset.clip if self.clip is None else self.clip,
            restarts=self.restarts,
            loss=StaticLoss() if self.static else DynamicLoss(),
        )


def train_tables(
    paths: Sequence[Path], out: Path, seed: int, choice: DclopChoice, progress: ProgressCallback
) -> Card:
    """Train on the rows of all tables at `paths` and write `out`.

    Raises
    ------
    TrainingDataError
        If the tables cannot be trained on as chosen, or have different columns.

    """
    table = joined([read_table(path, choice.columns, choice.without) for path in paths])
    recipe = DclopRecipe(choice.settings, choice.budget, choice.words)
    return train_dclop(table, " --data ".join(p.name for p in paths), out, seed, progress, recipe)
