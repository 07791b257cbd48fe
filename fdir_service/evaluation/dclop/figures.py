"""Figures of the report: portrait, latent map, score timelines and curves (figures 5 to 8 of the paper)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.metrics import precision_recall_curve, roc_curve

from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS, Clusters
from fdir_service.evaluation.dclop.portrait import portrait
from fdir_service.evaluation.dclop.run import SETS, Evaluation, Outcome
from fdir_service.evaluation.svg import svg
from sim.adcs.anomalies import AnomalySet

COLOURS: Final = {OURS: "#2a6f97", DYNAMIC: "#bc6c25", "kNN": "#6a994e"}
"""Detectors with curves, and their colours."""
ANOMALY: Final = "#c1121f"
NOMINAL: Final = "#6c757d"
LIMIT: Final = 2.0
"""Standard deviations at which the colours of a portrait end."""


def figures(evaluation: Evaluation) -> list[dict[str, str]]:
    """Return the figures as SVG with captions: for each deep detector of the first run, then the curves.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """
    shown = [o for name in (OURS, DYNAMIC) for s in SETS for o in evaluation.of(name, s)[:1]]
    found = [one for k, outcome in enumerate(shown) for one in of_one(outcome, str(k))]
    return found + [_figure_of_curves(evaluation, anomalies) for anomalies in SETS]


def of_one(outcome: Outcome, salt: str) -> list[dict[str, str]]:
    """Return the timeline of an outcome, behind portrait and map where its clusters are of interest."""
    what = f"{outcome.name}, {outcome.case.anomalies} anomalies, seed {outcome.case.seed}"
    timeline = {
        "caption": f"{what}: score of each row in the order of time; red: anomalies, dashed: the threshold",
        "svg": svg(lambda figure: _timeline(figure, outcome), (10.5, 4.4), f"t{salt}"),
    }
    clusters = outcome.scored.clusters
    if clusters is None or outcome.case.anomalies is not AnomalySet.PAPER:
        return [timeline]
    traits = len(portrait(outcome))
    return [
        {
            "caption": f"{what}: mean of each parameter in each cluster, in standard deviations of all rows",
            "svg": svg(lambda figure: _portrait(figure, outcome), (11, 1.6 + 0.28 * traits), f"p{salt}"),
        },
        {
            "caption": f"{what}: the latent points on the two axes of largest variance; crosses: anomalies",
            "svg": svg(lambda figure: _map(figure, outcome, clusters), (6.6, 5.2), f"m{salt}"),
        },
        timeline,
    ]


def _portrait(figure: Any, outcome: Outcome) -> None:
    traits, names = portrait(outcome), outcome.case.stored.names
    # The words of the clusters are wider and those of the parameters higher than an axis's usual ones.
    width, height = figure.get_size_inches()
    figure.subplots_adjust(left=1.9 / width, bottom=1.0 / height)
    axes = figure.subplots()
    drawn = axes.pcolormesh(
        np.stack([trait.means for trait in traits]),
        cmap="RdBu_r",
        vmin=-LIMIT,
        vmax=LIMIT,
        edgecolors="white",
        linewidth=0.5,
    )
    axes.set_yticks(
        np.arange(len(traits)) + 0.5,
        [f"{t.cluster}: {t.rows} rows, {t.day:.0%} day" for t in traits],
    )
    axes.set_xticks(np.arange(len(names)) + 0.5, names, rotation=90)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    # A colour bar of cells: a filled one would be an image.
    figure.colorbar(drawn, ax=axes, pad=0.01, ticks=[-LIMIT, 0, LIMIT]).solids.set_rasterized(False)


def _map(figure: Any, outcome: Outcome, clusters: Clusters) -> None:
    axes = figure.subplots()
    plane = PCA(min(2, clusters.points.shape[1]), svd_solver="full").fit_transform(clusters.points)
    x, y = plane[:, 0], plane[:, -1]
    from matplotlib import colormaps  # noqa: PLC0415  only with the extra "report"

    for label in np.unique(clusters.labels):
        own = clusters.labels == label
        axes.plot(x[own], y[own], ".", color=colormaps["tab10"](int(label) % 10), label=str(label))
    odd = outcome.case.stored.labels
    axes.plot(x[odd], y[odd], "x", color="black", markersize=7, label="anomaly")
    axes.legend(fontsize=7, frameon=False, ncols=2)
    _plain(axes)


def _timeline(figure: Any, outcome: Outcome) -> None:
    """Draw the scores of the day's windows above those of the night's (figures 6 and 7)."""
    telemetry, score = outcome.case.stored, outcome.scored.stored
    panels = figure.subplots(2, 1)
    for axes, rows, name in zip(panels, (telemetry.is_day, ~telemetry.is_day), ("day", "night"), strict=True):
        own, odd = score[rows], telemetry.labels[rows]
        place = np.arange(len(own))
        false = int((outcome.on[rows] & ~odd).sum())
        axes.plot(place[~odd], own[~odd], ".", color=NOMINAL, markersize=3)
        axes.plot(place[odd], own[odd], "v", color=ANOMALY, markersize=5)
        axes.axhline(outcome.scored.threshold, color=ANOMALY, linewidth=0.8, linestyle="--")
        axes.set_ylim(-0.03, 1.05)
        axes.set_ylabel("score")
        found = int((outcome.on[rows] & odd).sum())
        axes.set_title(
            f"{name}: {found} of {odd.sum()} anomalies found, {false} false", fontsize=8, loc="left"
        )
        _plain(axes)
    panels[-1].set_xlabel("row")


def _figure_of_curves(evaluation: Evaluation, anomalies: AnomalySet) -> dict[str, str]:
    every = [outcome for name in COLOURS for outcome in evaluation.of(name, anomalies)]
    names = ", ".join(name for name in COLOURS if name in evaluation.names)
    return {
        "caption": f"{anomalies} anomalies, one line a run: {names}",
        "svg": svg(lambda figure: _curves(figure, every), (10.5, 4.2), f"c{anomalies}"),
    }


def _curves(figure: Any, outcomes: Sequence[Outcome]) -> None:
    roc, precision_recall = figure.subplots(1, 2)
    for outcome in outcomes:
        truth: NDArray[np.bool_] = outcome.case.stored.labels
        first = outcome.name not in [line.get_label() for line in roc.lines]
        style = {
            "color": COLOURS[outcome.name],
            "linewidth": 0.9,
            "alpha": 0.8,
            "label": outcome.name if first else "_",
        }
        false, true, _ = roc_curve(truth, outcome.scored.stored)
        roc.plot(false, true, **style)
        precision, recall, _ = precision_recall_curve(truth, outcome.scored.stored)
        precision_recall.plot(recall, precision, drawstyle="steps-post", **style)
    for axes, x, y in ((roc, "false positive rate", "recall"), (precision_recall, "recall", "precision")):
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.set_ylim(-0.02, 1.02)
        _plain(axes)
    roc.legend(fontsize=7, frameon=False)


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, color="#eaeef2", linewidth=0.6)
