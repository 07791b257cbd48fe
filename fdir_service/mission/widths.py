"""Whether every number of a mission file fits into its field, as wide as the mission profile says."""

from collections.abc import Iterator
from typing import Any

from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile
from fdir_service.mission.sections import Section, Width
from pus.codec import most


def check_widths(file: MissionFile, problems: Problems) -> None:
    """Note every number that does not fit, and the key that makes its field so narrow."""
    widths = file.profile.widths.model_dump()
    for key, width, value in _fields(file, ""):
        octets = widths[width.name]
        for number, noun in _numbers(value, width):
            if number > most(octets):
                limit = f"profile.widths.{width.name} = {octets}: at most {most(octets)}"
                problems.add(key, f"{noun} not fit ({limit})")


def _fields(section: Section, prefix: str) -> Iterator[tuple[str, Width, Any]]:
    """Yield key, width and value of every key that has a width."""
    for name, field in type(section).model_fields.items():
        value, key = getattr(section, name), f"{prefix}{name}"
        if value is not None:
            yield from ((key, mark, value) for mark in field.metadata if isinstance(mark, Width))
        parts = [(key, value)]
        if isinstance(value, tuple):
            parts = [(f"{key}.{k}", part) for k, part in enumerate(value)]
        for inner, part in parts:
            if isinstance(part, Section):
                yield from _fields(part, f"{inner}.")


def _numbers(value: Any, width: Width) -> Iterator[tuple[int, str]]:
    """Yield what is written in the width: a number, the length of a list or the keys of a table."""
    if isinstance(value, int):
        yield value, f"{value} does"
    elif width.name == "count":
        yield len(value), f"{len(value)} entries do"
    else:
        yield from ((int(key), f"{key} does") for key in value)
