"""Bringing the definitions of a mission into the services of a chain."""

from fdir_service.mission import Mission
from pus.chain import Chain
from pus.st12.monitoring import FmonState


def define(mission: Mission, chain: Chain) -> None:
    """Define, enable and protect what the mission file says."""
    monitoring, services = chain.monitoring, chain.services
    monitoring.replace_pmons(dict(mission.pmons))
    for pmon in mission.file.pmon:
        if pmon.enabled:
            monitoring.set_pmon(pmon.id, enabled=True)
    monitoring.fmons.update(mission.fmons)
    for fmon in mission.file.fmon:
        monitoring.fmon_states[fmon.id] = FmonState(enabled=fmon.enabled, protected=fmon.protected)
    housekeeping = services.st03.housekeeping
    for section, structure in zip(mission.file.housekeeping, mission.housekeeping, strict=True):
        housekeeping.define(structure, enabled=section.enabled)
    loaded = {section.name for section in mission.file.sequence if section.loaded}
    services.st21.sequences.update((k, v) for k, v in mission.sequences.items() if k in loaded)
    actions = services.st19
    actions.definitions.update((action.key, action) for action in mission.actions)
    enabled = {section.event for section in mission.file.event_action if section.enabled}
    watched = {fmon for level in mission.levels for fmon in level.fmons}
    enabled |= {mission.fmons[fmon].event for fmon in watched}
    actions.enabled.update(action.key for action in mission.actions if action.event in enabled)
