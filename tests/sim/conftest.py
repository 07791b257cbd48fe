from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import zmq

from sim.dataset import heading_grid
from sim.scenario import Scenario, load
from sim.trajectory import Trajectories, TrajectorySettings, simulate
from sim.vehicle import Vehicle
from tests.sim.bench import Bench

SCENARIOS = Path(__file__).parents[2] / "configs" / "hopper" / "scenarios"


@pytest.fixture(scope="session")
def flights() -> Trajectories:
    """A dozen complete flights."""
    rngs = [np.random.default_rng((7, k)) for k in range(12)]
    return simulate(TrajectorySettings(), heading_grid(12), 4096, rngs)


@pytest.fixture(scope="session")
def scenarios() -> Path:
    return SCENARIOS


@pytest.fixture(scope="session")
def demo() -> Scenario:
    return load(SCENARIOS / "demo.toml")


@pytest.fixture
def scenario() -> Callable[..., Scenario]:
    """A short run; faults and other fields by keyword."""

    def make(*faults: dict[str, object], **fields: object) -> Scenario:
        table = {"name": "test", "seed": 5, "duration_s": 20.0, "faults": faults} | fields
        return Scenario.model_validate(table)

    return make


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    with zmq.Context() as context:
        yield context


@pytest.fixture
def bench(context, scenario) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(duration_s: float = 2.0, outages: object = (), **settings: object) -> Bench:
        made.append(Bench(context, Vehicle(scenario(duration_s=duration_s, outages=outages)), **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()
