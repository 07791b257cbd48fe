"""The XTCE document of a mission."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol
from xml.etree import ElementTree as ET

from fdir_service.mission import Mission
from fdir_service.xtce.containers import Compiler, Container
from fdir_service.xtce.layout import Field
from fdir_service.xtce.packets import packet
from fdir_service.xtce.types import Type, legal

NAMESPACE = "http://www.omg.org/spec/XTCE/20180204"
ROOT = "CCSDSPacket"
"""Name of the root container: the one that space_packet_parser begins with."""

_SCHEMA = "https://www.omg.org/spec/XTCE/20180204/SpaceSystem.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class _Element(Protocol):
    def element(self) -> ET.Element: ...


@dataclass(frozen=True, slots=True)
class Database:
    """Everything that a decoder needs: fields by name and containers, in the order of the document."""

    mission: Mission
    fields: dict[str, Field]
    containers: tuple[Container, ...]

    @property
    def types(self) -> tuple[Type, ...]:
        """Types of the fields, without repetition."""
        return tuple(dict.fromkeys(_type(name, found) for name, found in self.fields.items()))

    def encode(self) -> bytes:
        """Return the document; the same mission gives the same octets."""
        root = ET.Element("SpaceSystem", _root_attributes(self.mission))
        ET.SubElement(root, "Header", {"version": self.mission.digest[:16], "validationStatus": "Working"})
        telemetry = ET.SubElement(root, "TelemetryMetaData")
        _add(telemetry, "ParameterTypeSet", self.types)
        parameters = ET.SubElement(telemetry, "ParameterSet")
        parameters.extend(_parameter(name, found) for name, found in self.fields.items())
        _add(telemetry, "ContainerSet", self.containers)
        ET.indent(root, " ")
        return bytes(ET.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def database(mission: Mission) -> Database:
    """Return the telemetry of a mission as an XTCE database."""
    compiler = Compiler()
    compiler.add(Container(ROOT, ()), packet(mission))
    return Database(mission, compiler.fields, tuple(compiler.containers.values()))


def _root_attributes(mission: Mission) -> dict[str, str]:
    title = legal(mission.file.mission.title)
    return {
        "name": mission.name.replace(".", "_"),
        "xmlns": NAMESPACE,
        "xmlns:xsi": _INSTANCE,
        "xsi:schemaLocation": f"{NAMESPACE} {_SCHEMA}",
        **({"shortDescription": title} if title else {}),
    }


def _type(name: str, field: Field) -> Type:
    """Return the type of a field; a parameter of the mission has one of its own, with its unit."""
    return replace(field.type, name=f"{name}_value") if field.alias else field.type


def _parameter(name: str, field: Field) -> ET.Element:
    attributes = {"name": name, "parameterTypeRef": _type(name, field).name}
    found = ET.Element("Parameter", attributes)
    if field.alias:
        alias = {"nameSpace": "mission", "alias": field.alias}
        ET.SubElement(ET.SubElement(found, "AliasSet"), "Alias", alias)
    return found


def _add(parent: ET.Element, name: str, parts: Iterable[_Element]) -> None:
    ET.SubElement(parent, name).extend(part.element() for part in parts)
