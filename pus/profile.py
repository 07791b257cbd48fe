"""The mission profile: what a mission fixes once and the standard leaves open.

The widths decide how wide fields are, the capabilities which optional fields exist and how open points of
the standard are settled.
"""

from pus.codec import DEFAULT, Codec, Widths
from pus.records import frozen


@frozen
class Profile:
    """Widths, capabilities and limits of one application process.

    Attributes
    ----------
    widths : octets of the fields that the standard leaves to the mission.
    epoch : name of the agency-defined epoch of on-board time (ISO 8601 UTC).
    pmon_validity, fmon_validity : conditional checking is supported; the fields exist in messages.
    minimum_sampling_interval : ns; unit of the reporting delay of check transitions.
    max_transitions : TM[12,12] leaves when the list holds so many.
    max_transition_delay : and at the latest so many minimum sampling intervals after the first entry.
    max_pmons, max_fmons, max_event_actions : sizes of the lists.
    fmon_function, event_action_function : status at start (the standard names one only for PMON: enabled).
    action_needs_report : a disabled event report suppresses its event-action too.
    summary_event : raised when reports of a throttled event were suppressed: event ID, number; 0: none.

    """

    widths: Widths = DEFAULT.widths
    epoch: str = "2000-01-01T00:00:00Z"
    pmon_validity: bool = True
    fmon_validity: bool = True
    minimum_sampling_interval: int = 100_000_000
    max_transitions: int = 16
    max_transition_delay: int = 100
    max_pmons: int = 4096
    max_fmons: int = 1024
    max_event_actions: int = 1024
    fmon_function: bool = True
    event_action_function: bool = True
    action_needs_report: bool = False
    summary_event: int = 0

    @property
    def codec(self) -> Codec:
        """What writes fields in the widths of the mission."""
        return Codec(self.widths)
