"""What all sections of a mission file share: frozen models and the types of their keys."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1, le=0xFFFF)]
Apid = Annotated[int, Field(ge=1, le=2046)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
Text = Annotated[str, Field(max_length=200)]
ArgumentId = Annotated[str, Field(pattern=r"^\d{1,5}$")]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1, le=0xFFFF)]
Octet = Annotated[int, Field(ge=0, le=0xFFFF_FFFF)]


class Section(BaseModel):
    """A table of the mission file: frozen, unknown keys refused, numbers finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
