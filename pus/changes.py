"""Which requests change definitions, and so must be repeated after a restart."""

from dataclasses import replace

from pus.packets import Tc

_CHANGES = {
    3: frozenset((*range(1, 9), 29, 30, 31, 32)),
    5: frozenset((5, 6)),
    12: frozenset((*range(1, 8), *range(15, 25))),
    18: frozenset((1, 2, 13, 16, 21, 22)),
    19: frozenset((1, 2, 3, 4, 5, 8, 9)),
    20: frozenset((3,)),
    21: frozenset((1, 2, 3)),
}

_NAME = slice(0, 16)


def lasting(tc: Tc) -> Tc | None:
    """Return the request that repeats what `tc` changed for good, or None if that is nothing.

    Loading and activating is repeated as loading, stopping and unloading as unloading.
    """
    if tc.subtype in _CHANGES.get(tc.service, ()):
        return tc
    match tc.service, tc.subtype:
        case (21, 8):
            return replace(tc, subtype=2)
        case (18, 19):
            return replace(tc, subtype=13, data=tc.data[_NAME])
        case (18, 20):
            return replace(tc, subtype=2, data=tc.data[_NAME])
    return None
