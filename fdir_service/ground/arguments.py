"""Arguments of a telecommand as words: numbers, names of the mission, and KEY=VALUE options."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from fdir_service.mission import Mission
from pus.codec import Codec, Widths, most
from pus.parameters import Parameter, ValueType
from pus.st12.definitions import Validity

U16, U32 = 0xFFFF, 0xFFFF_FFFF
_NS = 1_000_000_000


class ArgumentError(ValueError):
    """Words that are no arguments of the telecommand; the text says which and why."""


class Arguments:
    """The words after a telecommand's name, taken one by one, and the names they may use.

    An identifier is a number, or a name that the mission file gives it.
    """

    def __init__(self, mission: Mission, words: Sequence[str], apid: int | None = None) -> None:
        self.mission = mission
        self.codec: Codec = mission.profile.codec
        self.apid = mission.apid if apid is None else apid
        self._words = [word for word in words if "=" not in word]
        self._options: dict[str, str] = {}
        for key, _, value in (word.partition("=") for word in words if "=" in word):
            if key in self._options:
                raise ArgumentError(f"{key}= is given twice")
            self._options[key] = value

    # --- words -------------------------------------------------------------------------------------

    def word(self, what: str) -> str:
        """Take the next word."""
        if not self._words:
            raise ArgumentError(f"{what} is missing")
        return self._words.pop(0)

    def rest(self) -> list[str]:
        """Take the words that are left."""
        words, self._words = self._words, []
        return words

    def some(self, what: str) -> list[str]:
        """Take the words that are left, at least one."""
        return [self.word(what), *self.rest()]

    def option(self, key: str, default: str | None = None) -> str:
        """Take the value of KEY=VALUE; without a default it must be there."""
        value = self._options.pop(key, default)
        if value is None:
            raise ArgumentError(f"{key}=... is missing")
        return value

    def options(self) -> dict[str, str]:
        """Take the options that are left."""
        options, self._options = self._options, {}
        return options

    def end(self) -> None:
        """Assert that nothing is left."""
        left = [*self._words, *(f"{key}={value}" for key, value in self._options.items())]
        if left:
            raise ArgumentError(f"more than it takes: {' '.join(left)}")

    # --- numbers -----------------------------------------------------------------------------------

    @property
    def _widths(self) -> Widths:
        return self.codec.widths

    def id(self, what: str, word: str) -> int:
        """Return a number that fits an identifier."""
        return number(what, word, most(self._widths.identifier))

    def repetition(self, what: str, word: str) -> int:
        """Return a number that fits a repetition number."""
        return number(what, word, most(self._widths.repetition))

    def interval(self, what: str, word: str) -> int:
        """Return a number that fits an interval."""
        return number(what, word, most(self._widths.interval))

    # --- identifiers -------------------------------------------------------------------------------

    def _identifier(self, what: str, word: str, names: Mapping[str, int]) -> int:
        return _named(what, word, names, most(self._widths.identifier))

    def pmon(self, word: str) -> int:
        """Return the ID of a PMON."""
        return self._identifier("PMON", word, {s.name: s.id for s in self.mission.file.pmon})

    def fmon(self, word: str) -> int:
        """Return the ID of an FMON."""
        return self._identifier("FMON", word, {s.name: s.id for s in self.mission.file.fmon})

    def event(self, word: str) -> int:
        """Return the ID of an event definition."""
        return self._identifier("event", word, {s.name: s.id for s in self.mission.file.event})

    def process(self, word: str) -> int:
        """Return the APID of a unit, or of our own process by the mission's name."""
        own = {self.mission.name: self.mission.apid}
        units = {unit.name: k for k, unit in self.mission.units.items()}
        return _named("unit", word, own | units, U16)

    def parameter_id(self, word: str) -> int:
        """Return the ID of a parameter."""
        return self._identifier("parameter", word, {p.name: p.id for p in self.mission.parameters.parameters})

    def parameter(self, word: str) -> Parameter:
        """Return a parameter of the mission: its type is needed."""
        found = self.mission.parameters.get(self.parameter_id(word))
        if found is None:
            raise ArgumentError(f"parameter {word} is none of mission {self.mission.name}")
        return found

    def validity(self) -> Validity | None:
        """Take validity=PARAMETER:EXPECTED or PARAMETER:EXPECTED:MASK; none if it is not there."""
        text = self.option("validity", "")
        if not text:
            return None
        name, _, rest = text.partition(":")
        expected, _, mask = rest.partition(":")
        parameter = self.parameter(name)
        if not parameter.type.is_unsigned:
            raise ArgumentError(f"validity: {name} is no unsigned parameter")
        widest = (1 << 8 * parameter.type.size) - 1
        wanted = number("validity", expected, widest)
        return Validity(parameter.id, number("mask", mask, widest) if mask else widest, wanted)


def number(what: str, word: str, greatest: int) -> int:
    """Return a number in 0..`greatest`; 0x and 0b are understood."""
    try:
        found = int(word, 0)
    except ValueError:
        raise ArgumentError(f"{what}: {word!r} is no whole number") from None
    if not 0 <= found <= greatest:
        raise ArgumentError(f"{what}: {found} is outside 0..{greatest}")
    return found


def value(what: str, word: str, kind: ValueType) -> float:
    """Return a value that the type can hold."""
    try:
        found = float(word) if kind.is_float else float(int(word, 0))
    except ValueError:
        raise ArgumentError(f"{what}: {word!r} is no {kind} value") from None
    if not kind.holds(found):
        raise ArgumentError(f"{what}: {word} is outside {kind}")
    return found


def seconds(what: str, word: str) -> int:
    """Return seconds as ns."""
    try:
        found = float(word)
    except ValueError:
        found = -1.0
    if not 0.0 <= found <= U32:
        raise ArgumentError(f"{what}: {word!r} is no number of seconds")
    return round(found * _NS)


def packet(what: str, word: str) -> bytes:
    """Return a telecommand packet in hexadecimal digits, as a dry run prints it."""
    try:
        return bytes.fromhex(word)
    except ValueError:
        raise ArgumentError(f"{what}: {word!r} is no packet in hexadecimal digits") from None


def _named(what: str, word: str, names: Mapping[str, int], greatest: int) -> int:
    if word in names:
        return names[word]
    if word[:1].isdigit():
        return number(what, word, greatest)
    close = get_close_matches(word, names, 1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise ArgumentError(f"{what} {word!r} is unknown{hint}")
