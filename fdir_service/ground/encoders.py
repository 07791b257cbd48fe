"""Application data of telecommands from words, where it is more than a list of identifiers."""

from fdir_service.ground.arguments import U16, U32, ArgumentError, Arguments, number, packet, seconds, value
from fdir_service.ladder.commands import FUNCTIONS
from pus import codec
from pus.parameters import Parameter, ValueType
from pus.procedure import Step, encode_steps
from pus.st12 import layout
from pus.st12.definitions import Check, Delta, ExpectedValue, Fmon, Limit, Pmon
from pus.st18 import MAX_LEVEL, encode_code


def characters(word: str) -> bytes:
    """Encode a character identifier."""
    try:
        return codec.characters(word)
    except ValueError as error:
        raise ArgumentError(str(error)) from None


# --- ST[03] --------------------------------------------------------------------------------------------


def structure(arguments: Arguments) -> bytes:
    """Encode SID INTERVAL PARAMETER..., and sets=REPETITION:PARAMETER,..;.. of super-commutated sets."""
    sid = number("SID", arguments.word("SID"))
    interval = number("interval", arguments.word("interval"), U32)
    return codec.u16(sid) + codec.u32(interval) + _structure_parameters(arguments)


def appended(arguments: Arguments) -> bytes:
    """Encode SID PARAMETER..., and sets= as in `structure`."""
    return codec.u16(number("SID", arguments.word("SID"))) + _structure_parameters(arguments)


def _structure_parameters(arguments: Arguments) -> bytes:
    groups = [group for group in arguments.option("sets", "").split(";") if group]
    data = codec.ids([arguments.parameter_id(word) for word in arguments.rest()])
    data += codec.u16(len(groups))
    for group in groups:
        repetition, _, names = group.partition(":")
        members = [arguments.parameter_id(word) for word in names.split(",")]
        data += codec.u16(number("repetition", repetition)) + codec.ids(members)
    return data


def intervals(arguments: Arguments) -> bytes:
    """Encode SID=INTERVAL..., in minimum sampling intervals."""
    given = arguments.options()
    entries = [codec.u16(number("SID", k)) + codec.u32(number(k, v, U32)) for k, v in given.items()]
    return _listed("SID=INTERVAL", entries)


# --- ST[08] --------------------------------------------------------------------------------------------


def function(arguments: Arguments) -> bytes:
    """Encode FUNCTION ARGUMENT=VALUE... of a unit, or of our own process, which commands the ladder."""
    unit = arguments.mission.units.get(arguments.apid)
    functions = unit.functions if unit else {found.name: found for found in FUNCTIONS}
    name, given = arguments.word("function"), arguments.options()
    found = functions.get(name)
    if found is None:
        owner = unit.name if unit else arguments.mission.name
        raise ArgumentError(f"{owner} has no function {name!r}, but {', '.join(functions)}")
    numbers = {number("argument", key): word for key, word in given.items()}
    if numbers.keys() != found.arguments.keys():
        raise ArgumentError(f"{name} takes the arguments {sorted(found.arguments)}")
    return found.encode({k: value(f"argument {k}", word, found.arguments[k]) for k, word in numbers.items()})


# --- ST[12] --------------------------------------------------------------------------------------------


def delay(arguments: Arguments) -> bytes:
    """Encode DELAY in minimum sampling intervals."""
    return codec.u32(number("delay", arguments.word("delay"), U32))


def pmon(arguments: Arguments) -> bytes:
    """Encode one entry of TC[12,5]."""
    found, profile = _pmon(arguments, is_new=True), arguments.mission.profile
    parameters = arguments.mission.parameters
    return codec.u16(1) + layout.encode_pmon(found, parameters, with_validity=profile.pmon_validity)


def modification(arguments: Arguments) -> bytes:
    """Encode one entry of TC[12,7]."""
    found = _pmon(arguments, is_new=False)
    return codec.u16(1) + layout.encode_modification(found, arguments.mission.parameters)


def _pmon(arguments: Arguments, *, is_new: bool) -> Pmon:
    identifier = arguments.pmon(arguments.word("PMON"))
    parameter = arguments.parameter(arguments.word("parameter"))
    check = _check(arguments, parameter)
    repetition = number("repetition", arguments.option("repetition", "1"))
    if not is_new:
        return Pmon(identifier, parameter.id, check, repetition)
    interval = number("interval", arguments.option("interval", "1"), U32)
    return Pmon(identifier, parameter.id, check, repetition, interval, arguments.validity())


