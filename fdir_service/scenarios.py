"""Where scenarios are: a file, or a shipped one by name."""

from pathlib import Path

from fdir_service.mission.load import shipped


def find(name: str) -> Path:
    """Return the file of a scenario: a path, ``MISSION/NAME``, or the name of one of the hopper's.

    A path that does not exist comes back as it is, to be reported.
    """
    if Path(name).suffix == ".toml":
        return Path(name)
    mission, _, scenario = name.rpartition("/")
    for folder in shipped():
        candidate = folder / (mission or "hopper") / "scenarios" / f"{scenario}.toml"
        if candidate.is_file():
            return candidate
    return Path(name)
