"""The telemetry of a mission as an XTCE 1.2 database, for decoders that are not ours.

XTCE has no list of entries whose width depends on their content, and space_packet_parser knows no arrays:
a report with N entries becomes containers for N = 1..3; what follows the third entry stays octets.
"""

from fdir_service.xtce.database import Database, database

__all__ = ["Database", "database"]
