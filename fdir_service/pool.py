"""From samples to the values of all parameters of a source: measured, derived, scores, indices."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fdir_service.derived import Formula, formula
from fdir_service.detector import Detector
from fdir_service.image_detector import ImageDetector, Images, Parts
from fdir_service.mission import DetectorSetup, Mission
from fdir_service.mission.schema import DerivedSection
from fdir_service.places import selector
from fdir_service.segments import Segmenter
from pus.block import Block
from pus.parameters import Parameter, ValueType
from pus.records import mutable
from pus.samples import Samples

Floats = NDArray[np.float64]


@mutable
class Derived:
    """A derived parameter: its row, the row of its input (None: the images), its definition and formula."""

    row: int
    input: int | None
    section: DerivedSection
    formula: Formula


@mutable
class Segments:
    """Segments of one parameter: the rows of their features, the row of their input, and what cuts them."""

    rows: list[int]
    input: int
    segmenter: Segmenter


@mutable
class _Selection:
    """A redundant unit: the row that says who is selected, and the rows it measures."""

    row: int
    measured: list[int]
    last: float = np.nan


class Pool:
    """The parameters of one source, chunk by chunk.

    A source of images has no measured ones: all are found from its images, which are not kept.

    Attributes
    ----------
    takes_singles : whether single samples take a way of their own, in plain Python.

    """

    def __init__(self, mission: Mission, source: str, chunk: int) -> None:
        table = mission.parameters
        self.source = source
        self.parameters = table.sources.get(source, ())
        self.measured = len(mission.source(source).parameters)
        self.invalid_values = 0
        self._low, self._high, self._whole = _ranges(self.parameters[: self.measured])
        columns = (self._low, self._high, self._whole)
        self._ranges = list(zip(*(column.ravel().tolist() for column in columns), strict=True))
        self._not_measured = [math.nan] * (len(self.parameters) - self.measured)
        self.takes_singles = self.measured > 0
        row = {parameter.name: table.row[parameter.id] for parameter in self.parameters}
        self.derived = [
            Derived(row[d.name], None if d.kind == "digest" else row[d.input], d, formula(d))
            for d in mission.file.derived
            if d.name in row
        ]
        self.segments = [
            Segments(
                [row[name] for name in s.parameters],
                row[s.input],
                Segmenter(tuple(f.feature for f in s.features), s.samples, s.step, s.gap_s),
            )
            for s in mission.file.segment
            if s.input in row
        ]
        self._settings = [
            (row[section.name], section.id) for section in mission.file.setting if section.name in row
        ]
        setups = [setup for setup in mission.detectors if setup.source == source]
        self.sliding = [Detector(setup, chunk) for setup in setups if setup.inputs]
        self.imaging = [ImageDetector(setup) for setup in setups if not setup.inputs]
        self._parts = Parts()
        self._inputs = [selector([table.row[k] for k in d.setup.inputs]) for d in self.sliding]
        self._outputs = {
            setup.name: (
                selector([table.row[o.score] for o in setup.outputs]),
                selector([table.row[k] for k in setup.indices]),
            )
            for setup in setups
        }
        self._derived_singly = [(d, d.input) for d in self.derived if d.input is not None]
        self._detected_singly = [
            (d, [table.row[k] for k in d.setup.inputs], [table.row[k] for k in _found_by(d.setup)])
            for d in self.sliding
        ]
        self.selections = [
            _Selection(table.row[unit.selected], [table.row[k] for k in unit.parameters])
            for unit in mission.units.values()
            if unit.selected is not None and table.by_id[unit.selected].source == source
        ]

    @property
    def detectors(self) -> list[Detector | ImageDetector]:
        """All detectors: those of parameters, then those of images."""
        return [*self.sliding, *self.imaging]

    def flush(self) -> None:
        """Forget what came before: derived parameters and detectors start anew."""
        for derived in self.derived:
            derived.formula = formula(derived.section)
        for segments in self.segments:
            segments.segmenter.reset()
        for detector in self.detectors:
            detector.flush()
        for selection in self.selections:
            selection.last = np.nan

    def step(self, samples: Samples, settings: Mapping[int, float]) -> Block:
        """Return the values of all parameters over the chunk; what is not known is NaN.

        `settings` are the present values of the parameters that only telecommands change, by ID.
        """
        if self.takes_singles and len(samples) == 1:
            return Block(self.source, samples.times, self._one(samples, settings))
        return Block(self.source, samples.times, self._chunk(samples, settings))

    def _chunk(self, samples: Samples, settings: Mapping[int, float]) -> Floats:
        k = len(samples)
        values = np.empty((len(self.parameters), k))
        values.fill(np.nan)
        if self.measured:
            measured = values[: self.measured]
            measured[:] = samples.values.reshape(k, -1).T
            self._refuse_foreign(measured)
        for selection in self.selections:
            _distrust_switch(selection, values)
        for place, parameter in self._settings:
            values[place] = settings[parameter]
        for derived in self.derived:
            self._derive(derived, samples, values)
        for segments in self.segments:
            values[segments.rows] = segments.segmenter(samples.times, values[segments.input])
        for detector, inputs in zip(self.sliding, self._inputs, strict=True):
            scores, indices = self._outputs[detector.setup.name]
            values[scores], values[indices] = detector.step(samples.times, values[inputs])
        if self.imaging:
            self._look(samples.values, values)
        return values

    def _one(self, samples: Samples, settings: Mapping[int, float]) -> Floats:
        """Return what a chunk of one sample gives, found in plain Python."""
        time, values = int(samples.times[0]), self._measure(samples.values)
        for selection in self.selections:
            _distrust_sample(selection, values)
        for place, parameter in self._settings:
            values[place] = settings[parameter]
        for derived, given in self._derived_singly:
            values[derived.row] = derived.formula.next(time, values[given])
        for segments in self.segments:
            features = segments.segmenter(samples.times, np.array([values[segments.input]]))
            for row, x in zip(segments.rows, features[:, 0].tolist(), strict=True):
                values[row] = x
        for detector, inputs, rows in self._detected_singly:
            for row, x in zip(rows, detector.next(time, [values[k] for k in inputs]), strict=True):
                values[row] = x
        return np.array(values, np.float64)[:, None]

    def _measure(self, sample: NDArray[Any]) -> list[float]:
        """Return what is measured at a sample (1, *shape), and NaN for all other parameters."""
        measured: list[float] = sample.ravel().astype(np.float64, copy=False).tolist()
        for x, (low, high, whole) in zip(measured, self._ranges):  # noqa: B905 - strict costs two checks
            if not low <= x <= high or (whole and x % 1):
                measured = self._without_foreign(measured)
                break
        return measured + self._not_measured

    def _without_foreign(self, values: list[float]) -> list[float]:
        """Return the values of one sample, NaN for those that are not known or do not fit their types."""
        found = [
            x if low <= x <= high and not (whole and x % 1) else math.nan
            for x, (low, high, whole) in zip(values, self._ranges, strict=True)
        ]
        self.invalid_values += sum(map(math.isnan, found))
        return found

    def _derive(self, derived: Derived, samples: Samples, values: Floats) -> None:
        """Fill the row of a derived parameter over the chunk."""
        given = samples.values if derived.input is None else values[derived.input]
        values[derived.row] = derived.formula(samples.times, given)

    def _look(self, images: Images, values: Floats) -> None:
        """Let the detectors of images look at them (K, H, W, C), a part after the other."""
        for place, part in self._parts(images):
            for detector in self.imaging:
                scores, indices = self._outputs[detector.setup.name]
                values[scores, place], values[indices, place] = detector.score(part)

    def _refuse_foreign(self, measured: Floats) -> None:
        """Make values that their parameter's type cannot hold (infinities included) not known."""
        with np.errstate(invalid="ignore"):
            foreign = ~((measured >= self._low) & (measured <= self._high))
            if self._whole.any():
                foreign |= self._whole & (measured != np.floor(measured))
        count = int(np.count_nonzero(foreign))
        if count:
            self.invalid_values += count
            measured[foreign] = np.nan


