"""Mission files: one TOML file a folder, validated whole, compiled once to what the stream needs."""

from fdir_service.mission.compiled import DetectorSetup, Mission
from fdir_service.mission.load import MissionError, load

__all__ = ["DetectorSetup", "Mission", "MissionError", "load"]
