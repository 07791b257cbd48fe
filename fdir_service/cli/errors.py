"""Which errors are the user's to mend (2) and which befell a run (1)."""

from fdir_service.audit import AuditError
from fdir_service.cli import FAILED, USAGE, UsageError
from fdir_service.detector import DetectorError
from fdir_service.mission import MissionError
from fdir_service.overlay import OverlayError
from fdir_service.recording import RecordingError
from fdir_service.snapshot import SnapshotError
from fdir_service.sources.live import LinkError
from fdir_service.sources.table import TableError
from models.metadata import CardError

_USAGE = (
    *(UsageError, MissionError, RecordingError, TableError, CardError),
    *(OverlayError, SnapshotError, AuditError),
)
_FAILED = (LinkError, DetectorError, OSError)
_NAMES = {
    "ScenarioError": USAGE,
    "AddressError": FAILED,
    "PublisherError": FAILED,
    "DataError": USAGE,
    "TuningError": USAGE,
    "DeviceError": USAGE,
    "DataSetError": USAGE,
    "SingularError": USAGE,
    "ParityError": FAILED,
    "TrainingDataError": USAGE,
    "PictureError": USAGE,
    "DifferenceError": FAILED,
    "DivergedError": FAILED,
    "DisagreementError": FAILED,
    "SilenceError": FAILED,
    "StartError": FAILED,
    "EvaluationError": USAGE,
    "RunError": USAGE,
    "FirmwareError": USAGE,
    "ChainDisagreementError": FAILED,
}
"""Errors of packages that only sub-commands import."""


def exit_code(error: Exception) -> int | None:
    """Return the exit code of an expected error, or None for a defect of ours."""
    if isinstance(error, _USAGE):
        return USAGE
    if isinstance(error, _FAILED):
        return FAILED
    return _NAMES.get(type(error).__name__)
