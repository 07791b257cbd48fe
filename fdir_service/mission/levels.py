"""The levels of the FDIR ladder of a mission file: names become definitions."""

from collections.abc import Mapping

from fdir_service.ladder.commands import RECOVER
from fdir_service.ladder.definitions import Action, Kind, Level, Member
from fdir_service.mission.actions import ActionCompiler
from fdir_service.mission.ladder_schema import ActionSection, LevelSection
from fdir_service.mission.level_rules import LevelRules
from fdir_service.mission.problems import Problems
from fdir_service.mission.schema import MissionFile
from pus.st12.definitions import Fmon
from pus.st19 import EventAction

HIGHEST = 4
_NS = 1_000_000_000


class LevelCompiler:
    """Compiles the levels of one file; `doing` knows units and sequences, `windows` those of detectors."""

    def __init__(
        self,
        file: MissionFile,
        fmons: Mapping[int, Fmon],
        doing: ActionCompiler,
        windows: Mapping[str, int],
        problems: Problems,
    ) -> None:
        self._file = file
        self._windows = windows
        self._fmons = fmons
        self._doing = doing
        self._problems = problems
        self._by_name = {section.name: section for section in file.level}

    def compile(self) -> tuple[tuple[Level, ...], tuple[EventAction, ...]]:
        """Return the levels, and the event-actions that enter them."""
        found = tuple(self._level(f"level.{k}", section) for k, section in enumerate(self._file.level))
        entries = self._entries()
        if not self._problems:
            rules = LevelRules(self._file, found, self._windows, self._problems)
            for k, level in enumerate(found):
                rules.check(f"level.{k}", level)
        return found, entries

    def _entries(self) -> tuple[EventAction, ...]:
        """Return event-actions by which the event of an FMON asks our own process to recover."""
        taken = {section.event: f"event_action.{k}" for k, section in enumerate(self._file.event_action)}
        found = []
        for k, section in enumerate(self._file.level):
            for fmon in section.fmons:
                event = self._fmons[fmon].event if fmon in self._fmons else 0
                key = f"level.{k}.fmons"
                if not event:
                    self._problems.add(key, f"unknown FMON {fmon}, or one without an event")
                elif event in taken:
                    self._problems.add(key, f"event {event} of FMON {fmon} is used by {taken[event]}")
                else:
                    taken[event] = f"level.{k}"
                    request = self._doing.own_function(RECOVER, {1: section.id})
                    found.append(EventAction(self._file.mission.apid, event, request))
        return tuple(found)

    def _level(self, key: str, section: LevelSection) -> Level:
        self._check_place(key, section)
        actions = (
            self._action(f"{key}.actions.{k}", s, section.number) for k, s in enumerate(section.actions)
        )
        return Level(
            section.id,
            section.name,
            section.number,
            section.fmons,
            tuple(self._by_name[name].id for name in section.below if name in self._by_name),
            tuple(action for action in actions if action),
            round(section.wait_s * _NS),
            round(section.cooldown_s * _NS),
            round(section.rearm_s * _NS),
            section.latch,
            section.mode,
        )

    def _check_place(self, key: str, section: LevelSection) -> None:
        """Check that something enters the level, and that somebody takes over from it."""
        for name in section.below:
            lower = self._by_name.get(name)
            if lower is None or lower.number >= section.number:
                reason = "unknown level" if lower is None else "is not of a lower number:"
                self._problems.add(f"{key}.below", f"{reason} {name!r}")
        if not section.fmons and not section.below:
            self._problems.add(f"{key}.fmons", "nothing enters the level: neither fmons nor below")
        taken_over = any(section.name in other.below for other in self._file.level)
        if not taken_over and not section.last and section.number < HIGHEST:
            self._problems.add(
                f"{key}.last", "nobody takes over: name the level in `below`, or say last = true"
            )

    def _action(self, key: str, section: ActionSection, level: int) -> Action | None:
        recovery = self._file.recovery
        found = self._doing.target(key, section)
        if found is None:
            return None
        apid, function = found
        action = Action(
            section.name,
            section.kind,
            apid,
            function,
            {int(k): v if isinstance(v, Member) else float(v) for k, v in section.arguments.items()},
            section.sequence or "",
            section.attempts,
            round((section.reply_s or recovery.reply_s) * _NS),
            round((section.confirm_s or recovery.confirm_s) * _NS),
            section.confirmed_by == "nominal",
            level > 1 if section.needs_classical is None else section.needs_classical,
            section.mode,
            self._doing.codec,
        )
        self._check_members(key, action)
        return action

    def _check_members(self, key: str, action: Action) -> None:
        """Check that members are known, fit into their arguments, and that a switch takes a sound one."""
        unit = self._doing.units.get(action.apid)
        members = () if unit is None else unit.members
        if action.members and (unit is None or unit.selected is None):
            self._problems.add(f"{key}.unit", "has no `selected`: its members are not known")
        if action.kind is Kind.SWITCH and Member.REDUNDANT not in action.arguments.values():
            self._problems.add(f"{key}.arguments", 'a switch takes the member "redundant"')
        for k, value in action.arguments.items():
            kind = action.function.arguments.get(k) if action.function else None
            unfit = [member for member in members if kind and not kind.holds(member)]
            if isinstance(value, Member) and unfit:
                self._problems.add(f"{key}.arguments", f"argument {k} cannot hold member {unfit[0]}")
