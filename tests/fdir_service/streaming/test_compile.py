"""Networks drawn at random have the scores of their windows as a stream, whatever the chunks."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fdir_service.streaming.step import interpreter
from tests.fdir_service.streaming.networks import assert_streams, networks


@settings(max_examples=150)
@given(networks(), st.lists(st.integers(1, 20), min_size=1, max_size=8))
def test_a_network_has_the_scores_of_its_windows_as_a_stream(network, sizes):
    octets, window, channels, _ = network
    graph = assert_streams(octets, window, channels, sizes, interpreter())
    assert all(columns < window for _, columns, _ in graph.states)


@settings(max_examples=10)
@given(networks())
def test_equal_models_give_equal_graphs(network):
    octets, window, channels, _ = network
    assert assert_streams(octets, window, channels) == assert_streams(octets, window, channels)
