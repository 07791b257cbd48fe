"""How a model may be run: from the cache, or compiled and checked."""

import math

from fdir_service.session import WindowSession
from fdir_service.streaming import cache, equality
from fdir_service.streaming.coalescing import SHORTEST
from fdir_service.streaming.step import Interpreter
from fdir_service.streaming.verdict import Compiled, Verdict
from models.card import Card


def prepare(windows: WindowSession, card: Card, interpreter: Interpreter | None = None) -> Verdict:
    """Return how the model that has been opened on its window path may be run.

    The verdict of compiler and self-check is kept beside the model, see `cache`.

    Parameters
    ----------
    interpreter : checks the compiled step as well; without one there is none.

    """
    kept = cache.read(windows.path, windows.digest, carried=card.carried)
    if kept is not None and (interpreter is None or kept.interpreter == interpreter.made):
        return kept
    windows.check(len(card.outputs))
    # Here and not above: onnx costs start-up time, and a model whose verdict is kept needs none of it.
    from fdir_service.streaming.compile import compile_model  # noqa: PLC0415

    compiled = compile_model(windows.path.read_bytes(), card.window, card.shape, carried=card.carried)
    width = math.prod(card.shape)
    if isinstance(compiled, Compiled):
        verdict = equality.check(windows, width, compiled, interpreter)
    else:
        coalescing = None
        if card.window >= SHORTEST:
            rows = compile_model(windows.path.read_bytes(), card.window, card.shape, carried=True, rows=True)
            coalescing = rows if isinstance(rows, Compiled) else None
        verdict = equality.check(windows, width, None, interpreter, coalescing).with_refusals(compiled)
    cache.write(windows.path, windows.digest, verdict, carried=card.carried)
    return verdict
