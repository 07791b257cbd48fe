from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.metrics import (
    NO_REACTIONS,
    Mask,
    Reactions,
    delays,
    f_beta,
    false_positive_durations,
    fill,
    flat,
    inside,
    literal_reactions,
    missed,
    objective,
    runs,
    strict_reactions,
    uncertain,
)

SAMPLES = 40
Pair = tuple[Mask, Mask]


def mask(text: str) -> Mask:
    return np.array([letter == "1" for letter in text])


def blocks(draw: st.DrawFn, n: int) -> Mask:
    """Draw records made of blocks, so that long runs are likely."""
    lengths = st.lists(st.integers(1, 8), min_size=SAMPLES, max_size=SAMPLES)
    rows = [np.repeat(np.arange(SAMPLES) % 2 == draw(st.integers(0, 1)), draw(lengths)) for _ in range(n)]
    return np.array([row[:SAMPLES] for row in rows])


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    n = draw(st.integers(1, 3))
    return blocks(draw, n), blocks(draw, n)


def slow_runs(row: Mask) -> list[tuple[int, int]]:
    found, start = [], None
    for i, one in enumerate([*row.tolist(), False]):
        if one and start is None:
            start = i
        if not one and start is not None:
            found.append((start, i))
            start = None
    return found


def faults_of(pair: Pair) -> list[tuple[Mask, Mask, int, int]]:
    return [(y, q, a, b) for y, q in zip(*pair, strict=True) for a, b in slow_runs(y)]


def reactions_of(pair: Pair, p: int) -> list[tuple[Mask, int, int]]:
    rows = zip(*pair, strict=True)
    return [(y, a, b) for y, q in rows for a, b in slow_runs(q) if b - a >= p]


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags) if flags else float("nan")


def same(a: float, b: float) -> bool:
    return a == pytest.approx(b, nan_ok=True)


@given(pairs())
def test_runs_and_fill_undo_each_other(pair: Pair) -> None:
    flags = flat(pair[0])
    assert (fill(runs(flags), len(flags)) == flags).all()


@given(pairs())
def test_runs_never_reach_across_records(pair: Pair) -> None:
    lengths = [b - a for row in pair[0] for a, b in slow_runs(row)]
    assert runs(flat(pair[0])).length.tolist() == lengths


@given(pairs())
def test_inside_counts_ones_of_each_run(pair: Pair) -> None:
    y, q = map(flat, pair)
    assert inside(q, runs(y)).tolist() == [int(q[a:b].sum()) for a, b in slow_runs(y)]


@given(pairs())
def test_missed_faults_are_those_without_a_one(pair: Pair) -> None:
    assert same(missed(*pair), share([not q[a:b].any() for _, q, a, b in faults_of(pair)]))


@given(pairs())
def test_the_delay_runs_from_onset_to_the_first_one(pair: Pair) -> None:
    expected = [int(q[a:b].argmax()) for _, q, a, b in faults_of(pair) if q[a:b].any()]
    assert delays(*pair).tolist() == expected


@given(pairs())
def test_uncertain_faults_have_two_runs_or_more(pair: Pair) -> None:
    assert same(uncertain(*pair), share([len(slow_runs(q[a:b])) >= 2 for _, q, a, b in faults_of(pair)]))


@given(pairs())
def test_false_positive_durations_include_the_tail_after_a_fault(pair: Pair) -> None:
    expected = [b - a for y, q in zip(*pair, strict=True) for a, b in slow_runs(q & ~y)]
    assert false_positive_durations(*pair).tolist() == expected


def slow_literal(pair: Pair, p: int) -> Reactions:
    touched, predicted = [], []
    for _, q, a, b in faults_of(pair):
        touched.append(any(c < b and d > a for c, d in slow_runs(q) if d - c >= p))
        predicted.append(bool(q[a:b].any()))
    false = sum(not y[a:b].any() for y, a, b in reactions_of(pair, p))
    lost = predicted.count(False)
    return Reactions(len(touched), sum(touched), false, lost, len(touched) - lost - sum(touched))


def slow_strict(pair: Pair, p: int) -> Reactions:
    answered, predicted = [], []
    for _, q, a, b in faults_of(pair):
        answered.append(any(a <= c + p - 1 < b for c, d in slow_runs(q) if d - c >= p))
        predicted.append(bool(q[a:b].any()))
    false = sum(not y[a + p - 1] for y, a, _ in reactions_of(pair, p))
    true = sum(answered)
    untriggered = sum(p and not a for p, a in zip(predicted, answered, strict=True))
    return Reactions(len(answered), true, false, len(answered) - true, untriggered)


