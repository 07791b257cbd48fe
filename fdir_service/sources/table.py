"""Tables as a source: CSV and Parquet files with a time column and one column a parameter.

Columns are found by name in any order, others are ignored; see `fdir_service.tables` for the formats.
"""

from collections.abc import Iterator
from pathlib import Path

from fdir_service.mission import Mission
from fdir_service.tables.faults import Faults, TableError
from fdir_service.tables.layout import Layout, Source
from fdir_service.tables.read import ARRAYS
from fdir_service.tables.read import read as read_rows
from fdir_service.tables.times import epoch_ns
from pus.samples import Samples

__all__ = ["TableError", "read", "source_of"]


def source_of(path: Path, mission: Mission, name: str | None = None) -> Source:
    """Return the source that a table holds: the one named, or the only one.

    Raises
    ------
    TableError
        If the mission has no such source, or several and none is named.

    """
    sections = {section.name: section for section in mission.file.source}
    known = ", ".join(sections)
    if name is not None and name not in sections:
        raise TableError(f"{path}: the mission {mission.name} has no source {name}, but {known}")
    if name is None and len(sections) > 1:
        raise TableError(f"{path}: a table holds one source, the mission {mission.name} has several: {known}")
    section = sections[name] if name is not None else mission.file.source[0]
    if section.is_image:
        raise TableError(f"{path}: the samples of {section.name} are images: a table cannot hold them")
    return Source(section, epoch_ns(mission.profile.epoch))


def read(path: Path, mission: Mission) -> Iterator[Samples]:
    """Yield the rows of a table as samples of the mission's only source.

    Raises
    ------
    TableError
        If the file does not fit the mission, or at its first bad row.

    """
    if path.suffix in ARRAYS:
        raise TableError(f"{path}: an array is no telemetry yet: give it names and times with fdir convert")
    return read_rows(path, source_of(path, mission), Layout(), Faults(path, strict=True))
