"""Figures as parts of a page."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

from fdir_service.evaluation import EvaluationError

Draw = Callable[[Any], None]
"""Draws into a figure of matplotlib."""


def inline(svg: str, salt: str) -> str:
    """Return the element alone, its ids apart from those of other figures on the page."""
    body = svg[svg.index("<svg") :]
    ids = set(re.findall(r'\bid="([^"]+)"', body))
    for name in sorted(ids, key=len, reverse=True):
        body = re.sub(rf'(\bid="|#){re.escape(name)}(?=["\)])', rf"\g<1>f{salt}-{name}", body)
    return body


def svg(draw: Draw, size: tuple[float, float], salt: str) -> str:
    """Return a figure of some width and height (inches) as an element of a page.

    Raises
    ------
    EvaluationError
        Without matplotlib.

    """
    try:
        from matplotlib import rc_context  # noqa: PLC0415  only with the extra "report"
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise EvaluationError(
            "--report: matplotlib is not installed: pip install 'fdir-service[report]'"
        ) from None
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.size": 8,
        "path.simplify_threshold": 0.2,
    }
    # Text stays text, and ids do not depend on chance: equal evaluations give equal pages.
    with rc_context(settings):
        figure = Figure(figsize=size)
        # Margins in inches: a solved layout may differ in the last digit, and so would the page.
        width, height = size
        figure.subplots_adjust(
            left=0.6 / width,
            right=1 - 0.15 / width,
            bottom=0.5 / height,
            top=1 - 0.3 / height,
            hspace=0.32,
            wspace=0.18,
        )
        draw(figure)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return inline(out.getvalue(), salt)
