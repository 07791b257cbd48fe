"""Payload-fault indices on images that the thresholds have not seen, through the stream of a mission."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fdir_service.mission import Mission
from fdir_service.stream import Output, Stream
from pus.chain import Instant
from pus.samples import Samples
from pus.st05 import Severity
from sim.imager.faults import FaultKind
from sim.imager.images import Images, take

Advance = Callable[[int], None]
Bools = NDArray[np.bool_]

INDEX: Final[Mapping[FaultKind, str]] = {
    FaultKind.DEAD_COLUMNS: "imager.columns",
    FaultKind.DROPPED_LINES: "imager.lines",
    FaultKind.SATURATION: "imager.saturated",
    FaultKind.NOISE: "imager.noise",
    FaultKind.DEFOCUS: "imager.defocus",
    FaultKind.REPEATED: "imager.same",
}
"""The parameter of the shipped mission that is above 0 where it sees a fault of a kind."""
SICK: Final = "imager.sick"
CLOUD: Final = "imager.cloud"
RECALL: Final = 0.95
FALSE_PER_1000: Final = 1.0
CLOUD_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """What became of images with one fault, or with none.

    Attributes
    ----------
    fault, severity : what is wrong with the images; empty and None: nothing.
    images : how many.
    detected : share of them that the index of the fault tells; without a fault: that any index tells.
    events : event reports of faults by the mission's chain.
    cloud_clear, cloud_cloudy : share of clear (cloudy) scenes in which the cloud index sees cloud.
    judged_clear, judged_cloudy : the same where the image is also judged to be no sick one.

    """

    fault: str
    severity: float | None
    images: int
    detected: float
    events: int
    cloud_clear: float
    cloud_cloudy: float
    judged_clear: float
    judged_cloudy: float

    @property
    def good(self) -> bool:
        """Whether the row is what it must be."""
        return self.detected >= RECALL if self.fault else self.detected * 1000.0 <= FALSE_PER_1000


def evaluate(
    mission: Mission,
    severities: Mapping[FaultKind, float],
    clean: int,
    faulty: int,
    seed: int,
    advance: Advance = lambda n: None,  # noqa: ARG005
) -> Iterator[Row]:
    """Yield a row of `clean` images without a fault, then one of `faulty` images for each fault.

    Every row has scenes of its own, half of them cloudy.
    """
    size = mission.source("imager").sample_shape[0]
    yield _row(mission, None, None, take(clean, size, seed, {}, CLOUD_SHARE), advance)
    for number, (kind, severity) in enumerate(severities.items(), 1):
        images = take(faulty, size, seed + number, {kind: severity}, CLOUD_SHARE)
        if kind is FaultKind.REPEATED:
            images = _repeated(images)
        yield _row(mission, kind, severity or None, images, advance)


def _repeated(batches: Iterable[Images]) -> Iterator[Images]:
    """Yield each image twice, of which the second is the fault."""
    for batch in batches:
        yield Images(np.repeat(batch.pixels, 2, axis=0), np.repeat(batch.cloudy, 2))


def _row(
    mission: Mission,
    kind: FaultKind | None,
    severity: float | None,
    batches: Iterable[Images],
    advance: Advance,
) -> Row:
    run = _Run(mission)
    for batch in batches:
        run.take(batch)
        advance(len(batch.pixels))
    if kind is FaultKind.REPEATED:
        run.keep(slice(1, None, 2))
    found = run.values[INDEX[kind]] if kind else np.max([run.values[name] for name in INDEX.values()], axis=0)
    return Row(
        kind or "",
        severity,
        len(run.cloudy),
        float(np.mean(found > 0)),
        run.events,
        *run.shares(run.values[CLOUD] > 0),
        *run.shares((run.values[CLOUD] > 0) & (run.values[SICK] == 0)),
    )


class _Run:
    """A stream that images go through one after the other.

    Attributes
    ----------
    cloudy : which scenes are.
    values : parameters by name, one value an image.
    events : reports of faults.

    """

    def __init__(self, mission: Mission) -> None:
        self._stream = Stream(mission)
        source = mission.source("imager")
        self._period = round((source.period_s or 1.0) * 1e9)
        parameters = mission.parameters
        names = (*INDEX.values(), SICK, CLOUD)
        self._rows = {name: parameters.row[parameters.by_name[name].id] for name in names}
        self._sequence = 0
        self.cloudy: Bools = np.zeros(0, np.bool_)
        self.values: dict[str, NDArray[np.float64]] = {name: np.zeros(0) for name in names}
        self.events = 0

    def take(self, batch: Images) -> None:
        """Let images pass."""
        time = self._sequence * self._period
        samples = Samples.regular("imager", 1, self._sequence, time, self._period, batch.pixels)
        self._sequence += len(samples)
        self._read(self._stream.take([samples]))
        self.cloudy = np.concatenate([self.cloudy, batch.cloudy])

    def _read(self, output: Output) -> None:
        for name, row in self._rows.items():
            self.values[name] = np.concatenate([self.values[name], *(b.values[row] for b in output.blocks)])
        instants = [entry for entry in output.timeline if isinstance(entry, Instant)]
        found = [event.definition for instant in instants for event in instant.events]
        own = self._stream.mission.recovery_events
        self.events += sum(e.severity is not Severity.INFORMATIVE and e.id not in own for e in found)

    def keep(self, part: slice) -> None:
        """Look at some of the images only."""
        self.cloudy = self.cloudy[part]
        self.values = {name: values[part] for name, values in self.values.items()}

    def shares(self, seen: Bools) -> tuple[float, float]:
        """Return the share of clear and of cloudy scenes where something is seen."""
        return float(np.mean(seen[~self.cloudy])), float(np.mean(seen[self.cloudy]))
