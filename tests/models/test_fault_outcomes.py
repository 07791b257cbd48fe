"""Outcomes fault by fault agree with the metrics that count them all at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fault_outcomes import exact_axes, join, outcomes
from models.metrics import Mask, delays, missed, strict_reactions, uncertain

SAMPLES = 40
Pair = tuple[Mask, Mask]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Draw labels and an index (n, T) made of blocks."""
    n = draw(st.integers(1, 3))
    lengths = st.lists(st.integers(1, 8), min_size=SAMPLES, max_size=SAMPLES)

    def blocks() -> Mask:
        rows = [np.repeat(np.arange(SAMPLES) % 2 == draw(st.integers(0, 1)), draw(lengths)) for _ in range(n)]
        return np.array([row[:SAMPLES] for row in rows])

    return blocks(), blocks()


def mask(text: str) -> Mask:
    return np.array([[letter == "1" for letter in text]])


@given(pairs(), st.integers(1, 6))
def test_outcomes_sum_up_to_the_metrics(pair: Pair, persistency: int) -> None:
    found = outcomes(*pair, persistency)
    strict = strict_reactions(*pair, persistency)
    assert len(found) == strict.faults
    assert found.answered.sum() == strict.true
    assert found.delay[~found.missed].tolist() == delays(*pair).tolist()
    if len(found):
        assert found.missed.mean() == pytest.approx(missed(*pair))
        assert found.uncertain.mean() == pytest.approx(uncertain(*pair))


@given(pairs(), pairs(), st.integers(1, 6))
def test_outcomes_of_parts_are_joined_in_order(first: Pair, second: Pair, persistency: int) -> None:
    parts = [outcomes(*pair, persistency) for pair in (first, second)]
    whole = join(parts)
    assert len(whole) == len(parts[0]) + len(parts[1])
    assert whole.of(np.arange(len(whole)) >= len(parts[0])).delay.tolist() == parts[1].delay.tolist()


def test_each_fault_has_its_delay_its_pieces_and_its_answer() -> None:
    labels = mask("0111110011111000111100")
    index = mask("0011110010110000000000")
    found = outcomes(labels, index, 3)
    assert found.delay.tolist() == [1, 0, -1]
    assert found.pieces.tolist() == [1, 2, 0]
    assert found.answered.tolist() == [True, False, False]


def axes(*texts: str) -> Mask:
    return np.stack([mask(text) for text in texts], axis=-1)


@pytest.mark.parametrize(
    ("named", "exact"),
    [
        (("0011110", "0000000", "0000000"), [True]),
        (("0010000", "0000000", "0000000"), [False]),
        (("0011110", "0011100", "0000000"), [False]),
        (("0000000", "0011110", "0000000"), [False]),
        (("0011000", "0000000", "0000001"), [False]),
        (("0011000", "0000000", "0011000"), [False]),
    ],
)
def test_an_axis_is_named_by_the_majority_from_the_detection_on(
    named: tuple[str, ...], exact: list[bool]
) -> None:
    stuck = axes("0111110", "0000000", "0000000")
    assert exact_axes(stuck, mask("0011110"), axes(*named)).tolist() == exact


def test_only_the_first_samples_after_the_detection_are_asked() -> None:
    stuck = axes("1111111111", "0000000000", "0000000000")
    named = axes("1110000000", "0001111111", "0000000000")
    assert exact_axes(stuck, mask("1111111111"), named, samples=3).tolist() == [True]
    assert exact_axes(stuck, mask("1111111111"), named, samples=10).tolist() == [False]


def test_a_fault_that_is_missed_names_nothing() -> None:
    stuck = axes("0110011", "0000000", "0000000")
    assert exact_axes(stuck, mask("0000011"), stuck).tolist() == [True]


def test_records_do_not_run_into_each_other() -> None:
    stuck = np.zeros((2, 10, 3), np.bool_)
    stuck[0, 6:, 0] = stuck[1, :4, 1] = True
    index = stuck.any(axis=-1)
    index[0, :9] = False
    assert exact_axes(stuck, index, stuck).tolist() == [True, True]
