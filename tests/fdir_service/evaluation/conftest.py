"""One small evaluation that many tests look at: two seeds of ours, one faithful file."""

import pytest

from fdir_service.evaluation.contenders import Role
from fdir_service.evaluation.flights import FlightPlan
from fdir_service.evaluation.run import evaluate
from fdir_service.mission import load
from sim.sensors import Setting
from tests.fdir_service.evaluation.builders import HOPPER, SENSORS, frozen_detector

PERSISTENCY = 27
TRAINED = {"learning_rate": 0.004, "epochs": 24.0, "quantile_low": 33.0, "quantile_high": 90.0}
PLAN = FlightPlan(Setting.N, seed=3, trajectories=6, nominal=2)


@pytest.fixture(scope="session")
def hopper():
    return load(HOPPER, models=False)


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("detectors")
    return [
        frozen_detector(folder),
        frozen_detector(folder, seed=2, window=9, metrics=TRAINED),
        frozen_detector(folder, "plain", Role.FAITHFUL, outputs=SENSORS),
    ]


@pytest.fixture(scope="session")
def batches():
    """What was judged, batch by batch."""
    return []


@pytest.fixture(scope="session")
def evaluation(hopper, files, batches):
    return evaluate(hopper, files, PLAN, PERSISTENCY, [batches.append])
