"""Application data of telecommands from words, where it is more than a list of identifiers."""

from fdir_service.ground.arguments import U16, ArgumentError, Arguments, number, packet, seconds, value
from fdir_service.ladder.commands import FUNCTIONS
from pus.codec import characters as encode_characters
from pus.codec import u8, u16
from pus.parameters import Parameter, ValueType
from pus.procedure import Step, encode_steps
from pus.st12 import layout
from pus.st12.definitions import Check, Delta, ExpectedValue, Fmon, Limit, Pmon
from pus.st18 import MAX_LEVEL, encode_code


def characters(word: str) -> bytes:
    """Encode a character identifier."""
    try:
        return encode_characters(word)
    except ValueError as error:
        raise ArgumentError(str(error)) from None


# --- ST[03] --------------------------------------------------------------------------------------------


def structure(arguments: Arguments) -> bytes:
    """Encode SID INTERVAL PARAMETER..., and sets=REPETITION:PARAMETER,..;.. of super-commutated sets."""
    sid = arguments.id("SID", arguments.word("SID"))
    interval = arguments.interval("interval", arguments.word("interval"))
    codec = arguments.codec
    return codec.id(sid) + codec.interval(interval) + _structure_parameters(arguments)


def appended(arguments: Arguments) -> bytes:
    """Encode SID PARAMETER..., and sets= as in `structure`."""
    sid = arguments.id("SID", arguments.word("SID"))
    return arguments.codec.id(sid) + _structure_parameters(arguments)


def _structure_parameters(arguments: Arguments) -> bytes:
    groups = [group for group in arguments.option("sets", "").split(";") if group]
    simple = [arguments.parameter_id(word) for word in arguments.rest()]
    sets = [_parameter_set(arguments, group) for group in groups]
    return arguments.codec.ids(simple) + arguments.codec.counted(sets)


def _parameter_set(arguments: Arguments, group: str) -> bytes:
    repetition, _, names = group.partition(":")
    members = [arguments.parameter_id(word) for word in names.split(",")]
    codec = arguments.codec
    return codec.repetition(arguments.repetition("repetition", repetition)) + codec.ids(members)


def intervals(arguments: Arguments) -> bytes:
    """Encode SID=INTERVAL..., in minimum sampling intervals."""
    codec = arguments.codec
    entries = [
        codec.id(arguments.id("SID", key)) + codec.interval(arguments.interval(key, word))
        for key, word in arguments.options().items()
    ]
    return _listed(arguments, "SID=INTERVAL", entries)


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
    numbers = {arguments.id("argument", key): word for key, word in given.items()}
    if numbers.keys() != found.arguments.keys():
        raise ArgumentError(f"{name} takes the arguments {sorted(found.arguments)}")
    values = {k: value(f"argument {k}", word, found.arguments[k]) for k, word in numbers.items()}
    return found.encode(values, arguments.codec)


# --- ST[12] --------------------------------------------------------------------------------------------


def delay(arguments: Arguments) -> bytes:
    """Encode DELAY in minimum sampling intervals."""
    return arguments.codec.interval(arguments.interval("delay", arguments.word("delay")))


def pmon(arguments: Arguments) -> bytes:
    """Encode one entry of TC[12,5]."""
    found, profile = _pmon(arguments, is_new=True), arguments.mission.profile
    parameters, codec = arguments.mission.parameters, arguments.codec
    entry = layout.encode_pmon(found, parameters, codec, with_validity=profile.pmon_validity)
    return codec.counted([entry])


def modification(arguments: Arguments) -> bytes:
    """Encode one entry of TC[12,7]."""
    found, codec = _pmon(arguments, is_new=False), arguments.codec
    return codec.counted([layout.encode_modification(found, arguments.mission.parameters, codec)])


def _pmon(arguments: Arguments, *, is_new: bool) -> Pmon:
    identifier = arguments.pmon(arguments.word("PMON"))
    parameter = arguments.parameter(arguments.word("parameter"))
    check = _check(arguments, parameter)
    repetition = arguments.repetition("repetition", arguments.option("repetition", "1"))
    if not is_new:
        return Pmon(identifier, parameter.id, check, repetition)
    interval = arguments.interval("interval", arguments.option("interval", "1"))
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
        consecutive = arguments.repetition("consecutive", arguments.option("consecutive", "1"))
        return Delta(low, high, *events, consecutive)
    raise ArgumentError(f"{word!r} is no check: expected, limit or delta")


