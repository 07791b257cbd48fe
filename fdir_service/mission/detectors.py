"""Detectors of a mission file: the card is read and compared with what the mission says."""

from pathlib import Path

from fdir_service.mission.compiled import DetectorSetup, OutputSetup
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import DetectorSection, MissionFile, OutputSection
from models.card import Card, Output
from models.metadata import CardError, read_card
from pus.parameters import ParameterTable


class DetectorCompiler:
    """Compiles detector sections of one file."""

    def __init__(
        self, file: MissionFile, folder: Path, parameters: ParameterTable, problems: Problems
    ) -> None:
        self._file = file
        self._folder = folder
        self._parameters = parameters
        self._problems = problems

    def compile(self) -> tuple[DetectorSetup, ...]:
        """Return the detectors without problems."""
        found = [self._detector(f"detector.{k}", section) for k, section in enumerate(self._file.detector)]
        return tuple(detector for detector in found if detector)

    def _detector(self, key: str, section: DetectorSection) -> DetectorSetup | None:
        path = self._folder / section.model
        try:
            card, sha256 = read_card(path)
        except CardError as error:
            self._problems.add(f"{key}.model", str(error))
            return None
        if section.sha256 and section.sha256 != sha256:
            self._problems.add(
                f"{key}.sha256", f"{path} has digest {sha256}, the mission wants {section.sha256}"
            )
        inputs = [p for name in section.inputs if (p := self._parameters.by_name.get(name))]
        if section.source is not None:
            self._check_image(key, section.source, card)
        else:
            self._check_channels(key, section, card)
        source = section.source or next((parameter.source for parameter in inputs), None)
        if source is None:
            return None
        self._check_period(key, source, card)
        outputs = [self._output(f"{key}.outputs.{k}", o, card) for k, o in enumerate(section.outputs)]
        ids = tuple(parameter.id for parameter in inputs)
        return DetectorSetup(
            section.name,
            source,
            path,
            sha256,
            card,
            ids,
            tuple(o for o in outputs if o),
            section.compiled_step,
        )

    def _check_channels(self, key: str, section: DetectorSection, card: Card) -> None:
        wanted = ", ".join(channel.name for channel in card.channels)
        if len(section.inputs) != len(card.channels):
            self._problems.add(f"{key}.inputs", f"the card has {len(card.channels)} channels ({wanted})")
        if len(card.shape) != 1:
            self._problems.add(f"{key}.model", f"looks at images of shape {card.shape}: name their source")

    def _check_image(self, key: str, source: str, card: Card) -> None:
        actual = next((s.shape for s in self._file.source if s.name == source), None)
        if actual is not None and card.shape != actual:
            self._problems.add(f"{key}.model", f"made for samples of shape {card.shape}, not {actual}")
        if card.window != 1:
            self._problems.add(f"{key}.model", f"a window of {card.window} images: only 1 is possible")

    def _check_period(self, key: str, source: str, card: Card) -> None:
        actual = next((s.period_s for s in self._file.source if s.name == source), None)
        period = card.period
        if period is not None and (actual is None or abs(actual - period) > card.period_tolerance * period):
            reason = f"made for a period of {period} s, source {source!r} has {actual}"
            self._problems.add(f"{key}.model", reason)

    def _output(self, key: str, section: OutputSection, card: Card) -> OutputSetup | None:
        columns = {output.name: k for k, output in enumerate(card.outputs)}
        if section.output not in columns:
            self._problems.add(f"{key}.output", f"the card has {', '.join(columns)}, not {section.output!r}")
            return None
        column = columns[section.output]
        on, off = self._thresholds(key, section, card.outputs[column])
        return OutputSetup(section.name, column, section.score_id, section.index_id, on, off)

    def _thresholds(
        self, key: str, section: OutputSection, output: Output
    ) -> tuple[float, float] | tuple[None, None]:
        """Return the thresholds of an output that becomes an index; none of a plain score."""
        if section.index_id is None:
            if (section.on, section.off) != (None, None):
                self._problems.add(f"{key}.index_id", "is missing: thresholds are for an index")
            return None, None
        on = output.on if section.on is None else section.on
        off = output.off if section.off is None else section.off
        if on is None or off is None:
            reason = f"output {output.name!r} is a plain score, the card gives it no thresholds"
            self._problems.add(f"{key}.index_id", reason)
            return None, None
        if off > on:
            self._problems.add(f"{key}.off", f"off threshold {off} is above on threshold {on}")
        return on, off
