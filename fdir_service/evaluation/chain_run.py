"""Flights through the real stream: scores, indices and the reactions that ST[19] releases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fdir_service.evaluation import ChainDisagreementError
from fdir_service.evaluation.chain_mission import SOURCE, VEHICLE, events, index_name
from fdir_service.evaluation.contenders import Entry, alone
from fdir_service.mission import Mission
from fdir_service.pool import Pool
from fdir_service.stream import Output, Stream
from models.symmetric_persistency import reactions as expected_reactions
from pus.block import Block
from pus.packets import Tc, apid_of
from pus.parameters import ParameterTable
from pus.samples import Command, Samples
from pus.st12.service import DISABLE_FMONS, ENABLE_FMONS
from pus.st12.service import SERVICE as ST12
from sim.dataset import COLUMNS
from sim.sensors import Sensor
from sim.trajectory import PERIOD

Floats = NDArray[np.float64]

PAUSE = 100
"""Samples between two flights: each begins a session of its own, so nothing of the one before counts."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the chain found on one flight of T samples, for e entries and 2 sensors.

    Attributes
    ----------
    scores : (e, 2, T), NaN where there is none.
    indices : (e, 2, T), NaN where not judged.
    axes : (e, 6, T) index of each axis, NaN where there is none.
    reactions : samples at which the event-action of an entry and a sensor has released its request.

    """

    scores: Floats
    indices: Floats
    axes: Floats
    reactions: Mapping[tuple[int, Sensor], list[int]]


class EvaluationPool(Pool):
    """A pool in which the index of a detector is or-ed with the classical checks, before monitoring."""

    def __init__(self, mission: Mission, source: str, chunk: int, entries: Sequence[Entry]) -> None:
        super().__init__(mission, source, chunk)
        table = mission.parameters
        self._ored = [
            (_row(table, entry, sensor), _row(table, alone(entries, entry), sensor))
            for entry in entries
            if entry.detector and entry.is_given
            for sensor in Sensor
        ]

    def step(self, samples: Samples, settings: Mapping[int, float]) -> Block:
        """See `Pool.step`."""
        block = super().step(samples, settings)
        for checks, index in self._ored:
            block.values[checks] = np.maximum(block.values[checks], block.values[index])
        return block


class ChainRun:
    """A stream that flights go through one after the other."""

    def __init__(
        self, mission: Mission, entries: Sequence[Entry], persistency: int, period: float = PERIOD
    ) -> None:
        self._period = round(period * 1e9)
        self._mission = mission
        self._entries = entries
        self._persistency = persistency
        self._events = events(entries)
        self._fmons = mission.profile.codec.ids(tuple(mission.fmons))
        self.stream = Stream(mission, lambda m, source, chunk: EvaluationPool(m, source, chunk, entries))
        self._flights = 0
        self._time = 0

    def fly(self, signals: Floats, judged: NDArray[np.bool_], given: Floats) -> Watched:
        """Let one flight pass.

        Parameters
        ----------
        signals : (T, 6) readings.
        judged : (T,) where the indices count.
        given : (e, 2, T) classical indices; those of detectors alone are not read.

        Raises
        ------
        ChainDisagreementError
            If the reactions are not those of the reference.

        """
        self._rearm()
        own = [given[k].T for k, entry in enumerate(self._entries) if entry.is_given]
        values = np.concatenate([signals, judged[:, None], *own], axis=1)
        start, self._flights = self._time, self._flights + 1
        output = self.stream.take([Samples.regular(SOURCE, self._flights, 0, start, self._period, values)])
        self._time += (len(values) + PAUSE) * self._period
        watched = self._read(output, judged, start)
        self._check(watched)
        return watched

    def _rearm(self) -> None:
        """Let the ground re-arm every FMON: what is latched at the end of a flight is not of the next one."""
        packets = [Tc(self._mission.apid, ST12, k, self._fmons).pack() for k in (DISABLE_FMONS, ENABLE_FMONS)]
        self.stream.take([Command(self._time, packet) for packet in packets])

    def _read(self, output: Output, judged: NDArray[np.bool_], start: int) -> Watched:
        values = np.concatenate([block.values for block in output.blocks], axis=1)
        table = self._mission.parameters.by_name
        rows = self._mission.parameters.row

        def found(names: Sequence[str]) -> Floats:
            nothing = np.full(values.shape[1], np.nan)
            known = ((table.get(f"{e.key}.{name}")) for e in self._entries for name in names)
            picked = [nothing if p is None else values[rows[p.id]] for p in known]
            return np.reshape(picked, (len(self._entries), len(names), -1))

        indices = np.where(judged, found(list(Sensor)), np.nan)
        scores = found([f"{sensor}.score" for sensor in Sensor])
        return Watched(scores, indices, found(COLUMNS), self._reactions(output, start))

    def _reactions(self, output: Output, start: int) -> dict[tuple[int, Sensor], list[int]]:
        found: dict[tuple[int, Sensor], list[int]] = {key: [] for key in self._events.values()}
        for instant in output.instants:
            for event, request in instant.requests:
                if event is not None and apid_of(request) == VEHICLE:
                    found[self._events[event.definition.id]].append((instant.time - start) // self._period)
        return found

    def _check(self, watched: Watched) -> None:
        for (k, sensor), found in watched.reactions.items():
            index = watched.indices[k, list(Sensor).index(sensor)]
            if (wanted := expected_reactions(index, self._persistency)) != found:
                raise ChainDisagreementError(
                    f"{self._entries[k].name}, {sensor}, flight {self._flights}: "
                    f"the chain reacts at samples {found}, the reference at {wanted}"
                )


def _row(table: ParameterTable, entry: Entry, sensor: Sensor) -> int:
    return table.row[table.by_name[index_name(entry, sensor)].id]
