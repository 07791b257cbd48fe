"""Evaluation of stuck-value detectors on simulated flights: where sim, models and the stream meet.

Flights are generated batch by batch. One stream in an evaluation mission watches all contenders at once: the
detectors run in it, as on board, and what is computed beside them comes in as measured parameters. Each
index has its PMON, FMON, event and event-action; the requests that these release are the reactions.
"""


class EvaluationError(ValueError):
    """An evaluation that cannot be made of what was given; names file or option, key and reason."""


class ChainDisagreementError(RuntimeError):
    """The chain reacted elsewhere than the reference of symmetric persistency says."""
