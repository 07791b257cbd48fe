"""A small evaluation: two runs, tiny networks, two plain detectors."""

from dataclasses import replace

import pytest

pytest.importorskip("torch")

from fdir_service.evaluation.dclop.contenders import DYNAMIC, OURS, Contender, contenders
from fdir_service.evaluation.dclop.run import Evaluation, Plan, evaluate
from models.dclop.clustering import JointSettings
from models.dclop.training import DEPENDABLE, PAPER, PretrainingSettings

TINY = {
    "hidden": (8, 4, 8),
    "pretraining": PretrainingSettings(epochs=2),
    "joint": JointSettings(iterations=20, least=20),
}


def tiny() -> tuple[Contender, ...]:
    return contenders(replace(PAPER, **TINY), replace(DEPENDABLE, **TINY))


@pytest.fixture(scope="session")
def evaluation() -> Evaluation:
    few = {OURS, DYNAMIC, "K-means distance", "kNN"}
    return evaluate(Plan(runs=2, seed=100), [one for one in tiny() if one.name in few])
