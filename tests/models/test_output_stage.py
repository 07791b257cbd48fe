import numpy as np

from models.flights import Flights
from models.output_stage import SENSORS, output_stage

WINDOW = 40


def flights(missed: bool) -> tuple[Flights, np.ndarray, np.ndarray]:
    """Return flights with faults of the accelerometer, scores, and classical checks that find every fault."""
    axes = np.zeros((1, 3000, 6), np.bool_)
    for start in range(100, 2800, 100):
        axes[:, start : start + 60, 1] = True
    data = Flights(np.zeros(axes.shape), axes)
    labels = data.labels[..., :2]
    scores = labels * 0.9
    if missed:
        scores[:, 1500:] = 0.0
    return data, scores[:, WINDOW - 1 :], labels


def test_the_classical_checks_are_taken_where_they_help() -> None:
    found = output_stage(*flights(missed=True))
    alone, ored = found["acc"]
    assert (alone["or_classical"], ored["or_classical"]) == (False, True)
    assert (alone["chosen"], ored["chosen"]) == (False, True)
    assert alone["strict_recall"] < ored["strict_recall"] == 1.0


def test_the_classical_checks_are_left_where_they_add_nothing() -> None:
    found = output_stage(*flights(missed=False))
    assert list(found) == list(SENSORS)
    assert [row["chosen"] for row in found["acc"]] == [True, False]
    assert found["acc"][0] | {"or_classical": True, "chosen": False} == found["acc"][1]
    assert {"on", "off", "persistency", "missed"} <= found["acc"][0].keys()
