"""Sections of a mission file that make the mission profile; the reference page is generated from here."""

from typing import Literal

from pydantic import Field

from fdir_service.mission.sections import Delay, EventId, Positive, Section, Size
from pus.codec import Widths
from pus.profile import Profile

Octets = Literal[1, 2, 4]


class WidthsSection(Section):
    """Octets of the PUS fields that the standard leaves to the mission."""

    identifier: Octets = Field(
        2, description="parameter, PMON, FMON, event definition, SID, function argument and step IDs"
    )
    count: Octets = Field(2, description="N, the number of entries of any list")
    repetition: Octets = Field(
        2,
        description="repetition number of a PMON or of a super-commutated set, consecutive deltas, minimum "
        "PMON failing number",
    )
    interval: Octets = Field(
        4, description="monitoring interval, collection interval, maximum transition reporting delay"
    )

    def compiled(self) -> Widths:
        """Return the section as a `pus` value."""
        return Widths(**self.model_dump())


class ProfileSection(Section):
    """Widths, capabilities and limits of the PUS services; defaults are those of `pus.profile.Profile`."""

    widths: WidthsSection = WidthsSection()
    pmon_validity: bool = Field(default=True, description="PMONs have a validity condition; its fields exist")
    fmon_validity: bool = Field(default=True, description="FMONs have a validity condition; its fields exist")
    minimum_sampling_interval_s: Positive = Field(
        0.1, description="unit of collection intervals and of the reporting delay, seconds"
    )
    max_transitions: Size = Field(16, description="TM[12,12] leaves when its list holds so many")
    max_transition_delay: Delay = Field(
        100, description="and so many minimum sampling intervals after its first entry at the latest"
    )
    max_pmons: Size = Field(4096, description="PMONs at most")
    max_fmons: Size = Field(1024, description="FMONs at most")
    max_event_actions: Size = Field(1024, description="event-action definitions at most")
    fmon_function: bool = Field(default=True, description="the FMON function is enabled at start")
    event_action_function: bool = Field(
        default=True, description="the event-action function is enabled at start"
    )
    action_needs_report: bool = Field(
        default=False, description="no event report, no action: what suppresses the report suppresses both"
    )
    summary_event: EventId = Field(
        0, description="raised when reports of a limited event were suppressed: event ID, number; 0: none"
    )

    def compiled(self, epoch: str) -> Profile:
        """Return the section as a `pus` value."""
        fields = self.model_dump(exclude={"widths"})
        interval = round(fields.pop("minimum_sampling_interval_s") * 1_000_000_000)
        widths = self.widths.compiled()
        return Profile(widths=widths, epoch=epoch, minimum_sampling_interval=interval, **fields)
