"""The imager as a live source: images out, telecommands in. Pure: no clock, no socket.

One source ``imager``, an image (H, W, 3) of 8 bits every 10 s, each of another scene. RE_IMAGE starts the
read-out anew and takes the last scene again; POWER_CYCLE costs the images of the boot time, which count as
lost; DISCARD_FRAME marks the newest image as not worth a downlink.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pus import st01
from pus.application import ApplicationProcess
from pus.failure import Failure, FailureCode
from pus.packets import Tm, apid_of
from pus.service import Service
from pus.st08 import Function, FunctionManagement
from pus.st17 import Test
from sim.imager.faults import FaultKind, Image, PayloadFault, expose
from sim.imager.scenario import PERIOD_S, ImagerScenario, Sensor
from sim.imager.scene import Scene, draw
from sim.outages import Outages
from sim.sections import samples
from sim.spacecraft import FaultTruth, Spacecraft, is_foreign, session_of
from sim.unit import Cure

SOURCE: Final = "imager"
PERIOD_NS: Final = round(PERIOD_S * 1e9)
IMAGER_APID: Final = 101
RE_IMAGE: Final = Function("RE_IMAGE", {})
POWER_CYCLE: Final = Function("POWER_CYCLE", {})
DISCARD_FRAME: Final = Function("DISCARD_FRAME", {})
QUEUE: Final = 20
"""Messages that wait for a slow subscriber: images are large."""
_SCENES, _FRAMES = 0, 1


@dataclass(slots=True)
class _Attached:
    """A fault and what clears it; from frame `cleared` on something has."""

    fault: PayloadFault
    cleared_by: Cure
    cleared: int | None = None

    @property
    def end(self) -> int | None:
        return min((k for k in (self.fault.stop, self.cleared) if k is not None), default=None)

    def is_present(self, frame: int) -> bool:
        return self.fault.start <= frame and (self.end is None or frame < self.end)


class ImagerVehicle(Spacecraft):
    """A run of a scenario.

    Attributes
    ----------
    discarded : images that were not worth a downlink.

    Parameters
    ----------
    scenario : what happens.
    session : session of the samples; by default it follows from the seed.

    """

    queue = QUEUE

    def __init__(self, scenario: ImagerScenario, session: int | None = None) -> None:
        self._spans = [(outage.start, outage.stop) for outage in scenario.outages]
        chosen = session_of(scenario.seed) if session is None else session
        super().__init__(SOURCE, PERIOD_NS, scenario.samples, chosen, 0, self._spans)
        self.scenario = scenario
        self.discarded = 0
        self._attached = [_Attached(section.fault, section.cleared_by) for section in scenario.faults]
        self._retaken = 0
        self._latest: Image = np.zeros((scenario.size, scenario.size, 3), np.uint8)
        services: tuple[Service, ...] = (
            FunctionManagement((RE_IMAGE, POWER_CYCLE, DISCARD_FRAME), self._perform),
            Test(),
        )
        self._process = ApplicationProcess(IMAGER_APID, services)

    @property
    def faults(self) -> list[FaultTruth]:
        """The faults of the run by start; an end by a telecommand shows once it has happened."""
        truths = []
        for attached in self._attached:
            end = attached.end if attached.end is not None and attached.end < self.samples else None
            times = self._time_of(attached.fault.start), None if end is None else self._time_of(end)
            truths.append(FaultTruth(Sensor.IMAGER, "A", attached.fault, *times))
        return sorted(truths, key=lambda truth: truth.start)

    def scene(self, frame: int) -> Scene:
        """Return the scene that an image taken as `frame` would show."""
        rng = np.random.default_rng((self.scenario.seed, _SCENES, frame - self._retaken))
        return draw(self.scenario.size, self.scenario.cloud_share, rng)

    def command(self, octets: bytes, time: int) -> list[Tm]:
        """Execute one TC packet at `time` (ns), effective from the next image; return the answers."""
        if is_foreign(octets, IMAGER_APID):
            failure = Failure(FailureCode.APID, apid_of(octets))
            return [self._process.packet(st01.failed(st01.NOT_ROUTED, octets, failure), time)]
        return self._process.execute(octets, time)

    def _read(self, first: int, stop: int) -> NDArray[Any]:
        """Return images `first` .. `stop` - 1, (k, H, W, 3)."""
        images = np.empty((stop - first, *self._latest.shape), np.uint8)
        for k in range(first, stop):
            self._latest = images[k - first] = self._image(k)
        return images

    def _image(self, frame: int) -> Image:
        severity = {a.fault.kind: a.fault.severity for a in self._attached if a.is_present(frame)}
        if FaultKind.REPEATED in severity:
            return self._latest
        rng = np.random.default_rng((self.scenario.seed, _FRAMES, frame))
        return expose(self.scene(frame).radiance, severity, self.scenario.seed, rng)

    def _perform(self, name: str, arguments: dict[int, float]) -> Failure | None:  # noqa: ARG002
        if name == DISCARD_FRAME.name:
            self.discarded += 1
            return None
        cures = {Cure.REINITIALISE}
        if name == POWER_CYCLE.name:
            cures.add(Cure.POWER_CYCLE)
            self._boot()
        elif self.sequence:
            self._retaken += 1
        for attached in self._attached:
            if attached.cleared_by in cures and attached.is_present(self.sequence):
                attached.cleared = self.sequence
        return None

    def _boot(self) -> None:
        """Take no images for a while."""
        dark = samples(self.scenario.boot_s, PERIOD_S)
        if dark:
            self._spans.append((self.sequence, self.sequence + dark))
            self.outages = Outages(self.samples, self._spans)
