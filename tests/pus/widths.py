"""Widths of the fields that a mission chooses, drawn."""

from collections.abc import Sequence

from hypothesis import strategies as st

from pus.codec import OCTETS, Codec, Widths

NARROW, WIDE = Widths(1, 1, 1, 1), Widths(4, 4, 4, 4)


def widths(identifiers: Sequence[int] = OCTETS) -> st.SearchStrategy[Widths]:
    """Return any widths, or those with identifiers of so many octets."""
    any_of_them = st.sampled_from(OCTETS)
    return st.builds(Widths, st.sampled_from(identifiers), any_of_them, any_of_them, any_of_them)


def codecs(identifiers: Sequence[int] = OCTETS) -> st.SearchStrategy[Codec]:
    return st.builds(Codec, widths(identifiers))
