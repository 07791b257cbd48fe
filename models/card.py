"""The model card: what a detector's ONNX file promises to the runtime that opens it.

A detector is one ONNX file with one input ``window`` ``(batch, W, channels...)`` float32 in engineering units
and one output ``scores`` ``(batch, outputs)`` float32. The card travels as JSON in the file's metadata under
the key ``card``, or in a file ``NAME.card.json`` beside it.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

METADATA_KEY = "card"
INPUT_NAME = "window"
OUTPUT_NAME = "scores"

Name = Annotated[str, Field(min_length=1, max_length=64)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Channel(_Frozen):
    """One input channel of the window, in order."""

    name: Name
    unit: str = ""


class Output(_Frozen):
    """One score, and the thresholds that turn it into a failure index, if it can become one.

    The index becomes 1 at ``score >= on`` and 0 at ``score < off``; in between it keeps its value. Without
    thresholds the output is a plain score: a label, a membership, a latent point.
    """

    name: Name
    on: float | None = None
    off: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.on is None) != (self.off is None):
            raise ValueError("on and off thresholds come together, or neither does")
        if self.on is not None and self.off is not None and self.off > self.on:
            raise ValueError(f"off threshold {self.off} is above on threshold {self.on}")
        return self


class Card(_Frozen):
    """The contract of one detector file.

    Attributes
    ----------
    kind : the model kind, for people ("stuck-value CNN").
    channels : input channels in order, with units; empty for images, where `shape` speaks.
    shape : shape of one sample, ``(channels,)`` or ``(height, width, 3)``.
    period : seconds between samples, or None: the window is counted in samples whatever their period.
    period_tolerance : relative deviation of the period that the model accepts.
    window : W, samples in a window.
    outputs : scores in order, with thresholds.
    carried : whether the model was trained so that the state of its recurrent layers may go on from sample to
        sample, where a window starts it from zeros.
    data : digest by name of each training data set.
    command : the command that rebuilds the file.
    seed : seed of the training.
    metrics : measured figures, by name.
    version : of the model.

    """

    format: Literal[1] = 1
    kind: Name
    channels: tuple[Channel, ...]
    shape: tuple[Annotated[int, Field(ge=1)], ...]
    period: Annotated[float, Field(gt=0)] | None
    period_tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.05
    window: Annotated[int, Field(ge=1, le=65536)]
    outputs: Annotated[tuple[Output, ...], Field(min_length=1)]
    carried: bool = False
    data: dict[str, str]
    command: str
    seed: int
    metrics: dict[str, float] = {}
    version: Name

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.shape) == 1 and self.shape[0] != len(self.channels):
            raise ValueError(f"shape {self.shape} does not match {len(self.channels)} channels")
        for names in ([c.name for c in self.channels], [o.name for o in self.outputs]):
            if len(set(names)) != len(names):
                raise ValueError(f"names repeat: {names}")
        return self
