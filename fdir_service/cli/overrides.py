"""Options of the command line that replace values of a mission file."""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import ValidationError

from fdir_service.cli import UsageError
from fdir_service.mission import Mission
from fdir_service.mission.ladder_schema import RecoverySection
from fdir_service.mission.schema import InterfaceSection


def override(mission: Mission, interfaces: Mapping[str, object], mode: str | None) -> Mission:
    """Return the mission with the given interfaces (None: keep) and recovery mode.

    Raises
    ------
    UsageError
        If a value is none that the mission file could have.

    """
    given = {key: value for key, value in interfaces.items() if value is not None}
    file = mission.file
    changed: dict[str, object] = {}
    try:
        if given:
            changed["interfaces"] = InterfaceSection.model_validate(file.interfaces.model_dump() | given)
        if mode is not None:
            changed["recovery"] = RecoverySection.model_validate(file.recovery.model_dump() | {"mode": mode})
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(map(str, problem["loc"])).replace("_", "-")
        raise UsageError(f"--{name}: {problem['msg']}") from None
    return replace(mission, file=file.model_copy(update=changed))
