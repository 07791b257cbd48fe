"""ST[18] on-board control procedures (ECSS-E-ST-70-41C clause 6.18), with a minimal procedure language.

Step ID 0 in a request means the step under way.
"""

from pus.st18.code import encode_code, read_code
from pus.st18.service import MAX_LEVEL, SERVICE, ControlProcedures
from pus.st18.status import ObcpStatus

__all__ = ["MAX_LEVEL", "SERVICE", "ControlProcedures", "ObcpStatus", "encode_code", "read_code"]
