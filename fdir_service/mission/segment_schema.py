"""The section of a mission file that cuts segments out of a parameter's stream."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fdir_service.mission.sections import Id, Name, Positive, Section

FeatureName = Literal[
    "mean",
    "var",
    "std",
    "skew",
    "kurtosis",
    "diff_var",
    "diff2_var",
    "peak_rate",
    "smooth10_peak_rate",
    "smooth20_peak_rate",
    "diff_peak_rate",
    "diff2_peak_rate",
]


class FeatureSection(Section):
    """A feature and the parameter that carries it."""

    feature: FeatureName
    id: Id


class SegmentSection(Section):
    """Segments of a measured or derived parameter; each feature is the parameter NAME.FEATURE."""

    name: Name
    input: Name
    samples: Annotated[int, Field(ge=20, le=4096)] = Field(64, description="samples in a segment")
    hop: Annotated[int, Field(ge=4)] | None = Field(
        None, description="samples from segment to segment, a divisor of `samples`; None: no overlap"
    )
    gap_s: Positive | None = Field(None, description="no segment spans a longer gap; None: any gap will do")
    features: Annotated[tuple[FeatureSection, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hops_fill_a_segment(self) -> Self:
        if self.samples % self.step:
            raise ValueError(f"hop {self.step} does not divide {self.samples} samples")
        return self

    @property
    def step(self) -> int:
        """Samples from segment to segment."""
        return self.hop or self.samples

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of `features`."""
        return tuple(f"{self.name}.{section.feature}" for section in self.features)
