"""The catalogue of telecommands by name: ``stNN.verb-noun``, its arguments, its application data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fdir_service.ground import encoders
from fdir_service.ground.arguments import ArgumentError, Arguments
from fdir_service.mission import Mission
from pus.codec import u16
from pus.packets import Tc

Encoder = Callable[[Arguments], bytes]
Lookup = Callable[[Arguments, str], int]

MAX_DATA = 65_529
"""Octets of application data that fit into a telecommand packet."""


@dataclass(frozen=True, slots=True)
class Telecommand:
    """A kind of telecommand: its name, its arguments as one writes them, and what encodes them."""

    name: str
    service: int
    subtype: int
    usage: str
    encode: Encoder


def make(
    mission: Mission, name: str, words: Sequence[str], apid: int, source: int = 0, sequence: int = 0
) -> Tc:
    """Make a telecommand packet from its name and its arguments; raises `ArgumentError`."""
    telecommand = find(name)
    arguments = Arguments(mission, words, apid)
    try:
        data = telecommand.encode(arguments)
        arguments.end()
        if len(data) > MAX_DATA:
            raise ArgumentError(f"{len(data)} octets of application data, {MAX_DATA} fit into a packet")
    except (ArgumentError, OverflowError) as error:
        # Numbers are checked one by one: what still overflows is N.
        limit = f"a list of more than {arguments.codec.most_entries} entries"
        reason = limit if isinstance(error, OverflowError) else error
        raise ArgumentError(f"{name} {telecommand.usage}".rstrip() + f": {reason}") from None
    return Tc(apid, telecommand.service, telecommand.subtype, data, source, sequence)


def find(name: str) -> Telecommand:
    """Return the telecommand of that name; raises `ArgumentError`."""
    found = next((telecommand for telecommand in CATALOGUE if telecommand.name == name), None)
    if found is None:
        close = get_close_matches(name, [telecommand.name for telecommand in CATALOGUE], 1)
        hint = f"did you mean {close[0]}?" if close else "see --list"
        raise ArgumentError(f"{name}: no such telecommand; {hint}")
    return found


def name_of(service: int, subtype: int) -> str:
    """Return the name of a message subtype, or nothing."""
    return next((t.name for t in CATALOGUE if (t.service, t.subtype) == (service, subtype)), "")


def _nothing(arguments: Arguments) -> bytes:  # noqa: ARG001
    return b""


def _some(lookup: Lookup, what: str) -> Encoder:
    """N and N identifiers, at least one."""
    return lambda arguments: arguments.codec.ids([lookup(arguments, word) for word in arguments.some(what)])


def _all_or(lookup: Lookup) -> Encoder:
    """N and N identifiers; none means all."""
    return lambda arguments: arguments.codec.ids([lookup(arguments, word) for word in arguments.rest()])


def _named(arguments: Arguments) -> bytes:
    return encoders.characters(arguments.word("name"))


def _sid(arguments: Arguments, word: str) -> int:
    return arguments.id("SID", word)


def _keys(arguments: Arguments, words: list[str]) -> bytes:
    """N and N pairs of application process and event definition."""
    apid, codec = u16(arguments.mission.apid), arguments.codec
    return codec.counted([apid + codec.id(arguments.event(word)) for word in words])


def _housekeeping(kind: str, offset: int, enable: int, disable: int, report: int) -> tuple[Telecommand, ...]:
    """ST[03] for housekeeping and for diagnostic reports."""
    one = _some(_sid, "SID")
    structure = "PARAMETER... [sets=REPETITION:PARAMETER,..;..]"
    return (
        Telecommand(f"st03.create-{kind}", 3, 1 + offset, f"SID INTERVAL {structure}", encoders.structure),
        Telecommand(f"st03.delete-{kind}", 3, 3 + offset, "SID...", one),
        Telecommand(f"st03.enable-{kind}", 3, enable, "SID...", one),
        Telecommand(f"st03.disable-{kind}", 3, disable, "SID...", one),
        Telecommand(f"st03.report-{kind}-structure", 3, report, "SID...", one),
        Telecommand(f"st03.generate-{kind}", 3, 27 + offset, "SID...", one),
        Telecommand(f"st03.append-{kind}", 3, 29 + offset, f"SID {structure}", encoders.appended),
        Telecommand(f"st03.change-{kind}-interval", 3, 31 + offset, "SID=INTERVAL...", encoders.intervals),
        Telecommand(f"st03.report-{kind}-properties", 3, 33 + offset, "SID...", one),
    )


_PMON, _FMON, _EVENT = Arguments.pmon, Arguments.fmon, Arguments.event
_CHECK = (
    "PMON PARAMETER expected expected= [mask=] [event=] | limit low= high= [low-event=] [high-event=] | "
    "delta low= high= [low-event=] [high-event=] [consecutive=]; [repetition=]"
)
_VALIDITY = "[validity=PARAMETER:EXPECTED[:MASK]]"

CATALOGUE: tuple[Telecommand, ...] = (
    *_housekeeping("housekeeping", 0, 5, 6, 9),
    *_housekeeping("diagnostic", 1, 7, 8, 11),
    Telecommand("st05.enable-event", 5, 5, "EVENT...", _some(_EVENT, "event")),
    Telecommand("st05.disable-event", 5, 6, "EVENT...", _some(_EVENT, "event")),
    Telecommand("st05.report-disabled", 5, 7, "", _nothing),
    Telecommand("st08.perform", 8, 1, "FUNCTION [ARGUMENT=VALUE...], with --unit", encoders.function),
    Telecommand("st12.enable-pmon", 12, 1, "PMON...", _some(_PMON, "PMON")),
    Telecommand("st12.disable-pmon", 12, 2, "PMON...", _some(_PMON, "PMON")),
    Telecommand("st12.change-delay", 12, 3, "DELAY", encoders.delay),
    Telecommand("st12.delete-all-pmons", 12, 4, "", _nothing),
    Telecommand("st12.add-pmon", 12, 5, f"{_CHECK} [interval=] {_VALIDITY}", encoders.pmon),
    Telecommand("st12.delete-pmon", 12, 6, "PMON...", _some(_PMON, "PMON")),
    Telecommand("st12.modify-pmon", 12, 7, _CHECK, encoders.modification),
    Telecommand("st12.report-pmon", 12, 8, "[PMON...]", _all_or(_PMON)),
    Telecommand("st12.report-out-of-limits", 12, 10, "", _nothing),
    Telecommand("st12.report-pmon-status", 12, 13, "", _nothing),
    Telecommand("st12.enable-pmon-function", 12, 15, "", _nothing),
    Telecommand("st12.disable-pmon-function", 12, 16, "", _nothing),
    Telecommand("st12.enable-fmon-function", 12, 17, "", _nothing),
    Telecommand("st12.disable-fmon-function", 12, 18, "", _nothing),
    Telecommand("st12.enable-fmon", 12, 19, "FMON...", _some(_FMON, "FMON")),
    Telecommand("st12.disable-fmon", 12, 20, "FMON...", _some(_FMON, "FMON")),
    Telecommand("st12.protect-fmon", 12, 21, "FMON...", _some(_FMON, "FMON")),
    Telecommand("st12.unprotect-fmon", 12, 22, "FMON...", _some(_FMON, "FMON")),
    Telecommand("st12.add-fmon", 12, 23, f"FMON PMON... [minimum=] [event=] {_VALIDITY}", encoders.fmon),
    Telecommand("st12.delete-fmon", 12, 24, "FMON...", _some(_FMON, "FMON")),
    Telecommand("st12.report-fmon", 12, 25, "[FMON...]", _all_or(_FMON)),
    Telecommand("st12.report-fmon-status", 12, 27, "", _nothing),
    Telecommand("st17.are-you-alive", 17, 1, "", _nothing),
    Telecommand("st17.test-connection", 17, 3, "UNIT", encoders.process),
    Telecommand("st18.load", 18, 1, "NAME STEP:PACKET[:DELAY]...", encoders.procedure),
    Telecommand("st18.unload", 18, 2, "NAME", _named),
    Telecommand("st18.start", 18, 3, "NAME [LEVEL]", encoders.start),
    Telecommand("st18.stop", 18, 4, "NAME [STEP]", encoders.at_step),
    Telecommand("st18.suspend", 18, 5, "NAME [STEP]", encoders.at_step),
    Telecommand("st18.resume", 18, 6, "NAME", _named),
    Telecommand("st18.communicate", 18, 7, "NAME", _named),
    Telecommand("st18.report-status", 18, 8, "", _nothing),
    Telecommand("st18.abort", 18, 12, "NAME", _named),
    Telecommand("st18.load-by-reference", 18, 13, "NAME", _named),
    Telecommand("st18.start-one-step", 18, 14, "NAME [LEVEL]", encoders.start),
    Telecommand("st18.resume-one-step", 18, 15, "NAME", _named),
    Telecommand("st18.set-observability", 18, 16, "NAME=LEVEL...", encoders.observability),
    Telecommand("st18.abort-all", 18, 17, "", _nothing),
    Telecommand("st18.load-and-start", 18, 19, "NAME [LEVEL]", encoders.start),
    Telecommand("st18.stop-and-unload", 18, 20, "NAME [STEP]", encoders.at_step),
    Telecommand("st18.start-engine", 18, 21, "", _nothing),
    Telecommand("st18.stop-engine", 18, 22, "", _nothing),
    Telecommand("st19.add-action", 19, 1, "EVENT PACKET", encoders.action),
    Telecommand("st19.delete-action", 19, 2, "EVENT...", lambda a: _keys(a, a.some("event"))),
    Telecommand("st19.delete-all-actions", 19, 3, "", _nothing),
    Telecommand("st19.enable-action", 19, 4, "[EVENT...]", lambda a: _keys(a, a.rest())),
    Telecommand("st19.disable-action", 19, 5, "[EVENT...]", lambda a: _keys(a, a.rest())),
    Telecommand("st19.report-action-status", 19, 6, "", _nothing),
    Telecommand("st19.enable-function", 19, 8, "", _nothing),
    Telecommand("st19.disable-function", 19, 9, "", _nothing),
    Telecommand("st19.report-action", 19, 10, "[EVENT...]", lambda a: _keys(a, a.rest())),
    Telecommand("st20.report-value", 20, 1, "PARAMETER...", _some(Arguments.parameter_id, "parameter")),
    Telecommand("st20.set-value", 20, 3, "PARAMETER=VALUE...", encoders.settings),
    Telecommand("st21.load", 21, 1, "NAME PACKET[:DELAY]...", encoders.sequence),
    Telecommand("st21.load-by-reference", 21, 2, "NAME", _named),
    Telecommand("st21.unload", 21, 3, "NAME", _named),
    Telecommand("st21.activate", 21, 4, "NAME", _named),
    Telecommand("st21.abort", 21, 5, "NAME", _named),
    Telecommand("st21.report-status", 21, 6, "", _nothing),
    Telecommand("st21.load-and-activate", 21, 8, "NAME", _named),
    Telecommand("st21.report-checksum", 21, 9, "NAME", _named),
    Telecommand("st21.report-content", 21, 11, "NAME", _named),
    Telecommand("st21.abort-all", 21, 13, "", _nothing),
)
