"""Where scenarios are: a file, or a shipped one by name."""

from pathlib import Path

from fdir_service.mission.load import shipped


def find(name: str) -> Path:
    """Return the file of a scenario; a path that does not exist comes back as it is, to be reported."""
    if Path(name).suffix == ".toml":
        return Path(name)
    for folder in shipped():
        candidate = folder / "hopper" / "scenarios" / f"{name}.toml"
        if candidate.is_file():
            return candidate
    return Path(name)
