"""Where a parameter comes from: what it is computed from, and by which model."""

from collections.abc import Iterable

from fdir_service.mission import Mission


class Origins:
    """The ways of one mission's parameters."""

    def __init__(self, mission: Mission) -> None:
        self._inputs: dict[int, tuple[int, ...]] = {}
        self._digest: dict[int, str] = {}
        for detector in mission.detectors:
            for output in detector.outputs:
                self._inputs[output.score] = detector.inputs
                if output.index is not None:
                    self._inputs[output.index] = (output.score, *detector.inputs)
                self._digest |= dict.fromkeys(output.parameters, detector.sha256)
        by_name = mission.parameters.by_name
        self._inputs |= {
            by_name[d.name].id: (by_name[d.input].id,) for d in mission.file.derived if d.kind != "digest"
        }
        self._inputs |= {
            feature.id: (by_name[s.input].id,) for s in mission.file.segment for feature in s.features
        }

    def behind(self, parameters: Iterable[int]) -> list[int]:
        """Return parameters (by ID) and all that they are computed from, each once."""
        found: dict[int, None] = {}
        waiting = list(parameters)[::-1]
        while waiting:
            parameter = waiting.pop()
            if parameter not in found:
                found[parameter] = None
                waiting += self._inputs.get(parameter, ())[::-1]
        return list(found)

    def model(self, parameter: int) -> str:
        """Return the digest of the model that a parameter (by ID) comes from, or nothing."""
        return next((self._digest[k] for k in self.behind([parameter]) if k in self._digest), "")
