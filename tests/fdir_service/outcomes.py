"""Short words for what a stream is given and what it makes of it."""

from fdir_service.ladder.state import Outcome
from fdir_service.stream import Silence
from pus.packets import Tc
from pus.samples import Command


def take(stream, *messages):
    return stream.take(messages)


def outcomes(output):
    """Return how recovery went on, without the entries of levels."""
    return [step.outcome for step in output.steps if step.outcome is not Outcome.ENTERED]


def transitions(output):
    return [(t.pmon.id, t.previous, t.current) for instant in output.instants for t in instant.transitions]


def fmons(output):
    return [(c.fmon.id, c.previous, c.current) for instant in output.instants for c in instant.fmon_changes]


def events(output):
    return [e.definition.id for instant in output.instants for e in instant.events]


def silences(output):
    return [entry for entry in output.timeline if isinstance(entry, Silence)]


def checking(stream, pmon):
    return stream.chain.monitoring.checking(pmon)


def tc(service, subtype, data=b"", apid=66):
    return Command(0, Tc(apid, service, subtype, data, source=9).pack())
