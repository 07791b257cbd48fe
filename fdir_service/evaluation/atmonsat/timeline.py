"""One day as a timeline: temperatures, the scores of some detectors, their alarms, and the injections."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from fdir_service.evaluation.atmonsat.recordings import JudgedDay
from models.atmonsat.counting import Alarms, Target, alarms, targets
from models.atmonsat.scored import Scored

SENSORS: Final = (
    "#9d4edd",
    "#7b2cbf",
    "#5a189a",
    "#c77dff",
    "#52796f",
    "#84a98c",
    "#2f3e46",
    "#588157",
    "#a3b18a",
)
"""Four converters, then five regulators."""
HEAT, WINDOW = "#e63946", "#ffe5d9"
TRUE, FALSE, LINE, LEVEL = "#2d6a4f", "#c1121f", "#495057", "#c1121f"


def draw_day(figure: Any, part: JudgedDay, scored: Sequence[Scored]) -> None:
    """Draw a day on an empty figure."""
    panels = figure.subplots(
        1 + len(scored), 1, sharex=True, squeeze=False, height_ratios=[1.3, *[1.0] * len(scored)]
    )[:, 0]
    aims = targets(part.day, part.injections)
    _temperatures(panels[0], part)
    for axes, one in zip(panels[1:], scored, strict=True):
        _scores(axes, one, aims)
    for axes in panels:
        _injections(axes, part, aims)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=7)
    panels[-1].set_xlim(part.day.times[0], part.day.times[-1])
    _clock(panels[-1])


def _temperatures(axes: Any, part: JudgedDay) -> None:
    # Whole degrees cover each other: each sensor is drawn a little above the one before.
    for k, colour in enumerate(SENSORS):
        axes.step(
            *_corners(part.day.times, part.day.temperatures[:, k] + 0.07 * k),
            where="post",
            color=colour,
            linewidth=0.8,
        )
    axes.set_ylabel("degC")
    axes.set_title(
        f"{part.day.name}   temperatures: converters violet, regulators green", fontsize=8, loc="left"
    )


def _corners(times: Any, values: Any) -> tuple[Any, Any]:
    """Return the samples at which a value changes, and the last."""
    keep = np.concatenate([[True], values[1:] != values[:-1]])
    keep[-1] = True
    return times[keep], values[keep]


def _scores(axes: Any, scored: Scored, aims: Sequence[Target]) -> None:
    known = np.isfinite(scored.scores)
    axes.plot(scored.day.times[known], scored.scores[known], color=LINE, linewidth=0.7)
    axes.axhline(scored.threshold, color=LEVEL, linewidth=0.8, linestyle="--")
    if known.any() and scored.scores[known].min() > 0 and scored.threshold > 0:
        axes.set_yscale("log")
    found = alarms(scored)
    true, false = _split(found, aims)
    levels = np.nan_to_num(scored.scores, nan=scored.threshold)
    axes.plot(scored.day.times[found.raw], levels[found.raw], ".", color=LEVEL, markersize=2)
    for at, colour in ((true, TRUE), (false, FALSE)):
        axes.plot(scored.day.times[at], levels[at], "v", color=colour, markersize=6)
    axes.set_ylabel("score")
    counts = f"{len(true)} true and {len(false)} false alarms kept"
    name = f"{scored.detector}, seed {scored.seed}" if scored.seed else scored.detector
    text = f"{name}: threshold {scored.threshold:.4g}, {counts}"
    axes.set_title(text, fontsize=8, loc="left")


def _split(found: Alarms, aims: Sequence[Target]) -> tuple[Any, Any]:
    """Return the kept alarms in a hit window, and the others."""
    hit = np.array([any(aim.first <= at <= aim.last for aim in aims) for at in found.kept], np.bool_)
    return found.kept[hit], found.kept[~hit]


def _injections(axes: Any, part: JudgedDay, aims: Sequence[Target]) -> None:
    for aim in aims:
        axes.axvspan(part.day.times[aim.first], part.day.times[aim.last], color=WINDOW, linewidth=0, zorder=0)
        start, end = (np.datetime64(t, "ms") for t in (aim.injection.start, aim.injection.end))
        axes.axvspan(start, end, color=HEAT, alpha=0.6, linewidth=0, zorder=0)


def _clock(axes: Any) -> None:
    from matplotlib import dates  # noqa: PLC0415  only with the extra "report"

    library: Any = dates
    axes.xaxis.set_major_locator(library.AutoDateLocator(minticks=6, maxticks=14))
    axes.xaxis.set_major_formatter(library.DateFormatter("%H:%M"))
