"""Figures of the report: curves of all detectors, and the index scene by scene."""

from typing import Any, Final

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_curve

from fdir_service.evaluation.clouds.run import Evaluation
from fdir_service.evaluation.svg import svg
from models.clouds.degradation import NONE
from models.clouds.leave_out import Scored

COLOURS: Final = {"ours": "#2a6f97", "faithful": "#bc6c25", "baseline": "#8c959f"}
LINES: Final = ("-", "--", ":", "-.")
CLEAR, CLOUDY, LEVEL = "#2d6a4f", "#6c757d", "#c1121f"


def figures(evaluation: Evaluation, shown: Scored) -> dict[str, str]:
    """Return the figures as SVG: curves, and the scores of one detector by scene.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """
    scenes = len(set(evaluation.data.tiles.scenes.tolist()))
    return {
        "curves": svg(lambda figure: _curves(figure, evaluation), (10.5, 4.2), "curves"),
        "scenes": svg(
            lambda figure: _scenes(figure, evaluation, shown), (10.5, 1.2 + 0.22 * scenes), "scenes"
        ),
    }


def _curves(figure: Any, evaluation: Evaluation) -> None:
    roc, precision_recall = figure.subplots(1, 2)
    cloudy = evaluation.data.tiles.cloudy
    used = dict.fromkeys(COLOURS, 0)
    for scored in evaluation.scored:
        role = scored.contender.role
        style = {"color": COLOURS[role], "linestyle": LINES[used[role] % len(LINES)]}
        used[role] += 1
        false, true, _ = roc_curve(cloudy, scored.scores[NONE])
        roc.plot(false, true, label=scored.contender.name, **style)
        precision, recall, _ = precision_recall_curve(cloudy, scored.scores[NONE])
        precision_recall.plot(recall, precision, **style)
    roc.set_xlabel("share of clear pictures flagged")
    roc.set_ylabel("recall")
    precision_recall.set_xlabel("recall")
    precision_recall.set_ylabel("precision")
    for axes in (roc, precision_recall):
        axes.set_ylim(-0.02, 1.02)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(visible=True, color="#eaeef2", linewidth=0.6)
    roc.legend(fontsize=7, frameon=False, loc="lower right")


def _scenes(figure: Any, evaluation: Evaluation, shown: Scored) -> None:
    """Draw the scores of each scene's tiles on a line."""
    axes = figure.subplots()
    tiles, scores = evaluation.data.tiles, shown.scores[NONE]
    names = sorted(set(tiles.scenes.tolist()), reverse=True)
    for mask, colour, label in ((tiles.clear, CLEAR, "clear"), (tiles.cloudy, CLOUDY, "cloudy")):
        heights = np.array([names.index(scene) for scene in tiles.scenes[mask]])
        axes.plot(scores[mask], heights, "o", color=colour, markersize=4, alpha=0.6, label=label)
    for height, name in enumerate(names):
        level = shown.thresholds[tiles.scenes == name].mean()
        axes.plot([level, level], [height - 0.4, height + 0.4], color=LEVEL, linewidth=1)
    labels = [f"{name} (ice)" if name in evaluation.data.ice else name for name in names]
    axes.set_yticks(range(len(names)), labels, fontsize=7)
    axes.set_xlabel(f"score: {shown.contender.name}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=7, frameon=False)
    figure.subplots_adjust(left=0.22)
