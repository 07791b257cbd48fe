"""What all sections of a mission file share: frozen models and the types of their keys."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pus.records import frozen

U32 = 0xFFFF_FFFF


@frozen
class Width:
    """Marks a key: its number, the length of its list or the keys of its table must fit that width."""

    name: Literal["identifier", "count", "repetition", "interval"]


Id = Annotated[int, Field(ge=1, le=U32), Width("identifier")]
EventId = Annotated[int, Field(ge=0, le=U32), Width("identifier")]
Repetition = Annotated[int, Field(ge=1, le=U32), Width("repetition")]
Interval = Annotated[int, Field(ge=1, le=U32), Width("interval")]
Delay = Annotated[int, Field(ge=0, le=U32), Width("interval")]
Size = Annotated[int, Field(ge=1, le=U32), Width("count")]
Apid = Annotated[int, Field(ge=1, le=2046)]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
Text = Annotated[str, Field(max_length=200)]
ArgumentId = Annotated[str, Field(pattern=r"^\d{1,10}$")]
Positive = Annotated[float, Field(gt=0)]
Octet = Annotated[int, Field(ge=0, le=U32)]


class Section(BaseModel):
    """A table of the mission file: frozen, unknown keys refused, numbers finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)
