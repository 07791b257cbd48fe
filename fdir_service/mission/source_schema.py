"""The section of a mission file that declares a source: parameters, or an image."""

import math
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from fdir_service.mission.sections import Id, Name, Positive, Section, Text
from pus.parameters import ValueType
from pus.samples import MAX_OCTETS

FRAMES: Final = 8
"""Images in one message at most, unless the mission says otherwise."""
_HEAD: Final = 1024
"""Octets of a message that are no image, at most: names, numbers, explicit times."""
_DTYPES: Final = {"u8": "|u1", "u16": "<u2"}

Extent = Annotated[int, Field(ge=1, le=1 << 14)]


class ParameterSection(Section):
    """A parameter in a source's sample, in the order of its columns."""

    id: Id
    name: Name
    type: ValueType = ValueType.F64
    unit: Text = ""


class SourceSection(Section):
    """A stream of samples: its topic, its period, and its parameters or the shape of its images."""

    name: Name
    period_s: Positive | None = Field(None, description="None: irregular, counted in samples")
    silence_s: Positive = Field(2.0, description="after so long without samples the source is silent")
    parameters: tuple[ParameterSection, ...] = ()
    shape: tuple[Extent, Extent, Extent] | None = Field(
        None, description="height, width and channels, if a sample is an image"
    )
    dtype: Literal["u8", "u16"] = Field("u8", description="of the pixels of an image")
    max_message_octets: Annotated[int, Field(ge=64, le=MAX_OCTETS)] | None = Field(
        None, description="larger messages of images are refused; by default those of more than 8 images"
    )

    @model_validator(mode="after")
    def _parameters_or_image(self) -> Self:
        if (self.shape is None) is not bool(self.parameters):
            raise ValueError("a source has either parameters or the shape of an image")
        foreign = {"dtype", "max_message_octets"} & self.model_fields_set
        if self.shape is None and foreign:
            raise ValueError(f"only a source of images has {', '.join(sorted(foreign))}")
        if self.octets > self.most_octets:
            raise ValueError(f"an image of {self.octets} octets, a message holds at most {self.most_octets}")
        return self

    @property
    def is_image(self) -> bool:
        """Whether a sample is an image."""
        return self.shape is not None

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return self.shape or (len(self.parameters),)

    @property
    def wire_dtype(self) -> str | None:
        """The dtype that samples must have on the wire; None: any."""
        return _DTYPES[self.dtype] if self.is_image else None

    @property
    def octets(self) -> int:
        """Octets of one image, 0 if a sample is none."""
        return math.prod(self.shape) * int(_DTYPES[self.dtype][-1]) if self.shape else 0

    @property
    def most_octets(self) -> int:
        """Octets of a message of images at most."""
        return self.max_message_octets or min(FRAMES * self.octets + _HEAD, MAX_OCTETS)
