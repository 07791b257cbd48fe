"""The compiler: a serialised window model becomes a streaming graph, or the reasons why it does not."""

from dataclasses import replace

from fdir_service.streaming.emit import emit
from fdir_service.streaming.lower import lower
from fdir_service.streaming.model import read
from fdir_service.streaming.optimise import optimised
from fdir_service.streaming.plan import Plan, plan
from fdir_service.streaming.signals import InexpressibleError
from fdir_service.streaming.table import Table
from fdir_service.streaming.verdict import Compiled, Refusal


def compile_model(
    octets: bytes, window: int, shape: tuple[int, ...], *, carried: bool = False, rows: bool = False
) -> Compiled | tuple[Refusal, ...]:
    """Return the streaming graph of a serialised model of windows (batch, window, *shape).

    `carried`: the state of its recurrent layers may go on from window to window.
    `rows`: the graph takes several chunks at once.

    Whatever goes wrong is a refusal: a graph that cannot be followed must not stop the detector. A graph that
    the compiled step cannot follow is one without a step.
    """
    try:
        planned = plan(read(octets), window, shape, carried=carried)
        return _compiled(planned, rows=rows) if isinstance(planned, Plan) else planned
    except Exception as error:  # noqa: BLE001
        return (Refusal("(model)", "", f"cannot be followed: {type(error).__name__}: {error}"),)


def _compiled(planned: Plan, *, rows: bool) -> Compiled:
    emitted = replace(emit(planned, rows=rows), step=_step(planned))
    try:
        return replace(emitted, graph=optimised(emitted.graph), optimised=True)
    except OSError:  # there is no place for a temporary file
        return emitted


def _step(planned: Plan) -> Table | str:
    try:
        return lower(planned)
    except InexpressibleError as error:
        return str(error)