def _bound(arguments: Arguments, key: str, kind: ValueType) -> float:
    return value(key, arguments.option(key), kind)


def _event(arguments: Arguments, key: str = "event") -> int:
    return arguments.event(arguments.option(key, "0"))


def fmon(arguments: Arguments) -> bytes:
    """Encode one entry of TC[12,23]."""
    identifier = arguments.fmon(arguments.word("FMON"))
    pmons = tuple(arguments.pmon(word) for word in arguments.some("PMON"))
    minimum = arguments.repetition("minimum", arguments.option("minimum", "1"))
    found = Fmon(identifier, _event(arguments), pmons, minimum, arguments.validity())
    mission, codec = arguments.mission, arguments.codec
    with_validity = mission.profile.fmon_validity
    entry = layout.encode_fmon(found, mission.parameters, codec, with_validity=with_validity)
    return codec.counted([entry])


# --- ST[17] [18] [19] [20] [21] ------------------------------------------------------------------------


def process(arguments: Arguments) -> bytes:
    """Encode UNIT or APID."""
    return u16(arguments.process(arguments.word("unit")))


def procedure(arguments: Arguments) -> bytes:
    """Encode NAME STEP:PACKET:DELAY..., the delay in seconds."""
    name, steps = characters(arguments.word("name")), []
    for word in arguments.some("step"):
        step, _, rest = word.partition(":")
        request, wait = _timed(rest)
        steps.append(Step(request, wait, arguments.id("step", step)))
    code = encode_code(tuple(steps), arguments.codec)
    if len(code) > U16:
        raise ArgumentError(f"{len(code)} octets of code, at most {U16} are possible")
    return name + u16(len(code)) + code


def _timed(word: str) -> tuple[bytes, int]:
    request, _, wait = word.partition(":")
    return packet("request", request), seconds("delay", wait or "0")


def start(arguments: Arguments) -> bytes:
    """Encode NAME [LEVEL], the observability level."""
    name = characters(arguments.word("name"))
    return name + u8(number("level", (arguments.rest() or ["0"])[0], MAX_LEVEL))


def observability(arguments: Arguments) -> bytes:
    """Encode NAME=LEVEL..."""
    given = arguments.options()
    entries = [characters(k) + u8(number("level", v, MAX_LEVEL)) for k, v in given.items()]
    return _listed(arguments, "NAME=LEVEL", entries)


def at_step(arguments: Arguments) -> bytes:
    """Encode NAME [STEP]; step 0 is the one under way."""
    name = characters(arguments.word("name"))
    return name + arguments.codec.id(arguments.id("step", (arguments.rest() or ["0"])[0]))


def action(arguments: Arguments) -> bytes:
    """Encode EVENT PACKET."""
    event = arguments.event(arguments.word("event"))
    request = packet("request", arguments.word("request"))
    codec = arguments.codec
    return codec.counted([u16(arguments.mission.apid) + codec.id(event) + request])


def settings(arguments: Arguments) -> bytes:
    """Encode PARAMETER=VALUE..."""
    entries = []
    for name, word in arguments.options().items():
        parameter = arguments.parameter(name)
        octets = parameter.type.pack(value(name, word, parameter.type))
        entries.append(arguments.codec.id(parameter.id) + octets)
    return _listed(arguments, "PARAMETER=VALUE", entries)


def sequence(arguments: Arguments) -> bytes:
    """Encode NAME PACKET:DELAY..., the delay in seconds."""
    name = characters(arguments.word("name"))
    steps = tuple(Step(*_timed(word)) for word in arguments.some("request"))
    return name + arguments.codec.count(len(steps)) + encode_steps(steps)


def _listed(arguments: Arguments, what: str, entries: list[bytes]) -> bytes:
    if not entries:
        raise ArgumentError(f"{what} is missing")
    return arguments.codec.counted(entries)
