"""The reference of symmetric persistency: told by examples, and compared with runs where they must agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import runs
from models.symmetric_persistency import reactions


def index(text: str) -> np.ndarray:
    return np.array([{"0": 0.0, "1": 1.0, "-": np.nan}[letter] for letter in text])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0001110000", [5]),
        ("0001100000", []),
        ("1110000000", [2]),
        ("0001111111", [5]),
        ("0001110111", [5]),  # a short fall does not make it nominal again
        ("0001110011100", [5]),
        ("00011100011100", [5, 11]),
        ("0001110000110111", [5, 15]),
        ("011-110111", [9]),  # what is not valid starts the count anew
        ("0111---111000111", [3, 15]),  # and does not release the latch
        ("0111---000111", [3, 12]),
        ("", []),
    ],
)
def test_reactions_of_an_index_at_persistency_3(text, found):
    assert reactions(index(text), 3) == found


indices = st.lists(st.integers(1, 7), max_size=30).map(
    lambda lengths: np.concatenate([[0.0], *(np.full(n, k % 2) for k, n in enumerate(lengths))])
)


@given(indices, st.integers(1, 8))
def test_a_reaction_is_the_first_of_long_runs_between_long_pauses(values, persistency):
    long = runs(values == 1).longer(persistency)
    pauses = runs(values == 0).longer(persistency)
    expected = []
    for start in long.start:
        before = expected[-1] if expected else -1
        rearmed = not expected or any(before < p + persistency - 1 < start for p in pauses.start)
        if rearmed:
            expected.append(start + persistency - 1)
    assert reactions(values, persistency) == expected


@given(indices)
def test_without_persistency_every_run_is_a_reaction(values):
    assert reactions(values, 1) == runs(values == 1).start.tolist()
