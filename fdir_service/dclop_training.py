"""What ``fdir train dclop`` is asked for, as a recipe of DCLOP."""

from dataclasses import dataclass
from pathlib import Path

from models.card import Card
from models.dclop.huber import DynamicLoss, StaticLoss
from models.dclop.recipe import DclopRecipe, train_dclop
from models.dclop.table import read_table
from models.dclop.training import DclopSettings
from models.training import ProgressCallback

_DEFAULTS = DclopSettings()


@dataclass(frozen=True, slots=True)
class DclopChoice:
    """Choices of the command line.

    Attributes
    ----------
    columns, without : channels of the table, and what is none.
    clusters, clip, static : see `DclopSettings`; static: the Huber loss without dynamic weights.
    budget : see `DclopRecipe`.

    """

    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    clusters: int = _DEFAULTS.clusters
    clip: float | None = None
    static: bool = False
    budget: int | None = None

    @property
    def words(self) -> str:
        """The choices that are not the defaults, as on the command line."""
        named = {
            "columns": ",".join(self.columns),
            "without": ",".join(self.without),
            "clusters": "" if self.clusters == _DEFAULTS.clusters else self.clusters,
            "clip": "" if self.clip is None else f"{self.clip:g}",
            "budget": "" if self.budget is None else self.budget,
        }
        words = [f"--{name} {value}" for name, value in named.items() if value != ""]
        return " ".join(words + ["--static"] * self.static)


def train_table(path: Path, out: Path, seed: int, choice: DclopChoice, progress: ProgressCallback) -> Card:
    """Train on the table at `path` and write `out`.

    Raises
    ------
    TrainingDataError
        If the table cannot be trained on as chosen.

    """
    table = read_table(path, choice.columns, choice.without)
    loss = StaticLoss() if choice.static else DynamicLoss()
    settings = DclopSettings(choice.clusters, clip=choice.clip, loss=loss)
    recipe = DclopRecipe(settings, choice.budget, choice.words)
    return train_dclop(table, path.name, out, seed, progress, recipe)