def _found_by(setup: DetectorSetup) -> list[int]:
    """Return the parameters that a detector makes: scores, then indices."""
    return [*(output.score for output in setup.outputs), *setup.indices]


def _distrust_switch(selection: _Selection, values: Floats) -> None:
    """Make what a unit measures not known at the sample where another unit is selected.

    A step between two units is no fault: everything computed from the old one starts anew.
    """
    selected = values[selection.row]
    before = np.concatenate([[selection.last], selected[:-1]])
    switched = np.flatnonzero((selected != before) & ~np.isnan(before))
    for row in selection.measured if switched.size else []:
        values[row, switched] = np.nan
    selection.last = float(selected[-1])


def _distrust_sample(selection: _Selection, values: list[float]) -> None:
    """Do the same for a single sample."""
    before, selection.last = selection.last, values[selection.row]
    if before != selection.last and not math.isnan(before):
        for row in selection.measured:
            values[row] = math.nan


def _ranges(parameters: tuple[Parameter, ...]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    kinds = [parameter.type for parameter in parameters]
    limits = np.array([_range(kind) for kind in kinds]).reshape(-1, 2)
    whole = np.array([not kind.is_float for kind in kinds], np.bool_)
    return limits[:, :1], limits[:, 1:], whole[:, None]


def _range(kind: ValueType) -> tuple[float, float]:
    if kind is ValueType.BOOL:
        return 0.0, 1.0
    if kind.is_float:
        info = np.finfo(np.float32 if kind is ValueType.F32 else np.float64)
        return float(info.min), float(info.max)
    limits = np.iinfo(f"{'u' if kind.is_unsigned else ''}int{8 * kind.size}")
    return float(limits.min), float(limits.max)
