"""Places that follow one another are selected by a slice, others by a list."""

import numpy as np
import pytest

from fdir_service.places import selector


@pytest.mark.parametrize(("places", "is_slice"), [([], True), ([3], True), ([1, 2], True), ([2, 1], False)])
def test_neighbours_are_selected_by_a_slice(places, is_slice):
    found = selector(places)
    assert isinstance(found, slice) == is_slice
    assert np.arange(9)[found].tolist() == places
