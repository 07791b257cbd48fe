"""Which requests change definitions, and so must be repeated after a restart."""

import pytest

from pus import codec
from pus.changes import lasting
from pus.packets import Tc
from tests.pus.spacecraft import APID, build

NAME = codec.characters("RECOVER")


@pytest.mark.parametrize(
    ("service", "subtype"),
    [
        (3, 1),
        (3, 32),
        (5, 5),
        (5, 6),
        (12, 1),
        (12, 5),
        (12, 17),
        (12, 24),
        (18, 1),
        (19, 1),
        (20, 3),
        (21, 1),
    ],
)
def test_a_request_that_changes_definitions_is_repeated_as_it_is(service: int, subtype: int) -> None:
    tc = Tc(APID, service, subtype, b"data")
    assert lasting(tc) is tc


@pytest.mark.parametrize(
    ("service", "subtype"),
    [
        (3, 9),
        (3, 27),
        (5, 7),
        (8, 1),
        (12, 8),
        (12, 10),
        (12, 27),
        (17, 1),
        (18, 3),
        (18, 12),
        (19, 6),
        (20, 1),
    ],
)
def test_a_request_that_only_reports_or_acts_is_not_repeated(service: int, subtype: int) -> None:
    assert lasting(Tc(APID, service, subtype, b"data")) is None


@pytest.mark.parametrize(
    ("request_type", "repeated", "data"),
    [
        ((21, 8), (21, 2), NAME),
        ((18, 19), (18, 13), NAME + b"\0"),
        ((18, 20), (18, 2), NAME + b"\0\0"),
    ],
    ids=["load and activate a sequence", "load and start a procedure", "stop and unload a procedure"],
)
def test_only_what_lasts_of_a_request_is_repeated(
    request_type: tuple[int, int], repeated: tuple[int, int], data: bytes
) -> None:
    tc = lasting(Tc(APID, *request_type, data))
    assert tc is not None
    assert ((tc.service, tc.subtype), tc.data) == (repeated, NAME)


def test_every_request_of_every_service_is_either_lasting_or_not() -> None:
    services = build().process.services
    requests = [Tc(APID, k, subtype) for k, service in services.items() for subtype in service.operations]
    assert all(lasting(tc) is None or lasting(tc).service == tc.service for tc in requests)  # type: ignore[union-attr]
