"""Layouts made into containers: each holds the fields up to a choice, and the alternatives extend it."""

from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from fdir_service.xtce import conditions
from fdir_service.xtce.conditions import Condition
from fdir_service.xtce.fields import CHECK_WORD, LENGTH, U16
from fdir_service.xtce.layout import Alternative, Choice, Field, Layout
from fdir_service.xtce.types import OCTET, Opaque

_CHECK_WORD = Field("check_word", U16)


@dataclass(frozen=True, slots=True)
class Container:
    """A container: the names of its fields, and on which condition it extends which other one.

    Attributes
    ----------
    rate : reports a second, where they are periodic.
    abstract : whether one of the containers that extend it always applies.

    """

    name: str
    entries: tuple[str, ...]
    base: str = ""
    condition: Condition | None = None
    rate: float | None = None
    abstract: bool = False

    def element(self) -> ET.Element:
        """Return the XTCE element."""
        found = ET.Element("SequenceContainer", {"name": self.name})
        if self.abstract:
            found.set("abstract", "true")
        if self.rate is not None:
            ET.SubElement(found, "DefaultRateInStream", {"minimumValue": repr(self.rate)})
        listed = ET.SubElement(found, "EntryList")
        for name in self.entries:
            ET.SubElement(listed, "ParameterRefEntry", {"parameterRef": name})
        if self.condition is not None:
            extended = ET.SubElement(found, "BaseContainer", {"containerRef": self.base})
            extended.append(conditions.element(self.condition))
        return found


@dataclass(slots=True)
class Compiler:
    """Collects fields by name, and containers; an extended container comes before those that extend it."""

    fields: dict[str, Field] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)

    def add(self, container: Container, layout: Layout, bits: int = 0) -> None:
        """Add a container with a layout that begins at bit `bits` of the packet."""
        entries: list[str] = []
        for position, item in enumerate(layout):
            if isinstance(item, Choice):
                self._put(replace(container, entries=tuple(entries), abstract=True))
                for alternative in item.alternatives:
                    self._extend(container.name, alternative, layout[position + 1 :], bits)
                return
            if not isinstance(item, Field):
                entries.append(self._name(_rest(bits // OCTET)))
                break
            entries.append(self._name(item))
            bits += item.type.bits
        self._put(replace(container, entries=(*entries, self._name(_CHECK_WORD))))

    def _extend(self, base: str, alternative: Alternative, then: Layout, bits: int) -> None:
        prefix = "" if not self.containers[base].base else f"{base}_"
        name = _unused(f"{prefix}{alternative.name}", self.containers)
        child = Container(name, (), base, alternative.condition, alternative.rate)
        self.add(child, alternative.layout + then, bits)

    def _put(self, container: Container) -> None:
        self.containers[container.name] = container

    def _name(self, wanted: Field) -> str:
        """Return the name under which a field is in the database; its own unless another one has it."""
        name = wanted.name
        while self.fields.get(name, wanted) != wanted:
            name += "_"
        self.fields[name] = wanted
        return name


def _unused(name: str, taken: dict[str, Container]) -> str:
    while name in taken:
        name += "_"
    return name


def _rest(octet: int) -> Field:
    """Return what is between an octet of the packet and the check word."""
    name = f"rest_from_{octet}"
    return Field(name, Opaque(name, LENGTH, octet, CHECK_WORD))
