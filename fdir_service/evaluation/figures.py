"""Figures 6 to 9 of the paper for our data: how long false positives last, how late detections come."""

from collections.abc import Callable
from io import StringIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation import EvaluationError
from fdir_service.evaluation.contenders import Role
from fdir_service.evaluation.flights import SENSORS
from fdir_service.evaluation.rows import Group, groups
from fdir_service.evaluation.run import Evaluation
from fdir_service.evaluation.svg import inline
from fdir_service.evaluation.tally import Tally
from sim.sensors import Sensor

BIN: Final = 5
"""Samples in a bin."""
LONGEST: Final = 115
"""Samples at which the axis ends; what is longer is counted in the last bin."""
COLOURS: Final = {Role.OURS: "#2a6f97", Role.FAITHFUL: "#bc6c25"}
LINE: Final = "#c1121f"
NAMES: Final = {Sensor.ACC: "accelerometer", Sensor.IMU: "IMU"}

Durations = NDArray[np.int64]


def figures(evaluation: Evaluation) -> list[dict[str, str]]:
    """Return the figures as SVG, with number and caption.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """
    kinds: tuple[tuple[str, Callable[[Tally], Durations]], ...] = (
        ("False positive durations", lambda tally: tally.false_positive_durations),
        ("Delays of detections", lambda tally: tally.delays),
    )
    found: list[dict[str, str]] = []
    for text, of in kinds:
        for sensor in SENSORS:
            number = 6 + len(found)
            caption = f"{text}, {NAMES[sensor]}, in samples; the line is the persistency"
            svg = _draw(evaluation, sensor, of, salt=str(number))
            found.append({"number": str(number), "caption": caption, "svg": svg})
    return found


def learned(evaluation: Evaluation) -> list[Group]:
    """Return the rows with a network in them."""
    return [group for group in groups(evaluation) if group.role in COLOURS]


def _draw(evaluation: Evaluation, sensor: Sensor, of: Callable[[Tally], Durations], salt: str) -> str:
    try:
        from matplotlib import rc_context  # noqa: PLC0415  only with the extra "report"
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise EvaluationError(
            "--report: matplotlib is not installed: pip install 'fdir-service[report]'"
        ) from None
    shown = learned(evaluation)
    # Text stays text, and ids do not depend on chance: equal evaluations give equal pages.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        figure = Figure(figsize=(3.1 * len(shown) + 0.6, 2.5), layout="constrained")
        panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
        for axes, group in zip(panels, shown, strict=True):
            values = np.concatenate([of(tally) for tally in group.tallies(evaluation, sensor)])
            _panel(axes, values, group, evaluation.persistency)
        panels[0].set_ylabel("count")
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return inline(out.getvalue(), salt)


def _panel(axes: Any, values: Durations, group: Group, persistency: int) -> None:
    edges = np.arange(0, LONGEST + 1, BIN)
    axes.hist(np.minimum(values, LONGEST - 1), bins=edges, color=COLOURS[group.role])
    axes.axvline(persistency, color=LINE, linewidth=1.2)
    axes.set_yscale("symlog", linthresh=1)
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_ylim(bottom=0)
    axes.set_xlim(0, LONGEST)
    axes.set_title(f"{group.name}\n{len(values)} in all", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
