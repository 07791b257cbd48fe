"""All expectations, told apart by their words; the same in test files and in Python."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter

from fdir_service.testing import conditions as c
from fdir_service.testing import occurrences as o

SUBJECTS = ("event", "request", "tm", "mode", "failed", "pmon", "fmon", "level", "source", "parameter")
_STANDING = ("is", "attempts", "held")


def _kind(given: Any) -> str | None:
    """Return which expectation is meant: its subject, and whether something happens or is so."""
    if not isinstance(given, Mapping):
        return None
    subject = next((word for word in SUBJECTS if word in given), None)
    if subject in ("pmon", "fmon", "level") and any(word in given for word in _STANDING):
        return f"{subject} is"
    return subject


AnyExpectation = Annotated[
    Annotated[o.EventOccurs, Tag("event")]
    | Annotated[o.RequestLeaves, Tag("request")]
    | Annotated[o.ReportLeaves, Tag("tm")]
    | Annotated[o.PmonBecomes, Tag("pmon")]
    | Annotated[o.FmonBecomes, Tag("fmon")]
    | Annotated[o.LadderTells, Tag("level")]
    | Annotated[o.SourceBecomes, Tag("source")]
    | Annotated[c.PmonIs, Tag("pmon is")]
    | Annotated[c.FmonIs, Tag("fmon is")]
    | Annotated[c.LevelIs, Tag("level is")]
    | Annotated[c.ModeIs, Tag("mode")]
    | Annotated[c.MembersFailed, Tag("failed")]
    | Annotated[c.ValueIs, Tag("parameter")],
    Discriminator(
        _kind,
        custom_error_type="subject",
        custom_error_message=f"nothing is expected: name one of {', '.join(SUBJECTS)}",
    ),
]
EXPECTATION: TypeAdapter[AnyExpectation] = TypeAdapter(AnyExpectation)
"""Makes an expectation from its words."""
