"""Layouts of ST[12] reports and of the auxiliary data of events (ECSS-E-ST-70-41C clause 8.12)."""

from fdir_service.xtce.conditions import any_of, equals, not_
from fdir_service.xtce.fields import (
    CHECK_TYPE,
    FMON_CHECKING,
    PMON_CHECKING,
    PROTECTION,
    STATUS,
    Fields,
    data_octets,
)
from fdir_service.xtce.layout import Alternative, Choice, Field, Layout, repeat
from fdir_service.xtce.types import value_type
from pus.parameters import OWN, ValueType
from pus.st12.definitions import CheckType

_MONITORED_KINDS = 3
"""Fewer than elsewhere: the check type multiplies them."""


class MonitoringLayouts:
    """Layouts that depend on the mission's parameters and profile."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        profile = fields.mission.profile
        self._pmon_validity, self._fmon_validity = profile.pmon_validity, profile.fmon_validity
        self._monitored = [p for p in fields.parameters if p.source != OWN]

    # --- ST[12] ------------------------------------------------------------------------------------

    def transitions(self) -> Layout:
        """TM[12,11] and TM[12,12]."""
        return repeat(self._fields.count("transition_count"), self._transition, first=1)

    def _transition(self, k: int) -> Layout:
        at, fields = f"transition_{k}", self._fields
        end = (
            Field(f"{at}_previous", PMON_CHECKING),
            Field(f"{at}_current", PMON_CHECKING),
            *fields.time(f"{at}_time"),
        )

        def values(kind: ValueType) -> Layout:
            plain = (_value(f"{at}_value", kind), _value(f"{at}_limit", kind), *end)
            if not kind.is_unsigned:
                return plain
            which, masked = f"{at}_check_type", (_value(f"{at}_mask", kind), *plain)
            expected = equals(which, CheckType.EXPECTED_VALUE)
            found = Alternative("expected", expected, masked), Alternative("bounds", not_(expected), plain)
            return (Choice(found),)

        kinds = fields.by_kind(f"{at}_parameter", self._monitored, values, _MONITORED_KINDS)
        head = (fields.id(f"{at}_pmon"), fields.parameter(f"{at}_parameter"))
        return (*head, Field(f"{at}_check_type", CHECK_TYPE), Choice(kinds))

    def pmon_definitions(self) -> Layout:
        """TM[12,9]; only the first definition has fields of its own."""
        return (
            self._fields.interval("maximum_delay"),
            *repeat(self._fields.count("pmon_definition_count"), self._pmon, most=1),
        )

    def _pmon(self, k: int) -> Layout:
        at, fields = f"pmon_definition_{k}", self._fields
        head = (fields.id(f"{at}_pmon"), fields.parameter(f"{at}_parameter"))
        condition = self._validity(f"{at}_validity") if self._pmon_validity else ()
        return (
            *head,
            *condition,
            fields.interval(f"{at}_interval"),
            Field(f"{at}_status", STATUS),
            fields.repetition(f"{at}_repetition"),
            Field(f"{at}_check_type", CHECK_TYPE),
            Choice(fields.by_kind(f"{at}_parameter", self._monitored, lambda kind: self._check(at, kind))),
        )

    def _check(self, at: str, kind: ValueType) -> Layout:
        event = self._fields.event
        expected = (
            _value(f"{at}_mask", kind),
            _value(f"{at}_expected", kind),
            event(f"{at}_event"),
        )
        limit = (
            _value(f"{at}_low", kind),
            event(f"{at}_low_event"),
            _value(f"{at}_high", kind),
            event(f"{at}_high_event"),
        )
        delta = (*limit, self._fields.repetition(f"{at}_consecutive"))
        return _by_check(at, kind, expected, limit, delta)

    def _validity(self, at: str) -> Layout:
        unsigned = [p for p in self._fields.parameters if p.type.is_unsigned]

        def criteria(kind: ValueType) -> Layout:
            return (_value(f"{at}_mask", kind), _value(f"{at}_expected", kind))

        none = Alternative("unconditional", equals(f"{at}_parameter", 0), ())
        kinds = [
            Alternative(f"if_{a.name}", a.condition, a.layout)
            for a in self._fields.by_kind(f"{at}_parameter", unsigned, criteria)
        ]
        return (self._fields.parameter(f"{at}_parameter"), Choice((none, *kinds)))

    def pmon_statuses(self) -> Layout:
        """TM[12,14]."""
        return repeat(
            self._fields.count("pmon_count"),
            lambda k: (self._fields.id(f"pmon_{k}_id"), Field(f"pmon_{k}_status", STATUS)),
        )

    def fmon_definitions(self) -> Layout:
        """TM[12,26]; only the first definition has fields of its own."""
        return repeat(self._fields.count("fmon_definition_count"), self._fmon, most=1)

    def _fmon(self, k: int) -> Layout:
        at, fields = f"fmon_definition_{k}", self._fields
        condition = self._validity(f"{at}_validity") if self._fmon_validity else ()
        return (
            fields.id(f"{at}_fmon"),
            *condition,
            Field(f"{at}_protection", PROTECTION),
            Field(f"{at}_status", STATUS),
            fields.event(f"{at}_event"),
            fields.repetition(f"{at}_minimum"),
            *repeat(fields.count(f"{at}_pmon_count"), lambda j: (fields.id(f"{at}_pmon_{j}"),)),
        )

    def fmon_statuses(self) -> Layout:
        """TM[12,28]."""
        return repeat(
            self._fields.count("fmon_count"),
            lambda k: (
                self._fields.id(f"fmon_{k}_id"),
                Field(f"fmon_{k}_protection", PROTECTION),
                Field(f"fmon_{k}_status", STATUS),
                Field(f"fmon_{k}_checking", FMON_CHECKING),
            ),
        )

    # --- ST[05] ------------------------------------------------------------------------------------

    def event_data(self, event: int) -> Layout:
        """Auxiliary data of an event that a PMON or an FMON raises."""
        # Two values of a PMON take 2, 4, 8 or 16 octets, an entry of an FMON one more than an identifier:
        # the length tells which, whoever defined the monitor. Where it does not, the mission file tells.
        sizes = {2 * p.type.size for p in self._monitored}
        if self._fields.mission.is_fmon_event(event):
            sizes -= {size for size in sizes if self._is_fmon_size(size)}
        if not sizes:
            return self._fmon_event()
        head = 3 * self._fields.widths.identifier
        pmon = any_of(*(data_octets(head + size) for size in sorted(sizes)))
        return (
            Choice(
                (
                    Alternative("pmon", pmon, self._pmon_event()),
                    Alternative("fmon", not_(pmon), self._fmon_event()),
                )
            ),
        )

    def _is_fmon_size(self, size: int) -> bool:
        """Whether an FMON's event may be as long as that of a PMON with values of `size` octets."""
        identifier, count = self._fields.widths.identifier, self._fields.widths.count
        entries, left = divmod(identifier + size - count, identifier + 1)
        return entries >= 1 and not left

    def _pmon_event(self) -> Layout:
        def values(kind: ValueType) -> Layout:
            return (_value("event_value", kind), _value("event_limit", kind))

        kinds = self._fields.by_kind("event_parameter", self._monitored, values)
        return (self._fields.id("event_pmon"), self._fields.parameter("event_parameter"), Choice(kinds))

    def _fmon_event(self) -> Layout:
        fields = self._fields

        def entry(k: int) -> Layout:
            return (fields.id(f"event_pmon_{k}"), Field(f"event_pmon_{k}_checking", PMON_CHECKING))

        return (fields.id("event_fmon"), *repeat(fields.count("event_pmon_count"), entry))


def _value(name: str, kind: ValueType) -> Field:
    """Return a field as wide as the type of a parameter; its name says which."""
    return Field(f"{name}_{kind}", value_type(kind))


def _by_check(at: str, kind: ValueType, expected: Layout, limit: Layout, delta: Layout) -> Layout:
    """Return what depends on the check type; a check of an expected value needs an unsigned type."""
    which = f"{at}_check_type"
    alternatives = [
        Alternative("limit", equals(which, CheckType.LIMIT), limit),
        Alternative("delta", equals(which, CheckType.DELTA), delta),
    ]
    if kind.is_unsigned:
        alternatives.append(Alternative("expected", equals(which, CheckType.EXPECTED_VALUE), expected))
    return (Choice(tuple(alternatives)),)
