import numpy as np
import pytest

from models.opssat.layout import ALL, NO_LENGTH
from models.opssat.smooth import LIMIT, Smooth, form_of, transform


@pytest.mark.parametrize("layout", [NO_LENGTH, ALL], ids=lambda layout: layout.name)
def test_the_channel_number_is_the_last_input(layout, segments):
    inputs = layout.inputs(segments)
    assert inputs.shape == (172, len(layout.channels))
    assert inputs[:, -1].tolist() == segments.channel.tolist()
    assert inputs.dtype == np.float32


def test_without_length_nothing_is_given_that_tells_it():
    extent = {"len", "duration", "len_weighted", "gaps_squared", "var_div_duration", "var_div_len"}
    assert not extent & set(NO_LENGTH.quantities)
    assert not any(name.endswith("_peaks") for name in NO_LENGTH.quantities)
    assert extent <= set(ALL.columns)


def test_a_segment_with_one_peak_has_the_rate_zero_whatever_its_length(segments):
    inputs = NO_LENGTH.inputs(segments)
    assert (inputs[:, NO_LENGTH.columns.index("smooth10_n_peaks_rate")] == 0).all()


def test_both_layouts_form_the_same_rates(segments):
    few, every = (layout.expand(layout.inputs(segments)) for layout in (NO_LENGTH, ALL))
    name = "diff2_peaks_rate/s"
    rates = few[:, NO_LENGTH.quantities.index(name)]
    assert rates == pytest.approx(every[:, ALL.quantities.index(name)])
    assert rates.max() > 0


def test_a_quotient_of_nothing_is_finite():
    nothing = np.zeros((1, len(ALL.channels)), np.float32)
    assert np.isfinite(ALL.expand(nothing)).all()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("var", 1e-4, -4), ("var", -1, -20), ("n_peaks", np.e - 1, 1), ("skew", 1 - np.e, -1), ("mean", 7, 7)],
)
def test_each_quantity_has_its_transform(name, value, expected):
    assert transform(np.array([value]), form_of(name))[0] == pytest.approx(expected)


def test_smooth_quantities_are_standardised_and_limited(segments):
    expanded = ALL.expand(ALL.inputs(segments))
    smooth = Smooth.fit(ALL, ("mean", "var", "kurtosis", "n_peaks"), expanded)
    assert smooth.names == ("var", "n_peaks", "kurtosis", "mean")
    assert smooth(expanded).mean(axis=0) == pytest.approx(np.zeros(4), abs=0.05)
    assert smooth(np.full_like(expanded, 1e30)).max() == LIMIT