def _check(arguments: Arguments, parameter: Parameter) -> Check:
    kind, word = parameter.type, arguments.word("check (expected, limit or delta)")
    if word == "expected":
        if not kind.is_unsigned:
            raise ArgumentError(f"expected: {parameter.name} is no unsigned parameter")
        widest = (1 << 8 * kind.size) - 1
        mask = number("mask", arguments.option("mask", str(widest)), widest)
        return ExpectedValue(
            mask, number("expected", arguments.option("expected"), widest), _event(arguments)
        )
    low, high = _bound(arguments, "low", kind), _bound(arguments, "high", kind)
    events = _event(arguments, "low-event"), _event(arguments, "high-event")
    if word == "limit":
        return Limit(low, high, *events)
    if word == "delta":
        return Delta(low, high, *events, number("consecutive", arguments.option("consecutive", "1")))
    raise ArgumentError(f"{word!r} is no check: expected, limit or delta")


def _bound(arguments: Arguments, key: str, kind: ValueType) -> float:
    return value(key, arguments.option(key), kind)


def _event(arguments: Arguments, key: str = "event") -> int:
    return arguments.event(arguments.option(key, "0"))


def fmon(arguments: Arguments) -> bytes:
    """Encode one entry of TC[12,23]."""
    identifier = arguments.fmon(arguments.word("FMON"))
    pmons = tuple(arguments.pmon(word) for word in arguments.some("PMON"))
    minimum = number("minimum", arguments.option("minimum", "1"))
    found = Fmon(identifier, _event(arguments), pmons, minimum, arguments.validity())
    mission = arguments.mission
    with_validity = mission.profile.fmon_validity
    return codec.u16(1) + layout.encode_fmon(found, mission.parameters, with_validity=with_validity)


# --- ST[17] [18] [19] [20] [21] ------------------------------------------------------------------------


def process(arguments: Arguments) -> bytes:
    """Encode UNIT or APID."""
    return codec.u16(arguments.process(arguments.word("unit")))


def procedure(arguments: Arguments) -> bytes:
    """Encode NAME STEP:PACKET:DELAY..., the delay in seconds."""
    name, steps = characters(arguments.word("name")), []
    for word in arguments.some("step"):
        step, _, rest = word.partition(":")
        request, wait = _timed(rest)
        steps.append(Step(request, wait, number("step", step)))
    code = encode_code(tuple(steps))
    if len(code) > U16:
        raise ArgumentError(f"{len(code)} octets of code, at most {U16} are possible")
    return name + codec.u16(len(code)) + code


def _timed(word: str) -> tuple[bytes, int]:
    request, _, wait = word.partition(":")
    return packet("request", request), seconds("delay", wait or "0")


def start(arguments: Arguments) -> bytes:
    """Encode NAME [LEVEL], the observability level."""
    name = characters(arguments.word("name"))
    return name + codec.u8(number("level", (arguments.rest() or ["0"])[0], MAX_LEVEL))


def observability(arguments: Arguments) -> bytes:
    """Encode NAME=LEVEL..."""
    given = arguments.options()
    entries = [characters(k) + codec.u8(number("level", v, MAX_LEVEL)) for k, v in given.items()]
    return _listed("NAME=LEVEL", entries)


def at_step(arguments: Arguments) -> bytes:
    """Encode NAME [STEP]; step 0 is the one under way."""
    name = characters(arguments.word("name"))
    return name + codec.u16(number("step", (arguments.rest() or ["0"])[0]))


def action(arguments: Arguments) -> bytes:
    """Encode EVENT PACKET."""
    event = arguments.event(arguments.word("event"))
    request = packet("request", arguments.word("request"))
    return codec.u16(1) + codec.u16(arguments.mission.apid) + codec.u16(event) + request


def settings(arguments: Arguments) -> bytes:
    """Encode PARAMETER=VALUE..."""
    entries = []
    for name, word in arguments.options().items():
        parameter = arguments.parameter(name)
        entries.append(codec.u16(parameter.id) + parameter.type.pack(value(name, word, parameter.type)))
    return _listed("PARAMETER=VALUE", entries)


def sequence(arguments: Arguments) -> bytes:
    """Encode NAME PACKET:DELAY..., the delay in seconds."""
    name = characters(arguments.word("name"))
    steps = tuple(Step(*_timed(word)) for word in arguments.some("request"))
    return name + codec.u16(len(steps)) + encode_steps(steps)


def _listed(what: str, entries: list[bytes]) -> bytes:
    if not entries:
        raise ArgumentError(f"{what} is missing")
    return codec.u16(len(entries)) + b"".join(entries)