@pytest.mark.parametrize(
    ("quick", "slow"), [(literal_reactions, slow_literal), (strict_reactions, slow_strict)]
)
@given(pair=pairs(), p=st.integers(1, 12))
def test_reactions_are_counted_as_defined(
    quick: Callable[..., Reactions], slow: Callable[..., Reactions], pair: Pair, p: int
) -> None:
    assert quick(*pair, p) == slow(pair, p)


@given(pairs())
def test_a_perfect_index_has_perfect_figures(pair: Pair) -> None:
    labels = pair[0]
    for count in (literal_reactions, strict_reactions):
        found = count(labels, labels, 1)
        assert (found.true, found.false, found.lost, found.untriggered) == (found.faults, 0, 0, 0)
    if labels.any():
        assert missed(labels, labels) == uncertain(labels, labels) == 0
        assert not delays(labels, labels).any()
    assert not false_positive_durations(labels, labels).size


@given(pairs(), st.integers(1, 12))
def test_the_literal_recall_forgives_what_the_strict_one_does_not(pair: Pair, p: int) -> None:
    literal, strict = literal_reactions(*pair, p), strict_reactions(*pair, p)
    assert literal.true + literal.lost + literal.untriggered == literal.faults
    assert strict.true + strict.lost == strict.faults
    assert strict.true <= literal.true


def test_the_figures_of_a_hand_made_case() -> None:
    labels = mask("0111110000111000")
    index = mask("0010110000000110")
    assert missed(labels, index) == 0.5
    assert uncertain(labels, index) == 0.5
    assert delays(labels, index).tolist() == [1]
    assert false_positive_durations(labels, index).tolist() == [2]
    literal = literal_reactions(labels, index, 2)
    assert (literal.precision, literal.recall, literal.false_share) == (0.5, 0.5, 0.5)
    strict = strict_reactions(labels, index, 2)
    assert (strict.precision, strict.recall, strict.untriggered) == (0.5, 0.5, 0)


def test_a_reaction_that_fires_after_the_fault_is_literally_true_and_strictly_false() -> None:
    labels, index = mask("011100000"), mask("000111100")
    assert literal_reactions(labels, index, 3).false == 0
    assert strict_reactions(labels, index, 3).false == 1
    assert strict_reactions(labels, index, 3).untriggered == 1


def test_nothing_to_count_is_not_a_number() -> None:
    nothing = np.zeros((2, 5), np.bool_)
    assert np.isnan([missed(nothing, nothing), uncertain(nothing, nothing)]).all()
    assert np.isnan(strict_reactions(nothing, nothing, 2).precision)
    assert delays(nothing, nothing).size == 0


@pytest.mark.parametrize(
    ("p", "r", "expected"),
    [(1.0, 1.0, 1.0), (1.0, 0.5, 1.25 * 0.5 / 0.75), (0.0, 1.0, 0.0), (np.nan, 0.5, 0.0), (0.0, 0.0, 0.0)],
)
def test_f_beta_weighs_precision_over_recall(p: float, r: float, expected: float) -> None:
    assert f_beta(p, r) == pytest.approx(expected)


def test_a_random_flicker_looks_good_literally_and_not_strictly() -> None:
    rng = np.random.default_rng(0)
    labels: NDArray[np.bool_] = np.zeros((50, 400), np.bool_)
    labels[:, 200:260] = True
    flicker = rng.random(labels.shape) < 0.1
    assert literal_reactions(labels, flicker, 27).false == 0
    assert missed(labels, flicker) < 0.02
    assert strict_reactions(labels, flicker, 27).recall == 0


@given(pairs(), st.integers(1, 6))
def test_counts_of_records_add_up_to_those_of_all(pair: Pair, p: int) -> None:
    labels, index = pair
    for count in (literal_reactions, strict_reactions):
        rows = (count(y, q, p) for y, q in zip(labels, index, strict=True))
        assert sum(rows, NO_REACTIONS) == count(labels, index, p)


def test_the_share_that_is_not_triggered_is_of_all_faults() -> None:
    counts = Reactions(faults=8, true=5, false=1, lost=1, untriggered=2)
    assert counts.untriggered_share == 0.25


def test_the_objective_is_the_mean_f_half_of_the_sensors() -> None:
    good = Reactions(faults=10, true=8, false=2, lost=2, untriggered=0)
    nothing = Reactions(faults=10, true=0, false=0, lost=10, untriggered=0)
    assert objective([good, nothing]) == pytest.approx(0.4)
    assert objective([good, good]) == pytest.approx(f_beta(0.8, 0.8))
